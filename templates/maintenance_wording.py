"""What customers read about planned maintenance, stage by stage (STG-23, STG-24a to STG-24d)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from incidents.maintenance import Maintenance
from incidents.records import Wording
from templates.house import House

TEMPLATES = {
    "announced": "STG-23",
    "started": "STG-24a",
    "extended": "STG-24b",
    "verifying": "STG-24a",
    "completed": "STG-24c",
    "cancelled": "STG-24d",
}
"""Which text each step takes; `verifying` has none of its own and says that the work still goes on."""

_MONTHS = "January February March April May June July August September October November December"

Values = Mapping[str, str]


def maintenance_wording(stage: str, values: Values, language: str) -> Wording | None:
    """``stage`` is a key of TEMPLATES, ``values`` are by placeholder. None in a language that has no such text."""
    return _ENGLISH[stage](values) if language == "en" else None


def maintenance_values(
    maintenance: Maintenance, house: House, *, old_end: datetime | None = None, reason: str = ""
) -> dict[str, str]:
    """What the placeholders stand for, times in the organisation's zone with its name (GEN-2, STG-8).

    ``old_end`` and ``reason`` are an extension's: what customers were told before, and why it is longer.
    """
    start, end = maintenance.starts_at, maintenance.ends_at
    day = _day(start, house.zone)
    ended = maintenance.ended_at
    return {
        "service": maintenance.service,
        "date": day,
        "window_start": _clock(start, house.zone),
        "window_end": _moment(old_end or end, house.zone, day),
        "new_window_end": _moment(end, house.zone, day),
        "next_update_time": _moment(end, house.zone, day),
        "end_time": _moment(ended, house.zone, "") if ended else "",
        "reason_plain": reason or maintenance.reason,
        "effect": maintenance.effect,
        "not_affected": maintenance.not_affected,
        "support_contact": house.support_contact,
        "subscribe_url": house.subscribe_url,
    }


def _day(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {_MONTHS.split()[local.month - 1]} {local.year}"


def _clock(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    name = local.tzname() or "UTC"
    return f"{local.hour:02}:{local.minute:02} {name if name[0].isalpha() else f'UTC{name}'}"


def _moment(at: datetime, zone: str, day: str) -> str:
    """With its date, unless that is ``day``."""
    own = _day(at, zone)
    return _clock(at, zone) if own == day else f"{_clock(at, zone)} on {own}"


def _announced(values: Values) -> Wording:
    window = f"{values['window_start']} to {values['window_end']}"
    return Wording(
        f"Planned maintenance - {values['service']}, {values['date']}",
        _text(
            f"On {values['date']}, from {window}, we will {_end(values['reason_plain'])} "
            f"In that time {_end(values['effect'])}",
            f"Please plan for this window.{_if(values, 'not_affected', ' Not affected: {}.')}",
            _closing(values, "Reminders"),
        ),
    )


def _started(values: Values) -> Wording:
    return Wording(
        f"In progress - maintenance of {values['service']}",
        _text(
            f"We have begun the maintenance, and it ends at {values['window_end']}. {_capital(_end(values['effect']))}"
        ),
    )


def _extended(values: Values) -> Wording:
    return Wording(
        f"In progress - maintenance of {values['service']} extended",
        _text(
            f"We need longer, because {_end(values['reason_plain'])} It now ends at "
            f"{values['new_window_end']}; {values['window_end']} was planned.",
            f"Until then {_end(values['effect'])} Next update by {values['next_update_time']}.",
        ),
    )


def _verifying(values: Values) -> Wording:
    return Wording(
        f"Verifying - maintenance of {values['service']}",
        _text(
            "The work itself is done, and we are checking that everything functions."
            + _if(values, "window_end", " The maintenance ends at {}.")
        ),
    )


def _completed(values: Values) -> Wording:
    return Wording(
        f"Completed - maintenance of {values['service']}",
        _text(
            f"We finished the work at {values['end_time']}. All functions are available again.",
            f"Thank you for planning around it.{_if(values, 'support_contact', ' Questions: {}')}",
        ),
    )


def _cancelled(values: Values) -> Wording:
    return Wording(
        f"Cancelled - maintenance of {values['service']} on {values['date']}",
        _text(
            "This work will not take place, and nothing changes for you. If we plan it anew, you will hear of it at "
            "least 24 h before."
        ),
    )


_ENGLISH: dict[str, Callable[[Values], Wording]] = {
    "announced": _announced,
    "started": _started,
    "extended": _extended,
    "verifying": _verifying,
    "completed": _completed,
    "cancelled": _cancelled,
}


def _closing(values: Values, subscribe: str) -> str:
    said = [_if(values, "support_contact", "Questions: {}."), _if(values, "subscribe_url", f"{subscribe}: {{}}")]
    return " ".join(each for each in said if each)


def _if(values: Values, name: str, sentence: str) -> str:
    """The value is put in last, so that it is never read as a pattern."""
    before, _, after = sentence.partition("{}")
    return f"{before}{values[name].rstrip('.')}{after}" if values[name] else ""


def _end(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _text(*paragraphs: str) -> str:
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
