"""Posts about planned maintenance, from plain values, in each language (STG-23, STG-24, LIFE-12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from incidents.records import Wording
from templates import known, public_text
from templates.dates import calendar_day, clock
from templates.house import House
from templates.phrases import MAINTENANCE_LABELS, PHRASES
from templates.placeholders import NAMES
from templates.updates import UNKNOWN

CHANGES = {
    "scheduled": ("STG-23", "scheduled"),
    "started": ("STG-24a", "in_progress"),
    "extended": ("STG-24b", "in_progress"),
    "verifying": ("STG-24", "verifying"),
    "completed": ("STG-24c", "completed"),
    "cancelled": ("STG-24d", "cancelled"),
}
"""What happens to a maintenance, with its template and the state it is in afterwards."""

FACTS = ("service", "reason_plain", "effect", "not_affected")
"""What people say of it; `effect@fr` is the effect in French."""

_REQUIRED = {"scheduled": ("service", "reason_plain", "effect"), "extended": ("service", "reason_plain")}


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when; ``new_end`` when it takes longer, ``ended_at`` when it is over."""

    start: datetime
    end: datetime
    new_end: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A post about maintenance before it goes out; its fields mean what those of an incident's draft mean."""

    state: str
    template: str
    title: str
    body: str
    unknown: tuple[str, ...] = ()
    language: str = "en"
    version: int = 1
    own: bool = False
    unreviewed: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def origin(self) -> str:
        return f"{self.template} v{self.version}{' own' * self.own}"

    @property
    def wording(self) -> Wording:
        return Wording(self.title, self.body)


def maintenance_draft(
    change: str,
    facts: Mapping[str, str],
    window: Window,
    *,
    house: House,
    now: datetime,
    next_update_at: datetime | None = None,
    language: str = "",
) -> Notice:
    """The post for a ``change`` of CHANGES. Without ``language`` it is the one posts are written in.

    Where another language lacks words that are needed, a text of times and the service stands in (STG-34).
    """
    language = language or house.languages[0]
    said = {name: known.in_language(facts, name, house, language) for name in FACTS}
    foreign = {name for name, (_, other) in said.items() if other}
    required, file = _REQUIRED.get(change, ("service",)), f"maintenance_{change}"
    lacking = foreign & public_text.uses(file, language, house)
    mixed = bool(lacking) and house.post_untranslated
    if lacking & set(required) and not mixed:
        file = "maintenance_short"
    found = {name: "" if name in foreign and not mixed else words for name, (words, _) in said.items()}
    missing = tuple(name for name in required if not said[name][0])
    values = dict.fromkeys(NAMES, "") | found | _about(window, house, now, next_update_at, language)
    values |= known.named(found["service"], language) | {"stage_label": state_label(CHANGES[change][1], language)}
    values |= {"change": change, **dict.fromkeys(missing, UNKNOWN)}
    if "service" in missing:
        values |= {"service_named": UNKNOWN, "in_service": UNKNOWN}
    made = public_text.write(file, language, values, house)
    return Notice(
        state=CHANGES[change][1],
        template="short" if file == "maintenance_short" else CHANGES[change][0],
        title=made.title,
        body=f"{made.body}\n\n{PHRASES[language].mixed}" if mixed else made.body,
        unknown=missing,
        language=language,
        version=made.version,
        own=made.own,
        unreviewed=tuple(sorted(lacking)),
        trouble=made.trouble,
    )


def maintenance_drafts(
    change: str,
    facts: Mapping[str, str],
    window: Window,
    *,
    house: House,
    now: datetime,
    next_update_at: datetime | None = None,
) -> dict[str, Notice]:
    """The post in every language of the house."""
    return {
        language: maintenance_draft(
            change, facts, window, house=house, now=now, next_update_at=next_update_at, language=language
        )
        for language in house.languages
    }


def _about(
    window: Window, house: House, now: datetime, next_update_at: datetime | None, language: str
) -> dict[str, str]:
    """The announcement names the day once, so its times carry another only where they are on another (GEN-2)."""
    announced = window.start if window.new_end is None and window.ended_at is None and now < window.start else now

    def at(moment: datetime | None, seen: datetime) -> str:
        return clock(moment, now=seen, zone=house.zone, language=language) if moment else ""

    return {
        "date": calendar_day(window.start.astimezone(ZoneInfo(house.zone)).date(), language),
        "window_start": at(window.start, announced),
        "window_end": at(window.end, announced),
        "new_window_end": at(window.new_end, now),
        "end_time": at(window.ended_at, now),
        "next_update_time": at(next_update_at, now),
        **known.addresses(house),
    }


def state_label(state: str, language: str) -> str:
    return MAINTENANCE_LABELS[language][state]
