"""/incident review @person: name who owns the review; without a name it is you."""

from commands.call import Call
from incidents import ending
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    owner = call.who if call.said.bare else await call.person(ask="/incident review @somebody")
    ending.assign_review(incident, owner=owner, by=call.who, now=call.now)
    return None
