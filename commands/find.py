"""/incident find TEXT: note a finding, with its evidence."""

from commands.call import Call
from commands.note import enter
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    return await enter(call, "finding")
