"""The whole state of the fake, without any network, and one call upon it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fakes.slack.app import App
from fakes.slack.clock import Clock
from fakes.slack.faults import Faults
from fakes.slack.happenings import Happenings
from fakes.slack.ledger import Effect, Ledger
from fakes.slack.limits import Limits
from fakes.slack.names import Ids
from fakes.slack.refusal import Json, Refusal
from fakes.slack.triggers import ResponseUrls, Triggers
from fakes.slack.views import View, Views
from fakes.slack.workspace import Channel, User, Workspace


@dataclass
class Policy:
    """What the workspace's administrators, and Slack itself, allow."""

    may_create_channels: bool = True
    may_archive: bool = True
    bots_may_unarchive: bool = False
    forced_invite_is_ok: bool = True
    history_restricted: bool = False


@dataclass
class Core:
    clock: Clock
    workspace: Workspace
    app: App
    ledger: Ledger
    limits: Limits
    faults: Faults
    happenings: Happenings
    triggers: Triggers
    response_urls: ResponseUrls
    views: Views
    policy: Policy = field(default_factory=Policy)
    base: str = ""
    new_socket_url: Callable[[], str] = lambda: ""

    @property
    def ids(self) -> Ids:
        return self.workspace.ids

    def permalink(self, channel: Channel, ts: str, thread_ts: str = "") -> str:
        link = f"https://{self.workspace.domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
        return link + (f"?thread_ts={thread_ts}&cid={channel.id}" if thread_ts not in ("", ts) else "")

    def view_json(self, view: View) -> Json:
        return {
            "id": view.id,
            "team_id": self.workspace.id,
            "app_id": self.app.id,
            "app_installed_team_id": self.workspace.id,
            "bot_id": self.app.bot_id,
            "hash": view.hash,
            "root_view_id": view.root,
            "previous_view_id": view.previous or None,
            "state": {"values": {}},
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            "submit": None,
            "close": None,
            **view.json,
        }


@dataclass
class Call:
    """One request to the Web API, after it was let in."""

    core: Core
    method: str
    args: Json
    shown: list[Effect] = field(default_factory=list)

    @property
    def me(self) -> str:
        return self.core.app.user_id

    def word(self, key: str) -> str:
        value = self.args.get(key)
        return "" if value is None else str(value)

    def need(self, key: str) -> str:
        if not self.word(key):
            raise Refusal(
                "invalid_arguments", response_metadata={"messages": [f"[ERROR] missing required field: {key}"]}
            )
        return self.word(key)

    def flag(self, key: str) -> bool:
        return self.word(key).lower() in ("true", "1")

    def decoded(self, key: str, refusal: str) -> Any:
        """A structure, however it came: as JSON in JSON, or as JSON in a form field. None when absent."""
        value = self.args.get(key)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise Refusal(refusal) from None

    def channel(self, key: str = "channel") -> Channel:
        """By id. Private rooms that we are not in do not exist for us."""
        channel = self.core.workspace.channels.get(self.word(key))
        if channel is None or channel.deleted or (channel.kind != "public" and self.me not in channel.members):
            raise Refusal("channel_not_found")
        return channel

    def member_of(self, channel: Channel) -> None:
        if self.me not in channel.members:
            raise Refusal("not_in_channel")

    def user(self, key: str = "user") -> User:
        user = self.core.workspace.users.get(self.word(key))
        if user is None:
            raise Refusal("user_not_found")
        return user

    def shows(
        self,
        kind: str,
        channel: Channel | None = None,
        *,
        user: str = "",
        text: str = "",
        blocks: list[Json] | None = None,
        op: str = "",
        ts: str = "",
        thread_ts: str = "",
    ) -> None:
        reader = self.core.workspace.users.get(user)
        effect = Effect(
            at=self.core.clock.now(),
            method=self.method,
            kind=kind,
            channel=channel.name or channel.id if channel else "",
            channel_id=channel.id if channel else "",
            user=reader.name if reader else user,
            text=text,
            blocks=blocks or [],
            op=op,
            ts=ts,
            thread_ts=thread_ts,
        )
        self.core.ledger.effects.append(effect)
