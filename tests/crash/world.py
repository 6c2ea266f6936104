"""The real parts on one database file: door, delivery, clock, web chat, and a time that moves only when told."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from conversation import ADA, BOB, CLEO, EVERYBODY, SETTINGS, START
from databases import address, ready
from sqlalchemy import Table, event, select

from bot.web.chat import WebChat
from bot.web.wake import Live
from commands.line import Line
from commands.run import Answer, Door
from commands.settings import Contact, Roster, Settings
from incidents.incident import Incident
from incidents.person import Person
from scheduler.chat import Chat
from scheduler.clock import Clock
from scheduler.delivery import Delivery
from storage import incidents, people, rooms, timeline
from storage.database import Database
from storage.timeline import Entry

ON_CALL = Settings(
    house=SETTINGS.house,
    roster=Roster(
        primary=Contact(ADA, "+1 555 0101"),
        backup=Contact(BOB),
        directory={person.id: Contact(person) for person in EVERYBODY},
    ),
)
"""Ada is called first, then Bob, so that declaring a SEV-1 also pages."""

Wrap = Callable[[Chat, Database], Chat]


class World:
    def __init__(self, database: Database, settings: Settings, now: datetime, wrap: Wrap) -> None:
        self.database = database
        self.now = now
        self.chat = wrap(WebChat(database, live=Live(database), clock=lambda: self.now), database)
        self.door = Door(database, settings)
        self.delivery = Delivery(database, {"web": self.chat}, settings.house, clock=lambda: self.now)
        self.clock = Clock(database, self.door.say, now=lambda: self.now)
        self._lines = 0

    def line(self, who: Person, words: str, *, delivery: str = "", **more: Any) -> Line:
        self._lines += 1
        return Line(who, words, more.pop("at", self.now), delivery or f"line:{self._lines}", **more)

    async def deliver(self) -> None:
        await self.delivery.drain()

    async def says(self, who: Person, words: str, **more: Any) -> Answer:
        """To the door only; nothing is delivered yet."""
        return await self.door.say(self.line(who, words, **more))

    async def declares(self, words: str = "/incident sev2 Checkout returns 500s", who: Person = ADA) -> str:
        """The new incident's room, open and furnished."""
        answer = await self.says(who, words)
        await self.delivery.drain()
        return await self.room(answer.incident or 0)

    async def room(self, incident: int = 1) -> str:
        async with self.database.read() as c:
            return await rooms.of(c, incident, "web") or ""

    async def incident(self, id: int = 1) -> Incident:
        async with self.database.read() as c:
            found = await incidents.by_id(c, id)
        assert found, f"there is no incident {id}"
        return found

    async def timeline(self, id: int = 1) -> list[Entry]:
        async with self.database.read() as c:
            return [entry async for entry in timeline.stream(c, id)]

    async def rows(self, table: Table) -> list[Mapping[str, Any]]:
        async with self.database.read() as c:
            result = await c.execute(select(table).order_by(*table.primary_key.columns))
            return [dict(row) for row in result.mappings()]

    async def wait(self, **gap: float) -> None:
        """Time passes at once; the clock looks and what waits is delivered."""
        self.now += timedelta(**gap)
        await self.clock.look()
        await self.delivery.drain()

    async def under_command(self, words: str = "/incident sev2 Checkout returns 500s") -> str:
        """Declared, Ada commands, Cleo speaks to customers."""
        room = await self.declares(words)
        await self.says(ADA, "!ic take ic", room=room)
        await self.says(CLEO, "!ic take customer-liaison", room=room)
        await self.delivery.drain()
        return room


async def furnished(database: Database) -> None:
    """Everybody is known, and the rooms that are always there are there."""
    async with database.begin() as c:
        for person in EVERYBODY:
            await people.save(c, person)
    await WebChat(database, live=Live(database), clock=lambda: START).furnish()


def as_it_is(chat: Chat, _database: Database) -> Chat:
    return chat


@asynccontextmanager
async def started(
    file: Path, *, settings: Settings = SETTINGS, now: datetime = START, wrap: Wrap = as_it_is
) -> AsyncIterator[World]:
    """Sitrep running on this file, as it stands."""
    database = Database.open(address(file))
    try:
        yield World(database, settings, now, wrap)
    finally:
        await database.close()


@asynccontextmanager
async def world(folder: Path, *, settings: Settings = SETTINGS, wrap: Wrap = as_it_is) -> AsyncIterator[World]:
    """Sitrep running on a new file."""
    file = folder / "sitrep.db"
    await ready(file, furnished)
    async with started(file, settings=settings, wrap=wrap) as begun:
        yield begun


@contextmanager
def commits(world: World) -> Iterator[list[object]]:
    """One for each commit of a unit of work."""
    engine = world.database._intake.sync_engine
    seen: list[object] = []

    def committed(connection: object) -> None:
        seen.append(connection)

    event.listen(engine, "commit", committed)
    yield seen
    event.remove(engine, "commit", committed)
