"""What the benchmarks share: people, a fresh database with one incident in it, and percentiles."""

import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from commands.line import Line
from commands.run import Door
from commands.settings import Contact, Roster, Settings
from incidents.person import Person
from storage import people, rooms
from storage.database import Database
from templates.house import House

ADA, BOB, CLEO, DAN, EVE = CAST = tuple(
    Person(id=f"{name.lower()}@example.com", name=name, handle=name.lower())
    for name in ("Ada", "Bob", "Cleo", "Dan", "Eve")
)
ROOM = "web:1"


def settings() -> Settings:
    """Everybody on call, as in production."""
    primary, backup, liaison, manager = (Contact(person) for person in (ADA, BOB, CLEO, EVE))
    roster = Roster(primary=primary, backup=backup, duty_manager=manager, backup_liaison=liaison)
    return Settings(roster=roster, house=House(organisation="Example Shop", zone="Europe/Warsaw"))


@asynccontextmanager
async def opened(file: Path) -> AsyncIterator[Database]:
    """The production database, settings and all: WAL, synchronous=FULL, a pool of one writer."""
    database = Database.open(f"sqlite+aiosqlite:///{file}")
    await database.migrate()
    async with database.begin() as c:
        for person in CAST:
            await people.save(c, person)
    try:
        yield database
    finally:
        await database.close()


async def declare(database: Database, words: str, *, at: datetime | None = None) -> Door:
    """A door with incident 1 open behind it, in the room ROOM."""
    door = Door(database, settings())
    answer = await door.say(Line(DAN, words, at or datetime.now(UTC), "declare", via="slash"))
    assert answer.incident == 1, answer
    async with database.begin() as c:
        await rooms.bind(c, 1, platform="web", ref=ROOM, name="inc-1")
    return door


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that ``share`` of them do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
