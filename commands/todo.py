"""/incident todo TEXT: note something to do afterwards; a message that begins with TODO: does the same."""

from commands.call import Call
from commands.note import enter
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    return await enter(call, "todo")
