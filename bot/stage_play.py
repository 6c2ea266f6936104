"""The real core on a database file, with a clock that moves only when told: for rehearsals and for tests."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from bot.clock import stops
from bot.core import Core, assemble
from bot.recording import RecordingChat
from bot.transcript import Happened, Moment, Seen, shown
from commands.line import Line
from commands.run import Answer
from commands.settings import Settings
from incidents.incident import Incident
from incidents.person import Person
from scheduler.outlets import Publisher
from scheduler.overhearing import Feed
from storage import deadlines, incidents, outbox, people, timeline
from storage.database import Database
from storage.timeline import Entry


class Play:
    """Nothing is held here that the core itself would need: `restart` proves it."""

    def __init__(
        self,
        url: str,
        settings: Settings,
        cast: Iterable[Person],
        *,
        start: datetime,
        publishers: Mapping[str, Publisher] | None = None,
        feeds: Mapping[str, Feed] | None = None,
    ) -> None:
        self.now = start
        self.transcript: list[Moment] = []
        self.settings = settings
        self._url = url
        self._cast = tuple(cast)
        self._publishers = publishers
        self._feeds = feeds
        self._lines = 0
        self._core: Core | None = None

    async def open(self) -> None:
        """Start Sitrep; what passed while it was down is caught up with at once."""
        database = Database.open(self._url)
        await database.migrate()
        self._core = assemble(
            database,
            self.settings,
            now=lambda: self.now,
            recorded=True,
            publishers=self._publishers,
            feeds=self._feeds,
        )
        async with self.database.begin() as c:
            for person in self._cast:
                await people.save(c, person)
        await self.settle()

    async def close(self) -> None:
        if self._core:
            await self._core.database.close()
        self._core = None

    async def restart(self) -> None:
        """Close everything and open it again from the file."""
        self.transcript.append(Happened(self.now, "Sitrep is stopped and started again"))
        await self.close()
        await self.open()

    async def down(self, goal: datetime) -> None:
        """Nothing runs until `goal`."""
        self.transcript.append(Happened(self.now, "Sitrep goes down"))
        await self.close()
        self.now = goal
        self.transcript.append(Happened(self.now, "Sitrep is up again"))
        await self.open()

    @property
    def core(self) -> Core:
        if self._core is None:
            raise RuntimeError("the play is not open")
        return self._core

    @property
    def database(self) -> Database:
        return self.core.database

    async def until(self, goal: datetime) -> None:
        """Let time pass, stopping wherever the clock would wake or a delivery would be tried again."""
        async for moment in stops(self._next_stop, goal):
            self.now = max(self.now, moment)
            await self.settle()
        self.now = max(self.now, goal)

    async def wait(self, gap: timedelta) -> None:
        await self.until(self.now + gap)

    async def _next_stop(self) -> datetime | None:
        async with self.database.read() as c:
            wake = await deadlines.next_wake(c)
            again = await outbox.next_try(c)
        later = [moment for moment in (wake, again) if moment and (moment is wake or moment > self.now)]
        return min(later, default=None)

    async def settle(self) -> None:
        """Everything that is due now happens, and everything that waits is delivered."""
        await self.core.clock.look()
        await self.core.delivery.drain()
        await self.core.publishing.drain()
        # What came of it is edited into the room's card.
        await self.core.delivery.drain()
        chat = self.core.chat
        if isinstance(chat, RecordingChat):
            self.transcript += await chat.take()

    def delivery_id(self) -> str:
        self._lines += 1
        return f"play:{self._lines}"

    async def say(self, line: Line) -> Answer:
        """Through the door; the private answer is seen before anything else, as in every chat."""
        answer = await self.core.door.say(line)
        if answer.card and not answer.repeated:
            kind = "refused" if answer.refused else "private"
            self.transcript.append(shown(self.now, f"@{line.who.handle}", kind, answer.card))  # type: ignore[arg-type]
        return answer

    @property
    def seen(self) -> Iterator[Seen]:
        return (moment for moment in self.transcript if isinstance(moment, Seen))

    async def newest(self) -> int | None:
        """The number of the incident that was declared last."""
        async with self.database.read() as c:
            listed = await incidents.listed(c, still_open=False, limit=1)
        return listed[0].id if listed else None

    async def incident(self, number: int) -> Incident:
        async with self.database.read() as c:
            found = await incidents.by_id(c, number)
        if found is None:
            raise LookupError(f"there is no incident {number}")
        return found

    async def timeline(self, number: int) -> list[Entry]:
        async with self.database.read() as c:
            return [entry async for entry in timeline.stream(c, number)]
