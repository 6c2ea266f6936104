"""What became visible, in order: what people said and what Sitrep showed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from templates import plain
from templates.card import Card
from templates.marks import plain as unmarked

Kind = Literal["post", "edit", "private", "topic", "invite", "pin", "open", "page", "publish", "refused"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One visible effect. ``to`` is `#room` or `@handle`."""

    at: datetime
    to: str
    kind: Kind
    slot: str = ""
    text: str = ""
    buttons: tuple[str, ...] = ()
    card: Card | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "at": iso(self.at),
            "to": self.to,
            "kind": self.kind,
            "slot": self.slot,
            "text": self.text,
            "buttons": list(self.buttons),
        }


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a person did: ``words`` as typed, or a stage direction such as `presses "Take command"`."""

    at: datetime
    who: str
    where: str
    words: str


@dataclass(frozen=True, slots=True)
class Happened:
    """A stage direction of the script: a restart, a long pause."""

    at: datetime
    text: str


Moment = Seen | Spoken | Happened


def shown(at: datetime, to: str, kind: Kind, card: Card, *, slot: str = "") -> Seen:
    text = plain.text(card)
    return Seen(at, to, kind, slot=slot, text=text, buttons=tuple(plain.buttons(card)), card=card)


def said(at: datetime, to: str, kind: Kind, text: str = "", *, slot: str = "") -> Seen:
    return Seen(at, to, kind, slot=slot, text=unmarked(text))


def iso(at: datetime) -> str:
    """`2031-04-02T14:00:00Z`; to the second, as timelines are (TL-1)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
