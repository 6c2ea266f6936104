"""Jinja, set up once: the way to a message, and how times, spans and names are written."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.ext import Extension
from jinja2.runtime import Context

from incidents.person import Person
from templates import marks

HERE = Path(__file__).parent
"""Package-relative, so that a checkout and an installed wheel find the same files."""


def render(message: str, **values: object) -> str:
    """`messages/<message>.j2` as marked text. ``values`` are data; none is ever read as a template (SEC-082)."""
    return environment.get_template(f"messages/{message}.j2").render(values).strip()


def clock(at: datetime, *, now: datetime, zone: str, seconds: bool = False) -> str:
    """`14:30 UTC`; on another day than ``now`` `2031-04-02 14:30 CEST` (GEN-2)."""
    place = ZoneInfo(zone)
    local = at.astimezone(place)
    hour = f"{local.hour:02}:{local.minute:02}" + (f":{local.second:02}" if seconds else "")
    day = "" if local.date() == now.astimezone(place).date() else f"{local.date().isoformat()} "
    return f"{day}{hour} {zone_name(local)}"


def span(minutes: float) -> str:
    """`1 h 30 min`, `45 min`, `2 h`."""
    hours, rest = divmod(int(minutes), 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def seconds_span(seconds: float) -> str:
    """`40 s` below two minutes, else `12 min`."""
    return f"{int(seconds)} s" if seconds < 120 else span(seconds // 60)


def lateness(minutes: int) -> str:
    """`in 5 min`, `now`, `5 min overdue` (GEN-4)."""
    if minutes < 0:
        return f"in {span(-minutes)}"
    return f"{span(minutes)} overdue" if minutes else "now"


def capital(text: str) -> str:
    """As at the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """As inside a sentence; `PDF export` and `API` keep their capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def dayed(moment: str, word: str) -> str:
    """``word`` before a moment that names its day: French says `depuis 14:30`, but `depuis le 2 avril`."""
    return moment if moment[:5].count(":") else f"{word}{moment}"


def zone_name(local: datetime) -> str:
    """Zones without letters of their own are named `-03`; alone that reads like a time."""
    name = local.tzname() or "UTC"
    return name if name[0].isalpha() else f"UTC{name}"


@pass_context
def _clock(context: Context, at: datetime, seconds: bool = False) -> str:
    return clock(at, now=context["now"], zone=context["house"].zone, seconds=seconds)


def _mentions(people: Iterable[Person]) -> str:
    return ", ".join(marks.mention(person) for person in people)


class _Commands(Extension):
    """Commands in the messages' own words are marked in the source, so that no value is ever touched (SEC-082)."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return marks.commands(source) if name and name.startswith("messages/") else source


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE),
        undefined=StrictUndefined,
        # Messages are marked text, which each chat encodes in its own way; only pages are HTML.
        autoescape=select_autoescape(["html"], default_for_string=False),
        trim_blocks=True,
        lstrip_blocks=True,
        # The files of a package do not change while it runs, and asking the disk costs 10 µs a message.
        auto_reload=False,
        extensions=[_Commands],
    )
    filters: dict[str, Any] = {
        "mention": marks.mention,
        "mentions": _mentions,
        "bold": marks.bold,
        "room": marks.room,
        "clock": _clock,
        "minutes": span,
        "span": span,
        "seconds": seconds_span,
        "lateness": lateness,
        "capital": capital,
        "small": small,
        "dayed": dayed,
    }
    made.filters.update(filters)
    return made


environment = _environment()
