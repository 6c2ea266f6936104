"""What can have happened to public posts."""

from dataclasses import dataclass, field

from incidents.consistency import Contradiction
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
    before: Update | None = field(default=None, compare=False)
    """What customers read until then."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAnswered(Event):
    """Post ``number`` stands on ``channel``, or with ``sent`` False does not and a person has to put it there."""

    channel: str
    number: int
    sent: bool
    reason: str = ""
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAgain(Event):
    """Somebody has the newest post sent to this channel once more."""

    channel: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradicted(Event):
    """Channels say something else than post ``number``; with nothing ``found`` they agree again (CHK-1 to CHK-8)."""

    found: tuple[Contradiction, ...]
    number: int
