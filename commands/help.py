"""/incident help: everything that can be said."""

from commands.call import Call
from templates.answers import help_card
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    # Only when asked: the list of all words names this file too.
    from commands.words import usages

    return help_card(usages())
