"""A public post as the lint reads it, with all that is known around it. Everything has a default (WL-1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from incidents.policy import STANDARD
from incidents.severity import Severity
from incidents.wording.finding import Level

LANGUAGES = ("en", "zh-CN", "fr", "pl")
KINDS = ("incident", "maintenance", "security", "postmortem")
INCIDENT_STAGES = ("investigating", "identified", "monitoring", "resolved", "withdrawn")
MAINTENANCE_STAGES = ("scheduled", "in_progress", "verifying", "completed", "cancelled")
STAGES = (*INCIDENT_STAGES, *MAINTENANCE_STAGES)
CHANNELS = ("page", "sms", "social", "email", "in_app", "chat", "internal")
SHORT_CHANNELS = ("sms", "social", "in_app")
STATES = ("operational", "under_maintenance", "degraded_performance", "partial_outage", "major_outage")
FIELDS = (
    "problem",
    "started_at",
    "impact",
    "not_affected",
    "action",
    "cause",
    "fix",
    "progress",
    "remaining_impact",
    "workaround",
    "eta",
    "next_update_at",
    "data_statement",
    "duration",
    "prevention",
    "report",
    "contact",
    "subscribe",
    "apology",
)
"""The body fields (STG-2), in the order of a post."""

Certainty = Literal["confirmed", "suspected", "unknown"]
DataCheck = Literal["none", "running", "confirmed"]
EtaPolicy = Literal["none", "padded", "on_request"]


@dataclass(frozen=True, slots=True)
class Component:
    """``state`` is one of STATES; ``aliases`` are what titles may call it, in any language."""

    name: str
    state: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Times:
    """The clocks a post is compared with. Unknown ones are not compared."""

    posted_at: datetime | None = None
    next_update_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    eta_at: datetime | None = None
    window_start: datetime | None = None
    window_end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the technical lead said: so long, from then on, how sure (ETA-1)."""

    given_at: datetime
    takes: timedelta
    certainty: Literal["low", "medium", "high"] = "medium"
    buffer: int | None = None
    """Percent; None: what the certainty asks for (ETA-3)."""
    zone: str = "UTC"
    """Whose clock the posts show."""


@dataclass(frozen=True, slots=True)
class House:
    """What an organisation adds to the rules (WL-5)."""

    allowed: tuple[str, ...] = ()
    """Terms that no rule objects to, product names and abbreviations among them."""
    providers: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    """Beginnings or endings of host names, a * on the other side: `db*`, `*.example.net`."""
    code_names: tuple[str, ...] = ()
    """Names of rooms, teams and projects that stay inside."""
    contacts: tuple[str, ...] = ()
    """Our own addresses and phone numbers, which may be published."""
    aliases: tuple[tuple[str, str], ...] = ()
    """What else a component is called: (component, alias)."""
    words: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    """Further words: (language, list, words)."""
    levels: tuple[tuple[str, Level], ...] = ()
    """Errors that are warnings here: (rule, level)."""
    cadence: tuple[tuple[Severity, int], ...] = tuple(
        (severity, level.cadence) for severity, level in STANDARD.items() if level.cadence
    )
    """Minutes between public updates."""
    eta: EtaPolicy = "padded"


@dataclass(frozen=True, slots=True)
class Post:
    """One text in one language. ``fields`` are drafted, ``body`` is rendered; either may be empty.

    ``title`` is None when the text has none of its own: a plain post of one paragraph.
    """

    title: str | None = None
    body: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    stage: str = "investigating"
    kind: str = "incident"
    severity: Severity | None = None
    channel: str = "page"
    label: str | None = None
    """The stage as the post shows it; None: it may stand in front of the title."""
    components: tuple[Component, ...] = ()
    times: Times = field(default_factory=Times)
    previous: "Post | None" = None
    known: Mapping[str, str] = field(default_factory=dict)
    """What the text says of these elements, for comparing it with the previous one where there are no fields."""
    reason: str = ""
    """Why this stage follows the last one, where that needs saying (LIFE-17)."""
    first_of_stage: bool | None = None
    """None: it is when the previous post was of another stage."""
    cause: Certainty = "confirmed"
    data_check: DataCheck = "none"
    estimate: Estimate | None = None
    cleared: frozenset[str] = frozenset()
    """What was approved for this post: `security`, `compensation`."""
    house: House = field(default_factory=House)

    @property
    def opens_stage(self) -> bool:
        if self.first_of_stage is None:
            return self.previous is None or self.previous.stage != self.stage
        return self.first_of_stage

    @property
    def public(self) -> bool:
        return self.channel != "internal"

    @property
    def cadence(self) -> int | None:
        """Minutes within which the next update is owed."""
        return dict(self.house.cadence).get(self.severity) if self.severity else None


_UNKNOWN = Post()


def plain(text: str, like: Post = _UNKNOWN) -> Post:
    """A post as somebody typed it: the first paragraph is the title, unless there is no other.

    ``like`` says all that is known besides the text.
    """
    title, gap, rest = text.strip().partition("\n\n")
    if not gap:
        return replace(like, title=None, body=text)
    return replace(like, title=title, body=rest.strip())
