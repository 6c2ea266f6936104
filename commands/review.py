"""/incident review @person: name who owns the review; `review ready`, `held` and `published` say how far it is."""

from typing import get_args

from commands.call import Call
from incidents import ending, following
from incidents.promise_events import ReviewStep
from templates.card import Card

_STEPS: dict[str, ReviewStep] = {step: step for step in get_args(ReviewStep)}


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    step = _STEPS.get(call.said.args.lower())
    if step:
        following.move_review(incident, step, by=call.who, now=call.now)
        return None
    owner = call.who if call.said.bare else await call.person(ask="/incident review @somebody")
    ending.assign_review(incident, owner=owner, by=call.who, now=call.now)
    return None
