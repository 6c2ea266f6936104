"""/incident executive [TEXT]: tell management how things stand, in the room of announcements."""

from commands.call import Call
from incidents import following
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    following.tell_management(await call.here(), call.args.rest()[:2000], by=call.who, now=call.now)
    return None
