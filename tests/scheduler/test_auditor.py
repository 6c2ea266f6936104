"""What is owed and would never be reminded of is found and repaired; while we are stuck no heartbeat is sent."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from aiohttp import web
from conversation import ADA, BOB, CLEO
from crash.world import World
from sqlalchemy import delete, text, update

from bot.heartbeat import Heartbeat
from commands.words import WORDS
from scheduler.auditor import Auditor, Report
from storage.tables import deadline, incident, lane


@pytest.fixture
def auditor(here: World) -> Auditor:
    return Auditor(here.database, here.door.say, now=lambda: here.now)


async def test_nothing_is_found_where_nothing_is_wrong(here: World, auditor: Auditor) -> None:
    for _ in range(60):
        await here.says(BOB, "/incident sev1 Checkout returns 500s")
    await here.delivery.drain()
    assert await auditor.look() == Report()


BREAKS: dict[str, str] = {
    "a row is deleted": "delete from deadline where name = 'first-notice'",
    "all rows are deleted": "delete from deadline",
    "it would wake in a hundred years": "update deadline set wake_at = '2131-01-01 00:00:00.000000'",
    "its time is empty": "update deadline set due_at = '' where name = 'first-notice'",
    "its time cannot be read": "update deadline set wake_at = 'soon' where name = 'first-notice'",
    "one is there that nobody owes": "insert into deadline values (1, 'task:9', '2031-01-01', '2031-01-01')",
}


TYPELESS = ("its time is empty", "its time cannot be read")
"""Only SQLite stores such a thing as a time."""


@pytest.mark.on("sqlite")
@pytest.mark.parametrize("how", TYPELESS)
async def test_rel_132_a_time_that_cannot_be_read_is_mended(here: World, auditor: Auditor, how: str) -> None:
    await _mended(here, auditor, how)


@pytest.mark.parametrize("how", [how for how in BREAKS if how not in TYPELESS])
async def test_rel_132_rows_that_say_something_else_are_mended(here: World, auditor: Auditor, how: str) -> None:
    await _mended(here, auditor, how)


async def _mended(here: World, auditor: Auditor, how: str) -> None:
    for _ in range(2):
        await here.says(BOB, "/incident sev1 Checkout returns 500s")
    before = await here.rows(deadline)
    async with here.database.begin() as c:
        await c.execute(text(BREAKS[how]))
    found = await auditor.look()
    assert found.repaired
    assert not found.well
    assert "repaired" in found.troubles[0]
    assert sorted(map(repr, await here.rows(deadline))) == sorted(map(repr, before))
    await here.delivery.drain()
    assert (await auditor.look()).well
    due = await here.clock.next_look()
    assert due
    here.now = due
    assert await here.clock.look() >= 1


@pytest.mark.on("sqlite")
async def test_rel_132_what_the_incident_itself_has_lost_is_set_again_and_told(here: World, auditor: Auditor) -> None:
    await here.under_command()
    await here.says(CLEO, "status investigating Customers cannot pay.", incident=1, via="cli")
    await here.says(ADA, "task @dan 20m look", incident=1, via="cli")
    before = (await here.incident()).deadlines
    async with here.database.begin() as c:
        await c.execute(update(incident).values(state=text("json_set(state, '$.deadlines', json('{}'))")))
        await c.execute(delete(deadline))
    assert (await auditor.look()).repaired == (1,)
    after = (await here.incident()).deadlines
    lost = before.keys() - after.keys()
    assert lost <= {"roles", "task-ack:1", "page:1", "facts"}
    assert {name: each.due_at for name, each in after.items()} == {name: before[name].due_at for name in after}
    assert any("set again" in entry.text and "Public update" in entry.text for entry in await here.timeline())
    assert {row["name"] for row in await here.rows(deadline)} == set(after)


async def test_rel_132_a_reminder_that_is_not_given_is_found(
    here: World, auditor: Auditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await here.says(BOB, "/incident sev2 Checkout returns 500s")
    await here.delivery.drain()
    here.now += timedelta(minutes=6)
    assert (await auditor.look()).reminders >= 1

    class Poisoned:
        __doc__ = "remind"

        async def carry_out(self, call: object) -> None:
            raise RuntimeError("a bug")

    monkeypatch.setitem(WORDS, "remind", Poisoned())
    await here.clock.look()
    found = await auditor.look()
    assert (found.repaired, found.well) == ((), False)
    assert found.reminders >= 1, "put off, but not given"
    other = Auditor(here.database, here.door.say, now=lambda: here.now + timedelta(seconds=1))
    before = await here.rows(deadline)
    assert (await other.look()) == found, "whichever process asks"
    assert await here.rows(deadline) == before
    monkeypatch.undo()
    here.now += timedelta(minutes=6)
    await here.clock.look()
    await here.delivery.drain()
    assert (await auditor.look()).well


async def test_rel_221_a_delivery_that_nobody_tries_is_found(here: World, auditor: Auditor) -> None:
    await here.says(BOB, "/incident sev4 Only a colour")
    assert (await auditor.look()).well
    here.now += timedelta(minutes=2, seconds=1)
    found = await auditor.look()
    assert found.lanes >= 1
    assert "outbox" in found.troubles[0]
    async with here.database.begin() as c:
        await c.execute(update(lane).values(failures=3))
    assert (await auditor.look()).well, "a destination that refuses is tried again and again, and no fault of ours"


@dataclass
class Listener:
    url: str
    heard: int = 0
    hangs: bool = False
    status: int = 200


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    listener = Listener("")
    free = asyncio.Event()

    async def hear(_request: web.Request) -> web.Response:
        listener.heard += 1
        if listener.hangs:
            await free.wait()
        return web.Response(status=listener.status)

    app = web.Application()
    app.router.add_get("/beat", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    listener.url = f"http://127.0.0.1:{runner.addresses[0][1]}/beat"
    try:
        yield listener
    finally:
        free.set()
        await runner.cleanup()


@asynccontextmanager
async def beating(auditor: Auditor, url: str) -> AsyncIterator[Heartbeat]:
    heart = Heartbeat(auditor, url, every=0.05, within=0.2, spread=0)
    stopped = False
    async with asyncio.TaskGroup() as group:
        keeping = group.create_task(heart.keep(lambda: stopped))
        try:
            yield heart
        finally:
            stopped = True
            keeping.cancel()


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - a socket has no event to wait for
            await asyncio.sleep(0.01)


async def test_rel_221_the_outside_hears_nothing_while_the_outbox_stands_still(here: World, auditor: Auditor) -> None:
    await here.says(BOB, "/incident sev4 Only a colour")
    async with listening() as outside, beating(auditor, outside.url) as heart:
        await _until(lambda: heart.beats >= 2)
        here.now += timedelta(minutes=3)
        await _until(lambda: not heart.report.well)
        silent = outside.heard
        await asyncio.sleep(0.3)
        assert outside.heard <= silent + 1
        await here.delivery.drain()
        await _until(lambda: outside.heard > silent + 1)
        assert heart.report.troubles == []


async def test_rel_132_a_repair_keeps_the_heartbeat_back_until_all_is_well(here: World, auditor: Auditor) -> None:
    await here.says(BOB, "/incident sev4 Only a colour")
    await here.delivery.drain()
    async with here.database.begin() as c:
        await c.execute(delete(deadline))
    found = await auditor.look()
    assert not found.well
    async with listening() as outside, beating(auditor, outside.url) as heart:
        await _until(lambda: heart.beats >= 1)
        assert outside.heard >= 1


@pytest.mark.parametrize("how", ["hangs", "refuses", "is not there"])
async def test_rel_221_a_listener_in_trouble_holds_up_nothing(here: World, auditor: Auditor, how: str) -> None:
    async with listening() as outside:
        outside.hangs, outside.status = how == "hangs", 500 if how == "refuses" else 200
        url = "http://127.0.0.1:9/beat" if how == "is not there" else outside.url
        async with beating(auditor, url) as heart:
            answer = await asyncio.wait_for(here.says(BOB, "/incident sev1 Checkout returns 500s"), 2)
            assert answer.incident == 1
            await asyncio.wait_for(here.delivery.drain(), 5)
            await asyncio.sleep(0.5)
            assert heart.beats == 0
            outside.hangs, outside.status = False, 200
            if url == outside.url:
                await _until(lambda: heart.beats >= 1)


async def test_rel_221_whoever_cannot_reach_the_database_is_silent(
    here: World, auditor: Auditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise OSError("no database")

    async with listening() as outside, beating(auditor, outside.url) as heart:
        await _until(lambda: heart.beats >= 1)
        monkeypatch.setattr(here.database, "read", gone)
        await asyncio.sleep(0.2)
        silent = outside.heard
        await asyncio.sleep(0.3)
        assert outside.heard == silent
        monkeypatch.undo()
        await _until(lambda: outside.heard > silent)
