"""/status due: everything that is owed, with when and by whom."""

from commands.call import Call
from templates.card import Card
from templates.overviews import due_card


async def carry_out(call: Call) -> Card | None:
    return due_card(await call.here(), call.settings.house, call.now)
