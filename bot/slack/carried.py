"""What travels to Slack inside a button, a form or a message, and what comes back."""

import json
from typing import NamedTuple

from bot.slack.limits import VALUE, Json, size
from bot.slack.mrkdwn import sendable
from incidents.errors import Refused

EVENT_TYPE = "sitrep_post"
_LARGEST_ID = 2**31


class Pressed(NamedTuple):
    incident: int | None
    says: str
    key: str = ""


def value(incident: int | None, says: str, key: str = "") -> str:
    """Of a button. It names the incident, so that a press in another room still means the same one."""
    return compact({"i": incident, "s": sendable(says)} | ({"k": key} if key else {}))


def pressed(value: object) -> Pressed:
    """What a button says, of which incident. Raises Refused for anything that no button of ours carries (SEC-031)."""
    carried = read_object(value, VALUE)
    return Pressed(incident_of(carried), line_of(carried), _key_of(carried))


def metadata(op: str, part: int = 1) -> Json | None:
    """Every part of a split message has an op id of its own, so that each can be found (REL-036)."""
    if not op:
        return None
    return {"event_type": EVENT_TYPE, "event_payload": {"op": op if part == 1 else f"{op}#{part}"}}


def read_object(text: object, most: int) -> Json:
    """JSON that comes back from Slack. Raises Refused (SEC-031, SEC-033)."""
    try:
        found = json.loads(text) if isinstance(text, str) and size(text) <= most else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise damaged()
    return found


def incident_of(carried: Json) -> int | None:
    number = carried.get("i")
    if number is None or (type(number) is int and 0 < number < _LARGEST_ID):
        return number
    raise damaged()


def line_of(carried: Json) -> str:
    says = carried.get("s")
    if isinstance(says, str) and says.strip() and size(says) <= VALUE:
        return says
    raise damaged()


def _key_of(carried: Json) -> str:
    key = carried.get("k", "")
    if isinstance(key, str) and (not key or key.startswith("slack:")):
        return key
    raise damaged()


def damaged() -> Refused:
    return Refused("Slack sent something back that this button or form never carried. Nothing was changed.")


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
