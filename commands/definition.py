"""/incident definition: what counts as an incident here."""

from commands.call import Call
from templates.answers import definition_card
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    return definition_card(call.settings.policy)
