"""A database that has seen much: how soon Sitrep is ready on it, and what a reminder costs among what is over."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy import insert, text

from benchmarks.crowd import fill
from benchmarks.figure import Figure
from benchmarks.quick_chat import QuickChat
from benchmarks.server import serving
from benchmarks.stage import opened, settings
from commands.run import Door
from incidents.phase import Phase
from incidents.severity import Severity
from scheduler.clock import Clock
from scheduler.delivery import Delivery
from storage import incidents, rooms
from storage.database import Database
from storage.tables import heard, lane, outbox, room

_BATCH = 5_000
_COPIED = """
insert into incident (id, version, title, severity, phase, stage, open, private, declared_at, state)
select id + :n, version, title, severity, phase, stage, open, private, declared_at, state from incident
where id <= :left
"""
_SMALL, _LARGE = 1_000, 100_000


async def measure(
    *, sent: int = 100_000, waiting: int = 10_000, owed: int = 5_000, closed: int = _LARGE, rounds: int = 7
) -> list[Figure]:
    """``sent`` and ``waiting`` rows of the outbox and ``owed`` deadlines at the start; ``closed`` incidents later."""
    with TemporaryDirectory() as folder:
        ready = await _ready(Path(folder), sent, waiting, owed)
    with TemporaryDirectory() as folder:
        ratio = await _ratio(Path(folder), closed, rounds)
    return [
        Figure("start-full-ready", ready, "s", 5, "lower"),
        Figure("reminder-closed-ratio", ratio, "", 1.3, "lower"),
    ]


async def _ready(folder: Path, sent: int, waiting: int, owed: int) -> float:
    """All that waits may leave at once, and all that is owed is overdue, as after a night away."""
    async with opened(folder / "sitrep.db") as database:
        past = datetime.now(UTC) - timedelta(hours=8)
        while (await _count(database, "deadline")) < owed:
            await fill(database, [past] * 50)
        await _history(database, sent, waiting)
    async with serving(folder) as server:
        return server.ready


async def _count(database: Database, table: str) -> int:
    async with database.read() as c:
        return int((await c.execute(text(f"select count(*) from {table}"))).scalar_one())  # noqa: S608 - our own word


async def _history(database: Database, sent: int, waiting: int) -> None:
    """As many lines heard as rows sent; what waits is spread over lanes of twenty."""
    async with database.begin() as c:
        for start in range(0, sent, _BATCH):
            numbers = range(start, min(start + _BATCH, sent))
            await c.execute(insert(outbox), [_row(number, "sent") for number in numbers])
            await c.execute(insert(heard), [_line(number) for number in numbers])
        if waiting:
            left = [_row(sent + number, "pending") | {"lane": _lane_of(number)} for number in range(waiting)]
            await c.execute(insert(outbox), left)
            lanes = range(-(-waiting // 20))
            await c.execute(insert(lane), [_lane(number, min(20, waiting - 20 * number)) for number in lanes])


def _row(number: int, state: str) -> dict[str, object]:
    return {
        "lane": f"web:0:lane-{number // 20}",
        "op": f"op-{number}",
        "incident_id": 0,
        "kind": "post",
        "place": "announce",
        "slot": "",
        "payload": '{"kind": "post", "to": "announce", "card": {"text": "The next update is due."}}',
        "created_at": datetime.now(UTC),
        "state": state,
        "attempts": 1,
    }


def _line(number: int) -> dict[str, object]:
    return {
        "delivery": f"line-{number}",
        "at": datetime.now(UTC),
        "who": "dan@example.com",
        "room": "web:1",
        "via": "web",
        "words": "!note something was seen",
        "outcome": "done",
        "changes": "something was seen",
    }


def _lane_of(number: int) -> str:
    return f"web:0:waiting-{number // 20}"


def _lane(number: int, pending: int) -> dict[str, object]:
    now = datetime.now(UTC)
    return {"name": _lane_of(20 * number), "pending": pending, "rank": 5, "not_before": now, "failures": 0}


async def _ratio(folder: Path, closed: int, rounds: int) -> float:
    """What a reminder costs with ``closed`` incidents that are over, as a multiple of what it costs with few."""
    async with opened(folder / "few.db") as few, opened(folder / "many.db") as many:
        await _close(few, min(_SMALL, closed))
        await _close(many, closed)
        ratios = []
        for each in range(rounds + 1):
            pair = [await _cost(database, each) for database in (few, many)[:: 1 if each % 2 else -1]]
            small, large = pair if each % 2 else pair[::-1]
            if each:
                ratios.append(large / small)
    return median(ratios)


async def _close(database: Database, number: int) -> None:
    """Incidents that are over, each with its room, a line, and messages that were sent."""
    await fill(database, [datetime.now(UTC)])
    async with database.begin() as c:
        found = await incidents.by_id(c, 1)
        assert found
        found.phase, found.severity, found.deadlines = Phase.CLOSED, Severity.SEV2, {}
        await incidents.save(c, found)
        await c.execute(text("delete from deadline"))
        made = 1
        while made < number:
            left = min(made, number - made)
            await c.execute(text(_COPIED), {"n": made, "left": left})
            made += left
        for start in range(0, number, _BATCH):
            numbers = range(start, min(start + _BATCH, number))
            await c.execute(insert(outbox), [_row(number, "sent") for number in numbers])
            await c.execute(insert(heard), [_line(number) for number in numbers])
            over = [{"platform": "web", "ref": f"web:{n + 1}", "incident_id": n + 1, "name": "inc"} for n in numbers]
            await c.execute(insert(room), over)
            await c.execute(insert(lane), [{**_lane(n, 0), "name": f"web:{n + 1}:room"} for n in numbers])


async def _cost(database: Database, turn: int, *, reminders: int = 40) -> float:
    """Seconds of processor time for each of ``reminders``, from the clock's look to the chat."""
    first = await _next(database)
    await fill(database, [datetime.now(UTC) - timedelta(seconds=1)] * reminders)
    async with database.begin() as c:
        for number in range(first, first + reminders):
            await rooms.bind(c, number, platform="web", ref=f"open:{number}", name=f"inc-{number}")
    configured, chat = settings(), QuickChat()
    clock = Clock(database, Door(database, configured).say, now=lambda: datetime.now(UTC))
    delivery = Delivery(database, {"web": chat}, configured.house, clock=lambda: datetime.now(UTC))
    began = time.process_time()
    await clock.look()
    await delivery.drain()
    spent = time.process_time() - began
    assert len(chat.first) == reminders, f"{len(chat.first)} of {reminders} in turn {turn}"
    return spent / reminders


async def _next(database: Database) -> int:
    async with database.begin() as c:
        return await incidents.next_id(c)
