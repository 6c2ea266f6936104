"""Where Sitrep runs and dies: one database that is put back before each life, and what is read past Sitrep."""

import asyncio
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import asyncpg
from databases import address, kind
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from storage import postgres
from storage.database import Database, _sqlite
from storage.one_hop import OneHop
from storage.tables import metadata

Found = dict[str, list[tuple[Any, ...]]]


class Ground(Protocol):
    """``put_back`` makes it what it was at ``keep``; nobody else uses it at either moment."""

    def open(self) -> Database: ...
    def keep(self) -> object: ...
    def put_back(self, kept: Any) -> None: ...
    def let_go(self) -> None: ...
    def rows(self, queries: Mapping[str, str]) -> Found: ...
    def close(self) -> None: ...


def ground(place: Path) -> Ground:
    return Served(place) if kind() == "postgresql" else OneFile(place)


@dataclass
class OneFile:
    """A new file each time: SQLite keeps what it knows of one in this process, and a child would inherit it."""

    place: Path
    _put_back: int = 0

    def open(self) -> Database:
        """One connection to write and one to read, as on a server."""
        url = make_url(address(self.place))
        writer, reader = (
            create_async_engine(url, module=OneHop(), pool_size=1, max_overflow=0, pool_reset_on_return=None)
            for _ in range(2)
        )
        _sqlite(writer, begin="BEGIN IMMEDIATE", wait=0)
        _sqlite(reader, begin="BEGIN DEFERRED", wait=5_000)
        return Database(url, writer, reader)

    def keep(self) -> bytes:
        return self.place.read_bytes()

    def put_back(self, kept: bytes) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.place}{suffix}").unlink(missing_ok=True)
        self._put_back += 1
        self.place = self.place.with_name(f"{self._put_back}.db")
        self.place.write_bytes(kept)

    def let_go(self) -> None:
        """The system closed what a killed process had open."""

    def rows(self, queries: Mapping[str, str]) -> Found:
        with closing(sqlite3.connect(self.place, timeout=10)) as c:
            return {name: c.execute(query).fetchall() for name, query in queries.items()}

    def close(self) -> None: ...


_ALONE = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
_COUNTERS = (
    "select schemaname || '.' || quote_ident(sequencename), last_value from pg_sequences where schemaname = 'public'"
)
_ANY = "select exists (select from public.{name})"
_EMPTY = "delete from public.{name};"
_SWEPT_EVERY = 20


@dataclass
class Served:
    """Past Sitrep it is read by one connection, on a loop of its own that no child ever runs."""

    place: Path
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _kept: int = 0
    _put_back: int = 0

    def __post_init__(self) -> None:
        self._url = make_url(address(self.place))
        self._engines = [postgres.engine(self._url, size=1, wait=25, reads=reads) for reads in (False, True)]
        plain = address(self.place).replace("+asyncpg", "")
        self._c = self._loop.run_until_complete(asyncpg.connect(plain))
        self._do("set session_replication_role = replica")

    def open(self) -> Database:
        """New connections each time, one to write and one to read; statements are compiled once for all."""
        return Database(self._url, *self._engines)

    def keep(self) -> str:
        """What puts it back."""
        self._kept += 1
        schema = f"kept_{self._kept}"
        tables = [table.name for table in metadata.sorted_tables]
        full = [name for name in tables if self._ask(_ANY.format(name=name))[0][0]]
        self._do(f"drop schema if exists {schema} cascade; create schema {schema}")
        self._do("".join(f"create table {schema}.{name} as table public.{name};" for name in full))
        counters = self._ask(_COUNTERS)
        return (
            "".join(_EMPTY.format(name=name) for name in reversed(tables))
            + "".join(f"insert into public.{name} table {schema}.{name};" for name in full)
            + "".join(f"select setval('{name}', {value or 1}, {value is not None});" for name, value in counters)
        )

    def put_back(self, kept: str) -> None:
        self._do(kept)
        self._put_back += 1
        if self._put_back % _SWEPT_EVERY == 0:
            # Nobody else does: what was deleted would be read again and again.
            self._do("vacuum")

    def let_go(self) -> None:
        """Until the server has seen that a killed process is gone: its last statement may still be carried out."""
        while self._ask(_ALONE)[0][0]:
            time.sleep(0.001)

    def rows(self, queries: Mapping[str, str]) -> Found:
        return {name: self._ask(query) for name, query in queries.items()}

    def close(self) -> None:
        """The next test gets this database, too."""
        for number in range(1, self._kept + 1):
            self._do(f"drop schema kept_{number} cascade")
        self._loop.run_until_complete(self._c.close())
        self._loop.close()

    def _do(self, statements: str) -> None:
        self._loop.run_until_complete(self._c.execute(statements))

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._loop.run_until_complete(self._c.fetch(query))]
