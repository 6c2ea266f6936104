"""What the bot shows, in no platform's dialect: cards, buttons, forms."""

from dataclasses import dataclass
from typing import Literal

Tone = Literal["plain", "good", "warn", "bad"]
FieldKind = Literal["line", "text", "choice", "person", "time", "check"]


@dataclass(frozen=True, slots=True)
class Button:
    """Pressing it says ``says`` in the incident's room. With ``confirm`` the chat asks that question first.

    With ``key`` that line is the one which was delivered, or will be, under this id: all of them together run once.
    """

    label: str
    says: str
    style: Literal["plain", "primary", "danger"] = "plain"
    confirm: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Field:
    """``choices`` are (value, label) pairs for kind `choice`."""

    name: str
    label: str
    kind: FieldKind = "line"
    value: str = ""
    required: bool = False
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """Sending it says ``says`` with the fields beside it. ``plain`` is the one line that does the same."""

    title: str
    says: str
    fields: tuple[Field, ...]
    submit: str = "Send"
    intro: str = ""
    plain: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """``title`` and ``text`` are marked text (templates/marks.py). Paragraphs are separated by an empty line.

    ``folds`` follow the text, each under a heading that opens it where the chat can fold.
    """

    title: str = ""
    text: str = ""
    facts: tuple[Fact, ...] = ()
    buttons: tuple[Button, ...] = ()
    tone: Tone = "plain"
    form: Form | None = None
    folds: tuple[Fact, ...] = ()
