"""Migrations: up and down, with rows, interrupted anywhere; the program's tables are what the migrations make."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from conversation import ADA, BOB, CLEO, DAN
from crash.world import started, world
from databases import address
from sqlalchemy import event
from sqlalchemy.engine import Connection

from storage import migrating
from storage.database import Database
from storage.tables import metadata


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


async def test_a_database_that_is_up_to_date_is_left_alone(empty: Database) -> None:
    await empty.migrate()
    assert empty.file
    before = _dump(empty.file)
    await empty.migrate()
    assert _dump(empty.file) == before


async def test_an_empty_file_is_not_at_head(empty: Database) -> None:
    async with empty.read() as c:
        assert not await c.run_sync(migrating.at_head)


def test_there_is_one_head_so_that_upgrading_is_never_a_choice() -> None:
    assert len(ScriptDirectory.from_config(migrating.config()).get_heads()) == 1


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
    with closing(sqlite3.connect(file)) as c:
        for table in metadata.sorted_tables:
            if not c.execute(f"select 1 from {table.name}").fetchone():  # noqa: S608 - our own tables' names
                _fill(c, table.name)
        c.commit()
    return file


def _fill(c: sqlite3.Connection, table: str) -> None:
    columns = [column for column in metadata.tables[table].columns if not column.nullable]
    values = ", ".join("'2031-04-02 14:00:00.000000'" if "_at" in column.name else "1" for column in columns)
    c.execute(f"insert into {table} ({', '.join(column.name for column in columns)}) values ({values})")  # noqa: S608


def _dump(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as c:
        return list(c.iterdump())


async def test_a_database_with_rows_in_every_table_goes_down_and_up_again(tmp_path: Path) -> None:
    """Each migration is undone and done again with rows in the tables; what the last one keeps is kept."""
    file = await _lived_in(tmp_path)
    with closing(sqlite3.connect(file)) as c:
        assert all(c.execute(f"select 1 from {table}").fetchone() for table in metadata.tables)  # noqa: S608
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
    while not await _migrated(tmp_path / f"{statement}.db", stop_at=statement):
        statement += 1
        database = Database.open(address(tmp_path / f"{statement - 1}.db"))
        await database.migrate()
        async with database.read() as c:
            assert await c.run_sync(_differences) == []
        await database.close()
    assert statement > len(metadata.tables)


async def _migrated(file: Path, *, stop_at: int) -> bool:
    """Whether it came to its end before statement number ``stop_at``."""
    database = Database.open(address(file))
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        if seen == stop_at:
            raise Pulled
        seen += 1

    event.listen(database._writer.sync_engine, "before_cursor_execute", count)
    try:
        await database.migrate()
    except Pulled:
        return False
    finally:
        await database.close()
    return True
