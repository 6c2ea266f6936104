"""Reminders with ten thousand open incidents: how dear a look is, how late one comes, how much memory it takes."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.crowd import fill
from benchmarks.figure import Figure
from benchmarks.server import peak_memory, serving
from benchmarks.stage import opened, percentile, settings
from commands.line import Line
from commands.run import Door
from scheduler.clock import Clock
from scheduler.jobs import Jobs
from storage.database import Database

PER_SECOND = 20


async def measure(*, crowd: int = 10_000, due: int = 200, looks: int = 200) -> list[Figure]:
    """``crowd`` incidents are open; ``due`` of them fall due one after the other, the others sleep for hours."""
    with TemporaryDirectory() as folder:
        async with opened(Path(folder, "sitrep.db")) as database:
            await fill(database, _asleep(crowd - due))
            look = await _look(database, looks)
            late = await _lateness(database, due)
        memory = await _memory(Path(folder))
    return [
        Figure("reminders-look", 1000 * look, "ms", 5, "lower"),
        Figure("reminders-late-p99", 1000 * percentile(late, 0.99), "ms", 100, "lower"),
        Figure("reminders-memory", memory, "MB", 200, "lower"),
    ]


def _asleep(number: int) -> list[datetime]:
    """Spread over a day, none of it within the next hour."""
    soon = datetime.now(UTC) + timedelta(hours=1)
    return [soon + timedelta(seconds=86_400 * place / number) for place in range(number)]


async def _look(database: Database, times: int) -> float:
    """Seconds for a look that finds nothing due."""
    clock = Clock(database, _never, now=_now)
    took = []
    for _ in range(times):
        began = time.perf_counter()
        assert await clock.look() == 0
        took.append(time.perf_counter() - began)
    return median(took)


async def _never(line: Line) -> None:
    raise AssertionError(f"nothing was due, but the clock said {line.delivery}")


async def _lateness(database: Database, due: int) -> list[float]:
    """Seconds from the moment of each reminder to the commit that makes it visible, with the real timer."""
    door, late, done = Door(database, settings()), list[float](), asyncio.Event()

    async def say(line: Line) -> None:
        answer = await door.say(line)
        assert not answer.refused, answer
        late.append(_now().timestamp() - float(line.delivery.rpartition(":")[2]))
        if len(late) == due:
            done.set()

    soon = _now() + timedelta(seconds=3)
    await fill(database, [soon + timedelta(seconds=place / PER_SECOND) for place in range(due)])
    assert _now() < soon, "this machine is too slow to prepare the incidents in time"
    jobs = Jobs(Clock(database, say, now=_now), now=_now, wall=_now)
    # As `sitrep serve` begins.
    await door.warm(_now())
    await jobs.start()
    async with asyncio.timeout(60 + due / PER_SECOND):
        await done.wait()
    # The timer's look may still be at it; this one waits for its end.
    await jobs.look()
    await jobs.stop()
    return late


async def _memory(folder: Path) -> float:
    """Megabytes of the whole `sitrep serve` on this database, at its peak."""
    async with serving(folder) as server:
        await asyncio.sleep(3)
        return peak_memory(server.pid)


def _now() -> datetime:
    return datetime.now(UTC)
