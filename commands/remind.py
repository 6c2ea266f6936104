"""(the clock): says what has come due."""

from commands.call import Call
from incidents import reminding
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    reminding.remind(await call.here(), now=call.now)
    return None
