"""Calling people and hearing that they come (CAD-1, CMD-5, CMD-6)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from incidents import cadence
from incidents.errors import Refused
from incidents.events import PageAcknowledged, Paged
from incidents.incident import Incident
from incidents.person import CLOCK, Person
from incidents.records import Page
from incidents.roles import Role

AGAIN = timedelta(minutes=2)


def page(
    incident: Incident,
    people: Sequence[Person],
    *,
    reason: str,
    by: Person,
    now: datetime,
    again: bool = False,
    escalation: int = 0,
) -> None:
    """Call people. The same person is not called twice within two minutes unless ``again`` is given (CMD-6)."""
    recent = [] if again else [person for person in people if _called_lately(incident, person, now=now)]
    left = tuple(person for person in dict.fromkeys(people) if person not in recent)
    if people and not left:
        names = ", ".join(person.name for person in recent)
        raise Refused(f"{names} was called less than two minutes ago.", hint="/ic page --again …")
    call = Page(number=len(incident.pages) + 1, people=left, reason=reason, by=by, at=now)
    incident.pages.append(call)
    minutes = incident.policy.level(incident.severity).acknowledge
    if left and minutes is not None:
        cadence.arm(incident, f"page:{call.number}", now + timedelta(minutes=minutes), now=now)
    incident.record(Paged(at=now, by=by, page=call, escalation=escalation))


def _called_lately(incident: Incident, person: Person, *, now: datetime) -> bool:
    lately = [page for page in incident.pages if now - page.at < AGAIN]
    return any(person.id == called.id for page in lately for called in page.people)


def call_commanders(incident: Incident, *, now: datetime, by: Person = CLOCK, reason: str = "") -> None:
    """Call all commanders on call (CMD-12); nobody on the roster is said too, never hidden (GEN-8).

    Who leads already is not called.
    """
    levels = incident.on_call.levels
    away = [person for person in (levels[0] if levels else ()) if not incident.holds(person, Role.IC)]
    people = [person for person in away if not _called_lately(incident, person, now=now)]
    if people or not levels:
        page(incident, people, reason=reason or "no Incident Commander yet", by=by, now=now)


def escalates_at(incident: Incident, call: Page) -> datetime:
    """When the next level is called, long before the time to answer is over at the lower levels (CMD-5)."""
    answer = incident.policy.level(incident.severity).acknowledge
    wait = incident.policy.escalate_within
    return call.at + timedelta(minutes=min(wait, answer or wait))


def escalate(incident: Incident, number: int, *, now: datetime) -> None:
    """Nobody acknowledged page ``number`` for too long: the next level is called, once, if one is left (CMD-5).

    When the last level does not answer either, everybody of the teams is called.
    """
    position = next(i for i, call in enumerate(incident.pages) if call.number == number)
    unanswered = incident.pages[position]
    if unanswered.escalated or now < escalates_at(incident, unanswered):
        return
    incident.pages[position] = replace(unanswered, escalated=True)
    called = {person.id for call in incident.pages for person in call.people}
    for level, people in enumerate((*incident.on_call.levels, incident.on_call.team)):
        fresh = [person for person in people if person.id not in called]
        if fresh:
            reason = unanswered.reason or "the first call was not answered"
            page(incident, fresh, reason=reason, by=CLOCK, now=now, escalation=level)
            return


def answer_by_coming(incident: Incident, person: Person, *, now: datetime) -> None:
    """Who was called and takes a role has come; nobody else is called for that (CAD-1)."""
    for call in list(incident.pages):
        if not call.acknowledged_by and person.id in (called.id for called in call.people):
            acknowledge(incident, call.number, by=person, now=now)


def acknowledge(incident: Incident, number: int, *, by: Person, now: datetime) -> None:
    """ "On my way". Only the people who were called can say it for themselves (ANTI-24)."""
    position = next((i for i, call in enumerate(incident.pages) if call.number == number), None)
    if position is None:
        raise Refused("There is no such call.")
    call = incident.pages[position]
    if by.id not in (person.id for person in call.people):
        raise Refused("This call was for " + ", ".join(p.name for p in call.people) + "; only they can answer it.")
    if call.acknowledged_by:
        raise Refused(f"{call.acknowledged_by.name} answered this call already; come all the same.")
    answered = replace(call, acknowledged_by=by)
    incident.pages[position] = answered
    incident.clocks.acked_at = incident.clocks.acked_at or now
    cadence.fulfil(incident, f"page:{number}")
    incident.record(PageAcknowledged(at=now, by=by, page=answered, seconds=int((now - call.at).total_seconds())))
