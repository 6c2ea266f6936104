"""/incident answers: the standard answers to what customers ask, as they are right now, to be copied."""

from commands.call import Call
from incidents import feedback
from templates import standard_answers
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    if incident.phase.active:
        feedback.ask_answers(incident, by=call.who, now=call.now)
    return standard_answers.card(incident, call.settings.house, call.now)
