"""What can have happened to public posts."""

from dataclasses import dataclass

from incidents.event import Event
from incidents.person import Person
from incidents.records import Update
from incidents.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePublished(Event):
    update: Update
    old: Stage | None
    reason: str = ""
    late_seconds: int = 0
    """How long after its due time; 0 when on time or when nothing was due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingSkipped(Event):
    """It was decided that customers need no post; ``kept`` when that was decided before and stands (CAD-8)."""

    reason: str
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseAsked(Event):
    """``by`` wants customers to read ``text``; whether the cause is known is ``to``'s to say (LIFE-10 d)."""

    to: Person
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseConfirmed(Event):
    """``cause`` may be empty: that it is known is enough."""

    cause: str
