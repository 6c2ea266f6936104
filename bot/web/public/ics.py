"""Planned maintenance as a calendar, as RFC 5545 has it."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from bot.web.public import words
from bot.web.public.pages import title
from bot.web.public.snapshot import Snapshot
from bot.web.public.subjects import Subject, told

_LONGEST = 75
"""Octets in a line, before it has to be folded."""


def one(s: Snapshot, language: str, about: Subject) -> str:
    return _calendar(s, language, [about])


def every(s: Snapshot, language: str) -> str:
    """What is planned and what was, so that a program that subscribes sees changes and cancellations."""
    return _calendar(s, language, [subject for subject in s.subjects if subject.maintenance])


def _calendar(s: Snapshot, language: str, subjects: Iterable[Subject]) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Sitrep//Status page//EN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{_text(title(s, words.of(language)))}")
    for subject in subjects:
        lines += _event(s, language, subject)
    return "".join(f"{line}\r\n" for each in [*lines, "END:VCALENDAR"] for line in _folded(each))


def _event(s: Snapshot, language: str, subject: Subject) -> Iterator[str]:
    text = told(subject.newest, language, words.of(language).stages)
    yield from ("BEGIN:VEVENT", f"UID:{subject.id}@sitrep", f"DTSTAMP:{_time(subject.newest.posted_at)}")
    yield f"SEQUENCE:{subject.newest.number}"
    yield f"DTSTART:{_time(subject.started_at)}"
    if subject.ends_at:
        yield f"DTEND:{_time(subject.ends_at)}"
    yield f"SUMMARY:{_text(text.name)}"
    yield f"DESCRIPTION:{_text(text.body)}"
    yield f"URL:{s.address}/{subject.folder}/{subject.id}.html"
    yield f"STATUS:{'CANCELLED' if subject.stage == 'cancelled' else 'CONFIRMED'}"
    yield from ("TRANSP:TRANSPARENT", "END:VEVENT")


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """No text can end its line and begin a property of its own (SEC-073)."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join("".join(sign for sign in line if sign.isprintable()) for line in escaped.splitlines())


def _folded(line: str) -> Iterator[str]:
    """Long lines go on in the next one after a blank, never in the middle of a character."""
    piece, used = "", 0
    for sign in line:
        size = len(sign.encode())
        if used + size > _LONGEST:
            yield piece
            piece, used = " ", 1
        piece, used = piece + sign, used + size
    yield piece
