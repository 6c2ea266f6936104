"""What Slack wants to know of an app before it is made, from the configuration: sitrep manifest slack."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from bot.mistake import Mistake
from bot.slack.scopes import SCOPES, bot_events, bot_scopes
from bot.slack.settings import EVENTS_PATH, SlackSettings, command_trouble
from bot.slack.yaml import as_yaml

__all__ = ["DECLARE", "SCOPES", "TO_TIMELINE", "manifest", "troubles", "written"]

Tree = Mapping[str, Any]
Form = Literal["yaml", "json"]

DECLARE, TO_TIMELINE = "declare", "to_timeline"
"""The shortcuts' callback ids: one anywhere in Slack, one on a message."""

_NAME = "Sitrep"
_ABOUT = "Runs the incident call: opens the room, keeps the roles and the timeline, says when an update is due."
_STAGES = "investigating | identified | monitoring | resolved"
_MOST_COMMANDS, _MOST_SHORTCUTS, _MOST_EVENTS = 50, 10, 100
_LONGEST_URL = 3000
_LIMITS: Mapping[tuple[str, str], int] = {
    ("display_information", "name"): 35,
    ("display_information", "description"): 140,
    ("bot_user", "display_name"): 80,
    ("slash_commands", "description"): 2000,
    ("slash_commands", "usage_hint"): 1000,
    ("shortcuts", "name"): 24,
    ("shortcuts", "callback_id"): 255,
    ("shortcuts", "description"): 150,
}


def written(settings: SlackSettings, *, url: str = "", form: Form = "yaml") -> str:
    """The manifest as text for "Create an app from a manifest". Raises Mistake with every reason against it.

    ``url`` is where Slack reaches us, without a path; it is needed in HTTP mode only.
    """
    found = list(troubles(settings, url))
    if found:
        raise Mistake("\n".join(found))
    content = manifest(settings, url=url)
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n" if form == "json" else as_yaml(content)


def manifest(settings: SlackSettings, *, url: str = "") -> dict[str, Any]:
    address = {"request_url": f"{url.rstrip('/')}{EVENTS_PATH}"} if settings.mode == "http" else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 0},
        "display_information": {"name": _NAME, "description": _ABOUT},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": _NAME, "always_online": True},
            "shortcuts": _shortcuts(),
            "slash_commands": [_command(*words, address) for words in _commands(settings)],
        },
        "oauth_config": {"scopes": {"bot": bot_scopes(settings.privacy)}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": bot_events(settings.privacy)},
            "interactivity": {"is_enabled": True, **address},
            "org_deploy_enabled": False,
            "socket_mode_enabled": settings.mode == "socket",
            "token_rotation_enabled": False,
        },
    }


def _shortcuts() -> list[Tree]:
    return [
        {
            "name": "Declare incident",
            "type": "global",
            "callback_id": DECLARE,
            "description": "Opens an incident and its room.",
        },
        {
            "name": "Add to timeline",
            "type": "message",
            "callback_id": TO_TIMELINE,
            "description": "Puts this message into the incident's timeline.",
        },
    ]


def _commands(settings: SlackSettings) -> Iterator[tuple[str, str, str]]:
    names = settings.commands
    yield names.incident, "Declare an incident, or say a word about this room's.", "sev1 Checkout returns 500s | help"
    yield names.ic, "The same, shorter.", "note Deploy rolled back | task @bob 10m Look at the database"
    yield names.status, "Tell customers where we are.", _STAGES


def _command(name: str, description: str, hint: str, address: Mapping[str, str]) -> Tree:
    """Escaped, so that people and rooms arrive as ids; without it `@bob` is whatever somebody typed."""
    place = {"url": address["request_url"]} if address else {}
    return {"command": name, **place, "description": description, "usage_hint": hint, "should_escape": True}


def troubles(settings: SlackSettings, url: str = "") -> Iterator[str]:
    """One sentence for everything that Slack would refuse, and it refuses the manifest as a whole."""
    names = list(settings.commands)
    yield from (f"{name}: {trouble}." for name in names if (trouble := command_trouble(name)))
    yield from (f"{name}: must be the name of one command only." for name, count in Counter(names).items() if count > 1)
    if settings.mode == "http":
        yield from _address_troubles(url)
    elif url:
        yield 'slack.mode is "socket": there Slack needs no address. Leave out --url, or set slack.mode to "http".'
    content = manifest(settings, url=url)
    yield from _too_long(content)
    yield from _too_many(content)


def _address_troubles(url: str) -> Iterator[str]:
    if not re.fullmatch(r"https://[^\s/?#@]+(?:/[^\s?#]*)?", url):
        yield "In HTTP mode Slack must reach Sitrep at an https:// address: give --url, or set web.base_url."
    elif len(url) + len(EVENTS_PATH) > _LONGEST_URL:
        yield f"--url: must have at most {_LONGEST_URL - len(EVENTS_PATH)} characters."


def _too_long(content: Tree) -> Iterator[str]:
    sections = {"display_information": content["display_information"], **content["features"]}
    for (section, key), most in _LIMITS.items():
        found = sections[section]
        for each in found if isinstance(found, list) else [found]:
            if len(each[key]) > most:
                yield f"{section}.{key}: must have at most {most} characters, and “{each[key][:20]}…” has more."


def _too_many(content: Tree) -> Iterator[str]:
    features = content["features"]
    counted = (
        ("slash_commands", features["slash_commands"], _MOST_COMMANDS),
        ("shortcuts", features["shortcuts"], _MOST_SHORTCUTS),
        ("bot_events", content["settings"]["event_subscriptions"]["bot_events"], _MOST_EVENTS),
    )
    yield from (f"{name}: must be at most {most}." for name, found, most in counted if len(found) > most)
