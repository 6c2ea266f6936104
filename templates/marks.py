"""Marked text: plain characters plus mentions and emphasis that no user can type.

The marks are C0 control characters. Everything a person types loses its control characters at the door
(commands/clean.py), so a title can never forge a mention, whatever the platform makes of it (SEC-060).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from incidents.person import Person

_MENTION, _END, _BOLD, _PLAIN, _ROOM, _COMMAND = "\x02", "\x03", "\x0e", "\x0f", "\x04", "\x05"
_SPLIT = re.compile(
    f"{_MENTION}([^{_END}]*)\x1f([^{_END}]*){_END}|{_ROOM}([^{_END}]*){_END}|{_BOLD}([^{_PLAIN}]*){_PLAIN}"
    f"|{_COMMAND}([^{_END}]*){_END}"
)
_TYPED = re.compile(
    r"(?<![\w/!])(?:/(?:incident|ic|status|maintenance)|!(?:incident|ic|status|maintenance|note|decide|find|todo|task))(?![\w/-])"
)
_MARKED = re.compile(f"{_COMMAND}([^{_END}]*){_END}")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text. For `mention`, ``ref`` is the person's id and ``text`` the handle; for `room`, the room's name;
    for `command` how it is typed in the web room."""

    kind: Literal["text", "mention", "room", "bold", "command"]
    text: str
    ref: str = ""


def mention(person: Person) -> str:
    return f"{_MENTION}{person.id}\x1f{person.handle}{_END}"


def room(name: str) -> str:
    """A link to a room; ``name`` without the #."""
    return f"{_ROOM}{name}{_END}"


def commands(own: str) -> str:
    """A sentence of Sitrep's own in which the commands are marked: chats may call them otherwise (CMD-22)."""
    return _TYPED.sub(rf"{_COMMAND}\g<0>{_END}", own)


def spelled(marked: str, names: Callable[[str], str]) -> str:
    """The same text with its commands as this chat calls them. What people typed is left as it is."""
    return _MARKED.sub(lambda found: names(found[1]), marked)


def bold(text: str) -> str:
    return f"{_BOLD}{text}{_PLAIN}"


def spans(marked: str) -> list[Span]:
    """The runs of a marked text, in order; empty runs are left out."""
    found: list[Span] = []
    position = 0
    for match in _SPLIT.finditer(marked):
        found.append(Span("text", marked[position : match.start()]))
        found.append(_span(match))
        position = match.end()
    found.append(Span("text", marked[position:]))
    return [span for span in found if span.text]


def _span(match: re.Match[str]) -> Span:
    person, handle, room_name, strong, command = match.groups()
    if handle is not None:
        return Span("mention", handle, ref=person)
    if room_name is not None:
        return Span("room", room_name)
    if command is not None:
        return Span("command", command)
    return Span("bold", strong)


def plain(marked: str) -> str:
    """The same text for a terminal or a log: `@handle`, `#room`, no emphasis."""
    return "".join(_PREFIX.get(span.kind, "") + span.text for span in spans(marked))


_PREFIX = {"mention": "@", "room": "#"}
