"""Typed values that are the same in every language: shares, counts, times, days, addresses (STG-34, CHK-9)."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from templates import dates
from templates.phrases import EVERYONE, PHRASES

_ABOUT = r"(?P<about>(?:about|around|approximately|approx\.|~|≈|约|大约|environ|około|ok\.)\s?)?"
_NUMBER = re.compile(
    rf"{_ABOUT}(?P<number>\d{{1,3}}(?:[\s,.]\d{{3}})+|\d{{1,9}}(?:[.,]\d{{1,2}})?)(?P<sign>\s?%)?", re.I
)
_MOMENT = re.compile(
    r"(?:(?P<day>\d{4}-\d{2}-\d{2})[ ,T]*)?(?P<time>(?:[01]?\d|2[0-3]):[0-5]\d)?"
    r"\s?(?P<zone>UTC[+-]\d{1,2}(?::\d{2})?|[A-Z]{2,5})?(?P<beijing>（北京时间）)?"
)
_ADDRESS = re.compile(r"https?://\S+|[\w.+-]+@[\w.-]+\w")


def localised(value: str, language: str, zone: str) -> str:
    """The value as ``language`` writes it; empty when it is made of words that somebody has to translate."""
    return number(value, language) or _moment(value, language, zone) or (value if _ADDRESS.fullmatch(value) else "")


def written(values: Mapping[str, str], names: Iterable[str], language: str, zone: str) -> dict[str, str]:
    """Those of ``names`` that are figures, as ``language`` writes them. English keeps what was typed."""
    if language == "en":
        return {}
    return {name: localised(values[name], language, zone) or values[name] for name in names}


def of_customers(share: str, language: str) -> str:
    """`40%` -> `40% of customers`, `all` -> `All customers`; what names the people already is left in its own words."""
    phrases = PHRASES[language]
    if share.lower() in EVERYONE:
        return phrases.everyone
    found = _NUMBER.fullmatch(share)
    if found is None:
        named = any(word in share.lower() for word in phrases.people)
        return share if named or not share else phrases.share.format(share)
    many = _many(found)
    if found["sign"]:
        shown = phrases.share.format(dates.percent(many, language))
    else:
        shown = phrases.one if many == 1 else phrases.count.format(dates.number(many, language))
    return phrases.about.format(shown) if found["about"] else shown


def bare_share(share: str) -> str:
    """`40%` of `40% of customers`, in whichever language that was said."""
    for phrases in PHRASES.values():
        before, after = phrases.share.split("{}")
        bare = share.removeprefix(before).removesuffix(after)
        if bare != share and _NUMBER.fullmatch(bare):
            return bare
    return share


def is_everyone(share: str) -> bool:
    return share.lower() in EVERYONE


def is_one(share: str) -> bool:
    """One customer, whose verb is in the singular in English and French."""
    found = _NUMBER.fullmatch(share)
    return found is not None and not found["sign"] and _many(found) == 1


def number(value: str, language: str) -> str:
    """A share or a count; empty when it is something else."""
    found = _NUMBER.fullmatch(value)
    if found is None:
        return ""
    many = _many(found)
    shown = dates.percent(many, language) if found["sign"] else dates.number(many, language)
    return PHRASES[language].about.format(shown) if found["about"] else shown


def _many(found: re.Match[str]) -> Decimal:
    """`1,234` and `1 234` are thousands, `12,5` and `12.5` are not."""
    digits = re.sub(r"\s", "", found["number"])
    whole = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits)
    return Decimal(re.sub(r"[.,]", "" if whole else ".", digits))


def _moment(value: str, language: str, zone: str) -> str:
    found = _MOMENT.fullmatch(value)
    if not found or not (found["day"] or found["time"]):
        return ""
    try:
        day = date.fromisoformat(found["day"]) if found["day"] else None
    except ValueError:
        return ""
    if not found["time"]:
        return "" if found["zone"] else dates.calendar_day(day, language) if day else ""
    return dates.on_day(day, found["time"], _zone(found, language, zone), language)


def _zone(found: re.Match[str], language: str, zone: str) -> str:
    """China's time is CST in letters; only the organisation's own zone tells it from America's."""
    ours = dates.is_beijing(zone) and (found["zone"] == "CST" or found["beijing"])
    if ours or found["beijing"]:
        return "（北京时间）" if language == "zh-CN" else "CST"
    return found["zone"] or ""
