"""The demo: a reminder, an escalation and a missed promise within a minute, each with its own time."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import DemoClock, real_now
from bot.demo import ADA, CAST, DAN, advance, demo_config
from bot.demo_past import give_a_past
from bot.opening import opened
from bot.port import listen
from bot.serve import Server, running
from bot.web.app import Demo
from bot.web.public.keeper import Keeper
from commands.line import Line
from storage import incidents, rooms, web, web_messages


async def test_moving_time_shows_every_reminder_at_its_own_minute(tmp_path: Path) -> None:
    listener = listen("127.0.0.1", 0)
    config = demo_config(tmp_path, host="127.0.0.1", port=8080, address="http://localhost:8080")
    async with opened(config) as database:
        clock = await DemoClock.open(database)

        def offered(_: Server) -> Demo:
            return Demo(cast=CAST, advance=lambda minutes: advance(clock, server, minutes))

        async with running(database, config, listener, now=clock.now, demo=offered) as server:
            start = clock.now()
            await server.core.door.say(
                Line(who=DAN, words="/incident sev1 Checkout is down", at=start, delivery="test:1", via="slash")
            )
            await server.deliver()
            await advance(clock, server, 30)
            assert timedelta(minutes=30) <= clock.now() - start < timedelta(minutes=31)
            async with database.read() as c:
                room = await rooms.of(c, 1, "web")
                messages = await web_messages.in_room(c, int((room or "").removeprefix("web:")), ADA.id)
    minutes = [round((message.at - start).total_seconds() / 60) for message in messages if not message.slot]
    assert minutes == sorted(minutes)
    assert {2, 5, 10, 13, 15, 20, 25} <= set(minutes)


async def test_what_is_kept_is_there_again(tmp_path: Path) -> None:
    config = demo_config(tmp_path, host="127.0.0.1", port=8080, address="http://localhost:8080")
    for _ in range(2):
        async with opened(config) as database:
            clock = await DemoClock.open(database)
            async with running(database, config, listen("127.0.0.1", 0), now=clock.now) as server:
                await advance(clock, server, 15)
                ahead = clock.now()
    async with opened(config) as database:
        assert (await DemoClock.open(database)).now() - ahead < timedelta(minutes=1)


async def test_commits_that_follow_each_other_share_a_look_and_the_first_is_looked_for_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = demo_config(tmp_path, host="127.0.0.1", port=8080, address="http://localhost:8080")
    looks: list[float] = []
    loop = asyncio.get_running_loop()
    async with opened(config) as database, running(database, config, listen("127.0.0.1", 0)) as server:
        drain = server.core.delivery.drain

        async def counted() -> int:
            looks.append(loop.time())
            return await drain()

        monkeypatch.setattr(server.core.delivery, "drain", counted)
        await asyncio.sleep(0.2)
        looks.clear()
        rung = loop.time()
        while loop.time() - rung < 0.5:
            server._ring()
            await asyncio.sleep(0.001)
    assert looks[0] - rung < 0.04
    assert 2 <= len(looks) <= 13


async def test_a_newcomers_status_page_tells_of_something_and_nobody_is_called_to_it(tmp_path: Path) -> None:
    """Once: a demo that is kept has its own past."""
    config = demo_config(tmp_path, host="127.0.0.1", port=8080, address="http://localhost:8080")
    for _ in range(2):
        await give_a_past(config.database, config.settings, CAST, now=real_now())
    async with opened(config) as database:
        keeper = Keeper(database, config.settings.house, config.public, clock=real_now)
        await keeper.look()
        assert keeper.tree
        shown = keeper.tree.snapshot
        assert [part.component.name for part in shown.parts] == ["Checkout", "Payments", "Search"]
        assert (len(shown.open), len(shown.over), len(shown.planned), shown.indicator) == (0, 1, 1, "none")
        over, planned = shown.over[0], shown.planned[0]
        assert [post.stage for post in over.posts] == ["investigating", "identified", "monitoring", "resolved"]
        assert timedelta(days=1) < real_now() - over.started_at < timedelta(days=3)
        assert planned.started_at - real_now() > timedelta(days=1)
        async with database.read() as c:
            assert await incidents.next_id(c) == 2
            for person in CAST:
                assert not await web_messages.loud(c, person.id, after=await web.read_mark(c, person.id, web.DIRECT))
                assert [view.room.name for view in await web.rooms(c, person.id) if view.unread] == []
        assert "http://localhost:8080/status" in keeper.tree.document("index.html").body.decode()
