"""PostgreSQL in its weak moments: connections end, replies are lost, others are in the way; a line is heard once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import databases
import on_server
import pytest
from conversation import ADA, BOB, DAN, START
from crash.ledger import at, broken
from crash.world import ON_CALL, World, as_it_is, furnished
from door.proxy import Proxy, proxy
from sqlalchemy import event, make_url, text

from commands import run
from commands.run import Answer, Door
from storage.database import AGAIN_AFTER, Database
from storage.tables import heard, incident, outbox, web_message

pytestmark = [pytest.mark.on("postgresql"), pytest.mark.timeout(150)]

SAID = "/incident sev1 Checkout returns 500s"


async def test_rel_104_a_backend_that_ends_at_any_statement_undoes_the_unit_and_it_is_carried_out_whole(
    here: World, tmp_path: Path
) -> None:
    """A line, and its delivery."""
    with Ending(here.database, tmp_path / "sitrep.db") as at:
        at.statement = 10_000
        await here.says(BOB, SAID)
        await here.delivery.drain()
        many = 10_000 - at.statement
        for number in range(2, many + 2, 6):
            at.statement = number
            answer = await here.says(BOB, SAID)
            await here.delivery.drain()
            assert not answer.failed
        assert at.ended == len(range(2, many + 2, 6))
    for _ in range(3):
        await here.wait(seconds=61)
    assert len(await here.rows(incident)) == 1 + at.ended
    await all_is_well(here, tmp_path)


async def test_rel_105_the_reply_to_any_commit_is_lost_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    async with through_proxy(tmp_path) as (here, between):
        between.deaf = 1_000
        await here.says(BOB, SAID)
        await here.delivery.drain()
        commits = 1_000 - between.deaf
        for number in range(1, commits + 1, 4):
            between.deaf = number
            answer = await here.says(BOB, SAID)
            assert not answer.failed
            assert not answer.refused
            await here.delivery.drain()
        between.deaf = 0
        assert between.lost > commits // 5
        for _ in range(3):
            await here.wait(seconds=61)
        assert len(await here.rows(incident)) == 1 + len(range(1, commits + 1, 4))
        await all_is_well(here, tmp_path)


async def test_rel_107_while_everything_else_has_no_connection_left_a_line_has_one(here: World) -> None:
    room = await here.declares()
    async with AsyncExitStack() as others:
        for _ in range(10):
            c = await others.enter_async_context(here.database.begin())
            await c.execute(text("select 1"))
        took = []
        for number in range(20):
            began = asyncio.get_running_loop().time()
            assert await here.says(DAN, f"!note {number}", room=room) == Answer(incident=1)
            took.append(asyncio.get_running_loop().time() - began)
        assert max(took) <= 1.0


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many tries as ever, without the pauses."""
    monkeypatch.setattr(run, "AGAIN_AFTER", (0.001,) * len(AGAIN_AFTER))


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("state", ["40001", "40P01", "55P03"])
async def test_rel_108_what_the_server_could_not_do_this_time_is_begun_anew(
    here: World, tmp_path: Path, state: str
) -> None:
    """Every third line is refused twice, by others in the way."""
    room = await here.declares()
    await refusing(here.database, tmp_path / "sitrep.db", state)
    for number in range(9):
        assert await here.says(DAN, f"!note {number}", room=room) == Answer(incident=1)
    notes = [entry.text for entry in await here.timeline() if entry.type == "note"]
    assert notes == [str(number) for number in range(9)]


async def test_rel_109_whoever_lands_on_a_standby_comes_back_on_another_connection(here: World, tmp_path: Path) -> None:
    """The server makes new connections to this database read-only, until the first line was refused by one."""
    place = tmp_path / "sitrep.db"
    room = await here.declares()
    databases.spoil(place)
    name = here.database.url.database
    databases.execute(place, f'alter database "{name}" set default_transaction_read_only = on')
    met = []

    def promoted(context: Any) -> None:
        met.append(context.original_exception.sqlstate)
        # Said from beside it: whoever connects to it only reads.
        databases._server.run(on_server._execute(f'alter database "{name}" reset default_transaction_read_only'))

    standing = Database.open(here.database.url.render_as_string(hide_password=False))
    event.listen(standing._intake.sync_engine, "handle_error", promoted)
    here.door = Door(standing, ON_CALL)
    on_standby = await pid(standing)
    assert await here.says(DAN, "!note once", room=room) == Answer(incident=1)
    assert met == ["25006"]
    assert await pid(standing) != on_standby
    assert [entry.text for entry in await here.timeline() if entry.type == "note"] == ["once"]
    await standing.close()


@pytest.mark.usefixtures("at_once")
async def test_rel_109_where_there_is_only_a_standby_nothing_is_half_done(here: World, tmp_path: Path) -> None:
    place = tmp_path / "sitrep.db"
    room = await here.declares()
    before = await here.timeline()
    await refusing(here.database, place, "25006", always=True)
    assert (await here.says(DAN, "!note in vain", room=room)).failed
    assert await here.timeline() == before


@pytest.mark.usefixtures("at_once")
async def test_rel_108_what_fails_for_good_is_tried_five_times_and_said_to_have_failed(
    here: World, tmp_path: Path
) -> None:
    room = await here.declares()
    await refusing(here.database, tmp_path / "sitrep.db", "40001", always=True)
    assert (await here.says(DAN, "!note in vain", room=room)).failed
    async with here.database.read() as c:
        assert (await c.execute(text("select last_value from refused"))).scalar_one() == 5


async def test_two_who_lock_each_other_out_are_both_heard(here: World) -> None:
    """The server ends one of them; it is begun anew."""
    rooms = [await here.declares(), await here.declares()]
    async with here.database.begin() as c:
        # The other side notices first.
        await c.execute(text("set local deadlock_timeout = '20s'"))
        await c.execute(text("select id from incident where id = 2 for update"))
        told = asyncio.get_running_loop().create_task(_both(here, rooms))
        await asyncio.sleep(0.3)
        await c.execute(text("select id from incident where id = 1 for update"))
    await told
    assert {row["outcome"] for row in await here.rows(heard)} == {"done"}


async def _both(here: World, rooms: list[str]) -> None:
    await asyncio.gather(*(here.says(ADA, f"!note {n}", room=rooms[n % 2]) for n in range(6)))


async def pid(database: Database) -> int:
    async with database.begin(intake=True) as c:
        return int((await c.execute(text("select pg_backend_pid()"))).scalar_one())


async def refusing(database: Database, place: Path, state: str, *, always: bool = False) -> None:
    """A counter is not undone with the unit that it refuses."""
    databases.spoil(place)
    refused = "nextval('refused') > 0" if always else "nextval('refused') % 3 <> 0"
    function = (
        "create function refuse() returns trigger language plpgsql as $$ begin"
        f" if {refused} then raise exception 'not now' using errcode = '{state}'; end if; return new; end $$"
    )
    async with database.begin() as c:
        for statement in (
            "create sequence refused",
            function,
            "create trigger no_more before insert on heard for each row execute function refuse()",
        ):
            await c.execute(text(statement))


class Ending:
    """``statement``: at how many statements from now the backend that gets it is ended, before it gets it."""

    def __init__(self, database: Database, place: Path) -> None:
        self.statement = 0
        self.ended = 0
        self._engines = {each.sync_engine for each in (database._writer, database._intake)}
        self._place = place

    def __enter__(self) -> "Ending":
        for engine in self._engines:
            event.listen(engine, "before_cursor_execute", self._passed)
        return self

    def __exit__(self, *_: object) -> None:
        for engine in self._engines:
            event.remove(engine, "before_cursor_execute", self._passed)

    def _passed(self, connection: Any, *_: object) -> None:
        self.statement -= 1
        if self.statement == 0:
            self.ended += 1
            raw = connection.connection.driver_connection
            databases.rows(self._place, "select pg_terminate_backend(?::int)", raw.get_server_pid())


@asynccontextmanager
async def through_proxy(folder: Path) -> AsyncIterator[tuple[World, Proxy]]:
    url = make_url(await databases.ready(folder / "sitrep.db", furnished))
    assert url.host
    assert url.port
    async with proxy(url.host, url.port) as between:
        there = url.set(port=between.listening_at).render_as_string(hide_password=False)
        database = Database.open(there)
        yield World(database, ON_CALL, START, as_it_is), between
        await database.close()


async def all_is_well(here: World, folder: Path) -> None:
    assert {row["state"] for row in await here.rows(outbox)} <= {"sent", "superseded"}
    ops = [row["op"] for row in await here.rows(web_message)]
    assert len(ops) == len(set(ops))
    assert broken(at(folder / "sitrep.db"), settled=True) == []
