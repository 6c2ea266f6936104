"""Five hundred reminders due within one second, of ten thousand open incidents: when the chat hears of each."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.crowd import fill
from benchmarks.figure import Figure
from benchmarks.quick_chat import QuickChat
from benchmarks.server import peak_memory, serving
from benchmarks.stage import opened, percentile, settings
from commands.run import Door
from scheduler.clock import Clock
from scheduler.delivery import Delivery
from scheduler.jobs import Jobs
from storage import incidents, outbox, rooms
from storage.database import Database

_BREATH = 0.05
"""As in `sitrep serve`: at most so often, delivery and timer are rung by commits."""


async def measure(*, crowd: int = 10_000, due: int = 500, watched: float = 15, lead: float = 4) -> list[Figure]:
    """``crowd`` incidents are open; ``due`` of them are reminded of within one second, the others sleep for hours.

    ``watched`` seconds long the memory of the whole is looked at. In ``lead`` seconds what falls due is prepared.
    """
    with TemporaryDirectory() as folder:
        async with opened(Path(folder, "sitrep.db")) as database:
            hours = datetime.now(UTC) + timedelta(hours=2)
            await fill(database, [hours + timedelta(seconds=place) for place in range(crowd - due)])
            chat = QuickChat()
            late = await _storm(database, chat, due, lead)
        memory = await _memory(Path(folder), due, watched)
    doubled = sum(times - 1 for times in chat.ops.values())
    return [
        Figure("storm-first-try-p99", 1000 * percentile(late, 0.99), "ms", 1000, "lower"),
        Figure("storm-lost", due - len(late), "", 0, "lower"),
        Figure("storm-doubled", doubled, "", 0, "lower"),
        Figure("storm-memory", memory, "MB", 250, "lower"),
    ]


async def _storm(database: Database, chat: QuickChat, due: int, lead: float) -> list[float]:
    """Seconds from the moment of each reminder to the first try to show it."""
    configured, rung = settings(), asyncio.Event()
    delivery = Delivery(database, {"web": chat}, configured.house, clock=_now)

    def ring() -> None:
        rung.set()
        delivery.nudge()

    door = Door(database, configured, news=ring)
    clock = Clock(database, door.say, now=_now)
    # One before the others: a process that has worked for a while is measured.
    await _opened(database, [_now()])
    await clock.look()
    await delivery.drain()
    chat.first.clear()
    soon = _now() + timedelta(seconds=lead)
    moments = [soon + timedelta(seconds=place / due) for place in range(due)]
    first = await _opened(database, moments)
    assert _now() < soon, "this machine is too slow to prepare the incidents in time"
    jobs = Jobs(clock, now=_now, wall=_now)

    async def arm() -> None:
        while True:
            rung.clear()
            await jobs.arm()
            await rung.wait()
            await asyncio.sleep(_BREATH)

    async with asyncio.TaskGroup() as group:
        await jobs.start()
        beside = [group.create_task(delivery.run()), group.create_task(arm())]
        async with asyncio.timeout(60):
            while len(chat.first) < due:
                await asyncio.sleep(0.1)
            await _everything_left(database)
        await jobs.stop()
        for task in beside:
            task.cancel()
    by_incident = dict(zip(range(first, first + due), moments, strict=True))
    return [(chat.first[number] - moment).total_seconds() for number, moment in by_incident.items()]


async def _opened(database: Database, moments: Sequence[datetime]) -> int:
    """An incident with a room for each of the moments; the first one's number."""
    async with database.begin() as c:
        first = await incidents.next_id(c)
    await fill(database, moments)
    async with database.begin() as c:
        for number in range(first, first + len(moments)):
            await rooms.bind(c, number, platform="web", ref=f"web:{number}", name=f"inc-{number}")
    return first


async def _everything_left(database: Database) -> None:
    waiting = 1
    while waiting:
        await asyncio.sleep(0.1)
        async with database.read() as c:
            waiting = await outbox.waiting_count(c)


async def _memory(folder: Path, due: int, watched: float) -> float:
    """Megabytes of the whole `sitrep serve` at its peak, while as many reminders fall due in its web room."""
    async with opened(folder / "sitrep.db") as database:
        soon = _now() + timedelta(seconds=4)
        await fill(database, [soon + timedelta(seconds=place / due) for place in range(due)])
    async with serving(folder) as server:
        await asyncio.sleep(watched)
        return peak_memory(server.pid)


def _now() -> datetime:
    return datetime.now(UTC)
