"""The demo: a reminder, an escalation and a missed promise within a minute, each with its own time."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import DemoClock
from bot.demo import ADA, CAST, DAN, advance, demo_config
from bot.opening import opened
from bot.serve import Server, listen, running
from bot.web.app import Demo
from commands.line import Line
from storage import rooms, web_messages


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
