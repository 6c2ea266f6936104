"""Events of planned maintenance as lines of its log (GEN-10)."""

from collections.abc import Callable
from typing import Any

from incidents.event import Event
from incidents.maintenance_events import (
    MaintenanceAnnounced,
    MaintenanceCancelled,
    MaintenanceCarried,
    MaintenanceCompleted,
    MaintenanceContradicted,
    MaintenanceExtended,
    MaintenanceLinked,
    MaintenanceLongerAsked,
    MaintenanceLongerReturned,
    MaintenanceOwned,
    MaintenanceReminded,
    MaintenanceScheduled,
    MaintenanceSentAgain,
    MaintenanceStarted,
    MaintenanceVerifying,
)
from templates.house import House
from templates.words import clock, seconds_span

ASKED = {
    "announce": "announce it",
    "begin": "start it",
    "missed": "cancel it, its window passed unused",
    "finish": "complete or extend it",
    "longer": "clear its later end",
}


def log_line(event: Event, house: House) -> str:
    """One line for each kind of event."""
    return LINES[type(event)](event, house)


def _extended(event: MaintenanceExtended, house: House) -> str:
    said = f"extended to {clock(event.new_end, now=event.at, zone=house.zone)}: {event.reason}"
    if event.alone:
        said = f"{said}; posted alone: {event.alone}"
    elif event.approved_by:
        changes = ", with changes" if event.edited else ""
        said = f"{said}; cleared by {event.approved_by.name} after {seconds_span(event.seconds)}{changes}"
    return _aside(said, event.aside)


def _longer(event: MaintenanceLongerAsked, house: House) -> str:
    whom = " or ".join(person.name for person in event.approvers) or "nobody: no one else may clear it"
    until = clock(event.extension.ends_at, now=event.at, zone=house.zone)
    return _aside(f"a later end, {until}, sent for approval to {whom}: {event.extension.reason}", event.extension.aside)


def _returned(event: MaintenanceLongerReturned, house: House) -> str:
    return f"the later end returned: {event.remark}" if event.remark else "the later end taken back by its author"


def _announced(event: MaintenanceAnnounced, house: House) -> str:
    late = f", urgent: {event.urgent}" if event.urgent else ""
    return f"announced to customers{f', time {event.number}' if event.number > 1 else ''}{late}"


def _reminded(event: MaintenanceReminded, house: House) -> str:
    return f"asked {', '.join(person.name for person in event.people)} to {ASKED[event.kind]}"


def _aside(text: str, aside: str) -> str:
    return f"{text}; {aside}" if aside else text


def _carried(event: MaintenanceCarried, house: House) -> str:
    if not event.sent:
        return f"post {event.number} not sent to {event.channel}: {event.reason}"
    because = f" ({event.reason})" if event.reason else ""
    return f"post {event.number} stands on {event.channel}{' by hand' if event.by_hand else ''}{because}"


def _contradicted(event: MaintenanceContradicted, house: House) -> str:
    found = "; ".join(f"{each.channel} {each.says} ({each.rule})" for each in event.found)
    return f"channels say different things: {found}" if found else "all channels say the same again"


LINES: dict[type[Event], Callable[[Any, House], str]] = {
    MaintenanceScheduled: lambda event, _: _aside(
        f"scheduled, urgent: {event.urgent}" if event.urgent else "scheduled", event.aside
    ),
    MaintenanceAnnounced: _announced,
    MaintenanceStarted: lambda _, __: "started",
    MaintenanceExtended: _extended,
    MaintenanceLongerAsked: _longer,
    MaintenanceLongerReturned: _returned,
    MaintenanceVerifying: lambda _, __: "work done, being verified",
    MaintenanceCompleted: lambda _, __: "completed",
    MaintenanceCancelled: lambda event, _: f"cancelled: {event.reason}",
    MaintenanceLinked: lambda event, _: f"incident {event.incident} came of it",
    MaintenanceOwned: lambda event, _: f"given from {event.old.name} to {event.new.name}",
    MaintenanceCarried: _carried,
    MaintenanceSentAgain: lambda event, _: f"post {event.number} sent to {event.channel} again",
    MaintenanceContradicted: _contradicted,
    MaintenanceReminded: _reminded,
}
