"""/incident action TEXT: note what was done, by whom; the repair may begin once one is on the record."""

from commands.call import Call
from commands.note import enter
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    return await enter(call, "action")
