"""The same as JSON in the shapes of Statuspage's API v2, so that programs made for it can read ours (REL-185)."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from bot.web.public import words
from bot.web.public.pages import title
from bot.web.public.snapshot import INDICATORS, Indicator, Part, Snapshot, component_id
from bot.web.public.subjects import Subject, short_id, told
from incidents.components import Component, ComponentState, worst
from storage.publications import Publication

Json = dict[str, Any]
MOST = 50
"""Incidents, and as many maintenances, in a list of all."""

DESCRIPTIONS: dict[Indicator, str] = {
    "none": "All Systems Operational",
    "maintenance": "Service Under Maintenance",
    "minor": "Partially Degraded Service",
    "major": "Partial System Outage",
    "critical": "Major Service Outage",
}
# Statuspage has no word for these two.
_STATUSES = {"withdrawn": "resolved", "cancelled": "completed"}


def summary(s: Snapshot, language: str) -> Json:
    going_on = [*_shown(s, language, s.open)]
    planned = [*_shown(s, language, s.planned)]
    lists = {"components": _components(s), "incidents": going_on, "scheduled_maintenances": planned}
    return _page(s, language) | lists | _status(s)


def status(s: Snapshot, language: str) -> Json:
    return _page(s, language) | _status(s)


def components(s: Snapshot, language: str) -> Json:
    return _page(s, language) | {"components": _components(s)}


def incidents(s: Snapshot, language: str) -> Json:
    found = [subject for subject in s.subjects if not subject.maintenance]
    return _page(s, language) | {"incidents": _shown(s, language, _latest(found))}


def unresolved(s: Snapshot, language: str) -> Json:
    return _page(s, language) | {"incidents": _shown(s, language, s.open)}


def maintenances(s: Snapshot, language: str) -> Json:
    found = [subject for subject in s.subjects if subject.maintenance]
    return _page(s, language) | {"scheduled_maintenances": _shown(s, language, _latest(found))}


def upcoming(s: Snapshot, language: str) -> Json:
    found = [subject for subject in s.planned if subject.scheduled]
    return _page(s, language) | {"scheduled_maintenances": _shown(s, language, found)}


def active(s: Snapshot, language: str) -> Json:
    found = [subject for subject in s.planned if not subject.scheduled]
    return _page(s, language) | {"scheduled_maintenances": _shown(s, language, found)}


ANSWERS: dict[str, Callable[[Snapshot, str], Json]] = {
    "summary.json": summary,
    "status.json": status,
    "components.json": components,
    "incidents.json": incidents,
    "incidents/unresolved.json": unresolved,
    "scheduled-maintenances.json": maintenances,
    "scheduled-maintenances/upcoming.json": upcoming,
    "scheduled-maintenances/active.json": active,
}


def _latest(subjects: Iterable[Subject]) -> list[Subject]:
    """The one that was told first last stands first, as Statuspage has it; what is open is never left out."""
    newest = sorted(subjects, key=lambda subject: (subject.posts[0].posted_at, subject.id), reverse=True)
    return newest[:MOST] + [subject for subject in newest[MOST:] if not subject.over]


def _page(s: Snapshot, language: str) -> Json:
    page = {
        "id": page_id(s),
        "name": s.house.organisation or title(s, words.of(language)),
        "url": s.address,
        "time_zone": s.house.zone,
        "updated_at": _time(s.changed_at or s.began_at),
    }
    return {"page": page}


def page_id(s: Snapshot) -> str:
    return short_id("page", s.address)


def _status(s: Snapshot) -> Json:
    return {"status": {"indicator": s.indicator, "description": DESCRIPTIONS[s.indicator]}}


def _components(s: Snapshot) -> list[Json]:
    """Groups are components too, before those that are in them."""
    found: list[Json] = []
    for group in dict.fromkeys(part.component.group for part in s.parts):
        members = [part for part in s.parts if part.component.group == group]
        if group:
            found.append(_group(s, group, members) | {"position": len(found) + 1})
        for member in members:
            found.append(_component(s, member) | {"position": len(found) + 1})
    return found


def _component(s: Snapshot, part: Part) -> Json:
    group = part.component.group
    return {
        "id": part.id,
        "name": part.component.name,
        "status": part.state.value,
        "created_at": _time(s.began_at),
        "updated_at": _time(part.changed_at),
        "position": 0,
        "description": part.component.description or None,
        "showcase": False,
        "start_date": None,
        "group_id": _group_id(group) if group else None,
        "page_id": page_id(s),
        "group": False,
        "only_show_if_degraded": False,
    }


def _group(s: Snapshot, name: str, members: list[Part]) -> Json:
    state = worst(member.state for member in members)
    changed = max(member.changed_at for member in members)
    whole = _component(s, Part(Component(name), state, changed))
    return whole | {"id": _group_id(name), "group": True, "components": [member.id for member in members]}


def _group_id(name: str) -> str:
    return short_id("group", name)


def _shown(s: Snapshot, language: str, subjects: Iterable[Subject]) -> list[Json]:
    return [_subject(s, language, subject) for subject in subjects]


def _subject(s: Snapshot, language: str, subject: Subject) -> Json:
    text = told(subject.newest, language, words.of(language).stages)
    named = {part.component.name: part for part in s.parts}
    found: Json = {
        "id": subject.id,
        "name": text.name,
        "status": _status_of(subject),
        "created_at": _time(subject.posts[0].posted_at),
        "updated_at": _time(subject.changed_at),
        "monitoring_at": _time(subject.reached("monitoring")),
        "resolved_at": _time(subject.ended_at),
        "impact": _impact(subject),
        "shortlink": f"{s.address}/{subject.folder}/{subject.id}.html",
        "started_at": _time(subject.started_at),
        "page_id": page_id(s),
        "incident_updates": _updates(subject, language),
        "components": [_component(s, named[name]) for name in subject.component_names if name in named],
        "reminder_intervals": None,
    }
    if subject.report:
        found |= _postmortem(subject.report, language)
    if subject.maintenance:
        found["scheduled_for"] = _time(subject.started_at)
        found["scheduled_until"] = _time(subject.ends_at or subject.started_at)
    return found


def _status_of(subject: Subject) -> str:
    """Once its report is out, an incident that is over is called by it there."""
    if subject.report and subject.over:
        return subject.report.stage
    return _STATUSES.get(subject.stage, subject.stage)


def _postmortem(report: Publication, language: str) -> Json:
    """The public report afterwards, under the names it has there (STG-32)."""
    at = _time(report.posted_at)
    return {
        "postmortem_body": told(report, language, words.of(language).stages).body,
        "postmortem_body_last_updated_at": at,
        "postmortem_published_at": at,
        "postmortem_ignored": False,
        "postmortem_notified_subscribers": True,
        "postmortem_notified_twitter": False,
    }


def _impact(subject: Subject) -> str:
    """From what customers were told of components, never from the severity (SEC-113)."""
    if subject.maintenance:
        return "maintenance"
    if subject.stage == "withdrawn":
        return "none"
    told_so = INDICATORS[subject.worst]
    return "minor" if told_so in ("none", "maintenance") else told_so


def _updates(subject: Subject, language: str) -> list[Json]:
    """The newest first, each with what it changed about components."""
    found: list[Json] = []
    before: dict[str, ComponentState] = {}
    for post in subject.everything:
        found.append(_update(subject, post, language, before))
        before = before | post.record.components
    return found[::-1]


def _update(subject: Subject, post: Publication, language: str, before: dict[str, ComponentState]) -> Json:
    labels = words.of(language).stages
    affected = [
        {
            "code": component_id(name),
            "name": name,
            "old_status": before.get(name, ComponentState.OPERATIONAL).value,
            "new_status": state.value,
        }
        for name, state in post.record.components.items()
    ]
    return {
        "id": short_id(subject.id, *(["report"] if post.kind == "report" else []), str(post.number)),
        "status": _STATUSES.get(post.stage, post.stage),
        "body": told(post, language, labels).body,
        "incident_id": subject.id,
        "created_at": _time(post.posted_at),
        "updated_at": _time(post.posted_at),
        "display_at": _time(post.posted_at),
        "affected_components": affected or None,
        "deliver_notifications": True,
        "custom_tweet": None,
        "tweet_id": None,
    }


def _time(at: datetime | None) -> str | None:
    """`2031-04-02T14:30:00.000Z`: with milliseconds, which some programs insist on."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None
