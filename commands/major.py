"""/incident major: it needs more than one team, whatever its severity; the IC decides."""

from commands.call import Call
from incidents import declaring
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    declaring.make_major(await call.here(), by=call.who, now=call.now)
    return None
