"""Processes on one server wake each other after a commit; a connection that ends is noticed."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
from conversation import START
from crash.world import furnished
from databases import execute, ready

from storage import postgres, publications, turns, web
from storage.database import Database
from storage.publications import Publication, Record
from storage.turns import Turn

pytestmark = pytest.mark.on("postgresql")


async def test_another_processs_commit_rings_and_ones_own_does_not(tmp_path: Path) -> None:
    place = tmp_path / "sitrep.db"
    database = Database.open(await ready(place, furnished))
    rung: asyncio.Queue[None] = asyncio.Queue()
    listening = asyncio.get_running_loop().create_task(database.listen(lambda: rung.put_nowait(None)))
    # Connected: whatever was missed meanwhile is looked for.
    await asyncio.wait_for(rung.get(), 20)
    async with database.begin() as c:
        await turns.wake(c)
    execute(place, "select pg_notify('sitrep', 'another process')")
    await asyncio.wait_for(rung.get(), 20)
    await asyncio.sleep(0.1)
    assert rung.empty()
    execute(
        place,
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()",
    )
    with pytest.raises(OSError, match="wakes us"):
        await asyncio.wait_for(listening, 20)
    await database.close()


async def test_a_change_that_is_drawn_first_is_committed_first_so_that_no_browser_misses_it(tmp_path: Path) -> None:
    """Without its turn the second would be seen at once, with a higher number, and the first never."""
    database = Database.open(await ready(tmp_path / "sitrep.db", furnished))
    async with database.read() as c:
        before = await web.last_change(c)
    first_drawn, second_done = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with database.begin() as c:
            await web.changed(c, room_id=1)
            first_drawn.set()
            await asyncio.sleep(0.3)
            assert not second_done.is_set()

    async def second() -> None:
        await first_drawn.wait()
        async with database.begin() as c:
            await web.changed(c, room_id=2)
        second_done.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(first())
        group.create_task(second())
    async with database.read() as c:
        seen = [change.room_id for change in await web.changes(c, "ada@example.com", after=before)]
    assert seen == [1, 2]
    await database.close()


async def test_public_posts_are_drawn_in_turn_too(tmp_path: Path) -> None:
    database = Database.open(await ready(tmp_path / "sitrep.db", furnished))
    async with database.begin() as c:
        await turns.take(c, Turn.PUBLICATIONS)
        adding = asyncio.get_running_loop().create_task(_post(database))
        await asyncio.sleep(0.2)
        assert not adding.done()
    await adding
    await database.close()


async def _post(database: Database) -> None:
    record = Record("Checkout", "en", {}, {}, "investigating", START)
    async with database.begin() as c:
        await publications.add(c, [Publication("incident:1", 1, "incident", "investigating", START, record)])


async def test_rel_092_whoever_stopped_in_the_middle_of_a_statement_is_thrown_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prepared and not yet carried out: for the server that is no idle session, and no timeout of its own ends it."""
    monkeypatch.setattr(postgres, "_STILL_THERE", 0.05)
    monkeypatch.setattr(postgres, "_STOPPED_FOR", 0.1)
    database = Database.open(await ready(tmp_path / "sitrep.db"))
    stopped, other = [
        await asyncpg.connect(
            str(database.url.set(drivername="postgresql")), server_settings={"application_name": name}
        )
        for name in ("sitrep", "another program")
    ]
    for each in (stopped, other):
        await each.execute("begin")
        await each.prepare("select 1")
    gone = asyncio.Event()
    stopped.add_termination_listener(lambda _: gone.set())
    listening = asyncio.get_running_loop().create_task(database.listen(lambda: None))
    await asyncio.wait_for(gone.wait(), 20)
    assert await other.fetchval("select 2") == 2
    listening.cancel()
    await asyncio.wait([listening])
    await other.close()
    await database.close()
