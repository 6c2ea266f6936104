"""Clock times, spans of time, zones and dates as people write them in a post (LINT-48, LINT-49, LINT-61)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from incidents.wording.lexicon import Lexicon, lexicon

DAY = 24 * 60
_HOUR, _MINUTE = r"(?:[01]?[0-9]|2[0-3])", r"[0-5][0-9]"
CLOCK = rf"(?:(?<![0-9:.,]){_HOUR}:{_MINUTE}(?![0-9]|:[0-9])|(?<![0-9:.,]){_HOUR} ?h ?{_MINUTE}(?![0-9]))"
_CLOCK = re.compile(CLOCK)
_ZONE = re.compile(
    r"(?<![A-Za-z])(?:(?:UTC|GMT)(?: ?[+-][0-9]{1,2}(?::[0-9]{2})?)?|Z|[A-Z]{2,4}T)(?![A-Za-z])"
    r"|\+[0-9]{2}:[0-9]{2}(?![0-9])|(?<=[0-9])Z(?![A-Za-z])"
)


@dataclass(frozen=True, slots=True)
class Clock:
    start: int
    end: int
    minutes: int
    """Since midnight."""


@dataclass(frozen=True, slots=True)
class Lasted:
    """A span of time beside the two clock times it runs between, all in minutes."""

    start: int
    end: int
    said: int
    counted: int


def clock_times(text: str, words: Lexicon) -> Iterator[Clock]:
    """Not `1 h 30 min`, which is a span of time."""
    for found in _CLOCK.finditer(text):
        following = text[found.end() : found.end() + 12].lower().lstrip()
        if ":" in found[0] or not following.startswith(words.words["minutes"]):
            hour, minute = re.split(r":| ?h ?", found[0])
            yield Clock(found.start(), found.end(), int(hour) * 60 + int(minute))


def names_zone(text: str, low: str, words: Lexicon) -> bool:
    return bool(_ZONE.search(text)) or words.lists["zone"].is_in(low)


def lasted(text: str, words: Lexicon) -> Lasted | None:
    """What a text says something lasted, if it also says from when to when."""
    spoken, between = _spoken(words.language), _between(words.language)
    bounds = between.search(text)
    if bounds is None:
        return None
    # The two times look like spans themselves where hours are written with an h.
    for span in spoken.finditer(text):
        if span.end() <= bounds.start() or span.start() >= bounds.end():
            first, second = (_minutes(bounds[name]) for name in ("first", "second"))
            return Lasted(span.start(), span.end(), _length(span), (second - first) % DAY)
    return None


def _minutes(clock: str) -> int:
    hour, minute = re.split(r":| ?h ?", clock)
    return int(hour) * 60 + int(minute)


def spoken_minutes(text: str, words: Lexicon) -> int | None:
    found = _spoken(words.language).search(text)
    return _length(found) if found else None


def _length(span: re.Match[str]) -> int:
    hours = float((span["hours"] or "0").replace(",", "."))
    return round(hours * 60) + int(span["rest"] or span["minutes"] or 0)


@lru_cache
def _spoken(language: str) -> re.Pattern[str]:
    hours, minutes = (_units(language, name) for name in ("hours", "minutes"))
    return re.compile(
        rf"(?<![0-9:.,])(?:(?P<hours>[0-9]{{1,3}}(?:[.,][0-9])?) ?(?:{hours})(?:,? ?(?:and |et |i )?"
        rf"(?P<rest>[0-5]?[0-9])(?: ?(?:{minutes})|(?![0-9:])))?"
        rf"|(?P<minutes>[0-9]{{1,4}}) ?(?:{minutes}))(?![A-Za-zÀ-ž])",
        re.IGNORECASE,
    )


@lru_cache
def _between(language: str) -> re.Pattern[str]:
    until = _units(language, "until")
    zone = r"(?: ?[A-Z]{2,5}(?![A-Za-z])| ?[（(][^）)\n]{1,12}[）)])?"
    return re.compile(rf"(?P<first>{CLOCK}){zone} ?(?:{until}) ?(?P<second>{CLOCK})", re.IGNORECASE)


def _units(language: str, name: str) -> str:
    return "|".join(re.escape(unit) for unit in sorted(lexicon(language).words[name], key=len, reverse=True))


def names_date(text: str, words: Lexicon) -> bool:
    """A day with its month: `12 May 2031`, `2031-05-12`, `2031年5月12日`."""
    return bool(_date(words.language).search(text))


@lru_cache
def _date(language: str) -> re.Pattern[str]:
    months = _units(language, "months")
    return re.compile(
        r"(?<![0-9])(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{4}|[0-9]{1,2} ?月 ?[0-9]{1,2} ?日)"
        rf"|(?<![0-9])[0-9]{{1,2}}(?:st|nd|rd|th|er)? ?(?:{months})(?!\w)|(?<!\w)(?:{months}) [0-9]{{1,2}}(?![0-9])",
        re.IGNORECASE,
    )
