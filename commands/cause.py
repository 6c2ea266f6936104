"""/incident cause [TEXT]: the technical lead confirms that the cause is known, so that customers may read it."""

from commands.call import Call
from incidents import confirming
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    confirming.confirm(await call.here(), call.args.rest(), by=call.who, now=call.now)
    return None
