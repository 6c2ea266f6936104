"""A breach that is confirmed: what the law then asks for, and the statement on security (CAD-24e, CAD-25, SEC-21).

Only whoever commands, whom the organisation named for a duty, and who clears statements on security hear of any of it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from incidents.errors import Refused
from incidents.incident import Incident
from incidents.person import Person
from incidents.policy import Duty
from incidents.promise_events import BreachConfirmed, DutyMet
from incidents.records import Breach
from incidents.roles import Role

CONFIDENTIAL = frozenset({"legal", "statement"})
"""Kinds of deadlines that nobody else reads of, not even those in the room."""

ANY = "breach"
"""The trigger that every confirmed breach is."""

STATEMENT_DAYS = 4


def confirm(incident: Incident, trigger: str, *, by: Person, now: datetime) -> None:
    """From now the hours count. A trigger that comes to light later counts from then on."""
    _known(incident, by)
    named = {duty.trigger for duty in incident.policy.regulatory} | {ANY}
    if trigger not in named:
        raise Refused(f"No legal duty is configured for “{trigger}”. There are: {', '.join(sorted(named))}.")
    breach = incident.breach or Breach(at=now)
    if trigger in breach.triggers:
        raise Refused("That is confirmed already.", choices=("breach",))
    incident.breach = replace(breach, triggers={ANY: now, **breach.triggers, trigger: now})
    incident.record(BreachConfirmed(at=now, by=by, trigger=trigger))


def meet(incident: Incident, number: int, *, by: Person, now: datetime) -> None:
    """A duty is met, or, by number 0, the statement is out."""
    _known(incident, by)
    breach = incident.breach
    if not breach or (number and number not in dict(owed(incident))):
        raise Refused("There is no such duty, or it is met already.", choices=("breach",))
    if number == 0 and breach.stated_at:
        raise Refused("The statement is out already.")
    incident.breach = replace(breach, met={**breach.met, number: now}) if number else replace(breach, stated_at=now)
    incident.record(DutyMet(at=now, by=by, number=number))


def owed(incident: Incident) -> Iterator[tuple[int, datetime]]:
    """The number of each duty that is not met, and by when it has to be."""
    breach = incident.breach
    for number, duty in enumerate(incident.policy.regulatory, 1):
        since = breach.triggers.get(duty.trigger) if breach else None
        if breach and since and number not in breach.met:
            yield number, since + timedelta(hours=duty.hours)


def statement_due(incident: Incident) -> datetime | None:
    breach = incident.breach
    return breach.at + timedelta(days=STATEMENT_DAYS) if breach and not breach.stated_at else None


def duty(incident: Incident, number: int) -> Duty:
    return incident.policy.regulatory[number - 1]


def speakers(incident: Incident) -> tuple[Person, ...]:
    """Who clears statements on security, else whoever speaks to customers or commands."""
    wanted = [person for part in incident.policy.approval.security.values() for person in part.people]
    speaker = incident.holder(Role.CUSTOMER_LIAISON) or incident.commander or incident.declared_by
    return tuple(dict.fromkeys(wanted)) or (speaker,)


def confidants(incident: Incident) -> tuple[Person, ...]:
    """Who may know what is owed (CAD-25)."""
    legal = [duty.contact for duty in incident.policy.regulatory]
    wanted = [person for part in incident.policy.approval.security.values() for person in part.people]
    return tuple(dict.fromkeys(person for person in (incident.commander, *legal, *wanted) if person))


def knows(incident: Incident, person: Person | None) -> bool:
    return person is not None and person.id in {each.id for each in confidants(incident)}


def _known(incident: Incident, by: Person) -> None:
    if not knows(incident, by):
        raise Refused("Whoever commands says that, or whom the organisation has named for its legal duties.")
