"""The fixed words of the public pages in each language, and how days and times are written there (LIFE-18, GEN-2)."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import templates
from templates import words
from templates.typography import french

FOLDER = Path(templates.__file__).parent / "public"
Table = dict[str, str]


@dataclass(frozen=True, slots=True)
class Words:
    """``page`` are single words and sentences; the tables are keyed by what they name."""

    language: str
    own_name: str
    page: Table
    stages: Table
    states: Table
    banners: Table
    languages: Table
    months: tuple[str, ...]
    headings: tuple[str, ...]
    """The months where they stand alone; Polish has another form for that."""

    @property
    def gap(self) -> str:
        """Between a sign or sentence and the next: Chinese signs bring their own."""
        return "" if self.language.startswith("zh") else " "

    @property
    def comma(self) -> str:
        return "、" if self.language.startswith("zh") else ", "

    def date(self, at: datetime, zone: str) -> str:
        """`2 April 2031`"""
        local = at.astimezone(ZoneInfo(zone))
        first = self.language == "fr" and local.day == 1
        return self.page["date"].format(
            day="1er" if first else local.day, month=self.months[local.month - 1], year=local.year
        )

    def month(self, at: datetime, zone: str) -> str:
        """`April 2031`"""
        local = at.astimezone(ZoneInfo(zone))
        return self.page["month"].format(month=self.headings[local.month - 1], year=local.year)

    def moment(self, at: datetime, zone: str) -> str:
        """`2 April 2031, 14:30 CEST`"""
        return self.page["moment"].format(date=self.date(at, zone), clock=words.clock(at, now=at, zone=zone))

    def window(self, start: datetime, end: datetime | None, zone: str) -> str:
        """The day stands once where it is the same (GEN-2)."""
        if end is None:
            return self.moment(start, zone)
        same = start.astimezone(ZoneInfo(zone)).date() == end.astimezone(ZoneInfo(zone)).date()
        until = words.clock(end, now=end, zone=zone) if same else self.moment(end, zone)
        return f"{self.moment(start, zone)} – {until}"


@cache
def of(language: str) -> Words:
    source = (FOLDER / f"{language}.toml").read_text(encoding="utf-8")
    table = tomllib.loads(french(source) if language == "fr" else source)
    return Words(
        language=language,
        own_name=table["own_name"],
        page=table["page"],
        stages=table["stages"],
        states=table["states"],
        banners=table["banners"],
        languages=table["languages"],
        months=tuple(table["months"]),
        headings=tuple(table.get("headings", table["months"])),
    )
