"""Planned maintenance: work on a service that is announced, carried out in a window, and ended by a person (LIFE-12).

It is no incident (INC-2). The rules that change it are in maintaining, what is due when in maintenance_due.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from incidents.event import Event
from incidents.outlet import Outlet
from incidents.person import Person
from incidents.records import Wording


class MaintenanceStage(StrEnum):
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    VERIFYING = "verifying"
    COMPLETED = "completed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ")

    @property
    def final(self) -> bool:
        return self in (MaintenanceStage.COMPLETED, MaintenanceStage.CANCELLED)

    @property
    def working(self) -> bool:
        return self in (MaintenanceStage.IN_PROGRESS, MaintenanceStage.VERIFYING)


@dataclass(frozen=True, slots=True)
class MaintenanceNumbers:
    """One organisation's numbers, copied onto each maintenance when it is scheduled (GEN-1)."""

    notice_hours: int = 24
    owner_hours: tuple[int, ...] = (72, 48, 25)
    """How long before the start the owner is reminded of an announcement that is not out yet (CAD-19)."""
    again_minutes: int = 60
    """How long before the start customers hear of it a second time (CAD-19)."""
    ask_minutes: int = 5
    escalate_minutes: int = 10
    """How long a start or an end may stay unconfirmed before the backup is asked too (LIFE-13)."""
    repeat_minutes: int = 30
    remind_customers: bool = True
    start_by_itself: bool = False
    complete_by_itself: bool = False


@dataclass(frozen=True, slots=True)
class Extension:
    """A later end of which customers have not read yet: looked at by its author, or once ``due_at`` is set, waiting.

    ``aside`` is which rules of wording were set aside, and why; ``editor`` changed the words in clearing them (APPR-4).
    """

    number: int
    ends_at: datetime
    reason: str
    by: Person
    at: datetime
    aside: str = ""
    due_at: datetime | None = None
    editor: Person | None = None


@dataclass(slots=True)
class Maintenance:
    """``service``, ``reason``, ``effect`` and ``not_affected`` are read by customers; nothing else of it is.

    ``words`` are the same in other languages: `effect@fr` (STG-34).
    """

    id: int
    service: str
    reason: str
    effect: str
    starts_at: datetime
    ends_at: datetime
    owner: Person
    scheduled_by: Person
    scheduled_at: datetime
    looked_at: datetime
    """Up to this moment everything that was due has been said."""
    numbers: MaintenanceNumbers = field(default_factory=MaintenanceNumbers)
    not_affected: str = ""
    words: dict[str, str] = field(default_factory=dict)
    components: tuple[str, ...] = ()
    backup: Person | None = None
    stage: MaintenanceStage = MaintenanceStage.SCHEDULED
    urgent: str = ""
    """Why it could not wait for the usual notice (SVR-14)."""
    approved_by: Person | None = None
    announced: list[datetime] = field(default_factory=list)
    began_at: datetime | None = None
    ended_at: datetime | None = None
    extended: int = 0
    extension: Extension | None = None
    extensions: int = 0
    incident: int | None = None
    """The incident that came of it (LIFE-14)."""
    posts: int = 0
    outlets: dict[str, Outlet] = field(default_factory=dict)
    """What each channel was given, by its name."""
    carried: dict[str, Wording] = field(default_factory=dict)
    """The words of the newest post for each channel."""
    contradictions: tuple[str, ...] = ()
    """What people were told already of channels that say something else (CHK-1 to CHK-8)."""
    clearers: tuple[Person, ...] | None = None
    """Who lets it go out, where posts are approved; None: they are not (APPR-2)."""
    entries: int = 0
    wake_at: datetime | None = None
    version: int = 0
    news: list[Event] = field(default_factory=list)

    def record(self, event: Event) -> None:
        self.news.append(event)

    @property
    def title(self) -> str:
        return f"{self.service}: {self.reason}"

    @property
    def notice_until(self) -> datetime:
        """When customers have to have heard of it (SVR-14)."""
        return self.starts_at - timedelta(hours=self.numbers.notice_hours)
