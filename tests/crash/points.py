"""Where the process can die: before each statement, around each commit, around each thing the chat does."""

import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from scheduler.chat import Chat
from storage.database import Database
from storage.tables import web_message


class Points:
    """Counts what was passed; at number ``deadly`` the process kills itself, as an operator's kill -9 would."""

    def __init__(self, deadly: int = 0, *, also: Callable[[], None] = lambda: None) -> None:
        """``also`` is called at each point."""
        self.passed: list[str] = []
        self._deadly = deadly
        self._also = also

    def reach(self, name: str) -> None:
        self.passed.append(name)
        self._also()
        if len(self.passed) == self._deadly:
            os.kill(os.getpid(), signal.SIGKILL)
            signal.pause()

    def watch(self, database: Database) -> None:
        for engine in {database._writer, database._reader, database._intake}:
            self._watch_engine(engine.sync_engine)

    def _watch_engine(self, engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", self._statement)
        commit = engine.dialect.do_commit

        def do_commit(connection: Any) -> None:
            self.reach("before commit")
            commit(connection)
            self.reach("after commit")

        engine.dialect.do_commit = do_commit  # type: ignore[assignment, method-assign]

    def _statement(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        self.reach(" ".join(statement.split()[:3]))

    def around(self, chat: Chat) -> Chat:
        return cast(Chat, Watched(chat, self))


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
