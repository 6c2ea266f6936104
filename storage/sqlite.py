"""Our own driver for SQLite, with fewer hops: each costs a busy process up to 10 ms, aiosqlite makes four for a query.

A hop is work handed to a thread. The thread asks for the interpreter's lock before and after it, and while the loop
is busy it gets it after 5 ms each time. So the writer's statements, microseconds each, run on the loop, and only its
commit, which waits for the disk, has a thread; a reader's query may be long, and takes one hop with its rows.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")

PATIENCE = 5.0
"""Seconds that a unit of work waits for another process to finish its own."""
_PAUSE = 0.005
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY)
_FIRST = 200
"""Rows that come with the query's own hop."""


class Connection:
    """What SQLAlchemy's dialect for aiosqlite asks of a connection (see `async_creator` there)."""

    isolation_level = None

    def __init__(self, opened: sqlite3.Connection, hand: ThreadPoolExecutor, *, on_loop: bool) -> None:
        # By this name the dialect looks whether there is anything to commit or to roll back.
        self._connection: sqlite3.Connection | None = opened
        self._hand = hand
        self._under_way: Future[Any] | None = None
        self.on_loop = on_loop

    @classmethod
    async def open(cls, *args: Any, on_loop: bool, **options: Any) -> "Connection":
        """The arguments are those of `sqlite3.connect`. No transaction begins by itself."""
        hand = ThreadPoolExecutor(1, "sqlite")
        # On the loop nobody may wait inside SQLite.
        fixed = {"check_same_thread": False, "isolation_level": None, "timeout": 0.0 if on_loop else PATIENCE}

        def connect() -> sqlite3.Connection:
            opened: sqlite3.Connection = sqlite3.connect(*args, **(options | fixed))
            return opened

        try:
            return cls(await asyncio.wrap_future(hand.submit(connect)), hand, on_loop=on_loop)
        except sqlite3.Error:
            hand.shutdown(wait=False)
            raise

    def cursor(self) -> "Cursor":
        return Cursor(self, self._open.cursor())

    async def create_function(self, *args: Any, **options: Any) -> None:
        self._open.create_function(*args, **options)

    async def commit(self) -> None:
        """Waits for the disk (`synchronous=FULL`); the loop does not."""
        await self.by_hand(self._open.commit)

    async def rollback(self) -> None:
        if self.on_loop or not self.idle:
            await self.by_hand(self._open.rollback)
        else:
            self._open.rollback()

    async def close(self) -> None:
        """After whatever is under way: who was cancelled left it to its thread."""
        if closing := self._let_go():
            await asyncio.wrap_future(closing)

    def stop(self) -> None:
        """The same, for who cannot wait."""
        self._let_go()

    def _let_go(self) -> Future[None] | None:
        if self._connection is None:
            return None
        closing = self._hand.submit(self._connection.close)
        self._connection = None
        self._hand.shutdown(wait=False)
        return closing

    @property
    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            # In these words, by which the dialect knows that it takes a new connection.
            raise sqlite3.OperationalError("no active connection")
        return self._connection

    @property
    def idle(self) -> bool:
        return self._under_way is None or self._under_way.done()

    async def by_hand(self, work: Callable[[], T]) -> T:
        self._under_way = doing = self._hand.submit(work)
        return await asyncio.wrap_future(doing)


class Cursor:
    def __init__(self, connection: Connection, raw: sqlite3.Cursor) -> None:
        self._connection = connection
        self._raw = raw
        self._rows: list[Any] = []
        self._more = False

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
        def run() -> None:
            self._raw.execute(statement, values)
            self._rows = self._raw.fetchmany(_FIRST) if self._raw.description else []
            self._more = len(self._rows) == _FIRST

        if self._connection.on_loop:
            await _patiently(run)
        elif statement.startswith("BEGIN"):
            run()
        else:
            await self._connection.by_hand(run)

    async def executemany(self, statement: str, values: Sequence[Any]) -> None:
        await self._do(lambda: self._raw.executemany(statement, values))

    async def fetchone(self) -> Any:
        return next(iter(await self.fetchmany(1)), None)

    async def fetchmany(self, size: int = _FIRST) -> list[Any]:
        if len(self._rows) < size and self._more:
            wanted = max(size - len(self._rows), _FIRST)
            fetched = await self._do(lambda: self._raw.fetchmany(wanted))
            self._more = len(fetched) == wanted
            self._rows += fetched
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        if self._more:
            self._more = False
            rows += await self._do(self._raw.fetchall)
        return rows

    async def close(self) -> None:
        if self._connection.idle:
            self._raw.close()
        else:
            await self._connection.by_hand(self._raw.close)

    async def _do(self, work: Callable[[], T]) -> T:
        return work() if self._connection.on_loop else await self._connection.by_hand(work)


async def _patiently(run: Callable[[], None]) -> None:
    """Another process may be writing: the loop goes on meanwhile."""
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE
    while True:
        try:
            run()
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode not in _BUSY or loop.time() >= until:
                raise
        else:
            return
        await asyncio.sleep(_PAUSE)
