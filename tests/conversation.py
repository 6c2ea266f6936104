"""The test language: people speak in the web room, time passes when told, and what everybody saw can be asked for.

async with conversation() as call:
    await call.says(ADA, "/incident sev1 Checkout down", "#general")
    await call.presses(ADA, "Take command")
    await call.wait(minutes=15)
    assert call.seen(to="@cleo", text="first public notice")
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from databases import ready

from bot.rehearsal_script import read_place
from bot.rehearsal_steps import Place
from bot.stage_people import People
from bot.stage_play import Play
from bot.transcript import Kind, Seen
from commands.line import Line
from commands.run import Answer, Door
from commands.settings import Contact, Roster, Settings
from incidents.incident import Incident
from incidents.person import Person
from scheduler.outlets import Publisher
from scheduler.overhearing import Feed
from storage.database import Database
from storage.timeline import Entry
from templates.house import House

ADA = Person(id="ada@example.com", name="Ada Okafor", handle="ada")
BOB = Person(id="bob@example.com", name="Bob Lindqvist", handle="bob")
CLEO = Person(id="cleo@example.com", name="Cleo Marchetti", handle="cleo")
DAN = Person(id="dan@example.com", name="Dan Nowak", handle="dan")
EVE = Person(id="eve@example.com", name="Eve Tanaka", handle="eve")
EVERYBODY = (ADA, BOB, CLEO, DAN, EVE)
"""Ada commands, Bob helps, Cleo speaks to customers, Dan knows the service, Eve is a stranger."""

START = datetime(2031, 4, 2, 14, 0, tzinfo=UTC)

HOUSE = House(
    organisation="Example",
    base_url="https://sitrep.example.com",
    status_url="https://status.example.com",
    support_contact="support@example.com",
    subscribe_url="https://status.example.com/subscribe",
)
SETTINGS = Settings(
    house=HOUSE,
    services=("checkout", "payments", "search"),
    roster=Roster(directory={person.id: Contact(person) for person in EVERYBODY}),
)
"""The standard numbers and an empty roster."""


class Conversation:
    """``effects`` is the ledger of everything that became visible, in order."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.people = People(play)
        self._read = 0

    @property
    def now(self) -> datetime:
        return self.play.now

    @property
    def database(self) -> Database:
        return self.play.database

    @property
    def door(self) -> Door:
        return self.play.core.door

    async def says(self, who: Person, words: str, room: str = "room") -> Answer:
        """``room`` is `room`, `room 2`, `thread`, `#general` or `@` for a direct conversation with the bot."""
        return await self.people.says(who, words, place(room))

    async def presses(self, who: Person, label: str, room: str = "room") -> Answer:
        return await self.people.presses(who, label, place(room))

    async def fills(self, who: Person, label: str, fields: Mapping[str, str], room: str = "room") -> Answer:
        """Press the button (or, without such a button, take the newest form) and send the form."""
        return await self.people.fills(who, label, fields, place(room))

    async def edits(self, who: Person, words: str) -> Answer:
        return await self.people.edits(who, words)

    async def deletes(self, who: Person) -> Answer:
        return await self.people.deletes(who)

    async def reacts(self, who: Person, emoji: str = "pushpin") -> Answer:
        """Mark what anybody wrote last."""
        return await self.people.reacts(who, emoji)

    async def hears(self, line: Line) -> Answer:
        """A line as some other way in would make it, straight to the door."""
        answer = await self.play.say(line)
        await self.play.settle()
        return answer

    async def wait(self, *, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        await self.play.wait(timedelta(hours=hours, minutes=minutes, seconds=seconds))

    async def until(self, clock: str) -> None:
        """`14:40` on the present day, UTC."""
        hours, minutes = map(int, clock.split(":"))
        await self.play.until(self.now.replace(hour=hours, minute=minutes, second=0))

    async def restart(self) -> None:
        await self.play.restart()

    async def down(self, *, days: float = 0, hours: float = 0, minutes: float = 0) -> None:
        """Sitrep is not running meanwhile."""
        await self.play.down(self.now + timedelta(days=days, hours=hours, minutes=minutes))

    @property
    def effects(self) -> list[Seen]:
        return list(self.play.seen)

    def seen(
        self, *, to: str | None = None, kind: Kind | None = None, slot: str | None = None, text: str = ""
    ) -> list[Seen]:
        """The effects that fit; ``to`` may be the beginning of a room's name (`#inc-1`)."""
        return [
            seen
            for seen in self.effects
            if (to is None or seen.to == to or (to.startswith("#inc-") and seen.to.startswith(f"{to}-")))
            and (kind is None or seen.kind == kind)
            and (slot is None or seen.slot == slot)
            and text in seen.text
        ]

    def news(self) -> list[Seen]:
        """What became visible since this was last asked."""
        fresh = self.effects[self._read :]
        self._read += len(fresh)
        return fresh

    async def incident(self, number: int = 1) -> Incident:
        return await self.play.incident(number)

    async def timeline(self, number: int = 1) -> list[Entry]:
        return await self.play.timeline(number)


def place(room: str) -> Place:
    found = read_place(room)
    if found is None:
        raise ValueError(f"{room!r} is no place")
    return found


@asynccontextmanager
async def conversation(
    settings: Settings = SETTINGS,
    *,
    start: datetime = START,
    folder: Path | None = None,
    publishers: Mapping[str, Publisher] | None = None,
    feeds: Mapping[str, Feed] | None = None,
) -> AsyncIterator[Conversation]:
    """The real core on a real SQLite file; pass ``folder`` to keep the file."""
    with TemporaryDirectory(prefix="sitrep-test-") as temporary:
        url = await ready((folder or Path(temporary)) / "sitrep.db")
        play = Play(url, settings, EVERYBODY, start=start, publishers=publishers, feeds=feeds)
        await play.open()
        try:
            yield Conversation(play)
        finally:
            await play.close()
