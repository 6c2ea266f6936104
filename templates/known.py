"""What a public post may say of an incident: the facts people gave, and those the clocks tell (STG-8)."""

import re
from collections.abc import Mapping
from datetime import datetime

from incidents.declaring import UNTITLED
from incidents.incident import Incident
from templates.house import House
from templates.words import clock, span

FACTS = (
    "service",
    "symptom",
    "start_time",
    "affected_who",
    "affected_share",
    "regions",
    "functions",
    "not_affected",
    "action_now",
    "cause_plain",
    "fix_plain",
    "progress",
    "remaining_impact",
    "workaround",
    "eta_time",
    "end_time",
    "data_statement",
    "prevention",
    "report_time",
)

_CODES = re.compile(r"\b(?:SEV[-_ ]?[1-5]|P[-_ ]?[0-3])\b\s*[:,-]?\s*", re.IGNORECASE)


def values(
    facts: Mapping[str, str], *, incident: Incident, house: House, now: datetime, next_update_at: datetime | None
) -> dict[str, str]:
    """Every placeholder of the templates, empty where nothing is known. ``facts`` win over the incident's own."""
    given = {**incident.facts, **facts}
    found = {name: _clean(given.get(name, "")) for name in FACTS}
    found["service"] = found["service"] or subject(public_title(incident))
    found["service_named"] = found["service"] or "our service"
    found["start_time"] = found["start_time"] or _start(incident, house, now)
    found["data_statement"] = _data_statement(found["data_statement"], incident)
    found |= _times(incident, house, now)
    return found | {
        "share_of_customers": _of_customers(found["affected_share"]),
        "progress_sentence": _progress(found["progress"]),
        "next_update_time": clock(next_update_at, now=now, zone=house.zone) if next_update_at else "",
        "support_contact": house.support_contact,
        "subscribe_url": house.subscribe_url or house.status_url,
    }


def public_title(incident: Incident) -> str:
    """The incident's title without severity codes (LINT-39); empty when nobody gave it one."""
    return "" if incident.title == UNTITLED else _CODES.sub("", incident.title).strip()


def subject(title: str) -> str:
    """`Checkout` of `Checkout: returns 500s`; empty when the title does not name its service that way."""
    name, colon, symptom = title.partition(": ")
    return name.strip() if colon and symptom.strip() and len(name.split()) <= 3 else ""


def _clean(value: str) -> str:
    """A value that stands inside a sentence; the template brings the full stop."""
    value = " ".join(value.split()).rstrip(".")
    return "" if value == "[?]" else value


def _data_statement(given: str, incident: Incident) -> str:
    """What the commander said on resolving, unless this post says something newer."""
    newer = given != _clean(incident.facts.get("data_statement", ""))
    return given if given and newer else _clean(incident.data_statement) or given


def _start(incident: Incident, house: House, now: datetime) -> str:
    clocks = incident.clocks
    return clock(clocks.impact_started_at or clocks.declared_at, now=now, zone=house.zone)


def _times(incident: Incident, house: House, now: datetime) -> dict[str, str]:
    """Start, end and duration agree to the minute, whatever the seconds were (LINT-61)."""
    clocks = incident.clocks
    start = (clocks.impact_started_at or clocks.declared_at).replace(second=0, microsecond=0)
    end = (clocks.impact_ended_at or clocks.resolved_at or now).replace(second=0, microsecond=0)
    reported = clocks.first_public_at or start
    return {
        "lasted_from": clock(start, now=now, zone=house.zone),
        "lasted_to": clock(end, now=now, zone=house.zone),
        "duration": span((end - start).total_seconds() // 60),
        "reported_time": clock(reported, now=now, zone=house.zone),
        "last_post_time": clock(incident.update.posted_at, now=now, zone=house.zone) if incident.update else "",
    }


def _of_customers(share: str) -> str:
    """`40%` -> `40% of customers`; what names the people already, or says `all`, is left in its own words."""
    lowered = share.lower()
    if lowered == "all":
        return "All customers"
    named = any(word in lowered for word in ("customer", "user", "account", "people"))
    return share if named or not share else f"{share} of customers"


def _progress(progress: str) -> str:
    """`98%` -> `98% of requests succeed again`; whole sentences stay as they are."""
    return f"{progress} of requests succeed again" if len(progress.split()) <= 2 and progress else progress
