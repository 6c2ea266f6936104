"""The status page as HTML and as a feed: one escaping environment, no scripts, nothing from elsewhere (SEC-068)."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from itertools import groupby
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.web.public import words
from bot.web.public.here import Here
from bot.web.public.snapshot import Part, Snapshot
from bot.web.public.subjects import Subject, Told, told
from bot.web.public.words import FOLDER, Words
from templates.house import House

DAYS = 15
ENTRIES = 50
"""Posts in a feed."""

# What XML 1.0 cannot carry at all, escaped or not.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FOLLOWED = re.compile(r"https?://[!-~]+|[\w.+-]{1,64}@[\w.-]{1,200}", re.ASCII)
_LINK = Markup('<a href="{}">{}</a>')


@dataclass(frozen=True, slots=True)
class Stale:
    """The database has not answered for so long (REL-180)."""

    minutes: int
    known_at: datetime


@cache
def stylesheet() -> tuple[str, bytes]:
    """Its name changes when it does, so that it may be kept for ever."""
    content = (FOLDER / "status.css").read_bytes()
    return f"status-{hashlib.sha256(content).hexdigest()[:10]}.css", content


def index(s: Snapshot, here: Here, language: str, stale: Stale | None = None) -> str:
    groups = [(name, list(parts)) for name, parts in _grouped(s.parts)]
    banner = "incident" if s.unplaced else s.indicator
    return _page("index.html", s, here, language, stale, groups=groups, banner=banner, days=list(_days(s)))


def history(s: Snapshot, here: Here, language: str, stale: Stale | None = None) -> str:
    """All there ever was, by the month in which it began."""
    spoken, zone = words.of(language), s.house.zone
    shown = sorted(s.subjects, key=lambda subject: (subject.started_at, subject.id), reverse=True)
    shown = [subject for subject in shown if subject.over or subject.counts]
    months = [(name, list(found)) for name, found in groupby(shown, lambda each: spoken.month(each.started_at, zone))]
    return _page("history.html", s, here, language, stale, months=months)


def subject(s: Snapshot, here: Here, language: str, stale: Stale | None = None, *, about: Subject) -> str:
    return _page("subject.html", s, here, language, stale, subject=about)


def missing(s: Snapshot, here: Here, language: str, stale: Stale | None = None) -> str:
    return _page("missing.html", s, here, language, stale)


def feed(s: Snapshot, here: Here, language: str) -> str:
    """Atom, the newest post first: following without an e-mail address."""
    posts = [(subject, post) for subject in s.subjects for post in subject.everything]
    posts.sort(key=lambda each: (each[1].posted_at, each[1].number), reverse=True)
    made = _environment().get_template("feed.xml")
    return made.render(entries=posts[:ENTRIES], address=s.address, as_html=_as_html, **_common(s, here, language))


def _page(template: str, s: Snapshot, here: Here, language: str, stale: Stale | None, **values: object) -> str:
    others = [words.of(each) for each in s.house.languages]
    common = _common(s, here, language) | {"stale": stale, "css": stylesheet()[0], "others": others, "page": here.path}
    return _environment().get_template(template).render(**common, **values)


def _common(s: Snapshot, here: Here, language: str) -> dict[str, object]:
    spoken = words.of(language)
    return {
        "s": s,
        "here": here,
        "w": spoken,
        "house": s.house,
        "title": title(s, spoken),
        "own": _own(s.house),
        "told": partial(told, language=language, labels=spoken.stages),
        "moment": partial(spoken.moment, zone=s.house.zone),
    }


def title(s: Snapshot, spoken: Words) -> str:
    name = s.house.organisation
    return spoken.page["title"].format(organisation=name) if name else spoken.page["untitled"]


def _grouped(parts: Iterable[Part]) -> Iterator[tuple[str, Iterator[Part]]]:
    """Those without a group first; the groups in the order in which they come up."""
    found = list(parts)
    order = list(dict.fromkeys(["", *(part.component.group for part in found)]))
    yield from groupby(sorted(found, key=lambda part: order.index(part.component.group)), _group)


def _group(part: Part) -> str:
    return part.component.group


@dataclass(frozen=True, slots=True)
class Day:
    """``ended`` came to its end on it, ``going_on`` did not: such a day is not quiet either."""

    noon: datetime
    ended: list[Subject]
    going_on: list[Subject]


def _days(s: Snapshot) -> Iterator[Day]:
    """The last days, today first."""
    zone = ZoneInfo(s.house.zone)
    spans = [(each, *_dates(each, zone)) for each in (*s.open, *s.over)]
    today = s.made_at.astimezone(zone).date()
    for number in range(DAYS):
        day = today - timedelta(days=number)
        ended = [each for each, _, last in spans if last == day]
        going_on = [each for each, first, last in spans if first <= day and (last is None or last > day)]
        yield Day(datetime(day.year, day.month, day.day, 12, tzinfo=zone), ended, going_on)


def _dates(subject: Subject, zone: ZoneInfo) -> tuple[date, date | None]:
    """Cancelled work has an end and never began."""
    ended = subject.ended_at.astimezone(zone).date() if subject.ended_at else None
    began = subject.started_at.astimezone(zone).date()
    return min(began, ended) if ended else began, ended


def paragraphs(body: str) -> list[list[str]]:
    """Blank lines part them; single line breaks stay."""
    blocks = re.split(r"\n[ \t]*\n", body.strip())
    return [[line.strip() for line in block.splitlines()] for block in blocks if block.strip()]


def linked(line: str, own: tuple[str, ...]) -> Markup:
    """The house's own addresses can be followed. Nothing else that somebody wrote becomes a link (SEC-068)."""
    if not own:
        return escape(line)
    pieces = re.split("(" + "|".join(map(re.escape, own)) + r")(?![\w/])", line)
    return Markup("").join(_link(piece) if piece in own else escape(piece) for piece in pieces)


def _link(address: str) -> Markup:
    return _LINK.format(address if address.startswith("http") else f"mailto:{address}", address)


def _own(house: House) -> tuple[str, ...]:
    """The longest first, so that none is taken for the beginning of another."""
    named = {house.status_url, house.subscribe_url, house.support_contact}
    return tuple(sorted((each for each in named if _FOLLOWED.fullmatch(each)), key=len, reverse=True))


def _as_html(text: Told) -> str:
    """What a feed carries as `html`: escaped once here and once more by the feed."""
    lines = (Markup("<br>").join(paragraph) for paragraph in paragraphs(inert(text.body)))
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def inert(text: str) -> str:
    return _NOT_XML.sub("", text)


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {"inert": inert, "linked": linked}
    made.globals |= {"iso": iso, "paragraphs": paragraphs}
    return made
