"""What the clock says: reminders, escalations, and one message for everything missed (CAD-20 to CAD-23)."""

from dataclasses import replace
from datetime import datetime, timedelta

from incidents import cadence, clearing, eta, paging
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
from incidents.records import Deadline, Page
from incidents.roles import Role

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
    for event in events:
        if isinstance(event, Carried):
            incident.record(event)
    missed = tuple(event for event in events if isinstance(event, Reminded))
    incident.record(CaughtUp(at=now, by=CLOCK, away_minutes=int(away.total_seconds()) // 60, missed=missed))
    _call_later(incident, due, now=now)


def _fire(incident: Incident, deadline: Deadline, *, now: datetime) -> list[Event]:
    """Move one deadline to its next step; what is to be said about this one."""
    wake = cadence.next_wake(incident, deadline, now=now)
    if wake:
        incident.deadlines[deadline.name] = replace(deadline, wake_at=wake)
    else:
        cadence.disarm(incident, deadline.name)
    if deadline.kind == "eta" and deadline.due_at <= now:
        eta.passed(incident, now=now)
    minutes = int((now - deadline.due_at) // timedelta(minutes=1))
    reminded = Reminded(
        at=now,
        by=CLOCK,
        deadline=deadline,
        minutes=minutes,
        audience=audience(incident, deadline),
        escalated=_escalated(incident, deadline.kind, minutes),
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
        if deadline.kind == "page" and paging.escalates_at(incident, _page(incident, deadline)) <= now:
            incident.deadlines[deadline.name] = replace(deadline, wake_at=now + SNOOZE)


def audience(incident: Incident, deadline: Deadline) -> tuple[Person, ...]:
    """Whom a reminder concerns first; an empty role's reminder goes to IC, then Deputy, then the declarer (CAD-21)."""
    if deadline.kind in ("task", "task-ack"):
        return tuple(task.person for task in incident.tasks if task.number == deadline.number)
    if deadline.kind == "page":
        return _page(incident, deadline).people
    if deadline.kind == "approval":
        return clearing.approvers(incident, now=deadline.wake_at)
    if deadline.kind == "facts":
        return tuple(holder.person for holder in incident.holders_of(Role.TECHNICAL_LEAD))
    if deadline.kind == "eta":
        return (incident.holder(Role.TECHNICAL_LEAD) or incident.estimates[-1].by,)
    posts = deadline.kind in ("update", "first-notice", "scoping", "feedback")
    owner = incident.holder(Role.CUSTOMER_LIAISON) if posts else None
    owner = owner or incident.commander or incident.holder(Role.DEPUTY) or incident.declared_by
    if deadline.kind == "scoping" and incident.commander:
        # The liaison would post, the commander decides.
        return tuple(dict.fromkeys((owner, incident.commander)))
    return (owner,)


def _page(incident: Incident, deadline: Deadline) -> Page:
    return next(page for page in incident.pages if page.number == deadline.number)


def _escalated(incident: Incident, kind: str, minutes: int) -> tuple[Person, ...]:
    leaders = [incident.commander, *(holder.person for holder in incident.holders_of(Role.DEPUTY))]
    call = incident.on_call
    minutes_to_clear = incident.policy.approval.minutes
    undrafted = [incident.commander] if cadence.undrafted(incident) else []
    ladder: dict[str, list[tuple[int, list[Person | None]]]] = {
        "first-notice": [(-minutes_to_clear, undrafted), (0, leaders), (5, [call.duty_manager])],
        "update": [(-2 * minutes_to_clear, undrafted), (5, leaders), (10, [call.backup_liaison, call.duty_manager])],
        "task": [(0, leaders)],
        "facts": [(0, [incident.commander]), (5, [incident.holder(Role.SME)])],
        "approval": [(5, [*leaders, call.duty_manager])],
        "task-ack": [(1, leaders)],
        "feedback": [(0, [incident.commander])],
        # Asked again and unanswered, or over.
        "eta": [(estimate.checks[1] if not estimate.holds else 0, leaders) for estimate in incident.estimates[-1:]],
    }
    named = [person for start, people in ladder.get(kind, []) if minutes >= start for person in people]
    return tuple(dict.fromkeys(person for person in named if person))


def snooze(incident: Incident, name: str, *, by: Person, now: datetime) -> None:
    """Quiet for five minutes, once per due time; what is due stays due (CAD-20)."""
    deadline = incident.deadlines.get(name)
    if not deadline:
        raise Refused("There is no such reminder any more; nothing to snooze.")
    if deadline.snoozed:
        raise Refused("This reminder was snoozed once already. The time it names stands.")
    if deadline.due_at <= now:
        raise Refused("It is due already, too late to snooze.")
    wake = max(deadline.wake_at, min(now + SNOOZE, deadline.due_at))
    incident.deadlines[name] = replace(deadline, wake_at=wake, snoozed=True)
    incident.record(Snoozed(at=now, by=by, deadline=incident.deadlines[name]))
