"""The bodies of commands, presses, forms and shortcuts."""

from typing import Any

from fakes.slack.core import Core
from fakes.slack.refusal import Json
from fakes.slack.triggers import ResponseUrl
from fakes.slack.views import View
from fakes.slack.workspace import Channel, Ephemeral, Message, User


def slash(core: Core, user: User, channel: Channel, command: str, text: str) -> Json:
    """A form: everything is text, and there is no thread_ts."""
    url = core.response_urls.issue(user.id, channel.id)
    return {
        "token": core.app.verification_token,
        "team_id": core.workspace.id,
        "team_domain": core.workspace.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": core.app.id,
        "is_enterprise_install": "false",
        "response_url": address(core, "commands", url),
        "trigger_id": core.triggers.issue(user.id),
    }


def pressed_in_message(core: Core, user: User, channel: Channel, seen: Message | Ephemeral, action: Json) -> Json:
    hidden = isinstance(seen, Ephemeral)
    url = core.response_urls.issue(user.id, channel.id, source=seen.ts)
    container: Json = {
        "type": "message",
        "message_ts": seen.ts,
        "channel_id": channel.id,
        "is_ephemeral": hidden,
    } | ({"thread_ts": seen.thread_ts} if seen.thread_ts else {})
    payload = _interaction(core, "block_actions", user) | {
        "container": container,
        "trigger_id": core.triggers.issue(user.id),
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": {}},
        "response_url": address(core, "actions", url),
        "actions": [action],
    }
    return payload if isinstance(seen, Ephemeral) else payload | {"message": seen.as_json()}


def pressed_in_view(core: Core, user: User, view: View, action: Json, state: Json) -> Json:
    return _interaction(core, "block_actions", user) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": core.triggers.issue(user.id, view=view.id),
        "view": core.view_json(view) | {"state": state},
        "actions": [action],
    }


def submission(core: Core, user: User, view: View, state: Json) -> Json:
    return _interaction(core, "view_submission", user) | {
        "trigger_id": core.triggers.issue(user.id, view=view.id),
        "view": core.view_json(view) | {"state": state},
        "response_urls": [],
    }


def closed(core: Core, user: User, view: View) -> Json:
    return _interaction(core, "view_closed", user) | {"view": core.view_json(view), "is_cleared": False}


def global_shortcut(core: Core, user: User, callback_id: str) -> Json:
    return _interaction(core, "shortcut", user) | {
        "callback_id": callback_id,
        "trigger_id": core.triggers.issue(user.id),
        "action_ts": core.workspace.ts("actions"),
    }


def message_shortcut(core: Core, user: User, callback_id: str, channel: Channel, message: Message) -> Json:
    url = core.response_urls.issue(user.id, channel.id)
    return _interaction(core, "message_action", user) | {
        "callback_id": callback_id,
        "trigger_id": core.triggers.issue(user.id),
        "action_ts": core.workspace.ts("actions"),
        "message_ts": message.ts,
        "message": message.as_json(),
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "response_url": address(core, "app", url),
    }


def suggestion(core: Core, user: User, view: View, found: tuple[Json, Json], typed: str) -> Json:
    block, element = found
    asked: dict[str, Any] = {"action_id": element["action_id"], "block_id": block["block_id"], "value": typed}
    return _interaction(core, "block_suggestion", user) | asked | {"view": core.view_json(view)}


def _interaction(core: Core, kind: str, user: User) -> Json:
    team = {"id": core.workspace.id, "domain": core.workspace.domain}
    who = {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team}
    return {
        "type": kind,
        "team": team,
        "user": who,
        "api_app_id": core.app.id,
        "token": core.app.verification_token,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def channel_name(channel: Channel) -> str:
    """A command typed in a private room does not tell the room's name."""
    return {"public": channel.name, "private": "privategroup", "im": "directmessage", "mpim": channel.name}[
        channel.kind
    ]


def address(core: Core, kind: str, url: ResponseUrl) -> str:
    return f"{core.base}/{kind}/{core.workspace.id}/{url.key}"
