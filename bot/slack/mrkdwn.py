"""Marked text in Slack's own markup: live only where a mark says so, whatever people typed (SEC-060)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.slack.limits import size
from bot.slack.vocabulary import STANDARD, Words
from templates.marks import Span, spans, spelled
from templates.marks import plain as unmarked

INERT = "\u00ad"
"""A soft hyphen in front keeps a sign from opening a format. Slack knows no escape; it takes the zero-width signs of
U+2000 to U+206F for punctuation, behind which a format may begin, so those are no help."""

EDGE = "\u200b"
"""Between a letter and our own emphasis, which Slack sees only at the edge of a word."""

_SIGN = re.compile(r"(?<![^\W_])[*_~]|`")
_QUOTE = re.compile(r"^(?=>)", re.MULTILINE)
_OTHER_HOST = re.compile(r"(?<=:)(?=//[^\s/?#]*@)")
_UNSENDABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]+")
_HALVES = re.compile("[\ud800-\udfff]")
_LINE = re.compile(r"\S(?:.*\S)?")
_ATOM = re.compile(r"\n+|[^\S\n]+|\S+")
_CHARACTER = re.compile(r"&(?:amp|lt|gt);|.", re.DOTALL)
_USER = re.compile(r"[UW][A-Z0-9]{1,30}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,30}")


@dataclass(frozen=True, slots=True)
class Known:
    """``people``: person id -> Slack user id; ``rooms``: name without # -> channel id.

    ``elsewhere``: names of rooms that are no channels -> where they are instead, empty where that is nowhere: the
    link in the web room of one that Slack never gets, the permalink of a thread.
    ``spelled``: what commands are called here.
    """

    people: Mapping[str, str] = field(default_factory=dict)
    rooms: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    spelled: Words = STANDARD

    def user(self, person: str) -> str | None:
        return _id(_USER, self.people.get(person))

    def channel(self, room: str) -> str | None:
        return _id(_CHANNEL, self.rooms.get(room))


def mrkdwn(marked: str, known: Known) -> str:
    """The text with its live mentions, room links and emphasis; whom or what Slack does not know is named in words."""
    return "".join(_atoms(marked, known))


def escape(text: str) -> str:
    """What anybody typed, as text that stays text: no token, no format, no quote (SEC-060, SEC-064).

    An address that shows one host and leads to another is no link (SEC-063).
    """
    text = _OTHER_HOST.sub(INERT, _QUOTE.sub(INERT, _SIGN.sub(rf"{INERT}\g<0>", sendable(text))))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def sendable(text: str) -> str:
    """Without control characters and half characters, which the door has taken out of all that was typed."""
    return _HALVES.sub("\ufffd", _UNSENDABLE.sub("", text))


def plain(marked: str, most: int) -> str:
    """A text without any markup, never empty, cut on a word where it is too long."""
    text = sendable(unmarked(marked)).strip() or "–"
    if size(text) <= most:
        return text
    kept = _parts(text[: most + 1], most - 1)[0]
    head, _, _ = kept.rpartition(" ")
    return (head if len(head) * 2 > len(kept) else kept).rstrip(" ,.:;–-") + "…"


def marked_up(marked: str) -> bool:
    return any(span.kind != "text" for span in spans(marked))


def pieces(marked: str, known: Known | None, most: int) -> list[str]:
    """The whole text in pieces of at most ``most``, cut between paragraphs, lines or words where that is possible.

    With ``known`` as mrkdwn, of which no token is cut in two; without, as plain text.
    """
    atoms = list(_atoms(marked, known) if known else _ATOM.findall(sendable(unmarked(marked))))
    found: list[str] = []
    while atoms:
        end = _end(atoms, most)
        if end == 0:
            atoms[:1] = _parts(atoms[0], most)
            continue
        found.append("".join(atoms[:end]).strip())
        atoms = atoms[end:]
    return [piece for piece in found if piece]


def _end(atoms: list[str], most: int) -> int:
    """How many atoms make the next piece. A paragraph is kept whole unless that leaves the piece half empty."""
    length, fits, breaks = 0, 0, {"\n\n": 0, "\n": 0, " ": 0}
    for atom in atoms:
        length += size(atom)
        if length > most:
            break
        fits += 1
        if atom.isspace() and length * 2 >= most:
            breaks[atom[:2] if atom[:1] == "\n" else " "] = fits
    return fits if fits == len(atoms) else next((end for end in breaks.values() if end), fits)


def _parts(atom: str, most: int) -> list[str]:
    """A word without end in pieces that fit; no escaped character is cut."""
    parts, length = [""], 0
    for character in _CHARACTER.findall(atom):
        length += size(character)
        if length > most:
            parts.append("")
            length = size(character)
        parts[-1] += character
    return parts


def _atoms(marked: str, known: Known) -> Iterator[str]:
    """Words, blanks, mentions: what is not cut when a text is."""
    runs = spans(spelled(marked, known.spelled))
    for number, span in enumerate(runs):
        if span.kind == "text":
            yield from _ATOM.findall(escape(span.text))
        elif span.kind == "bold":
            before, after = _text_of(runs, number - 1)[-1:], _text_of(runs, number + 1)[:1]
            yield f"{EDGE * before.isalnum()}{_bold(span.text)}{EDGE * after.isalnum()}"
        else:
            yield _live(span, known)


def _text_of(runs: list[Span], number: int) -> str:
    return runs[number].text if 0 <= number < len(runs) and runs[number].kind == "text" else ""


def _bold(text: str) -> str:
    """Line by line, as Slack wants it; a star inside can neither open nor close."""
    return _LINE.sub(r"*\g<0>*", escape(text).replace("*", f"*{INERT}"))


def _live(span: Span, known: Known) -> str:
    if span.kind == "mention":
        user = known.user(span.ref)
        return f"<@{user}>" if user else escape(f"@{span.text}")
    if span.text in known.elsewhere:
        link = known.elsewhere[span.text]
        return f"<{_address(link)}|{escape(span.text)}>" if link else escape(span.text)
    channel = known.channel(span.text)
    return f"<#{channel}>" if channel else escape(f"#{span.text}")


def _address(link: str) -> str:
    return link.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")


def _id(form: re.Pattern[str], found: str | None) -> str | None:
    return found if found and form.fullmatch(found) else None
