"""/incident roles: who holds what, and what each role does."""

from commands.call import Call
from templates.card import Card
from templates.overviews import roles_card


async def carry_out(call: Call) -> Card | None:
    return roles_card(call.incident)
