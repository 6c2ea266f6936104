"""The driver: the writer on the loop, readers beside it, and nobody waits inside SQLite."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, insert, select
from sqlalchemy.exc import OperationalError

from storage import facts, sqlite
from storage.database import Database
from storage.tables import setting, web_session

MANY = 3 * 200 + 7


async def _fill(database: Database) -> list[str]:
    names = [f"name {number:04}" for number in range(MANY)]
    async with database.begin() as c:
        await c.execute(insert(setting), [{"name": name, "value": "x"} for name in names])
    return names


@pytest.mark.parametrize("writer", [True, False])
async def test_all_rows_come_in_order_however_many_and_however_they_are_asked_for(
    database: Database, writer: bool
) -> None:
    names = await _fill(database)
    query = select(setting.c.name).where(setting.c.name.startswith("name ")).order_by(setting.c.name)
    async with database.begin() if writer else database.read() as c:
        assert list((await c.execute(query)).scalars()) == names
        assert [row.name async for row in await c.stream(query)] == names
        assert await (await c.stream_scalars(query)).all() == names
        streamed = await c.stream_scalars(query)
        assert [await anext(streamed), *await streamed.fetchmany(300)] == names[:301]
        await streamed.close()
        assert await facts.get(c, names[-1]) == "x"
        assert await facts.get_all(c, ["none", names[3], names[5]]) == {names[3]: "x", names[5]: "x"}


async def test_who_waits_for_another_process_does_not_hold_up_the_loop(database: Database) -> None:
    assert database.file
    with closing(sqlite3.connect(database.file, isolation_level=None)) as other:
        other.execute("begin immediate")
        writing = asyncio.get_running_loop().create_task(_put(database))
        steps = 0
        async with asyncio.timeout(5):
            while steps < 50:
                await asyncio.sleep(0.001)
                steps += 1
        assert not writing.done()
        other.execute("rollback")
        async with asyncio.timeout(5):
            await writing


async def test_who_waits_too_long_is_told_and_the_next_one_may_write(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _put(database)
    monkeypatch.setattr(sqlite, "PATIENCE", 0.05)
    assert database.file
    with closing(sqlite3.connect(database.file, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(OperationalError, match="locked"):
            await _put(database)
    await _put(database)


async def _put(database: Database) -> None:
    async with database.begin() as c:
        await facts.put(c, "one", "1")


async def test_a_mistake_is_no_reason_to_wait(database: Database) -> None:
    with pytest.raises(OperationalError, match="no such table"):
        async with asyncio.timeout(1), database.begin() as c:
            await c.exec_driver_sql("insert into nowhere values (1)")


@pytest.mark.parametrize("steps", range(1, 40, 2))
async def test_a_reader_that_gives_up_leaves_its_connection_to_nobody(database: Database, steps: int) -> None:
    """Whatever its thread is still doing, the next reader sees only what it asked for."""
    names = await _fill(database)
    reading = asyncio.get_running_loop().create_task(_read_all(database))
    for _ in range(steps):
        await asyncio.sleep(0)
    reading.cancel()
    await asyncio.wait([reading])
    for _ in range(3):
        assert await _read_all(database) == names


async def _read_all(database: Database) -> list[str]:
    async with database.read() as c:
        query = select(setting.c.name).where(setting.c.name.startswith("name ")).order_by(setting.c.name)
        return list((await c.execute(query)).scalars())


async def test_a_lost_connection_is_replaced(database: Database) -> None:
    """As after a cancelled commit, whose connection is given up."""
    await _put(database)
    async with database.read() as c:
        raw = await c.get_raw_connection()
        await raw.driver_connection.close()  # type: ignore[union-attr]
        with pytest.raises(OperationalError, match="no active connection"):
            await facts.get(c, "one")
        await c.invalidate()
    async with database.read() as c:
        assert await facts.get(c, "one") == "1"


async def test_a_query_takes_one_hop_and_a_unit_of_work_one_for_its_commit(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason why there is a driver of our own."""
    await _put(database)
    assert await _read_all(database) == []
    hops = []
    by_hand = sqlite.Connection.by_hand

    async def counted(self: sqlite.Connection, work: object) -> object:
        hops.append(work)
        return await by_hand(self, work)  # type: ignore[arg-type]

    monkeypatch.setattr(sqlite.Connection, "by_hand", counted)
    await _put(database)
    assert len(hops) == 1
    await _read_all(database)
    assert len(hops) == 2


async def test_one_insert_of_many_rows_is_one_statement(database: Database) -> None:
    seen: list[bool] = []
    async with database.begin() as c:
        engine = c.engine.sync_engine
        event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[-1]))
        now = datetime(2031, 4, 2, tzinfo=UTC)
        row = {"person_id": "ada", "created_at": now, "seen_at": now, "csrf": ""}
        await c.execute(insert(web_session), [row | {"id_hash": str(number)} for number in range(50)])
    assert seen == [True]
