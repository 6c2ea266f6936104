"""What a rehearsal is made of: its cast and its steps."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.mistake import Mistake
from incidents.person import Person


class ScriptError(Mistake):
    """Something the script gets wrong, on line `number` of it."""

    code = 2

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(reason)
        self.number = number
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Place:
    """``kind`` is `room` or `thread` of the newest incident (or of incident ``number``), `channel` or `direct`."""

    kind: str
    number: int | None = None
    name: str = ""

    @property
    def text(self) -> str:
        if self.kind in ("room", "thread"):
            return f"{self.kind} {self.number}" if self.number else self.kind
        return f"#{self.name}" if self.kind == "channel" else f"@{self.name}"


@dataclass(frozen=True, slots=True)
class Says:
    who: Person
    place: Place
    words: str


@dataclass(frozen=True, slots=True)
class Presses:
    who: Person
    label: str
    place: Place


@dataclass(frozen=True, slots=True)
class Fills:
    who: Person
    label: str
    place: Place
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Edits:
    who: Person
    words: str


@dataclass(frozen=True, slots=True)
class Deletes:
    who: Person


@dataclass(frozen=True, slots=True)
class Reacts:
    who: Person
    emoji: str


@dataclass(frozen=True, slots=True)
class Waits:
    """Nothing is said; ``down`` means that Sitrep is not running meanwhile."""

    down: bool = False


@dataclass(frozen=True, slots=True)
class Restarts:
    """Everything in memory is lost; the database file stays."""


Action = Says | Presses | Fills | Edits | Deletes | Reacts | Waits | Restarts


@dataclass(frozen=True, slots=True)
class Step:
    """``at`` is UTC."""

    number: int
    at: datetime
    action: Action


@dataclass(slots=True)
class Script:
    start: datetime
    zone: str
    cast: dict[str, Person] = field(default_factory=dict)
    roster: dict[str, Person] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    languages: tuple[str, ...] = ("en",)
    components: tuple[str, ...] = ()
    profile: str = "standard"
