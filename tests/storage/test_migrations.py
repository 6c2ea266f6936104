"""Migrations: up and down, with rows, interrupted anywhere; the program's tables are what the migrations make."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from conversation import ADA, BOB, CLEO, DAN
from crash.world import furnished, started, world
from databases import address, execute, kind, ready, rows, spoil
from sqlalchemy import Boolean, Column, Table, event
from sqlalchemy.engine import Connection, Engine

from storage import migrating
from storage.database import Database
from storage.migrating import Newer
from storage.tables import UTCTime, metadata


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database.open(address(tmp_path / "new.db"))
    yield database
    await database.close()


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def test_an_empty_database_gets_exactly_the_tables_of_the_program(empty: Database) -> None:
    await empty.migrate()
    async with empty.read() as c:
        assert await c.run_sync(_differences) == []
        assert await c.run_sync(migrating.at_head)


async def test_a_database_that_is_up_to_date_is_left_alone(empty: Database, tmp_path: Path) -> None:
    await empty.migrate()
    before = _dump(tmp_path / "new.db")
    await empty.migrate()
    assert _dump(tmp_path / "new.db") == before


async def test_an_empty_file_is_not_at_head(empty: Database) -> None:
    async with empty.read() as c:
        assert not await c.run_sync(migrating.at_head)


def test_there_is_one_head_so_that_upgrading_is_never_a_choice() -> None:
    """And its file is the last one, so that a start need not load what upgrades."""
    assert ScriptDirectory.from_config(migrating.config()).get_heads() == [migrating.head()]


async def _lived_in(folder: Path) -> Path:
    """A database with rows of an incident's whole life, and a row in every other table."""
    async with world(folder) as here:
        room = await here.under_command()
        for who, words in [
            (DAN, "!note it began at 13:55"),
            (ADA, "!task @bob 10m look at the database"),
            (ADA, "!propose roll back"),
            (CLEO, "/status investigating Customers cannot pay."),
            (BOB, "/incident list"),
            (DAN, '/maintenance schedule 2031-04-05 02:00-04:00 Sign-in: move it --effect "nobody can sign in"'),
            (DAN, "/maintenance announce 1"),
        ]:
            await here.says(who, words, room=room)
        await here.wait(minutes=20)
    file = folder / "sitrep.db"
    for table in metadata.sorted_tables:
        if not rows(file, f"select 1 from {table.name}"):  # noqa: S608 - our own tables' names
            _fill(file, table)
    return file


def _fill(file: Path, table: Table) -> None:
    columns = [column for column in table.columns if not column.nullable]
    values = ", ".join(map(_anything, columns))
    # A row in each table for itself: what it refers to need not be there.
    alone = "set session_replication_role = replica;" if kind() == "postgresql" else ""
    names = ", ".join(column.name for column in columns)
    execute(file, f"{alone} insert into {table.name} ({names}) values ({values})")  # noqa: S608


def _anything(column: Column[Any]) -> str:
    if isinstance(column.type, UTCTime):
        return "'2031-04-02 14:00:00.000000'"
    return "true" if isinstance(column.type, Boolean) else "1"


def _dump(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {name: sorted(rows(file, f"select * from {name}"), key=repr) for name in metadata.tables}  # noqa: S608


async def test_a_database_with_rows_in_every_table_goes_down_and_up_again(tmp_path: Path) -> None:
    """Each migration is undone and done again with rows in the tables; what the last one keeps is kept."""
    file = await _lived_in(tmp_path)
    spoil(file)
    assert all(rows(file, f"select 1 from {table}") for table in metadata.tables)  # noqa: S608
    database = Database.open(address(file))
    script = ScriptDirectory.from_config(migrating.config())
    revisions = [revision.revision for revision in script.walk_revisions()]
    for target in [*revisions[1:], "base"]:
        await _move(database, "downgrade", target)
        async with database.read() as c:
            assert not await c.run_sync(migrating.at_head)
    for target in reversed(revisions):
        await _move(database, "upgrade", target)
    async with database.read() as c:
        assert await c.run_sync(_differences) == []
    await database.close()


async def _move(database: Database, way: str, target: str) -> None:
    def run(connection: Connection) -> None:
        made = migrating.config()
        made.attributes["connection"] = connection
        getattr(command, way)(made, target)

    async with database.begin() as c:
        await c.run_sync(run)


async def test_a_database_with_rows_keeps_them_all_when_the_program_starts_again(tmp_path: Path) -> None:
    file = await _lived_in(tmp_path)
    before = _dump(file)
    async with started(file) as here:
        await here.database.migrate()
    assert _dump(file) == before


class Pulled(BaseException):
    """The plug."""


async def test_rel_115_a_migration_stopped_at_any_statement_runs_clean_when_started_again(tmp_path: Path) -> None:
    statement = 0
    # On a server all of them are one transaction, and a new database takes its time.
    step = 1 if kind() == "sqlite" else 7
    while not await _migrated(file := tmp_path / f"{statement}.db", stop_at=statement):
        statement += step
        database = Database.open(address(file))
        await database.migrate()
        async with database.read() as c:
            assert await c.run_sync(_differences) == []
        await database.close()
    assert statement > len(metadata.tables)


async def test_rel_115_a_program_that_runs_reads_and_writes_the_tables_of_the_next_one(tmp_path: Path) -> None:
    """A rolling upgrade adds tables and columns that may stay empty; who starts anew on them is refused."""
    file = tmp_path / "sitrep.db"
    await ready(file, furnished)
    async with started(file) as here:
        await here.declares()
        spoil(file)
        for statement in (
            "alter table incident add column later text",
            "create table later (id integer primary key)",
            "update alembic_version set version_num = '9999'",
        ):
            execute(file, statement)
        await here.declares()
        assert [(await here.incident(number)).title for number in (1, 2)] == ["Checkout returns 500s"] * 2
        with pytest.raises(Newer):
            await here.database.migrate()


async def test_of_several_processes_that_start_together_one_changes_the_tables(tmp_path: Path) -> None:
    together = [Database.open(address(tmp_path / "new.db")) for _ in range(3)]
    await asyncio.gather(*(database.migrate() for database in together))
    async with together[0].read() as c:
        assert await c.run_sync(_differences) == []
    for database in together:
        await database.close()


async def _migrated(file: Path, *, stop_at: int) -> bool:
    """Whether it came to its end before statement number ``stop_at``."""
    database = Database.open(address(file))
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        if seen == stop_at:
            raise Pulled
        seen += 1

    event.listen(Engine, "before_cursor_execute", count)
    try:
        await database.migrate()
    except Pulled:
        return False
    finally:
        event.remove(Engine, "before_cursor_execute", count)
        await database.close()
    return True
