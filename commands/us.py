"""/incident us WHAT THE CUSTOMER SAYS: is this us? Answers with what is known, or offers to declare."""

from collections.abc import Sequence

from commands.call import Call
from commands.clean import one_line
from incidents import feedback
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.phase import Phase
from storage import stray_reports
from storage.stray_reports import Stray
from templates import feedback_cards
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    symptom = one_line(call.field_or_rest("text"), 200)
    if not symptom:
        raise Refused("What does the customer see?", hint="!us cannot pay by card")
    return await compare(call, symptom, count=1)


async def compare(call: Call, symptom: str, *, count: int, region: str = "", component: str = "") -> Card:
    """What belongs to a public incident is answered with what customers may read of it.

    All else is kept: three alike within ten minutes are reason enough to declare (FB-4, INC-8).
    """
    known = [each for each in await _public(call) if _about(each, symptom)]
    if known:
        return feedback_cards.known(known, symptom, count, call.settings.house, call.now)
    alike = [each for each in await _recent(call) if feedback.alike(each.symptom, symptom)]
    call.unit.strays.append(Stray(call.now, call.who.id, count, symptom, component, region))
    return feedback_cards.unknown(symptom, count + sum(each.count for each in alike), call.settings.house, call.now)


async def _public(call: Call) -> Sequence[Incident]:
    """Private ones, and reports that somebody still checks, are told to nobody."""
    running = await call.unit.open_incidents()
    return [each for each in running if not each.private and each.phase is not Phase.TRIAGE]


async def _recent(call: Call) -> list[Stray]:
    return [*await stray_reports.since(call.unit.c, call.now - feedback.PERIOD), *call.unit.strays]


def _about(incident: Incident, symptom: str) -> bool:
    """By its title, by what customers were told and by what they reported."""
    facts = [incident.facts.get(name, "") for name in ("symptom", "functions", "service")]
    texts = [incident.title, *facts, *incident.components, *(each.symptom for each in incident.reports)]
    return any(feedback.alike(symptom, text) for text in texts)
