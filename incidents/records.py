"""What an incident keeps about its tasks, proposals, handover, deadlines and last public post."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

from incidents.components import ComponentState
from incidents.person import Person
from incidents.stage import Stage

TaskState = Literal["given", "accepted", "done", "todo"]


@dataclass(frozen=True, slots=True)
class Task:
    """One thing, one person, one time-box (ROLE-37)."""

    number: int
    person: Person
    text: str
    given_by: Person
    given_at: datetime
    due_at: datetime
    state: TaskState = "given"

    @property
    def open(self) -> bool:
        return self.state in ("given", "accepted")


ProposalState = Literal["open", "carried", "objected"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan that holds unless somebody objects strongly in time (ROLE-39)."""

    number: int
    plan: str
    by: Person
    until: datetime
    executor: Person | None = None
    state: ProposalState = "open"


@dataclass(frozen=True, slots=True)
class Crisis:
    """``level`` is 1 (low), 2 or 3 (high); ``by`` gave it this level, ``since`` is when it began (CRI-2, CRI-3)."""

    level: int
    by: Person
    since: datetime


@dataclass(frozen=True, slots=True)
class Handover:
    """Command offered to ``to``; the old commander leads until it is done (ROLE-20)."""

    to: Person
    offered_by: Person
    offered_at: datetime
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """People called at one moment; any of them may acknowledge it (CAD-1)."""

    number: int
    people: tuple[Person, ...]
    reason: str
    by: Person
    at: datetime
    acknowledged_by: Person | None = None
    escalated: bool = False
    """The next level was called, or there was none (CMD-5)."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What customers read, in one language."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Reach:
    """What each channel is given, word for word; and those that the matrix names and somebody left out (CHN-3)."""

    carried: dict[str, Wording] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """One public post as it went out: the one record from which every channel's text comes (STG-1, CHN-4).

    ``title`` and ``body`` are in ``language``, the one it was written in; ``texts`` are the others. ``components``
    are those whose state it tells. ``number`` is its revision. ``reach`` says which channels it goes to, as it was
    read before it went out; None: as the matrix says.
    """

    number: int
    stage: Stage
    title: str
    body: str
    by: Person
    posted_at: datetime
    next_update_at: datetime | None
    template: str
    language: str = "en"
    texts: dict[str, Wording] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    components: dict[str, ComponentState] = field(default_factory=dict)
    approved_by: Person | None = None
    reach: Reach | None = None
    origins: dict[str, str] = field(default_factory=dict)
    """Which template and version each language came from: `STG-14 v3` (STG-4)."""
    aside: tuple[str, ...] = ()
    """Rules of wording that somebody set aside, with a reason that is on the record (WL-2)."""

    def wording(self, language: str) -> Wording:
        """What is read in ``language``; where nobody wrote it, in the first one."""
        return self.texts.get(language) or Wording(self.title, self.body)


@dataclass(frozen=True, slots=True)
class Draft:
    """A public post before it goes out: its texts, and what they were made from, so that they can be made anew.

    ``texts`` holds every language, ``language`` is the one it is written in. ``facts`` and ``text`` are as its author
    gave them. ``next_update_at`` is the time it names; together with the other times that Sitrep fills in it is
    renewed when the post goes out (APPR-6).
    """

    number: int
    stage: Stage
    template: str
    texts: dict[str, Wording]
    author: Person
    submitted_at: datetime
    next_update_at: datetime | None = None
    language: str = "en"
    kind: str = ""
    text: str = ""
    every: int = 0
    """Minutes between posts from this one on, where it says that it will take long (CAD-13)."""
    facts: dict[str, str] = field(default_factory=dict)
    components: dict[str, ComponentState] = field(default_factory=dict)
    reason: str = ""
    unknown: tuple[str, ...] = ()
    """Facts that still show as gaps; only a preview may have them."""
    co_authors: tuple[Person, ...] = ()
    """Approvers who changed the text, once for each change, the latest last (APPR-4)."""
    origins: dict[str, str] = field(default_factory=dict)
    """Which template and version each language came from (STG-4)."""
    cleared: dict[str, Person] = field(default_factory=dict)
    """Who has said yes for what, where more than one has to: `usual`, `legal` (SEC-20)."""
    standing: dict[str, str] = field(default_factory=dict)
    """How severity, stage, scope and estimate stood when it was submitted."""
    picks: dict[str, bool] = field(default_factory=dict)
    """Channels that somebody added or left out by name; all others are as the matrix says (CHN-3)."""
    reach: Reach = field(default_factory=Reach)
    aside: tuple[str, ...] = ()
    """Rules of wording that somebody has set aside with a reason (WL-2)."""

    @property
    def title(self) -> str:
        return self.texts[self.language].title

    @property
    def body(self) -> str:
        return self.texts[self.language].body

    @property
    def authors(self) -> tuple[Person, ...]:
        return tuple(dict.fromkeys((self.author, *self.co_authors)))

    @property
    def digest(self) -> str:
        """Of every word that anybody would read, in every language and on every channel, with stage and components.

        A channel more or less is another post too (APPR-6).
        """
        parts = [self.stage.value, self.template, repr(sorted(self.components.items()))]
        parts += [repr((code, text.title, text.body)) for code, text in sorted(self.texts.items())]
        parts += [repr(("to", name, text.title, text.body)) for name, text in sorted(self.reach.carried.items())]
        return sha256("\n".join(parts).encode()).hexdigest()


NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""When something that is owed, and about which all has been said, speaks again."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something owed. ``due_at`` is the promise and never moves by a snooze; ``wake_at`` is when to look next (CAD-20).

    ``name`` is `ic`, `roles`, `first-notice`, `scoping`, `update`, `approval`, `facts`, `eta`, `page:3`, `task:2`,
    `task-ack:2`, `proposal:1`, `feedback:4` or one of those that rhythm keeps. What has been said for the last time
    but is still owed wakes at NEVER.
    """

    name: str
    due_at: datetime
    wake_at: datetime
    snoozed: bool = False
    aim_at: datetime | None = None
    """When it should be done, ahead of when it must be: the target of the first notice (CAD-3)."""

    @property
    def kind(self) -> str:
        return self.name.partition(":")[0]

    @property
    def number(self) -> int:
        return int(self.name.partition(":")[2] or 0)


@dataclass(frozen=True, slots=True)
class OnCall:
    """Who can be called, as the roster stood at declaration (GEN-1). ``phones`` is keyed by the person's id."""

    primary: Person | None = None
    backup: Person | None = None
    shadow: Person | None = None
    duty_manager: Person | None = None
    backup_liaison: Person | None = None
    team: tuple[Person, ...] = ()
    """Everybody of the teams: called when nobody else answers."""
    phones: dict[str, str] = field(default_factory=dict)

    @property
    def levels(self) -> tuple[tuple[Person, ...], ...]:
        """All commanders on call at once (table 3.1, CMD-12), the duty manager when none of them answers (CMD-5)."""
        commanders = tuple(person for person in (self.primary, self.backup, self.shadow) if person)
        levels = (commanders, (self.duty_manager,) if self.duty_manager else ())
        return tuple(level for level in levels if level)


@dataclass(frozen=True, slots=True)
class Breach:
    """Confirmed ``at``; ``triggers`` says since when each kind counts, ``met`` which duties are, by number (CAD-25)."""

    at: datetime
    triggers: dict[str, datetime] = field(default_factory=dict)
    met: dict[int, datetime] = field(default_factory=dict)
    stated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who interrupts is asked whether they take command (ROLE-24)."""

    to: Person
    by: Person


@dataclass(slots=True)
class Clocks:
    """The moments every key figure is computed from (GEN-3), UTC."""

    declared_at: datetime
    detected_at: datetime | None = None
    acked_at: datetime | None = None
    ic_assigned_at: datetime | None = None
    impact_started_at: datetime | None = None
    first_public_at: datetime | None = None
    identified_at: datetime | None = None
    monitoring_at: datetime | None = None
    verify_at: datetime | None = None
    """Since when the effect of the fix is being checked (LIFE-4, LIFE-11)."""
    impact_ended_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(slots=True)
class Review:
    """How far the review is; each step is somebody's word, said once (POST-10 to POST-13, POST-20)."""

    owner_at: datetime | None = None
    ready_at: datetime | None = None
    """Since when everybody can read it before the meeting."""
    held_at: datetime | None = None
    published_at: datetime | None = None
    """When customers could read the report."""


@dataclass(slots=True)
class SeveritySpan:
    """How long the incident has stood at each level so far, in seconds (SVR-11)."""

    since: datetime
    seconds: dict[int, int] = field(default_factory=dict)
