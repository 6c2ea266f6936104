"""What Slack accepts when an app is made from a manifest (docs/slack.md)."""

from collections.abc import Iterable

from fakes.slack import scopes
from fakes.slack.app import App
from fakes.slack.refusal import CannotDo, Json

# fmt: off
RESERVED = frozenset({
    "status", "me", "away", "dnd", "shrug", "remind", "msg", "feed", "who", "collapse", "expand", "leave", "join",
    "open", "search", "topic", "mute", "pro", "shortcuts", "archive", "invite",
})
# fmt: on
_MOST = {"slash_commands": 50, "shortcuts": 10}
_LONGEST = {"command": 32, "description": 2000, "usage_hint": 1000, "name": 24, "callback_id": 255}


def install(app: App, manifest: Json) -> None:
    """Gives the app exactly these scopes, events, commands and shortcuts; raises CannotDo with all that is wrong."""
    features, settings = manifest.get("features", {}), manifest.get("settings", {})
    granted = set(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", []))
    events = set(settings.get("event_subscriptions", {}).get("bot_events", []))
    commands, shortcuts = features.get("slash_commands", []), features.get("shortcuts", [])
    wrong = [*_names(manifest, features), *_commands(commands), *_entries(features), *_events(events, granted)]
    if (commands or shortcuts) and "commands" not in granted:
        wrong.append("commands and shortcuts need the scope commands")
    if wrong:
        raise CannotDo("invalid_manifest: " + "; ".join(wrong))
    app.scopes, app.events = granted, events
    app.commands = {each["command"] for each in commands}
    app.shortcuts = {each["callback_id"] for each in shortcuts}
    app.escapes_commands = any(each.get("should_escape") for each in commands)
    app.home_tab = bool(features.get("app_home", {}).get("home_tab_enabled"))
    app.socket_mode = bool(settings.get("socket_mode_enabled"))
    if commands or shortcuts:
        app.used.add("commands")


def _names(manifest: Json, features: Json) -> Iterable[str]:
    about = manifest.get("display_information", {})
    bot = features.get("bot_user", {})
    limits = (("name", about, 35), ("description", about, 140), ("display_name", bot, 80))
    yield from (f"{key} is longer than {most}" for key, where, most in limits if len(str(where.get(key, ""))) > most)
    if not about.get("name"):
        yield "display_information.name is missing"


def _commands(commands: list[Json]) -> Iterable[str]:
    """One bad name spoils the whole array."""
    for each in commands:
        name = str(each.get("command", ""))
        if not name.startswith("/") or name != name.lower() or " " in name or name[1:] in RESERVED:
            yield f"the slash command {name} has an invalid name"
        if not each.get("description"):
            yield f"{name} has no description"


def _entries(features: Json) -> Iterable[str]:
    for kind, most in _MOST.items():
        listed = features.get(kind, [])
        if len(listed) > most:
            yield f"more than {most} {kind}"
        for each in listed:
            yield from (f"{key} is longer than {n}" for key, n in _LONGEST.items() if len(str(each.get(key, ""))) > n)


def _events(events: set[str], granted: set[str]) -> Iterable[str]:
    for event in sorted(events):
        needed = scopes.for_subscription(event)
        if needed and not granted.intersection(needed):
            yield f"{event} needs {needed[0]}"
