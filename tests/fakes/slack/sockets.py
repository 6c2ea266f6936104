"""Socket Mode: up to ten connections, envelopes dealt to one of them, three seconds to acknowledge."""

import asyncio
import json
import random
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web
from fakes.slack.app import App
from fakes.slack.clock import Clock
from fakes.slack.names import Ids
from fakes.slack.outgoing import TO_ACKNOWLEDGE, Attempt, What
from fakes.slack.refusal import Json

MOST_CONNECTIONS = 10


@dataclass(eq=False)
class Connection:
    """`half_open`: it looks connected, but nothing is read, answered or sent any more."""

    number: int
    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    half_open: bool = False
    pings: int = 0
    dealt: list[str] = field(default_factory=list)
    acked: list[str] = field(default_factory=list)
    closing: bool = False


class Sockets:
    """`connections` are the open ones; `opened` counts all there ever were (REL-019)."""

    def __init__(self, app: App, clock: Clock, ids: Ids, seed: int) -> None:
        self._app = app
        self._clock = clock
        self._ids = ids
        self._random = random.Random(seed)
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._last: dict[str, Connection] = {}
        self.base = ""
        self.connections: list[Connection] = []
        self.opened = 0

    def new_url(self) -> str:
        ticket = str(uuid.UUID(int=self._random.getrandbits(128)))
        self._tickets.add(ticket)
        return f"{self.base}/link/?ticket={ticket}&app_id={self._app.id}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or not self._app.socket_mode:
            return web.Response(status=403, text="invalid ticket")
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(autoping=False, timeout=0.2)
        await socket.prepare(request)
        self.opened += 1
        connection = Connection(self.opened, socket, request.transport)
        if len(self.connections) >= MOST_CONNECTIONS:
            await self._frame(connection, {"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self.connections.append(connection)
        try:
            await self._hello(connection)
            await self._listen(connection)
        finally:
            self.connections.remove(connection)
        return socket

    async def _hello(self, connection: Connection) -> None:
        await self._frame(
            connection,
            {
                "type": "hello",
                "num_connections": len(self.connections),
                "connection_info": {"app_id": self._app.id},
                "debug_info": {"host": "fake", "build_number": 1, "approximate_connection_time": 18060},
            },
        )

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if connection.half_open:
                continue
            if message.type == WSMsgType.PING:
                connection.pings += 1
                await connection.socket.pong(message.data)
            elif message.type == WSMsgType.TEXT:
                self._acknowledge(connection, message.data)

    def _acknowledge(self, connection: Connection, data: str) -> None:
        """By whichever connection it comes: the SDK acknowledges on its newest."""
        try:
            said = json.loads(data)
        except ValueError:
            return
        envelope_id = said.get("envelope_id", "") if isinstance(said, dict) else ""
        waiting = self._waiting.get(envelope_id)
        if waiting and not waiting.done():
            connection.acked.append(envelope_id)
            waiting.set_result(said.get("payload"))

    async def offer(self, what: What, payload: Json, number: int, reason: str) -> Attempt:
        """One envelope to one connection; a second try goes to another one where there is one."""
        connection = self._deal(self._key(what, payload))
        if connection is None:
            return Attempt(0, number, "no_connection")
        envelope_id = str(uuid.UUID(int=self._random.getrandbits(128)))
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": what,
            "payload": payload,
            "accepts_response_payload": what != "events_api",
        }
        if what == "events_api":
            envelope |= {"retry_attempt": number, "retry_reason": reason}
        waiting = self._waiting[envelope_id] = asyncio.get_running_loop().create_future()
        connection.dealt.append(envelope_id)
        try:
            await self._frame(connection, envelope)
            answer = await self._clock.within(TO_ACKNOWLEDGE, _wait(waiting))
        except (TimeoutError, ConnectionError):
            return Attempt(0, number, "timeout")
        finally:
            del self._waiting[envelope_id]
        return Attempt(0, number, status=200, body="" if answer is None else json.dumps(answer))

    def _key(self, what: What, payload: Json) -> str:
        return str(payload.get("event_id", "")) if what == "events_api" else ""

    def _deal(self, key: str) -> Connection | None:
        able = [each for each in self.connections if not each.closing]
        others = [each for each in able if each is not self._last.get(key)] if key else []
        if not able:
            return None
        chosen = self._random.choice(others or able)
        if key:
            self._last[key] = chosen
        return chosen

    async def disconnect(self, reason: str = "refresh_requested", connection: Connection | None = None) -> None:
        """Announces the end. After `refresh_requested` the connection takes no more; after `warning` it still does."""
        for each in [connection] if connection else list(self.connections):
            each.closing = reason != "warning"
            with suppress(ConnectionError):
                await self._frame(each, {"type": "disconnect", "reason": reason, "debug_info": {"host": "fake"}})

    def drop(self, connection: Connection | None = None) -> None:
        """Ends connections without a word."""
        for each in [connection] if connection else list(self.connections):
            self._abort(each)

    @staticmethod
    def _abort(connection: Connection) -> None:
        if connection.transport is not None:
            connection.transport.abort()

    def half_open(self, connection: Connection | None = None) -> None:
        for each in [connection] if connection else self.connections:
            each.half_open = True

    async def close(self) -> None:
        for each in list(self.connections):
            self._abort(each)

    @staticmethod
    async def _frame(connection: Connection, frame: Json) -> None:
        if not connection.half_open:
            await connection.socket.send_json(frame)


async def _wait(waiting: "asyncio.Future[Any]") -> Any:
    return await waiting
