"""(the clock): sets again what is owed and was lost."""

from commands.call import Call
from incidents import repairing
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    repairing.repair(await call.here(), now=call.now)
    return None
