"""/incident steady: a SEV-3 is not getting worse; asked again in half an hour."""

from commands.call import Call
from incidents import following
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    following.steady(await call.here(), by=call.who, now=call.now)
    return None
