"""The demo's clock: it can be moved, stops wherever somebody is to be reminded, and never goes back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from databases import ready

from bot.clock import DemoClock, real_now, stops
from storage.database import Database

SOON = timedelta(seconds=5)


@pytest.fixture
async def database(tmp_path: Path) -> Database:
    return Database.open(await ready(tmp_path / "sitrep.db"))


async def test_time_can_be_moved_and_a_restart_keeps_it(database: Database) -> None:
    looked: list[datetime] = []

    async def look(moment: datetime) -> None:
        looked.append(moment)

    clock = await DemoClock.open(database)
    assert abs(clock.now() - real_now()) < SOON
    await clock.advance(30, look=look)
    assert abs(clock.now() - real_now() - timedelta(minutes=30)) < SOON
    assert len(looked) == 1
    again = await DemoClock.open(database)
    assert abs(again.now() - clock.now()) < SOON
    await database.close()


async def test_every_moment_up_to_the_goal_is_a_stop_and_none_comes_twice() -> None:
    start = datetime(2031, 4, 2, 14, 0, tzinfo=UTC)
    wakes = [start + timedelta(minutes=minute) for minute in (2, 5, 5, 9)]
    queue = list(wakes)

    async def next_stop() -> datetime | None:
        return queue.pop(0) if queue else None

    found = [moment async for moment in stops(next_stop, start + timedelta(minutes=8))]
    assert found == wakes[:2]
