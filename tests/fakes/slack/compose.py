"""What Slack's client makes of the words somebody types: mentions, links, escapes."""

import re

from fakes.slack.core import Core
from fakes.slack.refusal import Json

_LIVE = re.compile(r"(?<![\w&])([@#])([\w.-]*\w)|https?://[^\s<>]+")
_BROADCASTS = ("here", "channel", "everyone")


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def message(core: Core, text: str) -> str:
    return _LIVE.sub(lambda found: _live(core, found, named=False), escaped(text))


def command(core: Core, text: str) -> str:
    """A slash command names people only where the manifest says should_escape; else their handles stay words."""
    if not core.app.escapes_commands:
        return escaped(text)
    return _LIVE.sub(lambda found: _live(core, found, named=True), escaped(text))


def _live(core: Core, found: "re.Match[str]", *, named: bool) -> str:
    sign, name = found[1], found[2]
    if sign is None:
        return f"<{found[0]}>"
    if sign == "#":
        channel = core.workspace.channel_named(name)
        return f"<#{channel.id}|{channel.name}>" if channel else found[0]
    if name in _BROADCASTS:
        return f"<!{name}>"
    user = core.workspace.user_named(name)
    if user is None:
        return found[0]
    return f"<@{user.id}|{user.name}>" if named else f"<@{user.id}>"


def rich_text(text: str) -> list[Json]:
    """People's messages carry blocks too."""
    said = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": said}]}
    return [{"type": "rich_text", "block_id": "rich", "elements": [section]}]
