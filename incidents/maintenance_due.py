"""What a planned maintenance owes when, and what is said about it (CAD-19, LIFE-13)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents import extending, maintaining
from incidents.maintenance import Maintenance, MaintenanceStage
from incidents.maintenance_events import DueKind, MaintenanceReminded
from incidents.person import CLOCK, Person
from incidents.records import OnCall


@dataclass(frozen=True, slots=True)
class Due:
    """A moment at which something is asked. ``late``: it was asked before, so others are asked too."""

    at: datetime
    kind: DueKind
    late: bool = False


def remind(maintenance: Maintenance, *, on_call: OnCall, now: datetime, incident_open: bool) -> None:
    """Say what is due, once, however much of it was missed; the newest question holds all older ones (REL-121)."""
    past = [due for due in _dues(maintenance, now) if maintenance.looked_at < due.at <= now and due.kind != "longer"]
    waits = [due for due in _dues(maintenance, now) if maintenance.looked_at < due.at <= now and due.kind == "longer"]
    maintenance.looked_at = max(maintenance.looked_at, now)
    if waits:
        _ask_clearers(maintenance, waits[-1], on_call=on_call, now=now)
    if past and not _by_itself(maintenance, past, now=now, incident_open=incident_open):
        _ask(maintenance, max(past, key=lambda due: due.at), on_call=on_call, now=now)
    arm(maintenance)


def arm(maintenance: Maintenance) -> None:
    """Set when the clock looks next."""
    coming = [due.at for due in _dues(maintenance, maintenance.looked_at) if due.at > maintenance.looked_at]
    maintenance.wake_at = min(coming, default=None)


def _by_itself(maintenance: Maintenance, past: list[Due], *, now: datetime, incident_open: bool) -> bool:
    """What the organisation lets Sitrep do without a person: never the end, unless it said so (LIFE-13)."""
    may_end = maintenance.numbers.complete_by_itself and not incident_open and not maintenance.extension
    numbers, kinds = maintenance.numbers, {due.kind for due in past}
    if kinds == {"again"}:
        maintaining.announce_again(maintenance, now=now)
    elif numbers.start_by_itself and "begin" in kinds and now < maintenance.ends_at:
        maintaining.begin(maintenance, by=CLOCK, now=now)
    elif may_end and "finish" in kinds and now >= maintenance.ends_at:
        maintaining.finish(maintenance, by=CLOCK, now=now, ended_at=maintenance.ends_at)
    else:
        return False
    return True


def _ask(maintenance: Maintenance, due: Due, *, on_call: OnCall, now: datetime) -> None:
    people = [maintenance.owner]
    if due.late and (stand_in := _stand_in(maintenance, on_call)):
        people.append(stand_in)
    maintenance.record(
        MaintenanceReminded(at=now, by=CLOCK, kind=due.kind, due_at=due.at, people=tuple(people), late=due.late)
    )


def _ask_clearers(maintenance: Maintenance, due: Due, *, on_call: OnCall, now: datetime) -> None:
    people = extending.clearers(maintenance, extending.waiting(maintenance), on_call, now=now)
    maintenance.record(
        MaintenanceReminded(at=now, by=CLOCK, kind=due.kind, due_at=due.at, people=people, late=due.late)
    )


def _stand_in(maintenance: Maintenance, on_call: OnCall) -> Person | None:
    """Who is asked when the owner does not answer."""
    found = maintenance.backup or on_call.duty_manager or on_call.primary
    return found if found and found.id != maintenance.owner.id else None


def _dues(maintenance: Maintenance, until: datetime) -> Iterator[Due]:
    """Everything of the present stage up to ``until``, and at least the one thing after it."""
    if maintenance.stage is MaintenanceStage.SCHEDULED:
        yield from _beginning(maintenance, until) if maintenance.announced else _announcing(maintenance)
    elif maintenance.stage.working:
        ask = maintenance.ends_at - timedelta(minutes=maintenance.numbers.ask_minutes)
        yield Due(ask, "finish")
        yield from _insisting(maintenance, maintenance.ends_at, "finish", until)
        for at, late in extending.reminders(maintenance.extension):
            yield Due(at, "longer", late=late)


def _announcing(maintenance: Maintenance) -> Iterator[Due]:
    """Its announcement is owed before the notice is too short; afterwards the backup hears that it is not out."""
    numbers, start = maintenance.numbers, maintenance.starts_at
    for hours in numbers.owner_hours:
        yield Due(start - timedelta(hours=hours), "announce")
    asked = max(maintenance.notice_until, maintenance.scheduled_at + timedelta(minutes=numbers.escalate_minutes))
    if asked < start:
        yield Due(asked, "announce", late=True)
    yield Due(start, "missed", late=True)


def _beginning(maintenance: Maintenance, until: datetime) -> Iterator[Due]:
    if maintenance.numbers.remind_customers and len(maintenance.announced) == 1:
        yield Due(again_at(maintenance), "again")
    for due in _insisting(maintenance, maintenance.starts_at, "begin", until):
        if due.at < maintenance.ends_at:
            yield due
    yield Due(maintenance.ends_at, "missed", late=True)


def again_at(maintenance: Maintenance) -> datetime:
    """When customers hear of it again: an hour before, or half-way where the first notice came later than that."""
    first, start = maintenance.announced[0], maintenance.starts_at
    planned = start - timedelta(minutes=maintenance.numbers.again_minutes)
    return planned if planned > first else first + (start - first) / 2


def _insisting(maintenance: Maintenance, at: datetime, kind: DueKind, until: datetime) -> Iterator[Due]:
    """Asked when it is due, then again and again, also of the backup, until somebody answers."""
    yield Due(at, kind)
    escalated = at + timedelta(minutes=maintenance.numbers.escalate_minutes)
    every = timedelta(minutes=maintenance.numbers.repeat_minutes)
    yield Due(escalated, kind, late=True)
    rounds = max(0, (until - escalated) // every)
    for number in (rounds, rounds + 1):
        if number:
            yield Due(escalated + number * every, kind, late=True)
