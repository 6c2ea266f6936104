"""What a public post may say of an incident: the facts people gave, and those the clocks tell (STG-8)."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from incidents.declaring import UNTITLED
from incidents.facts import told
from incidents.incident import Incident
from templates import figures
from templates.changes import changes
from templates.dates import calendar_day, clock, duration
from templates.house import House
from templates.phrases import PHRASES, standing
from templates.placeholders import FACTS, NAMES
from templates.words import capital

_CODES = re.compile(r"\b(?:SEV[-_ ]?[1-5]|P[-_ ]?[0-3])\b\s*[:,-]?\s*", re.IGNORECASE)


def values(
    facts: Mapping[str, str],
    *,
    incident: Incident,
    house: House,
    now: datetime,
    next_update_at: datetime | None,
    language: str = "",
    leave_out: Collection[str] = (),
) -> dict[str, str]:
    """Every placeholder of the templates, empty where nothing is known. ``facts`` win over the incident's own.

    ``language`` is that of the reader, without one the one posts are written in. ``leave_out`` are facts to keep quiet;
    `subject` among them is the incident's title.
    """
    language = language or house.languages[0]
    found, foreign = _spoken(facts, incident, house, language)
    found |= {name: "" for name in leave_out if name in found}
    title = public_title(incident)
    found["service"] = found["service"] or ("" if "service" in leave_out else subject(title))
    found["start_time"] = found["start_time"] or _start(incident, house, now, language)
    found |= named(found["service"], language) | _times(incident, house, now, language)
    found["subject"] = _subject(found, "" if "subject" in leave_out else title, house, language, foreign)
    found |= changes(found, incident, house, language)
    return found | {
        "share_of_customers": figures.of_customers(found["affected_share"], language),
        "single": "yes" if figures.is_one(found["affected_share"]) else "",
        "everyone": "yes" if figures.is_everyone(found["affected_share"]) else "",
        "progress_sentence": _progress(found["progress"], language),
        "next_update_time": clock(next_update_at, now=now, zone=house.zone, language=language)
        if next_update_at
        else "",
        "date": found["date"] or calendar_day(now.astimezone(ZoneInfo(house.zone)).date(), language),
        **addresses(house),
    }


def untranslated(facts: Mapping[str, str], *, incident: Incident, house: House, language: str) -> frozenset[str]:
    """The facts that are words of another language than ``language``: nobody has given them in it yet (STG-34)."""
    return _spoken(facts, incident, house, language)[1]


def spoken(facts: Mapping[str, str], *, incident: Incident, house: House, language: str) -> dict[str, str]:
    """What people said, in ``language``: the facts, and as `subject` the incident's title, where it is in it."""
    found, title = _spoken(facts, incident, house, language)[0], public_title(incident)
    found["service"] = found["service"] or subject(title)
    return {**found, "subject": title if language == house.languages[0] else ""}


def named(service: str, language: str) -> dict[str, str]:
    """How the service stands in a sentence; ours has no name until somebody gives one."""
    phrases = PHRASES[language]
    return {
        "service_named": phrases.named.format(service) if service else phrases.service,
        "in_service": phrases.inside.format(service) if service else phrases.inside_ours,
    }


def addresses(house: House) -> dict[str, str]:
    return {
        "support_contact": house.support_contact,
        "subscribe_url": house.subscribe_url or house.status_url,
        "status_url": house.status_url,
    }


def public_title(incident: Incident) -> str:
    """The incident's title without severity codes (LINT-39); empty when nobody gave it one."""
    return "" if incident.title == UNTITLED else _CODES.sub("", incident.title).strip()


def subject(title: str) -> str:
    """`Checkout` of `Checkout: returns 500s`; empty when the title does not name its service that way."""
    name, colon, symptom = title.partition(": ")
    return name.strip() if colon and symptom.strip() and len(name.split()) <= 3 else ""


def clean(value: str) -> str:
    """A value that stands inside a sentence; the template brings the full stop."""
    value = " ".join(value.split()).rstrip(".。")
    return "" if value == "[?]" else value


def in_language(given: Mapping[str, str], name: str, house: House, language: str) -> tuple[str, bool]:
    """A fact in ``language``, and whether these are still another language's words (STG-34).

    What somebody said in that language wins; figures and standing statements are the same in all.
    """
    typed = clean(given.get(name, ""))
    own = clean(given.get(f"{name}@{language}", ""))
    if own or not typed or language == house.languages[0] or name == "service":
        return own or typed, False
    if name == "affected_share":
        typed = figures.bare_share(typed)
    same = figures.localised(typed, language, house.zone) or standing(typed, language)
    return same or typed, not (same or figures.is_everyone(typed))


def _spoken(
    facts: Mapping[str, str], incident: Incident, house: House, language: str
) -> tuple[dict[str, str], frozenset[str]]:
    given = _with_data_statement(told(incident.facts, facts), incident)
    found, foreign = dict.fromkeys(NAMES, ""), set[str]()
    for name in FACTS:
        found[name], other = in_language(given, name, house, language)
        if other:
            foreign.add(name)
    return found, frozenset(foreign)


def _with_data_statement(given: dict[str, str], incident: Incident) -> dict[str, str]:
    """What the commander said on resolving, unless this post says something newer."""
    said = clean(given.get("data_statement", ""))
    newer = said != clean(incident.facts.get("data_statement", ""))
    statement = said if said and newer else clean(incident.data_statement) or said
    return told(given, {"data_statement": statement})


def _subject(found: Mapping[str, str], title: str, house: House, language: str, foreign: Collection[str]) -> str:
    """`Checkout: payments fail`; without these facts the incident's title, which is in one language only."""
    phrases, service = PHRASES[language], found["service"]
    if service and found["symptom"] and "symptom" not in foreign:
        return f"{service}{phrases.colon}{found['symptom']}"
    if language == house.languages[0]:
        return title or phrases.reports.format(found["service_named"])
    return f"{service or capital(phrases.service)}{phrases.colon}{phrases.anomaly}"


def _start(incident: Incident, house: House, now: datetime, language: str) -> str:
    clocks = incident.clocks
    return clock(clocks.impact_started_at or clocks.declared_at, now=now, zone=house.zone, language=language)


def _times(incident: Incident, house: House, now: datetime, language: str) -> dict[str, str]:
    """Start, end and duration agree to the minute, whatever the seconds were (LINT-61)."""
    clocks = incident.clocks
    start = (clocks.impact_started_at or clocks.declared_at).replace(second=0, microsecond=0)
    end = (clocks.impact_ended_at or clocks.resolved_at or now).replace(second=0, microsecond=0)

    def at(moment: datetime) -> str:
        return clock(moment, now=now, zone=house.zone, language=language)

    return {
        "lasted_from": at(start),
        "lasted_to": at(end),
        "duration": duration((end - start).total_seconds() // 60, language),
        "elapsed": duration((now - start).total_seconds() // 60, language),
        "reported_time": at(clocks.first_public_at or start),
        "last_post_time": at(incident.update.posted_at) if incident.update else "",
        "cadence": duration(incident.cadence(now) or 0, language) if incident.cadence(now) else "",
    }


def _progress(progress: str, language: str) -> str:
    """`98%` -> `98% of requests succeed again`; whole sentences stay as they are."""
    figure = figures.number(progress, language)
    return PHRASES[language].progress.format(figure) if figure else progress
