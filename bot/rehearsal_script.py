"""The language of rehearsals: who says what, where and when. Every mistake is told with its line number."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from bot.rehearsal_steps import (
    Action,
    Deletes,
    Edits,
    Fills,
    Place,
    Presses,
    Reacts,
    Restarts,
    Says,
    Script,
    ScriptError,
    Step,
    Waits,
)
from incidents.person import Person
from incidents.stage import LABELS

BOT = "sitrep"
PROFILES = ("standard", "strict", "peak")
ROSTER_PLACES = ("primary", "backup", "shadow", "duty-manager", "backup-liaison")


def parse(source: str) -> Script:
    """Read a whole script. Raises ScriptError at the first line that is wrong."""
    return _Parser().read(source)


_CLOCK = r"(?P<time>\d{1,2}:\d{2}(?::\d{2})?)"
_PLACE = r"(?P<place>[^:\"]+?)"
_STEPS: tuple[tuple[str, str], ...] = (
    ("presses", rf'(?P<who>\S+) presses "(?P<label>[^"]+)"(?: in {_PLACE})?'),
    ("fills", rf'(?P<who>\S+) fills "(?P<label>[^"]+)"(?: in {_PLACE})?:(?P<words>.*)'),
    ("edits", r"(?P<who>\S+) edits last:(?P<words>.*)"),
    ("deletes", r"(?P<who>\S+) deletes last"),
    ("reacts", r"(?P<who>\S+) reacts :(?P<emoji>[\w+-]+): to last"),
    ("says", rf"(?P<who>\S+) in {_PLACE}:(?P<words>.*)"),
)
_FORMS = (
    'what comes after a time is: who in PLACE: line, who presses "LABEL" in PLACE, who fills "LABEL" in PLACE: '
    "field = value, who edits last: text, who deletes last, who reacts :emoji: to last"
)
_UNITS = {"s": 1, "sec": 1, "min": 60, "minutes": 60, "minute": 60, "h": 3600, "hours": 3600, "hour": 3600}
_UNITS |= {"d": 86400, "days": 86400, "day": 86400}
_AHEAD = timedelta(hours=12)
"""A time of day that lies behind us means tomorrow's only if that is nearer than this; else time went backwards."""


class _Parser:
    def __init__(self) -> None:
        self.number = 0
        self.cast: dict[str, Person] = {}
        self.roster: dict[str, Person] = {}
        self.start: datetime | None = None
        self.zone: tzinfo = UTC
        self.zone_name = "UTC"
        self.now = datetime.max.replace(tzinfo=UTC)
        self.steps: list[Step] = []
        self.languages: tuple[str, ...] = ("en",)
        self.components: tuple[str, ...] = ()
        self.profile = "standard"

    def read(self, source: str) -> Script:
        for self.number, row in enumerate(source.splitlines(), 1):
            row_text = row.strip()
            if row_text and not row_text.startswith("#"):
                self.row(row_text)
        if self.start is None:
            self.refuse("the script has no line “start: 2031-04-02 14:00 UTC”")
        if not self.cast:
            self.refuse("the script has no line “cast: ic = Incident Lead <ic@example.com>”")
        return Script(
            self.start_time(),
            self.zone_name,
            self.cast,
            self.roster,
            self.steps,
            self.languages,
            self.components,
            self.profile,
        )

    def refuse(self, reason: str) -> None:
        raise ScriptError(max(self.number, 1), reason)

    def start_time(self) -> datetime:
        if self.start is None:
            raise ScriptError(self.number, "“start:” must come before the first time")
        return self.start

    def row(self, text: str) -> None:
        word, colon, rest = text.partition(":")
        headers: dict[str, Callable[[str], None]] = {
            "cast": self.read_cast,
            "start": self.read_start,
            "roster": self.read_roster,
            "languages": self.read_languages,
            "components": self.read_components,
            "profile": self.read_profile,
        }
        if colon and word.strip() in headers:
            headers[word.strip()](rest.strip())
        elif text == "restart":
            self.add(Restarts())
        elif match := re.fullmatch(r"(wait|down) (?:until (.+)|(\d+) ?([a-z]+))", text):
            self.read_wait(match)
        elif match := re.fullmatch(rf"{_CLOCK}\s+(.*)", text):
            self.now = self.moment(match["time"])
            self.add(self.action(match[2]))
        else:
            self.refuse(f"“{_short(text)}” is no line of a rehearsal; it begins with a time, cast:, start:, wait …")

    def add(self, action: Action) -> None:
        self.start_time()
        self.steps.append(Step(self.number, self.now, action))

    def read_cast(self, text: str) -> None:
        for part in _listed(text):
            match = re.fullmatch(r"([a-z0-9][a-z0-9._-]*)\s*=\s*([^<>]+?)\s*<([^<>\s@]+@[^<>\s@]+)>", part)
            if not match:
                self.refuse(f"“{_short(part)}” is not written like: ic = Incident Lead <ic@example.com>")
                return
            handle, name, email = match.groups()
            if handle in self.cast or email.lower() in {person.id for person in self.cast.values()}:
                self.refuse(f"{handle} is in the cast twice")
            self.cast[handle] = Person(id=email.lower(), name=name, handle=handle)

    def read_start(self, text: str) -> None:
        match = re.fullmatch(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d(?::\d\d)?) (\S+)", text)
        if self.start is not None:
            self.refuse("“start:” stands here twice")
        try:
            if not match:
                raise ValueError
            self.zone_name = match[3]
            self.zone = ZoneInfo(match[3])
            local = datetime.fromisoformat(f"{match[1]} {match[2]}").replace(tzinfo=self.zone)
        except (ValueError, KeyError, OSError):
            raise ScriptError(self.number, "the start is written like: start: 2031-04-02 14:00 UTC") from None
        self.start = self.now = local.astimezone(UTC)

    def read_languages(self, text: str) -> None:
        """Those that customers read, the one posts are written in first."""
        self.languages = tuple(_listed(text))
        if wrong := [each for each in self.languages if each not in LABELS]:
            self.refuse(f"“{_short(wrong[0])}” is no language of public posts; there are {', '.join(LABELS)}")

    def read_components(self, text: str) -> None:
        self.components = tuple(_listed(text))

    def read_profile(self, text: str) -> None:
        if text not in PROFILES:
            self.refuse(f"there is no profile “{_short(text)}”; there are {', '.join(PROFILES)}")
        self.profile = text

    def read_roster(self, text: str) -> None:
        for part in _listed(text):
            place, _, name = (piece.strip() for piece in part.partition("="))
            if place not in ROSTER_PLACES:
                self.refuse(f"the roster has no “{place}”; it has {', '.join(ROSTER_PLACES)}")
            self.roster[place] = self.person(name.removeprefix("@"))

    def read_wait(self, match: re.Match[str]) -> None:
        kind, until, count, unit = match.groups()
        if until:
            self.now = self.moment(until)
        elif unit not in _UNITS:
            self.refuse(f"“{unit}” is no unit of time; say min, h or days")
        else:
            self.start_time()
            self.now += timedelta(seconds=int(count) * _UNITS[unit])
        self.add(Waits(down=kind == "down"))

    def moment(self, text: str) -> datetime:
        """`14:05`, `14:05:30` or `2031-04-03 14:05`, in the script's own zone."""
        self.start_time()
        date, _, clock = text.rpartition(" ")
        today = self.now.astimezone(self.zone).date()
        try:
            hours, *rest = clock.split(":")
            day = datetime.fromisoformat(date).date() if date else today
            local = datetime.fromisoformat(f"{day} {hours.zfill(2)}:{':'.join(rest)}").replace(tzinfo=self.zone)
        except ValueError:
            raise ScriptError(self.number, f"“{_short(text)}” is no time; times are written 14:05") from None
        found = local.astimezone(UTC)
        if found < self.now and not date:
            found = (local + timedelta(days=1)).astimezone(UTC)
            found = found if found - self.now <= _AHEAD else local.astimezone(UTC)
        if found < self.now:
            at = self.now.astimezone(self.zone)
            self.refuse(f"{text} is before {at:%H:%M}, where the script already is")
        return found

    def action(self, text: str) -> Action:
        for kind, pattern in _STEPS:
            if match := re.fullmatch(pattern, text):
                return self.make(kind, match.groupdict())
        raise ScriptError(self.number, f"“{_short(text)}” is not understood; {_FORMS}")

    def make(self, kind: str, given: dict[str, str | None]) -> Action:
        who = self.person(given["who"] or "")
        words = (given.get("words") or "").strip()
        if kind == "edits":
            return Edits(who, words)
        if kind == "deletes":
            return Deletes(who)
        if kind == "reacts":
            return Reacts(who, given["emoji"] or "")
        place = self.place(given.get("place") or "room")
        if kind == "presses":
            return Presses(who, given["label"] or "", place)
        if kind == "fills":
            return Fills(who, given["label"] or "", place, dict(self.fields(words)))
        return Says(who, place, words)

    def fields(self, text: str) -> Iterator[tuple[str, str]]:
        for part in re.split(r";\s*(?=[\w@-]+\s*=|component:[^;=]+=)", text):
            name, sign, value = part.partition("=")
            if not sign:
                self.refuse(f"“{_short(part)}” is not written like: field = value; field = value")
            yield name.strip(), value.strip()

    def person(self, handle: str) -> Person:
        if handle not in self.cast:
            near = get_close_matches(handle, self.cast, 1)
            meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(self.cast) or 'none yet'}"
            self.refuse(f"nobody in the cast is called {_short(handle)}; {meant}")
        return self.cast[handle]

    def place(self, text: str) -> Place:
        place = read_place(text)
        if place is None or (place.kind == "direct" and place.name not in (BOT, *self.cast)):
            places = f"places are room, room 2, thread, #general and @{BOT}"
            raise ScriptError(self.number, f"“{_short(text)}” is no place; {places}")
        return place


def read_place(text: str) -> Place | None:
    """`room`, `room 2`, `thread`, `#general`, `@sitrep`; None for anything else."""
    if match := re.fullmatch(r"(room|thread)(?: (\d{1,6}))?", text):
        return Place(match[1], number=int(match[2]) if match[2] else None)
    if match := re.fullmatch(r"#([a-z0-9][a-z0-9_-]*)", text):
        return Place("channel", name=match[1])
    return Place("direct", name=text[1:]) if text.startswith("@") else None


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
