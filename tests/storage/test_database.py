"""One writer at a time, nothing lost, whatever happens to the others (storage.md 3)."""

import asyncio
import gc
import sqlite3
import sys
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import cast

import aiosqlite
import pytest
from conversation import ADA, BOB
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import facts, outbox, people, settling
from storage.database import Database
from storage.outbox import Parcel
from storage.settling import Settled
from storage.tables import lane, setting, web_session
from storage.tables import outbox as outbox_table

of_sqlite = pytest.mark.on("sqlite")


async def _traced(c: AsyncConnection) -> list[str]:
    """What SQLite itself is told from now on."""
    told: list[str] = []
    raw = await c.get_raw_connection()
    await cast(aiosqlite.Connection, raw.driver_connection).set_trace_callback(told.append)
    return told


@of_sqlite
async def test_a_unit_of_work_begins_immediately_and_a_reader_takes_no_lock(database: Database) -> None:
    async with database.begin() as c:
        written = await _traced(c)
        await c.execute(select(1))
    async with database.read() as c:
        read = await _traced(c)
        await c.execute(select(1))
    assert written == ["BEGIN IMMEDIATE", "SELECT 1", "COMMIT"]
    assert read == ["BEGIN DEFERRED", "SELECT 1", "ROLLBACK"]


@of_sqlite
async def test_the_writer_alone_may_write_from_its_first_statement(database: Database) -> None:
    """Even if that only reads: another process that wants to write finds the file taken."""
    assert database.file
    async with database.begin() as c:
        await c.execute(select(1))
        with closing(sqlite3.connect(database.file, timeout=0, isolation_level=None)) as other:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("begin immediate")
            assert other.execute("select count(*) from incident").fetchone() == (0,)


@of_sqlite
async def test_many_rows_at_once_begin_a_unit_too(database: Database) -> None:
    async with database.begin() as c:
        told = await _traced(c)
        await c.execute(insert(setting), [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}])
    assert told[0] == "BEGIN IMMEDIATE"
    assert told[-1] == "COMMIT"


async def test_rows_read_bit_by_bit_are_of_one_moment(database: Database) -> None:
    async with database.begin() as c:
        await c.execute(insert(setting), [{"name": str(number), "value": "old"} for number in range(200)])
    async with database.read() as c:
        found = [await anext(rows := aiter(await c.stream(select(setting.c.value))))]
        async with database.begin() as writer:
            await writer.execute(setting.update().values(value="new"))
        found += [row async for row in rows]
    assert len(found) == 200
    assert {row.value for row in found} == {"old"}


UNREAD = insert(setting).execution_options(unread=True)


@of_sqlite
async def test_statements_nobody_reads_go_with_the_next_one_in_their_order(database: Database) -> None:
    async with database.begin() as c:
        told = await _traced(c)
        await c.execute(UNREAD, {"name": "a", "value": "1"})
        await c.execute(UNREAD, [{"name": "b", "value": "2"}, {"name": "c", "value": "3"}])
        assert told == []
        assert (await c.execute(select(func.count()).select_from(setting))).scalar() == 3
        await c.execute(UNREAD, {"name": "d", "value": "4"})
    assert [each.split()[0] for each in told] == ["BEGIN", *["INSERT"] * 3, "SELECT", "INSERT", "COMMIT"]
    async with database.read() as c:
        assert (await c.execute(select(func.count()).select_from(setting))).scalar() == 4


async def test_what_is_wrong_with_a_statement_nobody_reads_is_raised_at_the_commit_and_nothing_is_kept(
    database: Database,
) -> None:
    async with database.begin() as c:
        await c.execute(UNREAD, {"name": "a", "value": "1"})

    async def again() -> None:
        async with database.begin() as c:
            await facts.put(c, "b", "2")
            await c.execute(UNREAD, {"name": "a", "value": "again"})
            await c.execute(UNREAD, {"name": "c", "value": "3"})

    with pytest.raises(IntegrityError):
        await again()
    async with database.begin() as c:
        assert await facts.beginning(c, "") == {"a": "1"}


async def test_a_unit_that_fails_forgets_the_statements_nobody_read(database: Database) -> None:
    with suppress(ZeroDivisionError):
        async with database.begin() as c:
            await c.execute(UNREAD, {"name": "a", "value": "1"})
            raise ZeroDivisionError
    async with database.begin() as c:
        assert await facts.beginning(c, "") == {}


@of_sqlite
async def test_a_unit_that_says_nothing_begins_nothing(database: Database) -> None:
    async with database.begin() as c:
        told = await _traced(c)
    assert told == []


async def test_a_unit_cancelled_at_its_first_statement_leaves_nothing(database: Database) -> None:
    """However far the statement got: on its way to the thread, or done there and nobody waiting."""

    async def write(key: str) -> None:
        async with database.begin() as c:
            await facts.put(c, key, "written")

    for turns in range(12):
        task = asyncio.create_task(write(f"cancelled after {turns}"))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
    await write("whole")
    async with database.read() as c:
        found = (await c.execute(select(setting.c.name))).scalars().all()
    assert found == ["whole"]


@of_sqlite
@pytest.mark.parametrize("setting", [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)])
async def test_the_settings_that_keep_what_was_answered_are_on(database: Database, setting: tuple[str, object]) -> None:
    name, wanted = setting
    for way in (database.begin, database.read):
        async with way() as c:
            assert (await c.execute(text(f"pragma {name}"))).scalar() == wanted


async def _increment(database: Database) -> None:
    async with database.begin() as c:
        before = int(await facts.get(c, "counter") or 0)
        await asyncio.sleep(0)
        await facts.put(c, "counter", str(before + 1))


async def _fifty(database: Database) -> None:
    for _ in range(50):
        await _increment(database)


@of_sqlite
async def test_rel_101_twenty_that_read_and_then_write_lose_nothing(database: Database) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(_fifty(database))
    async with database.read() as c:
        assert await facts.get(c, "counter") == "1000"


@of_sqlite
async def test_rel_101_nor_do_two_processes(database: Database) -> None:
    other = Database.open(str(database.url))
    async with asyncio.TaskGroup() as group:
        for writer in (database, other) * 3:
            group.create_task(_fifty(writer))
    await other.close()
    async with database.read() as c:
        assert await facts.get(c, "counter") == "300"


async def test_a_unit_that_fails_leaves_nothing_and_holds_up_nobody(database: Database) -> None:
    with suppress(ZeroDivisionError):
        async with database.begin() as c:
            await facts.put(c, "half", "done")
            raise ZeroDivisionError
    async with database.begin() as c:
        assert await facts.get(c, "half") is None


async def test_a_reader_sees_one_moment_and_never_half_a_unit(database: Database) -> None:
    async with database.read() as reader:
        assert await facts.get(reader, "late") is None
        async with database.begin() as c:
            await facts.put(c, "late", "news")
        assert await facts.get(reader, "late") is None
    async with database.read() as reader:
        assert await facts.get(reader, "late") == "news"


async def test_a_reader_cannot_keep_the_writer_waiting(database: Database) -> None:
    async with database.read() as reader:
        await facts.get(reader, "anything")
        async with asyncio.timeout(1):
            await _increment(database)
        assert await facts.get(reader, "counter") is None
    async with database.read() as reader:
        assert await facts.get(reader, "counter") == "1"


async def test_a_cancelled_unit_never_keeps_the_write_lock(database: Database) -> None:
    """SQLite held it until the cancelled task's cursors were collected: `database is locked` for everybody."""
    cancelled = []
    for steps in range(1, 60):
        task = asyncio.get_running_loop().create_task(_increment(database))
        for _ in range(steps):
            await asyncio.sleep(0 if steps % 2 else 0.0002)
        task.cancel()
        await asyncio.wait([task])
        cancelled.append(task)  # what it raised keeps its cursors alive
        async with asyncio.timeout(2):
            await _increment(database)
    async with database.read() as c:
        assert int(await facts.get(c, "counter") or 0) >= 59


async def test_closing_waits_for_cancelled_units_and_leaves_no_connection_behind(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection given back after the end was closed by the garbage collector, with a warning."""
    unclosed: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda found: unclosed.append(found.exc_value))
    for steps in range(1, 40):
        short = Database.open(str(database.url))
        tasks = [asyncio.get_running_loop().create_task(_increment(short)) for _ in range(2)]
        for _ in range(steps):
            await asyncio.sleep(0 if steps % 2 else 0.0002)
        for task in tasks:
            task.cancel()
        await short.close()
        assert not [task for task in tasks if not task.done()]
    del short, tasks, task
    gc.collect()
    assert unclosed == []


async def test_closing_does_not_wait_for_ever(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database._LAST_UNIT", 0.05)
    async with database.read() as c:
        async with asyncio.timeout(2):
            await database.close()
        assert not c.closed
        await c.invalidate()


@of_sqlite
async def test_a_full_disk_fails_honestly_and_passes(database: Database) -> None:
    """The page limit stands for the disk (REL-102)."""
    async with database.begin() as c:
        pages = (await c.execute(text("pragma page_count"))).scalar_one()
        await c.execute(text(f"pragma max_page_count = {pages}"))
    with pytest.raises(OperationalError, match="full"):
        async with database.begin() as c:
            await facts.put(c, "big", "x" * 1_000_000)
    async with database.begin() as c:
        assert await facts.get(c, "big") is None
        await c.execute(text("pragma max_page_count = 1000000"))
        await facts.put(c, "big", "x" * 1_000_000)


async def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    said = datetime(2031, 4, 2, 14, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    row = {"id_hash": "1", "person_id": ADA.id, "created_at": said, "seen_at": said, "csrf": ""}
    async with database.begin() as c:
        await c.execute(insert(web_session).values(row))
    async with database.read() as c:
        read = (await c.execute(select(web_session.c.created_at))).scalar_one()
    assert read == said
    assert read.tzinfo is UTC


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2031, 4, 2, 14, 0)  # noqa: DTZ001 - that is the point
    row = {"id_hash": "1", "person_id": ADA.id, "created_at": naive, "seen_at": naive, "csrf": ""}
    with pytest.raises(StatementError, match="without a zone"):
        async with database.begin() as c:
            await c.execute(insert(web_session).values(row))


async def test_times_sort_as_text_as_they_do_in_time(database: Database) -> None:
    """SQLite compares what is written: fractions must not upset the order."""
    start = datetime(2031, 4, 2, 23, 59, 59, tzinfo=UTC)
    moments = [start + timedelta(microseconds=n) for n in (0, 1, 999_999, 1_000_000, 1_000_001)]
    rows = [
        {"id_hash": str(n), "person_id": ADA.id, "created_at": at, "seen_at": at, "csrf": ""}
        for n, at in enumerate(reversed(moments))
    ]
    async with database.begin() as c:
        await c.execute(insert(web_session), rows)
    async with database.read() as c:
        assert (
            list((await c.execute(select(web_session.c.seen_at).order_by(web_session.c.seen_at))).scalars()) == moments
        )


async def test_people_are_found_by_handle_or_address_in_any_case_and_keep_their_phone(database: Database) -> None:
    async with database.begin() as c:
        await people.save(c, ADA, phone="+1 555 0101")
        await people.save(c, ADA)
        assert await people.by_handle(c, "ADA") == await people.by_handle(c, "Ada@Example.com") == ADA
        assert await people.get(c, "nobody") is None
        assert (await c.execute(text("select phone from person where handle = 'ada'"))).scalar() == "+1 555 0101"


async def test_two_people_never_share_a_handle(database: Database) -> None:
    async with database.begin() as c:
        await people.save(c, ADA)
        await people.save(c, BOB)
        with pytest.raises(IntegrityError):
            await c.execute(text("update person set handle = 'ada' where handle = 'bob'"))


NOON = datetime(2031, 4, 2, 12, 0, tzinfo=UTC)


def _parcel(place: str, *, rank: int = 3, incident: int = 1) -> Parcel:
    return Parcel("web", incident, "post", place, "{}", rank=rank)


async def test_a_lane_is_leased_to_one_worker_and_inherited_when_its_lease_ran_out(database: Database) -> None:
    async with database.begin() as c:
        await outbox.add(c, [_parcel("room"), _parcel("thread"), _parcel("status")], now=NOON)
        first = await outbox.claim(c, now=NOON, limit=10, platforms=["web"])
        assert [lease.lane for lease in first] == ["web:1:room", "web:1:status"]
        assert await outbox.claim(c, now=NOON + outbox.LEASE - timedelta(seconds=1), limit=10, platforms=["web"]) == []
        later = await outbox.claim(c, now=NOON + outbox.LEASE, limit=10, platforms=["web"])
    assert [lease.inherited for lease in first + later] == [False, False, True, True]


async def test_rel_092_whoever_lost_the_lease_writes_nothing_more(database: Database) -> None:
    async with database.begin() as c:
        await outbox.add(c, [_parcel("room")], now=NOON)
        (slow,) = await outbox.claim(c, now=NOON, limit=1, platforms=["web"])
        (quick,) = await outbox.claim(c, now=NOON + outbox.LEASE, limit=1, platforms=["web"])
        (row,) = await outbox.rows(c, slow)
        assert not await settling.settle(c, slow, row, state="sent", now=NOON)
        await outbox.give_back(c, slow, not_before=NOON)
        assert await settling.settle(c, quick, row, state="sent", now=NOON)
        assert await outbox.waiting_count(c) == 0


async def test_rel_092_of_many_rows_settled_at_once_only_those_still_held_are(database: Database) -> None:
    async with database.begin() as c:
        await outbox.add(c, [_parcel("room", incident=n) for n in (1, 1, 2, 3)], now=NOON)
        one, two, three = await outbox.claim(c, now=NOON, limit=3, platforms=["web"])
        lost = replace(two, token="somebody else's")
        rows = await outbox.rows_of(c, [one, two, three])
        outcomes = [
            Settled(one, rows[one.lane][0], "sent", ref="17"),
            Settled(lost, rows[two.lane][0], "sent", last=True),
            Settled(three, rows[three.lane][0], "dead", error="gone", last=True),
        ]
        held = await settling.settle_all(c, outcomes, now=NOON)
        assert held == [outcomes[0], outcomes[2]]
        assert await outbox.waiting_count(c) == 2
        found = {row.name: (row.pending, row.token) for row in await c.execute(select(lane))}
    assert found == {one.lane: (1, one.token), two.lane: (1, two.token), three.lane: (0, None)}


async def test_rel_105_settled_once_more_a_row_is_not_counted_twice(database: Database) -> None:
    async with database.begin() as c:
        await outbox.add(c, [_parcel("room"), _parcel("room")], now=NOON)
        (lease,) = await outbox.claim(c, now=NOON, limit=1, platforms=["web"])
        first, _second = await outbox.rows(c, lease)
        for state in ("sent", "dead"):
            assert await settling.settle(c, lease, first, state=state, now=NOON)
        assert (await c.execute(select(lane.c.pending))).scalar_one() == 1
        states = (await c.execute(select(outbox_table.c.state).order_by(outbox_table.c.id))).scalars()
        assert list(states) == ["sent", "pending"]


async def test_the_most_urgent_lanes_are_claimed_first_and_never_more_than_asked_for(database: Database) -> None:
    async with database.begin() as c:
        await outbox.add(c, [_parcel("room", rank=4, incident=n) for n in range(20)], now=NOON)
        await outbox.add(c, [_parcel("person:ada", rank=0, incident=99)], now=NOON)
        leases = await outbox.claim(c, now=NOON, limit=5, platforms=["web"])
    assert len(leases) == 5
    assert leases[0].lane == "web:99:person:ada"
