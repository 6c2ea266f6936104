"""The shapes of Statuspage's API v2, as its own pages answer: names, kinds and words of every field."""

import re
from collections.abc import Mapping
from typing import Any

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ID = re.compile(r"[0-9a-z]{12}")
STATES = {"operational", "under_maintenance", "degraded_performance", "partial_outage", "major_outage"}
INCIDENT = {"investigating", "identified", "monitoring", "resolved", "postmortem"}
MAINTENANCE = {"scheduled", "in_progress", "verifying", "completed"}

Shape = Mapping[str, Any]
PAGE: Shape = {"id": ID, "name": str, "url": str, "time_zone": str, "updated_at": TIME}
COMPONENT: Shape = {
    "id": ID,
    "name": str,
    "status": STATES,
    "created_at": TIME,
    "updated_at": TIME,
    "position": int,
    "description": (str, type(None)),
    "showcase": bool,
    "start_date": (type(None),),
    "group_id": (str, type(None)),
    "page_id": ID,
    "group": bool,
    "only_show_if_degraded": bool,
}
UPDATE: Shape = {
    "id": ID,
    "status": INCIDENT | MAINTENANCE,
    "body": str,
    "incident_id": ID,
    "created_at": TIME,
    "updated_at": TIME,
    "display_at": TIME,
    "affected_components": (list, type(None)),
    "deliver_notifications": bool,
    "custom_tweet": (type(None),),
    "tweet_id": (type(None),),
}
AFFECTED: Shape = {"code": ID, "name": str, "old_status": STATES, "new_status": STATES}
EVENT: Shape = {
    "id": ID,
    "name": str,
    "status": INCIDENT,
    "created_at": TIME,
    "updated_at": TIME,
    "monitoring_at": (TIME, None),
    "resolved_at": (TIME, None),
    "impact": {"none", "minor", "major", "critical"},
    "shortlink": str,
    "started_at": TIME,
    "page_id": ID,
    "incident_updates": list,
    "components": list,
    "reminder_intervals": (type(None),),
}
WORK: Shape = {
    **EVENT,
    "status": MAINTENANCE,
    "impact": {"maintenance"},
    "scheduled_for": TIME,
    "scheduled_until": TIME,
}
STATUS: Shape = {"indicator": {"none", "maintenance", "minor", "major", "critical"}, "description": str}


def holds(found: Mapping[str, Any], shape: Shape) -> None:
    """Exactly these fields, each of its kind."""
    assert set(found) - {"components"} == set(shape) - {"components"}, set(found) ^ set(shape)
    for name, kind in shape.items():
        assert is_a(found[name], kind), (name, found[name])


def is_a(value: object, kind: Any) -> bool:
    if kind is None:
        return value is None
    if isinstance(kind, tuple):
        return any(is_a(value, each) for each in kind)
    if isinstance(kind, re.Pattern):
        return isinstance(value, str) and bool(kind.fullmatch(value))
    if isinstance(kind, set):
        return value in kind
    return type(value) is kind


def answer(found: Mapping[str, Any]) -> None:
    """Whichever of the eight it is."""
    holds(found["page"], PAGE)
    if "status" in found:
        holds(found["status"], STATUS)
    for component in found.get("components", []):
        holds(component, COMPONENT)
        assert component["group"] == ("components" in component)
    for event in found.get("incidents", []):
        _event(event, EVENT)
    for event in found.get("scheduled_maintenances", []):
        _event(event, WORK)


def _event(found: Mapping[str, Any], shape: Shape) -> None:
    holds(found, shape)
    assert found["incident_updates"]
    for component in found["components"]:
        holds(component, COMPONENT)
    for update in found["incident_updates"]:
        holds(update, UPDATE)
        assert update["incident_id"] == found["id"]
        for affected in update["affected_components"] or []:
            holds(affected, AFFECTED)
