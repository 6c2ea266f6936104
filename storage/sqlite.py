"""The writer's driver on SQLite: statements run at once, on the loop; only what waits for the disk has a thread.

A hop to a driver's thread costs more than most statements: 0.1 ms on an idle machine, and up to 10 ms on a busy one,
since the thread asks for the interpreter's lock twice and gets it after 5 ms. aiosqlite needs four for a query.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")

PATIENCE = 5.0
"""Seconds that a unit of work waits for another process to finish its own."""
_PAUSE = 0.005
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY)


class Connection:
    """What SQLAlchemy's dialect for aiosqlite asks of a connection (its `async_creator`)."""

    def __init__(self, opened: sqlite3.Connection, hand: ThreadPoolExecutor) -> None:
        # The dialect looks at this name before it commits or rolls back.
        self._connection: sqlite3.Connection | None = opened
        self._hand = hand

    @classmethod
    async def open(cls, *args: Any, **options: Any) -> "Connection":
        """The arguments are those of `sqlite3.connect`. No transaction begins by itself."""
        hand = ThreadPoolExecutor(1, "sqlite-writer")

        def connect() -> sqlite3.Connection:
            given = options | {"check_same_thread": False, "isolation_level": None, "timeout": 0}
            return sqlite3.connect(*args, **given)

        try:
            return cls(await asyncio.get_running_loop().run_in_executor(hand, connect), hand)
        except sqlite3.Error:
            hand.shutdown(wait=False)
            raise

    def cursor(self) -> "Cursor":
        return Cursor(self._open.cursor())

    async def create_function(self, *args: Any, **options: Any) -> None:
        self._open.create_function(*args, **options)

    async def commit(self) -> None:
        """Waits for the disk (`synchronous=FULL`), the loop does not."""
        await self._off_the_loop(self._open.commit)

    async def rollback(self) -> None:
        await self._off_the_loop(self._open.rollback)

    async def close(self) -> None:
        """After whatever is under way: a cancelled commit goes on in its thread."""
        if self._connection:
            opened, self._connection = self._connection, None
            await self._off_the_loop(opened.close)
            self._hand.shutdown(wait=False)

    def stop(self) -> None:
        """The same, for who cannot wait."""
        if self._connection:
            opened, self._connection = self._connection, None
            self._hand.submit(opened.close)
            self._hand.shutdown(wait=False)

    @property
    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            # In these words, by which the dialect knows that a new connection is needed.
            raise ValueError("no active connection")
        return self._connection

    async def _off_the_loop(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._hand, work)


class Cursor:
    def __init__(self, raw: sqlite3.Cursor) -> None:
        self._raw = raw

    async def __aenter__(self) -> "Cursor":
        return self

    @property
    def description(self) -> Any:
        return self._raw.description

    @property
    def rowcount(self) -> int:
        return self._raw.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._raw.lastrowid

    async def execute(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> None:
        """Another process may be writing: that is waited for here, not by SQLite, which would hold up the loop."""
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        while True:
            try:
                self._raw.execute(statement, values)
            except sqlite3.OperationalError as problem:
                if problem.sqlite_errorcode not in _BUSY or loop.time() >= until:
                    raise
            else:
                return
            await asyncio.sleep(_PAUSE)

    async def executemany(self, statement: str, values: Sequence[Any]) -> None:
        self._raw.executemany(statement, values)

    async def fetchall(self) -> list[Any]:
        return self._raw.fetchall()

    async def close(self) -> None:
        self._raw.close()
