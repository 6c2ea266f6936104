"""Open the database; one unit of work at a time for writers, as many readers as like."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from sqlalchemy import event, make_url
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.one_hop import OneHop, OneHopConnection, carry

_WAIT = 25.0
"""Seconds a line may queue for the writer before it is told honestly that it was not carried out."""
_LAST_UNIT = 5.0
"""Seconds that closing waits for units under way."""


class Database:
    """``begin()`` is the only way to write. On SQLite a pool of one is the fair queue of writers."""

    def __init__(self, url: URL, writer: AsyncEngine, reader: AsyncEngine) -> None:
        self.url = url
        self._writer = writer
        self._reader = reader
        self._open_units = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @classmethod
    def open(cls, address: str) -> "Database":
        """Nothing is connected yet. ``address`` is `sqlite+aiosqlite:///path` or `postgresql+asyncpg://…`."""
        url = make_url(address)
        if url.get_backend_name() != "sqlite":
            engine = create_async_engine(url, pool_size=10, pool_timeout=_WAIT)
            return cls(url, engine, engine)
        writer = create_async_engine(
            url, module=OneHop(), pool_size=1, max_overflow=0, pool_timeout=_WAIT, pool_reset_on_return=None
        )
        reader = create_async_engine(url, module=OneHop(), pool_size=4, max_overflow=4, pool_timeout=_WAIT)
        # The writer waits for other processes in `storage.one_hop`, a reader (for a file being closed) in SQLite.
        _sqlite(writer, begin="BEGIN IMMEDIATE", wait=0)
        _sqlite(reader, begin="BEGIN DEFERRED", wait=5_000)
        return cls(url, writer, reader)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """One unit of work: all of it is committed, or none. Never keep it open across a network call."""
        with self._unit():
            async with self._writer.begin() as connection:
                yield connection

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

        async with self._writer.connect() as connection:
            await connection.run_sync(migrating.upgrade)
            await connection.commit()

    async def close(self) -> None:
        """Wait for units under way, for 5 seconds at most: whoever was cancelled still has to give its connection back.

        Into a pool that is closed already it would go unclosed, to be found by the garbage collector.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_UNIT):
                await self._idle.wait()
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()

    @property
    def file(self) -> Path | None:
        """The SQLite file, None for a server."""
        if self.url.get_backend_name() != "sqlite" or not self.url.database:
            return None
        return Path(self.url.database)


def _sqlite(engine: AsyncEngine, *, begin: str, wait: int) -> None:
    """Our own BEGIN: the driver's silently lost 960 of 1,000 increments. FULL: a power cut loses no answered line."""

    event.listen(engine.sync_engine, "before_cursor_execute", carry)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={wait}"):
            cursor.execute(f"PRAGMA {pragma}")
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
