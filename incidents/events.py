"""What can have happened. Facts, past tense, never changed afterwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from incidents.event import Event
from incidents.person import Person
from incidents.phase import Phase
from incidents.records import Deadline, Page, Proposal, Task
from incidents.roles import Role
from incidents.severity import Severity

NoteKind = Literal["note", "finding", "decision", "action", "todo", "callout", "status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared(Event):
    severity: Severity
    title: str
    defaulted: bool
    """The speaker named no severity and Sitrep chose one (INC-9)."""
    titled: bool
    """The speaker gave a title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed(Event):
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityChanged(Event):
    old: Severity
    new: Severity
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeMajor(Event):
    """The commander decided that it needs a coordinated response of several teams (SVR-7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseChanged(Event):
    old: Phase
    new: Phase
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleTaken(Event):
    """``person`` holds ``role`` now; ``replaced`` held it before; ``warnings`` are said aloud in the room (ROLE-19)."""

    role: Role
    person: Person
    service: str = ""
    replaced: Person | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleReleased(Event):
    role: Role
    person: Person
    left: bool = False
    """Not by anybody's word: the holder's account is gone (REL-059)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverOffered(Event):
    to: Person
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverAccepted(Event):
    old: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverEnded(Event):
    """Declined by the successor or called off by the commander: nothing changes."""

    to: Person
    declined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandHandedOver(Event):
    old: Person
    new: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Event):
    """A timeline entry by a person. ``happened_at`` differs from ``at`` when it was back-dated (TL-4).

    ``source`` is where it was written (`web:message:17`), empty for a command; ``from_thread`` means that
    everybody can already read it in the timeline thread.
    """

    kind: NoteKind
    text: str
    happened_at: datetime
    source: str = ""
    from_thread: bool = False
    executor: Person | None = None

    @property
    def back_dated(self) -> bool:
        return self.happened_at != self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected(Event):
    """Entry ``seq`` reads ``text`` from now on; ``old`` is kept (TL-8)."""

    seq: int
    old: str
    text: str
    from_thread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryWithdrawn(Event):
    """Entry ``seq`` no longer counts; its text is kept (TL-8)."""

    seq: int
    old: str
    reason: str = ""
    from_thread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMarked(Event):
    """Entry ``seq`` is a key event from now on, or with ``key`` False no longer one (TL-8)."""

    seq: int
    text: str
    key: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryMasked(Event):
    """Of entry ``seq`` nobody is shown ``words`` any more; empty: none of its text (TL-8).

    ``repeated`` are the texts by which copies of the entry are known, ``changed`` says that the incident itself
    repeated it. ``source`` is the message that became the entry.
    """

    seq: int
    words: str
    reason: str
    repeated: tuple[str, ...] = ()
    changed: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskGiven(Event):
    task: Task


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChanged(Event):
    """``how`` is `accepted`, `longer` (new due time in ``task``), `done` or `todo` (left for afterwards)."""

    task: Task
    how: Literal["accepted", "longer", "done", "todo"]
    result: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed(Event):
    proposal: Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Objected(Event):
    proposal: Proposal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried(Event):
    """Nobody objected strongly in time (ROLE-39)."""

    proposal: Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded(Event):
    """``deadline`` is ``minutes`` past due (negative: still ahead, GEN-4). ``audience`` is whom it concerns, in order.

    ``audience`` holds the roles' holders; ``escalated`` the people named because it is overdue.
    """

    deadline: Deadline
    minutes: int
    audience: tuple[Person, ...]
    escalated: tuple[Person, ...] = ()
    open_roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtUp(Event):
    """Sitrep was away: everything that passed meanwhile, told once (CAD-22, REL-121)."""

    away_minutes: int
    missed: tuple[Reminded, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snoozed(Event):
    deadline: Deadline
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged(Event):
    """``people`` is empty when there was nobody to call; ``escalation`` counts the levels tried before (CMD-5)."""

    page: Page
    escalation: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAcknowledged(Event):
    page: Page
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved(Event):
    """The commander confirmed full recovery (LIFE-5, LIFE-11). ``data_statement`` is what customers may be told."""

    data_statement: str
    early_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened(Event):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled(Event):
    """A false alarm, found after declaring (cancelled) or while checking the report (dismissed) (INC-11)."""

    reason: str
    dismissed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAssigned(Event):
    owner: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Event):
    severity: Severity
    """The final level, set by the commander at close (SVR-11)."""
