"""Bolt between Slack and our listeners: it answers Slack after the listener, and only what was stored (REL-002)."""

import json
import logging
import math
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import web
from multidict import MultiMapping
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import payload
from bot.slack.channels import Channels
from bot.slack.events import Events
from bot.slack.home import Home
from bot.slack.interactions import Interactions
from bot.slack.listen import Stumbled, Unheard
from bot.slack.manifest import DECLARE, TO_TIMELINE
from bot.slack.payload import Payload
from bot.slack.pins import Pins
from bot.slack.settings import SlackSettings
from bot.slack.verify import ours
from bot.slack.workspace import Workspace

log = structlog.get_logger()

NOBODY = 404
"""Nobody listens to this. Slack is told that all is well, or it would try three times and then switch events off."""

_QUIET = logging.getLogger("sitrep.bolt")
_QUIET.setLevel(logging.CRITICAL)
"""Bolt logs whole bodies, and what goes wrong in a listener is logged by us."""

_ANY = re.compile("")
_LATELY = 300.0
"""Seconds."""
_HANDSHAKES = frozenset({"url_verification", "ssl_check"})
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError, RecursionError)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listeners:
    events: Events
    pins: Pins
    interactions: Interactions
    home: Home
    channels: Channels


class Bolt:
    """The real Bolt app. Nothing is acknowledged before its listener is through (process_before_response)."""

    def __init__(
        self,
        settings: SlackSettings,
        workspace: Workspace,
        listeners: Listeners,
        *,
        missed: Callable[[], None],
        told: Callable[[], None] = lambda: None,
    ) -> None:
        """``missed``: Slack left something out. ``told``: it has told us of an event."""
        self.settings = settings
        self._workspace = workspace
        self._events = listeners.events
        self._pins = listeners.pins
        self._interactions = listeners.interactions
        self._home = listeners.home
        self._channels = listeners.channels
        self._missed = missed
        self._told = told
        self._stumbled_at = -math.inf
        self.app = AsyncApp(
            name="sitrep",
            logger=_QUIET,
            client=_nobody(workspace),
            authorize=_authorize(workspace),
            process_before_response=True,
            # Ours stands in front of it (verify.py): it also knows the secret before the last change (SEC-007).
            request_verification_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        self._listen()

    def _listen(self) -> None:
        app = self.app
        app.error(self._failed)
        # Bolt asks one after the other: what comes by the thousand is first.
        heard = dict(self.heard())
        app.event("message")(heard.pop("message"))
        app.command(_ANY)(self._command)
        for kind, listener in heard.items():
            app.event(kind)(listener)
        app.event(_ANY)(self._other)
        app.action(_ANY)(self._action)
        app.view_submission(_ANY)(self._submission)
        app.global_shortcut(DECLARE)(self._shortcut)
        app.message_shortcut(TO_TIMELINE)(self._message_shortcut)

    def heard(self) -> Mapping[str, Callable[..., Awaitable[BoltResponse]]]:
        """Every event by its type; the manifest subscribes to these and no other."""
        events, channels = self._events, self._channels
        closed, renamed, left = (_event(work) for work in (channels.closed, channels.renamed, channels.left))
        person = _event(events.person)
        return {
            "app_home_opened": _event(self._home.opened),
            # Where the message itself is heard too, this is the same delivery a second time (REL-006).
            "app_mention": _event(events.message),
            "channel_archive": closed,
            "channel_deleted": closed,
            "channel_id_changed": _event(channels.id_changed),
            "channel_left": left,
            "channel_rename": renamed,
            "group_archive": closed,
            "group_deleted": closed,
            "group_left": left,
            "group_rename": renamed,
            "member_joined_channel": _event(channels.joined),
            "message": _event(events.message),
            "reaction_added": self._reaction,
            "team_join": person,
            "user_change": person,
        }

    async def by_http(self, raw: bytes, headers: MultiMapping[str]) -> web.StreamResponse:
        """A request whose signature was found good."""
        given: dict[str, str | Sequence[str]] = {name: headers.getall(name) for name in headers}
        try:
            request = AsyncBoltRequest(body=raw.decode(), headers=given)
        except _UNREADABLE:
            return await to_aiohttp_response(_ignored("unreadable"))
        return await to_aiohttp_response(await self._answer(request))

    async def by_socket(self, envelope: Json) -> Json | None:
        """What the envelope is acknowledged with; None when it must come again."""
        told = SocketModeRequest.from_dict(envelope)
        if told is None:
            return {}
        try:
            request = AsyncBoltRequest(mode="socket_mode", body=told.payload, headers=build_headers(told))
        except _UNREADABLE:
            return _said(_ignored("unreadable").body)
        answer = await self._answer(request)
        return _said(answer.body) if answer.status == 200 else None

    async def _answer(self, request: AsyncBoltRequest) -> BoltResponse:
        if not self._concerns(request.body):
            return BoltResponse(status=200, body="")
        answer = await self.app.async_dispatch(request)
        return _ignored("nobody listens") if answer.status == NOBODY else answer

    def _concerns(self, body: object) -> bool:
        """Ours, and of a shape that Bolt can read (SEC-011, SEC-013, REL-016)."""
        if not isinstance(body, Mapping):
            return False
        kind = payload.text(body, "type")
        if kind in _HANDSHAKES or "ssl_check" in body:
            return True
        if kind == "app_rate_limited":
            # Slack left something out; it is still in the history (REL-012).
            log.warning("slack holds events back", action="slack_rate_limited")
            self._missed()
            return False
        if not ours(body, self.settings) or not _readable(body):
            log.warning("ignored", action="slack_ignored", why="not for us")
            return False
        if kind == "event_callback":
            self._told()
        return True

    async def _failed(self, error: Exception) -> BoltResponse:
        """Not stored, so not acknowledged: Slack sends it again."""
        log.error("not acknowledged", action="slack_unheard", problem=type(error).__name__, exc_info=error)
        if not isinstance(error, Unheard) or isinstance(error, Stumbled):
            self._stumbled_at = self._workspace.holds.now()
        self._missed()
        return BoltResponse(status=503, body="")

    def stumbled_lately(self) -> bool:
        """Health says so for a while: nothing else would show that our own code breaks (REL-015)."""
        return self._workspace.holds.now() - self._stumbled_at < _LATELY

    async def _command(self, body: Json) -> BoltResponse:
        said = await self._interactions.command(body)
        return BoltResponse(status=200, body=said or "")

    async def _reaction(self, event: Json, body: Json) -> BoltResponse:
        return await _done(self._pins.reaction(event, payload.text(body, "event_id")))

    async def _other(self) -> BoltResponse:
        """An event that nobody waits for must be answered too, or Slack switches all of them off."""
        return BoltResponse(status=200, body="")

    async def _action(self, body: Json) -> BoltResponse:
        return await _done(self._interactions.action(body))

    async def _submission(self, body: Json) -> BoltResponse:
        return BoltResponse(status=200, body=await self._interactions.submission(body))

    async def _shortcut(self, body: Json) -> BoltResponse:
        return await _done(self._interactions.shortcut(body))

    async def _message_shortcut(self, body: Json) -> BoltResponse:
        return await _done(self._interactions.message_shortcut(body))


def _ignored(why: str) -> BoltResponse:
    log.warning("ignored", action="slack_ignored", why=why)
    return BoltResponse(status=200, body="")


def _event(work: Callable[[Payload], Awaitable[None]]) -> Callable[..., Awaitable[BoltResponse]]:
    # Bolt gives arguments by their names, so each listener must call its one `event`.
    async def listener(event: Json) -> BoltResponse:
        return await _done(work(event))

    return listener


async def _done(work: Awaitable[None]) -> BoltResponse:
    await work
    return BoltResponse(status=200, body="")


def _authorize(workspace: Workspace) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Without asking Slack each time: where the token fails, Bolt would acknowledge what it then drops."""

    # Bolt looks at the names of the arguments, and a method's `self` confuses it.
    async def authorize() -> AuthorizeResult:
        me = await workspace.me()
        return AuthorizeResult(
            enterprise_id=None, team_id=me.team, bot_user_id=me.user, bot_id=me.bot, bot_token=workspace.web.token
        )

    return authorize


def _nobody(workspace: Workspace) -> AsyncWebClient:
    """Bolt wants a client of its own; without a token, since it is never used to call."""
    web = AsyncWebClient(session=workspace.web.session, retry_handlers=[])
    web.base_url = workspace.web.base_url
    return web


def _said(body: str) -> Json:
    """As the SDK puts it into an acknowledgement."""
    if not body:
        return {}
    try:
        said = json.loads(body)
    except ValueError:
        return {"text": body}
    return said if isinstance(said, dict) else {"text": body}


def _readable(body: Payload) -> bool:
    """Bolt reads some fields without looking whether they are what they should be."""
    objects = ("event", "user", "team", "channel", "view", "message", "container")
    if any(not isinstance(body.get(key, {}), dict | str | None) for key in objects):
        return False
    if body.get("type") == "event_callback":
        return bool(payload.text(body, "event", "type"))
    return isinstance(body.get("actions", []), list)
