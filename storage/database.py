"""Open the database; one unit of work at a time for writers, as many readers as like."""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import event, make_url
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage import turns
from storage.damage import Damaged, only_read
from storage.one_hop import OneHop, OneHopConnection, carry

T = TypeVar("T")

_WAIT = 25.0
"""Seconds a line may queue for the writer before it is told honestly that it was not carried out."""
AGAIN_AFTER = (0.02, 0.1, 0.5, 2.0)
"""Seconds before a unit is begun anew, give or take a half: five tries in all (REL-108)."""
_LAST_UNIT = 5.0
"""Seconds that closing waits for units under way."""


def jittered(seconds: float) -> float:
    """So that those who stumbled over each other do not do so again."""
    return seconds * random.uniform(0.5, 1.5)


class Database:
    """``begin()`` is the only way to write. On SQLite a pool of one is the fair queue of writers."""

    def __init__(self, url: URL, writer: AsyncEngine, reader: AsyncEngine, intake: AsyncEngine | None = None) -> None:
        self.url = url
        self.damage = ""
        """What is wrong with the file; then it is only read (REL-111)."""
        self._writer = writer
        self._reader = reader
        self._intake = intake or writer
        self._open_units = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @classmethod
    def open(cls, address: str, *, damage: str = "") -> "Database":
        """Nothing is connected yet. ``address`` is `sqlite+aiosqlite:///path` or `postgresql+asyncpg://…`.

        With ``damage`` it is only read.
        """
        url = make_url(address)
        if url.get_backend_name() != "sqlite":
            return cls._served(url)
        file = only_read(url) if damage else url
        writer = create_async_engine(
            file, module=OneHop(), pool_size=1, max_overflow=0, pool_timeout=_WAIT, pool_reset_on_return=None
        )
        reader = create_async_engine(file, module=OneHop(), pool_size=4, max_overflow=4, pool_timeout=_WAIT)
        # The writer waits for other processes in `storage.one_hop`, a reader (for a file being closed) in SQLite.
        _sqlite(writer, begin="BEGIN IMMEDIATE", wait=0)
        _sqlite(reader, begin="BEGIN DEFERRED", wait=5_000, only_reads=True)
        made = cls(url, writer, reader)
        made.damage = damage
        return made

    @classmethod
    def _served(cls, url: URL) -> "Database":
        from storage import postgres

        writer = postgres.engine(url, size=10, wait=_WAIT)
        reader = postgres.engine(url, size=8, wait=_WAIT, reads=True)
        return cls(url, writer, reader, postgres.engine(url, size=2, wait=_WAIT))

    @asynccontextmanager
    async def begin(self, *, intake: bool = False) -> AsyncIterator[AsyncConnection]:
        """One unit of work: all of it is committed, or none. Never keep it open across a network call.

        ``intake`` is for lines that people wait for: whatever else goes on, there is a connection left (REL-107).
        Raises Damaged where nothing may be written.
        """
        if self.damage:
            raise Damaged(f"the database is damaged and only read: {self.damage}")
        with self._unit():
            async with (self._intake if intake else self._writer).begin() as connection:
                yield connection

    async def done(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """A unit that does no harm when repeated; it is, where the server failed in passing (REL-104, REL-108)."""
        for wait in AGAIN_AFTER:
            try:
                async with self.begin() as c:
                    return await work(c)
            except (SQLAlchemyError, OSError) as problem:
                if not self.passing(problem):
                    raise
                await asyncio.sleep(jittered(wait))
        async with self.begin() as c:
            return await work(c)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A consistent view for readers; it does not wait for the writer."""
        with self._unit():
            async with self._reader.connect() as connection:
                yield connection

    @contextmanager
    def _unit(self) -> Iterator[None]:
        self._open_units += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._open_units -= 1
            if not self._open_units:
                self._idle.set()

    async def migrate(self) -> None:
        """Bring the tables to this program's version; an up-to-date database is left alone."""
        from storage import migrating

        if self.shared:
            await migrating.in_turn(self.url)
            return
        async with self._writer.connect() as connection:
            await connection.run_sync(migrating.upgrade)
            await connection.commit()

    async def empty(self) -> bool:
        """Whether no Sitrep has ever made its tables there. A file that is not there is not made by asking."""
        from storage import migrating

        if self.file and not (self.file.exists() and self.file.stat().st_size):
            return True
        async with self._reader.connect() as connection:
            return await connection.run_sync(migrating.untouched)

    async def current(self) -> bool:
        """Whether it has the tables that this program expects."""
        from storage import migrating

        async with self._reader.connect() as connection:
            return await connection.run_sync(migrating.at_head)

    async def close(self) -> None:
        """Wait for units under way, for 5 seconds at most: whoever was cancelled still has to give its connection back.

        Into a pool that is closed already it would go unclosed, to be found by the garbage collector.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_UNIT):
                await self._idle.wait()
        for engine in {self._writer, self._reader, self._intake}:
            await engine.dispose()

    async def listen(self, ring: Callable[[], None]) -> None:
        """Only on a server: ring whenever another process commits something, until the connection ends."""
        from storage import postgres

        await postgres.listen(self.url, lambda who: None if who == turns.ME else ring(), connected=ring)

    @property
    def shared(self) -> bool:
        """A server's: several processes may work on it at once."""
        return self.url.get_backend_name() != "sqlite"

    def passing(self, problem: BaseException) -> bool:
        """Whether the same unit may well succeed when it is begun anew. What SQLite waits for, it waited for."""
        if not self.shared:
            return False
        from storage import postgres

        return postgres.passing(problem)

    def raced(self, problem: BaseException) -> bool:
        """Another process made the same row a moment ago; begun anew, this one finds it."""
        if not self.shared:
            return False
        from storage import postgres

        return postgres.raced(problem)

    @property
    def file(self) -> Path | None:
        """The SQLite file, None for a server."""
        if self.url.get_backend_name() != "sqlite" or not self.url.database:
            return None
        return Path(self.url.database)


def _sqlite(engine: AsyncEngine, *, begin: str, wait: int, only_reads: bool = False) -> None:
    """Our own BEGIN: the driver's silently lost 960 of 1,000 increments. FULL: a power cut loses no answered line."""

    event.listen(engine.sync_engine, "before_cursor_execute", carry)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={wait}"):
            cursor.execute(f"PRAGMA {pragma}")
        if only_reads:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "invalidate")
    def let_go(connection: Any, _record: object, _problem: object) -> None:
        # A cancelled unit's connection is closed, but SQLite keeps its write lock until the last cursor is collected:
        # nobody could write for many seconds. Rolled back first, it holds nothing.
        with suppress(SQLAlchemyError, sqlite3.Error):
            connection.rollback()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        raw = cast(OneHopConnection, connection.connection.dbapi_connection)
        raw.begin_with(begin)
