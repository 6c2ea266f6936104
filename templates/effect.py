"""What is to become visible, where: the outbox's content before it has a row."""

from dataclasses import dataclass
from typing import Literal

from incidents.person import Person
from templates.card import Card
from templates.post import Post

EffectKind = Literal["open", "invite", "topic", "post", "pin", "private", "page", "edit", "publish"]


@dataclass(frozen=True, slots=True)
class Effect:
    """``to`` is `room` (the incident's), `thread` (its timeline thread), `status`, `announce`, `person:<id>`,
    or `channel:<name>`.

    A `post` with a ``slot`` replaces what stands there; the newest wins. ``people`` are the invited;
    ``text`` is the room's name for `open` and the topic for `topic`; `pin` pins what stands in ``slot``.
    `edit` replaces what the outbox row of the op in ``slot`` has shown, if it has.
    `publish` has ``post`` carried by a channel.
    ``rank`` orders a backlog, smallest first: 0 pages, then the incident's severity.
    """

    kind: EffectKind
    to: str
    card: Card | None = None
    slot: str = ""
    people: tuple[Person, ...] = ()
    text: str = ""
    private: bool = False
    rank: int = 5
    post: Post | None = None
    otherwise: tuple[str, ...] = ()
    """Whom to call instead while this cannot be shown, by their ids (REL-130)."""
