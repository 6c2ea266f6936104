"""Everything that was promised, in all open incidents: what is owed, what was kept, what was broken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from incidents import promises
from incidents.escalation import audience
from incidents.incident import Incident
from incidents.promises import PROMISES
from incidents.records import Deadline
from templates import due, marks
from templates.card import Card
from templates.house import House
from templates.words import clock, lateness, seconds_span

SHARED = timedelta(days=30)
"""Over how long the shares are counted."""
MOST = 40

Shares = Mapping[str, tuple[int, int]]


class Settled(Protocol):
    """A promise of the past, as storage keeps it."""

    @property
    def incident_id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def kept(self) -> bool: ...
    @property
    def done(self) -> bool: ...
    @property
    def late_seconds(self) -> int: ...
    @property
    def owner(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Ahead:
    """One promise that is still open; ``minutes`` past its time, negative while it is ahead."""

    incident: Incident
    deadline: Deadline
    minutes: int

    @property
    def what(self) -> str:
        return due.plain_name(self.deadline)

    @property
    def owners(self) -> str:
        return ", ".join(person.name for person in audience(self.incident, self.deadline))


def ahead(running: Sequence[Incident], now: datetime) -> list[Ahead]:
    """What somebody relies on, the next first; questions and nudges are left out."""
    found = [
        Ahead(incident, deadline, int((now - deadline.due_at).total_seconds() // 60))
        for incident in running
        for deadline in incident.deadlines.values()
        if deadline.kind in PROMISES
    ]
    return sorted(found, key=lambda each: (each.deadline.due_at, each.incident.severity, each.incident.id))


def of_one(incident: Incident) -> str:
    """`5 of 6 kept`; empty as long as nothing was due."""
    kept, total = promises.share(incident)
    return f"{kept} of {total} kept" if total else ""


def card(
    running: Sequence[Incident], settled: Sequence[Settled], shares: Shares, *, house: House, now: datetime
) -> Card:
    """For whoever asks outside a room; callers leave out what the reader may not see."""
    lines = [_open(each, house, now) for each in ahead(running, now)[:MOST]]
    parts = ["\n".join(lines) or "Nothing is promised."]
    if settled:
        parts.append("\n".join([marks.bold("Kept and broken"), *(past(each, house, now) for each in settled)]))
    if told := share_line(shares):
        parts.append(f"{marks.bold('In 30 days')} {told}")
    late = any(each.minutes > 0 for each in ahead(running, now))
    return Card(title="What is promised", text="\n\n".join(parts), tone="warn" if late else "plain")


def _open(each: Ahead, house: House, now: datetime) -> str:
    when = clock(each.deadline.due_at, now=now, zone=house.zone)
    owners = ", ".join(marks.mention(person) for person in audience(each.incident, each.deadline))
    room = marks.room(each.incident.room_name)
    return " · ".join(filter(None, (f"{marks.bold(when)} ({lateness(each.minutes)}) {each.what}", owners, room)))


def past(each: Settled, house: House, now: datetime) -> str:
    """`✓ kept Public update of inc-3, due 14:40 UTC, Cleo`."""
    when = clock(each.due_at, now=now, zone=house.zone)
    return ", ".join(filter(None, (f"{outcome(each)}: {what(each)} of inc-{each.incident_id}, due {when}", each.owner)))


def outcome(each: Settled) -> str:
    if each.kept:
        return "kept"
    return f"broken by {seconds_span(each.late_seconds)}" if each.done else "broken, never done"


def what(each: Settled) -> str:
    number = each.name.partition(":")[2]
    return f"{due.NAMES.get(each.kind, each.kind)} {number}".rstrip()


def share_line(shares: Shares) -> str:
    """`Public update 11 of 12 (91 %), …`, and all of them together first."""
    if not shares:
        return ""
    kept, total = (sum(numbers) for numbers in zip(*shares.values(), strict=True))
    parts = [_share("kept", kept, total)]
    parts += [_share(due.NAMES.get(kind, kind), *numbers) for kind, numbers in sorted(shares.items())]
    return ", ".join(parts)


def _share(name: str, kept: int, total: int) -> str:
    return f"{name} {kept} of {total} ({100 * kept // total} %)"
