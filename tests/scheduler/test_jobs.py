"""APScheduler only says when to look: late, twice or not at all, the database knows what is due."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from conversation import BOB
from crash.world import World

from scheduler import jobs
from scheduler.jobs import Jobs
from storage.tables import heard


def _wall() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def running(here: World) -> AsyncIterator[Jobs]:
    """Sitrep's time is the wall's from here on, so that timers ring."""
    offset = here.now - _wall()
    made = Jobs(here.clock, now=lambda: _set(here, _wall() + offset), wall=_wall)
    yield made
    await made.stop()


def _set(here: World, now: datetime) -> datetime:
    here.now = now
    return now


async def _until(true: Callable[[], Awaitable[bool]], *, seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not await true():  # noqa: ASYNC110 - the database has no event to wait for
            await asyncio.sleep(0.02)


async def _fired(here: World) -> bool:
    return any(row["via"] == "clock" for row in await here.rows(heard))


async def _proposed(here: World, running: Jobs) -> None:
    """Something that falls due within a second."""
    running._now()
    at = here.now - timedelta(seconds=29.5)
    await here.says(BOB, "propose roll back", incident=1, via="cli", at=at)


async def test_a_deadline_rings_when_it_is_due(here: World, running: Jobs) -> None:
    await here.says(BOB, "/incident sev2 Checkout returns 500s")
    await _proposed(here, running)
    await running.start()
    await _until(lambda: _fired(here))


async def test_a_deadline_that_a_later_commit_brings_wakes_earlier(here: World, running: Jobs) -> None:
    await running.start()
    await here.says(BOB, "/incident sev2 Checkout returns 500s")
    await running.arm()
    armed = running._armed
    assert armed
    await _proposed(here, running)
    await running.arm()
    assert running._armed
    assert running._armed < armed
    await _until(lambda: _fired(here))


async def test_arming_again_for_the_same_deadline_changes_nothing(here: World, running: Jobs) -> None:
    await running.start()
    await here.says(BOB, "/incident sev2 Checkout returns 500s")
    for _ in range(3):
        await running.arm()
    assert len(running._scheduler.get_jobs()) == 2


async def test_a_deadline_that_nobody_told_of_is_found_by_the_sweep(
    here: World, running: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process's commit, a changed wall clock: later than the timer, never than the sweep."""
    monkeypatch.setattr(jobs, "SWEEP", timedelta(seconds=0.3))
    await running.start()
    await here.says(BOB, "/incident sev2 Checkout returns 500s")
    await _proposed(here, running)
    await _until(lambda: _fired(here))


async def test_what_was_due_before_the_start_is_said_at_the_start(here: World, running: Jobs) -> None:
    await here.says(BOB, "/incident sev2 Checkout returns 500s", at=here.now - timedelta(days=2))
    await running.start()
    assert await _fired(here)


async def test_a_failing_look_does_not_end_the_clock(
    here: World, running: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SWEEP", timedelta(seconds=0.2))
    await running.start()
    look = here.clock.look
    failures: list[int] = []

    async def fails() -> int:
        if len(failures) < 2:
            failures.append(1)
            raise OSError("the disk went away")
        return await look()

    monkeypatch.setattr(here.clock, "look", fails)
    await here.says(BOB, "/incident sev2 Checkout returns 500s")
    await _proposed(here, running)
    await _until(lambda: _fired(here))
    assert len(failures) == 2


async def test_looks_never_overlap(here: World, running: Jobs) -> None:
    await here.says(BOB, "/incident sev2 Checkout returns 500s", at=here.now - timedelta(days=2))
    await asyncio.gather(*(running.look() for _ in range(5)))
    assert len([row for row in await here.rows(heard) if row["via"] == "clock"]) == 1


async def test_stopping_cuts_a_look_off_and_waits_until_it_has_let_go(
    here: World, running: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each step of a look: nothing of it is left when the database is closed."""
    await here.says(BOB, "/incident sev2 Checkout returns 500s")
    looks = _counted(here, monkeypatch)
    for steps in range(30):
        jobs = Jobs(here.clock, now=_wall, wall=_wall)
        await jobs.start()
        jobs._scheduler.add_job(jobs.look)
        for _ in range(steps):
            await asyncio.sleep(0 if steps % 2 else 0.0003)
        await jobs.stop()
        assert looks.under_way == 0
        begun = looks.begun
        await jobs.look()
        await jobs.arm()
        assert looks.begun == begun
    assert looks.cut_off


@dataclass
class Looks:
    begun: int = 0
    under_way: int = 0
    cut_off: int = 0


def _counted(here: World, monkeypatch: pytest.MonkeyPatch) -> Looks:
    looks, look = Looks(), here.clock.look

    async def counted() -> int:
        looks.begun += 1
        looks.under_way += 1
        try:
            return await look()
        except asyncio.CancelledError:
            looks.cut_off += 1
            raise
        finally:
            looks.under_way -= 1

    monkeypatch.setattr(here.clock, "look", counted)
    return looks


async def test_a_look_that_the_end_cuts_off_is_not_logged_as_a_failure(
    here: World, running: Jobs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await running.start()
    looking = asyncio.Event()

    async def endless() -> bool:
        looking.set()
        await asyncio.sleep(60)
        return False

    monkeypatch.setattr(here.clock, "look", endless)
    await here.says(BOB, "/incident sev2 Checkout returns 500s")
    running._scheduler.modify_job("sweep", next_run_time=_wall())
    await asyncio.wait_for(looking.wait(), 5)
    await running.stop()
    await asyncio.sleep(0.05)
    assert [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []
