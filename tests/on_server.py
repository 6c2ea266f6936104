"""Databases on the tests' PostgreSQL, a few for each worker, used again by test after test.

Making one from a template takes 60 ms or more, emptying all tables 5: so what a test leaves behind is deleted before
the next one begins, and what belongs in a new one is put back by the server itself, from a schema of its own.
"""

import asyncio
import os
import threading
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
from cluster import dsn

from storage.tables import metadata

T = TypeVar("T")

_KEEP = """
create schema kept;
create table kept.counters as
    select sequencename as name, coalesce(last_value, 1) as value, last_value is not null as used
    from pg_sequences where schemaname = 'public';
{copies}
create function kept.again() returns void language plpgsql as $$ begin
    {deletes}
    {inserts}
    perform setval(quote_ident(name)::regclass, value, used) from kept.counters;
end $$;
"""
_ALONE = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1"


@dataclass
class Slot:
    """A database of this worker; ``place`` is empty while no test has it."""

    name: str
    filling: object
    place: Path | None
    clean: bool = True


class Server:
    """For one process; a forked child inherits what it knows."""

    def __init__(self) -> None:
        self._slots: list[Slot] = []
        self._templates: dict[object, str] = {}
        self._made = 0

    def address(self, place: Path) -> str:
        """Of the database at this place; an empty one where there is none."""
        slot = self._at(place)
        if slot is None:
            slot = Slot(self._new(), None, place)
            self._slots.append(slot)
            self.run(_execute(f'create database "{slot.name}"'))
        return self.url(slot.name)

    def url(self, name: str, scheme: str = "postgresql+asyncpg") -> str:
        return f"{scheme}://{dsn().partition('://')[2].rpartition('/')[0]}/{name}"

    def there(self, place: Path) -> bool:
        return self._at(place) is not None

    def knows(self, filling: object) -> bool:
        return filling in self._templates

    def template(self, place: Path, filling: object) -> None:
        """From now on databases with this filling are like the one at this place, which nobody uses any more."""
        slot = self._at(place)
        assert slot
        self._slots.remove(slot)
        self._templates[filling] = slot.name
        self.run(_execute(_keeping(), slot.name))

    def copy(self, filling: object, place: Path) -> None:
        free = next((slot for slot in self._slots if slot.place is None and slot.filling == filling), None)
        if free is None:
            free = Slot(self._new(), filling, None)
            self._slots.append(free)
            self._clone(self._templates[filling], free.name)
        elif not free.clean:
            self.run(_emptied(free.name))
        free.place, free.clean = place, False

    def duplicate(self, old: Path, new: Path) -> None:
        """As one copies a file."""
        slot, copied = self._at(old), Slot(self._new(), None, new)
        assert slot
        self._slots.append(copied)
        self._clone(slot.name, copied.name)

    def spoil(self, place: Path) -> None:
        slot = self._at(place)
        assert slot
        slot.filling = None

    def forget(self) -> None:
        """A test is over. What it had for itself alone goes with the cluster."""
        for slot in self._slots:
            slot.place = None
        self._slots = [slot for slot in self._slots if slot.filling]

    def rows(self, place: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
        slot = self._at(place)
        assert slot, f"there is no database at {place}"
        return [tuple(row) for row in self.run(_fetch(slot.name, query, values))]

    def execute(self, place: Path, statement: str) -> None:
        slot = self._at(place)
        assert slot, f"there is no database at {place}"
        self.run(_execute(statement, slot.name))

    def let_go(self, place: Path) -> None:
        others = "select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        while self.rows(place, others):
            time.sleep(0.005)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Whether or not a loop runs here already."""
        done: list[T] = []
        problem: list[BaseException] = []

        def there() -> None:
            try:
                done.append(asyncio.run(work))
            except BaseException as caught:
                problem.append(caught)

        thread = threading.Thread(target=there)
        thread.start()
        thread.join()
        if problem:
            raise problem[0]
        return done[0]

    def _at(self, place: Path) -> Slot | None:
        return next((slot for slot in self._slots if slot.place == place), None)

    def _clone(self, template: str, name: str) -> None:
        self.run(_cloned(template, name))

    def _new(self) -> str:
        self._made += 1
        return f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}_{self._made}"


def _keeping() -> str:
    tables = metadata.sorted_tables
    return _KEEP.format(
        copies="".join(f"create table kept.{table.name} as table public.{table.name};\n" for table in tables),
        deletes="".join(f"delete from public.{table.name};\n" for table in reversed(tables)),  # noqa: S608
        inserts="".join(f"insert into public.{table.name} table kept.{table.name};\n" for table in tables),
    )


async def _connected(name: str) -> "asyncpg.Connection":
    return await asyncpg.connect(f"{dsn().rpartition('/')[0]}/{name}")


async def _execute(statement: str, name: str = "postgres") -> None:
    c = await _connected(name)
    await c.execute(statement)
    await c.close()


async def _fetch(name: str, query: str, values: Sequence[object]) -> list[Any]:
    c = await _connected(name)
    found = await c.fetch(query, *values)
    await c.close()
    return list(found)


async def _emptied(name: str) -> None:
    """Whoever still holds a lock there is gone first."""
    c = await _connected(name)
    await c.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid(); select kept.again();"
    )
    await c.close()


async def _cloned(template: str, name: str) -> None:
    """A template must have nobody in it."""
    c = await _connected("postgres")
    await c.fetch(_ALONE, template)
    await c.execute(f'create database "{name}" template "{template}" strategy wal_log')
    await c.close()
