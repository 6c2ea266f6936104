"""Times as people type them: `10m`, `1h30m`, `in 20 min`; `-10m`, `14:05`."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from incidents.errors import Refused

LONGEST_MINUTES = 24 * 60

_HOURS = "(?P<hours>[0-9]+) *h(?:rs?|ours?)?"
_MINUTES = "(?P<{}>[0-9]+) *m(?:in(?:ute)?s?)?"
_SPAN = re.compile(
    f"(?:{_HOURS}(?: *{_MINUTES.format('minutes')}|(?P<short>[0-9]+))?|{_MINUTES.format('only')})",
    re.IGNORECASE,
)
_IN = re.compile(r"in +(?=[0-9])", re.IGNORECASE)
_END = re.compile(r"[,.:;]?(?!\S)")
_CLOCK = re.compile("([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?( *(?:utc|z))?", re.IGNORECASE)
# Phones turn a hyphen before a digit into a minus or a dash.
_AGO = ("-", "\u2212", "\u2013")
_ALMOST_NOW = timedelta(minutes=1)


def span(text: str, start: int = 0) -> tuple[int, int] | None:
    """Minutes and where they end, when `10m`, `10 min`, `1h30m` or `in 20m` stands at ``start``.

    A bare number is no span. Raises Refused for more than 24 hours.
    """
    if before := _IN.match(text, start):
        start = before.end()
    found = _SPAN.match(text, start)
    end = _END.match(text, found.end()) if found else None
    return (_minutes(found), end.end()) if found and end else None


def moment(word: str, *, now: datetime, zone: str) -> datetime | None:
    """The past moment a word names, in UTC, or None: `-10m`, `14:05` in ``zone``, `14:05 UTC`.

    A time of day is the latest one that has been, so after midnight `23:50` is yesterday's; up to a minute ahead
    counts as now. Raises Refused for more than 24 hours back and for what is still to come.
    """
    typed = word.strip()
    if typed.startswith(_AGO):
        ago = _whole_span(typed[1:].lstrip())
        return None if ago is None else now.astimezone(UTC) - timedelta(minutes=ago)
    if match := _CLOCK.fullmatch(typed):
        hour, minute, second = (int(digits or 0) for digits in match.group(1, 2, 3))
        return _latest(time(hour, minute, second), now, ZoneInfo("UTC" if match[4] else zone))
    if typed[:1] == "+" or _IN.match(typed):
        _refuse_future(typed.removeprefix("+").lstrip())
    return None


def ahead(word: str, *, now: datetime, zone: str) -> datetime | None:
    """The moment to come that a word names, in UTC, or None: `45m`, `16:00` or `16:00 CEST` in ``zone``, `16:00 UTC`.

    A time of day is the next one that comes. Raises Refused for more than 24 hours ahead.
    """
    typed, local = word.strip(), ZoneInfo(zone)
    minutes = _whole_span(typed)
    if minutes is not None:
        return now.astimezone(UTC) + timedelta(minutes=minutes)
    match = _CLOCK.fullmatch(typed.removesuffix(f" {now.astimezone(local).tzname()}"))
    if match is None:
        return None
    hour, minute, second = (int(digits or 0) for digits in match.group(1, 2, 3))
    named = time(hour, minute, second)
    own = ZoneInfo("UTC") if match[4] else local
    today = now.astimezone(own).date().toordinal()
    found = _on(today, named, own)
    return found if found > now else _on(today + 1, named, own)


def _latest(clock: time, now: datetime, zone: ZoneInfo) -> datetime:
    today = now.astimezone(zone).date()
    named = _on(today.toordinal(), clock, zone)
    if named > now + _ALMOST_NOW:
        named = _on(today.toordinal() - 1, clock, zone)
    return min(named, now.astimezone(UTC))


def _on(day: int, clock: time, zone: ZoneInfo) -> datetime:
    """fold=0: of a doubled hour the first; a skipped one is counted on, 02:30 being 03:30."""
    return datetime.combine(datetime.fromordinal(day), clock, tzinfo=zone).astimezone(UTC)


def _whole_span(text: str) -> int | None:
    found = span(text)
    return found[0] if found and found[1] == len(text) else None


def _refuse_future(text: str) -> None:
    if _whole_span(text) is not None:
        raise Refused("That is still to come.", hint="Say when it was: -10m or 14:05")


def _minutes(found: re.Match[str]) -> int:
    hours, minutes, short, only = map(_count, found.group("hours", "minutes", "short", "only"))
    total = 60 * hours + minutes + short + only
    if total > LONGEST_MINUTES:
        raise Refused("The longest time is 24 hours.", hint="For example 20m or 1h30m")
    return total


def _count(digits: str | None) -> int:
    """Long numbers are cut: Python refuses to read some, and all of them are too many."""
    return int((digits or "0").lstrip("0")[:6] or 0)
