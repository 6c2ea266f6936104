"""Where the process can die: around whatever leaves it for the database, the network or another thread.

Each is named after the place in Sitrep that waits there, so that a point is one call site and one thing it does.
"""

import os
import signal
import sys
from asyncio.base_events import BaseEventLoop
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, cast
from uuid import uuid4

import asyncpg
from aiohttp import ClientSession, ClientWebSocketResponse
from greenlet import getcurrent  # type: ignore[import-untyped]
from sqlalchemy import event, select
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect

from scheduler.chat import Chat
from storage.database import Database
from storage.tables import web_message

_ROOT = Path(__file__).parents[2]
_OURS = tuple(str(_ROOT / name) + os.sep for name in ("bot", "commands", "scheduler", "storage"))
_DOORS = tuple(str(_ROOT / "storage" / name) for name in ("database.py", "one_hop.py", "postgres.py"))
"""Everything on its way to the database comes by here: who sent it is what counts."""

Around = Callable[[Callable[..., Any]], Callable[..., Any]]


class Points:
    """Counts what was passed; at number ``deadly`` the process kills itself, as an operator's kill -9 would."""

    def __init__(self, deadly: int = 0, *, also: Callable[[], None] = lambda: None) -> None:
        """``also`` is called at each point."""
        self.passed: list[str] = []
        self.commits = 0
        """Of those that may have changed something."""
        self._wrote = False
        self._deadly = deadly
        self._also = also

    def reach(self, what: str, site: str = "") -> None:
        self.passed.append(f"{site or _site()}: {what}")
        self._count(what)
        self._also()
        if len(self.passed) == self._deadly:
            os.kill(os.getpid(), signal.SIGKILL)
            signal.pause()

    def _count(self, what: str) -> None:
        if what == "after commit":
            self.commits += self._wrote
            self._wrote = False
        elif what.startswith(("INSERT", "UPDATE", "DELETE")):
            self._wrote = True

    @contextmanager
    def watching(self) -> Iterator[None]:
        """In this process, inside the block: where the libraries go outside, whoever in Sitrep sends them."""
        with ExitStack() as stack:
            for name, listener in (("before_cursor_execute", self._statement), ("do_connect", self._connect)):
                event.listen(Engine, name, listener)
                stack.callback(event.remove, Engine, name, listener)
            for owner, act, around in (
                (DefaultDialect, "do_commit", self._around("commit")),
                (DefaultDialect, "do_rollback", self._around("rollback")),
                (PGDialect_asyncpg, "do_ping", self._around("ping")),
                (ClientSession, "_request", self._request),
                (ClientWebSocketResponse, "send_str", self._waiting("send")),
                (asyncpg.Connection, "add_listener", self._waiting("listen")),
                (asyncpg.Connection, "fetchval", self._waiting("ask")),
                (BaseEventLoop, "run_in_executor", self._thread),
            ):
                stack.callback(setattr, owner, act, getattr(owner, act))
                setattr(owner, act, around(getattr(owner, act)))
            yield

    def _statement(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        self.reach(" ".join(statement.split()[:3]))

    def _connect(self, *_: Any) -> None:
        self.reach("connect")

    def _around(self, what: str) -> Around:
        def around(act: Callable[..., Any]) -> Callable[..., Any]:
            def acted(*args: Any) -> Any:
                self.reach(f"before {what}")
                result = act(*args)
                self.reach(f"after {what}")
                return result

            return acted

        return around

    def _waiting(self, what: str) -> Around:
        """Calls past SQLAlchemy, and what goes over a websocket."""

        def around(act: Callable[..., Any]) -> Callable[..., Any]:
            async def acted(*args: Any, **more: Any) -> Any:
                self.reach(f"before {what}")
                result = await act(*args, **more)
                self.reach(f"after {what}")
                return result

            return acted

        return around

    def _request(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """Slack's client and websockets go through a session, too."""

        async def requested(session: ClientSession, method: str, url: Any, **more: Any) -> Any:
            self.reach(f"before {method}")
            answer = await act(session, method, url, **more)
            self.reach(f"after {method}")
            return answer

        return requested

    def _thread(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """Its work is done when its future is, not when it was begun."""

        def begun(*args: Any) -> Any:
            site = _site()
            self.reach("before a thread's work", site)
            future = act(*args)
            future.add_done_callback(lambda _: self.reach("after a thread's work", site))
            return future

        return begun

    def around(self, chat: Chat) -> Chat:
        return cast(Chat, Watched(chat, self))


def _site() -> str:
    """The innermost line of Sitrep that waits; SQLAlchemy's drivers run in greenlets beside it."""
    context, frame = getcurrent(), sys._getframe(2)
    while context:
        if site := _innermost(frame):
            return site
        context = context.parent
        frame = context and context.gr_frame
    return "a connection given back"


def _innermost(frame: FrameType | None) -> str:
    while frame:
        if site := _named(frame.f_code):
            return site
        frame = frame.f_back
    return ""


@cache
def _named(code: CodeType) -> str:
    if not code.co_filename.startswith(_OURS) or code.co_filename in _DOORS:
        return ""
    return f"{Path(code.co_filename).relative_to(_ROOT)} {code.co_qualname.replace('.<locals>', '')}"


class Watched:
    """A chat whose every act is two points."""

    def __init__(self, chat: Chat, points: Points) -> None:
        self._chat = chat
        self._points = points

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        act = getattr(self._chat, name)

        async def acted(*args: Any, **more: Any) -> Any:
            self._points.reach(f"before chat.{name}")
            result = await act(*args, **more)
            self._points.reach(f"after chat.{name}")
            return result

        return acted


class Repeating:
    """A chat that says again whatever it is told again, as Slack does; it can only be asked what stands there."""

    platform = "web"

    def __init__(self, chat: Chat, database: Database) -> None:
        self._chat = chat
        self._database = database

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chat, name)

    async def post(self, op: str, *args: Any, **more: Any) -> str:
        return await self._chat.post(f"{op}/{uuid4().hex}", *args, **more)

    async def private(self, op: str, *args: Any, **more: Any) -> str:
        return await self._chat.private(f"{op}/{uuid4().hex}", *args, **more)

    async def find(self, op: str, _place: object) -> str | None:
        async with self._database.read() as c:
            query = select(web_message.c.id).where(web_message.c.op.startswith(f"{op}/"))
            found = (await c.execute(query)).scalar()
        return str(found) if found else None
