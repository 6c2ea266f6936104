"""How fast a line goes through the door, beside the same SQL without a door."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Executable, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from benchmarks.figure import Figure
from benchmarks.stage import ADA, ROOM, declare, opened, percentile
from commands.line import Line
from commands.run import Door
from storage.database import Database

Statement = tuple[Executable, Any]
Transactions = list[list[Statement]]

WARMING = 3


async def measure(*, rounds: int = 60, lines: int = 100) -> list[Figure]:
    """``lines`` go through the door in each of ``rounds``, by one speaker and then by twenty."""
    alone = await _beside_its_own_sql(speakers=1, rounds=rounds, lines=max(1, lines // 5))
    together = await _beside_its_own_sql(speakers=20, rounds=rounds, lines=lines)
    slowest = together.latency(0.99)
    return [
        Figure("door-1", alone.ratio, "ratio", 0.6, "higher"),
        Figure("door-20", together.ratio, "ratio", 0.6, "higher"),
        Figure("door-20-p99", slowest, "ms", 100, "lower"),
    ]


@dataclass(slots=True)
class Comparison:
    """Times of many alternating rounds, in seconds, and of every line."""

    through: list[float] = field(default_factory=list)
    straight: list[float] = field(default_factory=list)
    lines: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The door's rate as a share of its own SQL's; the median, since the machine does other things too."""
        return median(bare / door for door, bare in zip(self.through, self.straight, strict=True))

    def latency(self, share: float) -> float:
        """Milliseconds."""
        return 1000 * percentile(self.lines, share)


async def _beside_its_own_sql(*, speakers: int, rounds: int, lines: int) -> Comparison:
    """Two databases alike: what the door does to one is done again to the other, in as many transactions."""
    found = Comparison()
    at = datetime.now(UTC)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        database, twin = [await stack.enter_async_context(opened(folder / name)) for name in ("door.db", "twin.db")]
        door = await declare(database, "/incident sev2 Checkout returns 500s", at=at)
        await declare(twin, "/incident sev2 Checkout returns 500s", at=at)
        record = await _recorder(database)
        plain = _plain(folder / "twin.db")
        stack.push_async_callback(plain.dispose)
        numbers = count()
        for number in range(rounds + WARMING):
            record.clear()
            notes = [_notes(numbers, lines // speakers) for _ in range(speakers)]
            began = time.perf_counter()
            spoken = await asyncio.gather(*(_speak(door, each) for each in notes))
            between = time.perf_counter()
            await _again(plain, record)
            ended = time.perf_counter()
            if number >= WARMING:
                found.through.append(between - began)
                found.straight.append(ended - between)
                found.lines += [second for each in spoken for second in each]
    return found


async def _speak(door: Door, lines: list[Line]) -> list[float]:
    """One speaker, who waits for each answer before the next line; seconds for each."""
    took = []
    for line in lines:
        began = time.perf_counter()
        answer = await door.say(line)
        took.append(time.perf_counter() - began)
        assert not answer.refused, answer
    return took


def _notes(numbers: Iterator[int], many: int) -> list[Line]:
    return [_note(number) for number in islice(numbers, many)]


def _note(number: int) -> Line:
    words = f"!note {number} the error rate of checkout is falling since the rollback"
    return Line(ADA, words, datetime.now(UTC), f"delivery {number}", room=ROOM, source=f"web:message:{number}")


async def _recorder(database: Database) -> Transactions:
    """A list that gets every transaction from now on: its statements with their parameters."""
    record: Transactions = []
    async with database.begin() as c:
        engine = c.engine.sync_engine
    event.listen(engine, "begin", lambda _: record.append([]))
    event.listen(
        engine, "before_execute", lambda _, statement, many, one, __: record[-1].append((statement, many or one))
    )
    return record


def _plain(file: Path) -> AsyncEngine:
    """SQLAlchemy's own engine on aiosqlite, with the settings that our files have."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}", pool_size=1, max_overflow=0)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


async def _again(engine: AsyncEngine, record: Transactions) -> None:
    """The same statements, with nothing around them but SQLAlchemy."""
    for statements in record:
        async with engine.begin() as c:
            for statement, values in statements:
                result = await c.execute(statement, values)
                if result.returns_rows:
                    result.first()
