"""Windows of time to come, as people type them: `tomorrow 02:00-04:00`, `2031-05-12 22:00 for 3h`."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from commands.times import span
from incidents.errors import Refused
from incidents.padding import with_buffer

EXAMPLES = "tomorrow 02:00-04:00, saturday 22:00 for 3h or 2031-05-12 02:00 to 2031-05-12 04:00"

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = rf"today|tomorrow|(?:on +)?(?:{'|'.join(_DAYS)})|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}"
_TIME = r"[0-9]{1,2}:[0-9]{2}(?: *(?:utc|z)(?![a-z]))?"
_POINT = re.compile(rf"(?:(?P<day>{_DAY}),? +(?:at +|from +)?)?(?P<time>{_TIME})", re.IGNORECASE)
_TO = re.compile(r" *(?:[-–—]|(?:to|until|till)(?![a-z])) *", re.IGNORECASE)
_FOR = re.compile(r",? +(?P<how>for|work) +(?=[0-9])", re.IGNORECASE)
_REST = re.compile(r"[\s,;:]*")


@dataclass(frozen=True, slots=True)
class Window:
    """``rest`` is what stood behind it."""

    start: datetime
    end: datetime
    rest: str


@dataclass(frozen=True, slots=True)
class _Point:
    """A day and a clock as typed; ``utc`` where it says so itself."""

    day: date | None
    clock: time
    utc: bool
    end: int


def window(text: str, *, now: datetime, zone: str) -> Window:
    """The window that ``text`` begins with, in UTC. Without a day its end is the next such time after the start.

    `for 3h` is the length of the window, `work 3h` that of the work, to which a buffer is added (ETA-9). Raises Refused
    for what is no window, what is unclear, and what does not exist on that day.
    """
    local = ZoneInfo(zone)
    today = now.astimezone(local).date()
    first = _point(text, 0, today)
    if first is None:
        raise _unreadable(text, zone)
    if first.day is None:
        raise Refused("On which day? Say it with the time.", hint=EXAMPLES)
    start = _moment(first, first.day, local)
    if length := _length(text, first.end):
        minutes, at = length
        return Window(start, start + timedelta(minutes=minutes), _rest(text, at))
    joined = _TO.match(text, first.end)
    last = _point(text, joined.end(), today) if joined else None
    if last is None:
        raise Refused("When does it end?", hint=EXAMPLES)
    return Window(start, _end(first, last, start, local), _rest(text, last.end))


def _point(text: str, at: int, today: date) -> _Point | None:
    found = _POINT.match(text, at)
    if found is None:
        return None
    digits, utc = re.subn(r"[ a-z]+", "", found["time"], flags=re.IGNORECASE)
    hours, _, minutes = digits.partition(":")
    if int(hours) > 23 or int(minutes) > 59:
        raise Refused(f"There is no {digits} on a clock.", hint=EXAMPLES)
    return _Point(_day(found["day"], today), time(int(hours), int(minutes)), bool(utc), found.end())


def _day(typed: str | None, today: date) -> date | None:
    if not typed:
        return None
    word = typed.lower().split()[-1]
    if word in _DAYS:
        return today + timedelta(days=(_DAYS.index(word) - today.weekday() - 1) % 7 + 1)
    if word in ("today", "tomorrow"):
        return today + timedelta(days=int(word == "tomorrow"))
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise Refused(f"There is no day {word}.", hint=EXAMPLES) from None


def _moment(point: _Point, day: date, local: ZoneInfo) -> datetime:
    """Twice a year a clock shows a time twice, or never: what people would read then is no window (GEN-2)."""
    if point.utc:
        return datetime.combine(day, point.clock, tzinfo=UTC)
    found = datetime.combine(day, point.clock, tzinfo=local)
    if found.astimezone(UTC).astimezone(local).replace(tzinfo=None) != found.replace(tzinfo=None):
        raise Refused(f"The clocks change on {day}: there is no {point.clock:%H:%M} in {local.key}.", hint=EXAMPLES)
    if found.utcoffset() != found.replace(fold=1).utcoffset():
        hint = f"{found.astimezone(UTC):%Y-%m-%d %H:%M} UTC is the first of them"
        raise Refused(f"The clocks change on {day}: {point.clock:%H:%M} comes twice in {local.key}.", hint=hint)
    return found.astimezone(UTC)


def _end(first: _Point, last: _Point, start: datetime, local: ZoneInfo) -> datetime:
    """Without a day of its own: on the day of the start, or after midnight. The zone said last counts for both."""
    if last.utc and not first.utc:
        raise Refused("Is the start in UTC too? Say it with both times.", hint="tomorrow 02:00 UTC - 04:00 UTC")
    if last.day:
        return _moment(last, last.day, local)
    last = _Point(None, last.clock, first.utc, last.end)
    day = start.astimezone(UTC if first.utc else local).date()
    end = _moment(last, day, local) if last.clock > first.clock else None
    return end or _moment(last, day + timedelta(days=1), local)


def _length(text: str, at: int) -> tuple[int, int] | None:
    said = _FOR.match(text, at)
    found = span(text, said.end()) if said else None
    if not said or not found:
        return None
    minutes, end = found
    return (with_buffer(minutes) if said["how"].lower() == "work" else minutes), end


def _rest(text: str, at: int) -> str:
    """What follows has to be set apart, so that `04:005` is no time."""
    if text[at : at + 1].isalnum():
        raise Refused(f"“{text[:40]}” is no window I can read.", hint=EXAMPLES)
    match = _REST.match(text, at)
    return text[match.end() if match else at :].strip()


def _unreadable(text: str, zone: str) -> Refused:
    said = f"“{text[:40]}” is no window I can read" if text else "When? Give a window"
    return Refused(f"{said}. Times are in {zone}.", hint=EXAMPLES)
