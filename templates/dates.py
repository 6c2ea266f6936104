"""Times, dates, spans and numbers as the reader's language writes them, in the organisation's zone (GEN-2, GEN-7).

Babel is imported where it is used: it takes longer to load than the whole command line, and English needs it not.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from templates import words

_LOCALES = {"zh-CN": "zh_Hans_CN", "fr": "fr", "pl": "pl"}
_BEIJING = ("Asia/Shanghai", "Asia/Chongqing", "Asia/Harbin", "Asia/Urumqi", "PRC")
"""Zones whose letters are CST, which elsewhere is a time of America."""
_NARROW = "\u202f"
_KEPT = 512
"""Values whose spelling is kept: a post in four languages asks for the same ones for every channel."""


def clock(at: datetime, *, now: datetime, zone: str, language: str = "en") -> str:
    """`14:30 CEST`; on another day than ``now`` `2031-04-02 14:30 CEST`, `2 avril 2031, 14:30 CEST` (GEN-2)."""
    if language not in _LOCALES:
        return words.clock(at, now=now, zone=zone)
    place = ZoneInfo(zone)
    local = at.astimezone(place)
    same = local.date() == now.astimezone(place).date()
    return on_day(None if same else local.date(), f"{local:%H:%M}", zone_name(local, zone, language), language)


def load(languages: Iterable[str]) -> None:
    """What the first post would else wait for, half a second long."""
    for language in languages:
        calendar_day(date(2031, 4, 2), language)
        duration(90, language)
        percent(Decimal(1), language)


def on_day(day: date | None, time: str, zone: str, language: str) -> str:
    """The parts of a moment put together; ``zone`` may be empty."""
    joined = time + zone if zone.startswith("（") else f"{time} {zone}".strip()
    if day is None:
        return joined
    return f"{calendar_day(day, language)}{', ' if language in ('fr', 'pl') else ' '}{joined}"


def zone_name(local: datetime, zone: str, language: str) -> str:
    """`CEST`; in Chinese `（北京时间）` for China's own, because CST is ambiguous."""
    return "（北京时间）" if language == "zh-CN" and zone in _BEIJING else words.zone_name(local)


def is_beijing(zone: str) -> bool:
    return zone in _BEIJING


@lru_cache(_KEPT)
def calendar_day(day: date, language: str = "en") -> str:
    """`2031-04-02`, `2 avril 2031`, `2 kwietnia 2031`, `2031年4月2日`."""
    if language not in _LOCALES:
        return day.isoformat()
    from babel.dates import format_date

    shown = format_date(day, "long", locale=_LOCALES[language])
    return re.sub(r"^1 ", "1er ", shown) if language == "fr" else shown


@lru_cache(_KEPT)
def duration(minutes: float, language: str = "en") -> str:
    """`1 h 30 min`, `1小时30分钟`, `1 godz. 30 min`."""
    if language not in _LOCALES:
        return words.span(minutes)
    from babel.units import format_unit

    hours, rest = divmod(int(minutes), 60)
    parts = [(hours, "duration-hour")] * bool(hours) + [(rest, "duration-minute")] * bool(rest or not hours)
    locale = _LOCALES[language]
    shown = [_narrow(format_unit(many, unit, length="short", locale=locale)) for many, unit in parts]
    return ("" if language == "zh-CN" else " ").join(shown)


@lru_cache(_KEPT)
def percent(share: Decimal, language: str = "en") -> str:
    """``share`` is in percent: `40%`, `12,5 %` in French."""
    if language not in _LOCALES:
        return f"{share.normalize():f}%"
    from babel.numbers import format_percent

    return _french(format_percent(share / 100, "#,##0.##%", locale=_LOCALES[language]), language)


@lru_cache(_KEPT)
def number(many: Decimal | int, language: str = "en") -> str:
    """`12,345`, `12 345` in French and Polish."""
    if language not in _LOCALES:
        return f"{many:,}"
    from babel.numbers import format_decimal

    return format_decimal(many, locale=_LOCALES[language])


def _narrow(text: str) -> str:
    """One kind of unbreakable space between a number and its unit."""
    return text.replace("\xa0", _NARROW)


def _french(text: str, language: str) -> str:
    """Our own pattern has no space before the sign; French wants one."""
    return re.sub(r"\s?%", f"{_NARROW}%", text) if language == "fr" else text
