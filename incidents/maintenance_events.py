"""What can have happened to a planned maintenance. Facts, past tense, never changed afterwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from incidents.consistency import Contradiction
from incidents.event import Event
from incidents.maintenance import Extension
from incidents.person import Person

DueKind = Literal["announce", "again", "begin", "missed", "finish", "longer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceScheduled(Event):
    """``approvers`` are asked before customers hear of it (SVR-14, APPR-2); ``aside``: rules of wording and why."""

    urgent: str = ""
    approvers: tuple[Person, ...] = ()
    aside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceAnnounced(Event):
    """``number`` counts the announcements; ``urgent`` is why the first came late."""

    number: int
    urgent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceStarted(Event):
    """The work has begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceLongerAsked(Event):
    """``approvers`` may let the later end go out; nobody has read it yet (APPR-1)."""

    extension: Extension
    approvers: tuple[Person, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceLongerReturned(Event):
    """Without a remark its author took it back."""

    extension: Extension
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceExtended(Event):
    """``approved_by`` cleared what was sent at ``sent_at``; ``alone`` is why its author needed nobody (APPR-7)."""

    old_end: datetime
    new_end: datetime
    reason: str
    aside: str = ""
    approved_by: Person | None = None
    sent_at: datetime | None = None
    edited: bool = False
    alone: str = ""

    @property
    def seconds(self) -> int:
        """From sending it to the decision (KPI-8)."""
        return int((self.at - (self.sent_at or self.at)).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceVerifying(Event):
    """The work is done, its effect is being checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceCompleted(Event):
    """It is over. ``by`` is the clock only where the organisation wants that (LIFE-13)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceCancelled(Event):
    """``public``: customers had heard of it."""

    reason: str
    public: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceLinked(Event):
    incident: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceOwned(Event):
    """``old`` hands it to ``new``, or somebody on call does."""

    old: Person
    new: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceCarried(Event):
    """A channel took post ``number``, or will not; ``by_hand``: ``by`` posted it there."""

    channel: str
    number: int
    sent: bool
    reason: str
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceSentAgain(Event):
    channel: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceContradicted(Event):
    """Channels say something else than post ``number``; with nothing ``found`` they agree again (CHK-1 to CHK-8)."""

    found: tuple[Contradiction, ...]
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceReminded(Event):
    """``people`` are asked for what was due at ``due_at``; ``late``: nobody answered before."""

    kind: DueKind
    due_at: datetime
    people: tuple[Person, ...]
    late: bool = False
