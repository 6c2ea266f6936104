"""What the clock says: reminders, escalations, and one message for everything missed (CAD-20 to CAD-23)."""

from dataclasses import replace
from datetime import datetime, timedelta

from incidents import cadence, escalation, eta, handover, paging
from incidents.breach import CONFIDENTIAL
from incidents.errors import Refused
from incidents.event import Event
from incidents.events import (
    Carried,
    CaughtUp,
    Reminded,
    Snoozed,
)
from incidents.incident import Incident
from incidents.person import CLOCK, Person
from incidents.promises import PROMISES
from incidents.records import NEVER, Deadline
from incidents.rhythm import KEPT

AWAY = timedelta(minutes=2)
"""A reminder later than this means that Sitrep itself was away: everything missed is told in one message (CAD-22)."""

SNOOZE = timedelta(minutes=5)


def remind(incident: Incident, *, now: datetime) -> None:
    """Say what has come due, each step once; after an absence all of it in one message (CAD-22, REL-121, REL-123)."""
    due = [deadline for deadline in incident.deadlines.values() if deadline.wake_at <= now]
    if not due:
        return
    away = now - min(deadline.wake_at for deadline in due)
    events = [event for deadline in due for event in _fire(incident, deadline, now=now)]
    if away <= AWAY:
        for event in events:
            if not (isinstance(event, Reminded) and event.deadline.kind == "proposal"):
                incident.record(event)
        _escalate_calls(incident, due, now=now)
        return
    missed = tuple(event for event in events if isinstance(event, Reminded) and not _apart(event))
    for event in events:
        if event not in missed:
            incident.record(event)
    if missed:
        incident.record(CaughtUp(at=now, by=CLOCK, away_minutes=int(away.total_seconds()) // 60, missed=missed))
    _call_later(incident, due, now=now)


def _apart(event: Reminded) -> bool:
    """What the room does not read of is told to its people one by one, however late (CAD-25)."""
    return event.deadline.kind in CONFIDENTIAL


def _fire(incident: Incident, deadline: Deadline, *, now: datetime) -> list[Event]:
    """Move one deadline to its next step; what is to be said about this one."""
    wake = cadence.next_wake(incident, deadline, now=now)
    if not wake and deadline.kind in PROMISES | KEPT:
        wake = NEVER
    if wake:
        incident.deadlines[deadline.name] = replace(deadline, wake_at=wake)
    else:
        cadence.disarm(incident, deadline.name)
    if deadline.kind == "eta" and deadline.due_at <= now:
        eta.passed(incident, now=now)
    if deadline.kind == "takeover":
        handover.unanswered(incident, now=now)
        return []
    minutes = int((now - deadline.due_at) // timedelta(minutes=1))
    reminded = Reminded(
        at=now,
        by=CLOCK,
        deadline=deadline,
        minutes=minutes,
        audience=escalation.audience(incident, deadline),
        escalated=escalation.escalated(incident, deadline, minutes),
        open_roles=incident.open_roles() if deadline.kind in ("roles", "ic") else (),
    )
    if deadline.kind != "proposal":
        return [reminded]
    return [_carry(incident, deadline.number, now=now), reminded]


def _carry(incident: Incident, number: int, *, now: datetime) -> Carried:
    carried = replace(incident.proposals[number - 1], state="carried")
    incident.proposals[number - 1] = carried
    incident.acted = True
    return Carried(at=now, by=CLOCK, proposal=carried)


def _escalate_calls(incident: Incident, due: list[Deadline], *, now: datetime) -> None:
    """Nobody answered a page, or nobody took command: call the next level (CMD-5, CAD-2, ROLE-4)."""
    for deadline in due:
        if deadline.kind == "page":
            paging.escalate(incident, deadline.number, now=now)
        elif deadline.kind == "ic" and deadline.due_at <= now and _to_be_called(incident, deadline.due_at):
            paging.call_commanders(incident, now=now)


def _to_be_called(incident: Incident, due: datetime) -> bool:
    return incident.major and not any(page.at >= due for page in incident.pages)


def _call_later(incident: Incident, due: list[Deadline], *, now: datetime) -> None:
    """A page that went unanswered during an absence still goes to the next level, a little after the one message."""
    for deadline in due:
        if deadline.kind == "page" and paging.escalates_at(incident, escalation.page_of(incident, deadline)) <= now:
            incident.deadlines[deadline.name] = replace(deadline, wake_at=now + SNOOZE)


def snooze(incident: Incident, name: str, *, reason: str, by: Person, now: datetime) -> None:
    """Quiet for five minutes, once per due time and for a reason; what is due stays due (CAD-20)."""
    deadline = may_snooze(incident, name, now=now)
    if not reason:
        raise Refused("Why should it wait?", hint=f"/status snooze {name} I am on the phone with the provider")
    wake = max(deadline.wake_at, min(now + SNOOZE, deadline.due_at))
    incident.deadlines[name] = replace(deadline, wake_at=wake, snoozed=True)
    incident.record(Snoozed(at=now, by=by, deadline=incident.deadlines[name], reason=reason))


def may_snooze(incident: Incident, name: str, *, now: datetime) -> Deadline:
    """The deadline, if its reminders may be quiet for a moment. Raises Refused."""
    deadline = incident.deadlines.get(name)
    if not deadline or deadline.kind in CONFIDENTIAL:
        raise Refused("There is no such reminder any more; nothing to snooze.")
    if deadline.snoozed:
        raise Refused("This reminder was snoozed once already. The time it names stands.")
    if deadline.due_at <= now:
        raise Refused("It is due already, too late to snooze.")
    return deadline
