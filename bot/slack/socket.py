"""Socket Mode: two connections to Slack, so that there is one while the other is exchanged.

Not slack_sdk's own client: it judges a dead link by wall time (+300 s makes a healthy one dead, measured), closes the
old connection before it opens the new one, and makes tasks that nobody waits for. Its requests and Bolt are used.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.calls import SlackFailure, call
from bot.slack.later import Later

log = structlog.get_logger()

CONNECTIONS = 2
PING = 20.0
"""Seconds between pings; half of it is the time for the pong, so a dead link is noticed after 30 s (REL-018)."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
FAREWELL = 15.0
"""Seconds that a connection which Slack wants to end is still read, so that nothing under way is lost (REL-017)."""

_LARGEST_FRAME = 4 * 1024 * 1024

Envelope = dict[str, Any]
Handler = Callable[[Envelope], Awaitable[Envelope | None]]
"""Returns what the envelope is acknowledged with, None when it must not be."""


@dataclass(slots=True)
class Sockets:
    """``tell`` hears when there is a connection after there was none: what was missed is in the history."""

    web: AsyncWebClient
    session: aiohttp.ClientSession
    handler: Handler
    later: Later
    tell: Callable[[], None] = lambda: None
    ping: float = PING
    pause: float = FIRST_PAUSE
    open: set[aiohttp.ClientWebSocketResponse] = field(default_factory=set)
    trouble: str = ""

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(CONNECTIONS):
                group.create_task(self._keep(group))

    async def _keep(self, group: asyncio.TaskGroup) -> None:
        """The next connection is opened as soon as this one is told to end, and before it is closed."""
        failures = 0
        while True:
            try:
                link = await self._connect()
            except (SlackFailure, aiohttp.ClientError, OSError, TimeoutError, KeyError, ValueError) as problem:
                failures += 1
                await asyncio.sleep(self._pause(failures, problem))
                continue
            failures, self.trouble = 0, ""
            ending = asyncio.Event()
            group.create_task(self._read(link, ending))
            await ending.wait()

    def _pause(self, failures: int, problem: Exception) -> float:
        """Longer each time and never twice the same, so that many Sitreps do not come back at once (REL-020)."""
        self.trouble = str(problem)[:200] or type(problem).__name__
        log.warning("no connection", action="slack_socket_failed", problem=self.trouble, failures=failures)
        asked = getattr(problem, "retry_after", None) or 0.0
        longest = min(self.pause * 2.0 ** min(failures, 10), LONGEST_PAUSE)
        return min(max(asked, random.uniform(longest / 2, longest)), LONGEST_PAUSE)

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        """Pings and their time-out are aiohttp's, by the loop's monotonic clock (REL-018, REL-019)."""
        said = await call(self.web, "apps.connections.open")
        link = await self.session.ws_connect(str(said["url"]), heartbeat=self.ping, max_msg_size=_LARGEST_FRAME)
        if not self.open:
            self.tell()
        self.open.add(link)
        log.info("connected", action="slack_connected", connections=len(self.open))
        return link

    async def _read(self, link: aiohttp.ClientWebSocketResponse, ending: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(None) as limit:
                async for message in link:
                    if message.type == aiohttp.WSMsgType.TEXT and self._hear(link, message.data):
                        ending.set()
                        limit.reschedule(asyncio.get_running_loop().time() + FAREWELL)
        except TimeoutError:
            log.info("farewell", action="slack_farewell")
        finally:
            ending.set()
            self.open.discard(link)
            await link.close()
            log.info("disconnected", action="slack_disconnected", connections=len(self.open))

    def _hear(self, link: aiohttp.ClientWebSocketResponse, data: str) -> bool:
        """True when Slack wants this connection to end."""
        try:
            envelope = json.loads(data)
        except (ValueError, RecursionError):
            return False
        if not isinstance(envelope, dict):
            return False
        if isinstance(envelope.get("envelope_id"), str) and isinstance(envelope.get("payload"), dict):
            self.later.start(self._handle(link, envelope), "envelope")
        return envelope.get("type") == "disconnect"

    async def _handle(self, link: aiohttp.ClientWebSocketResponse, envelope: Envelope) -> None:
        """Acknowledged where it came from, or on the other connection when that one is gone."""
        answer = await self.handler(envelope)
        if answer is None:
            return
        said = {"envelope_id": envelope["envelope_id"]} | ({"payload": answer} if answer else {})
        for each in (link, *self.open):
            if not each.closed:
                try:
                    await each.send_json(said)
                except (ConnectionError, aiohttp.ClientError):
                    continue
                return
