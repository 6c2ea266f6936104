"""The web room as a chat that delivery can speak to (scheduler/delivery.py says what that takes)."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.web.wake import Live
from incidents.person import CLOCK, Person
from scheduler.chat import Place, Room, Undelivered
from storage import turns
from storage import web as rooms
from storage import web_messages as messages
from storage.database import Database
from storage.turns import Turn
from storage.web import WebRoom
from templates.card import Card
from templates.packing import pack

LONGEST_NAME = 100
KEPT = ("general", "incidents", "status")
"""Rooms that are there before the first incident."""


class WebChat:
    """Everything is idempotent by ``op``: a repeat finds what the first try left."""

    platform = "web"

    def __init__(self, database: Database, *, live: Live, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._live = live
        self._clock = clock

    async def furnish(self) -> None:
        """Make the rooms that are always there."""
        async with self._database.begin() as c:
            for name in KEPT:
                await self._kept(c, name)

    async def open(self, op: str, *, name: str, private: bool, incident: int) -> Room:
        """A new room. A name that is taken gets the next suffix; somebody else's room is never adopted (SEC-040)."""
        async with self._database.begin() as c:
            await turns.take(c, Turn.CHANGES)
            made = await rooms.by_op(c, op) or await rooms.make(
                c, await _free(c, name), at=self._clock(), op=op, private=private
            )
        self._live.nudge()
        return Room(ref=made.ref, name=made.name)

    async def invite(self, op: str, room: str, people: Sequence[Person]) -> None:
        async with self._database.begin() as c:
            await rooms.add_members(c, number(room), [person.id for person in people])
        self._live.nudge()

    async def topic(self, op: str, room: str, text: str) -> None:
        async with self._database.begin() as c:
            await rooms.set_topic(c, number(room), text)
        self._live.nudge()

    async def post(self, op: str, place: Place, card: Card, *, slot: str, incident: int) -> str:
        async with self._database.begin() as c:
            message = await messages.say(
                c,
                op,
                author=CLOCK.id,
                at=self._clock(),
                room_id=await self._room(c, place),
                card=pack(card),
                thread_of=number(place.thread) if place.thread else None,
                incident_id=incident or None,
                slot=slot,
            )
        self._live.nudge()
        return str(message)

    async def edit(self, op: str, ref: str, card: Card) -> None:
        async with self._database.begin() as c:
            await messages.rewrite(c, number(ref), card=pack(card))
        self._live.nudge()

    async def pin(self, op: str, ref: str) -> None:
        async with self._database.begin() as c:
            await messages.pin(c, number(ref))
        self._live.nudge()

    async def private(self, op: str, place: Place, card: Card, *, incident: int, page: bool) -> str:
        """For one person's eyes: in the room, if one is given, and in their direct conversation. A page is loud."""
        async with self._database.begin() as c:
            message = await messages.say(
                c,
                op,
                author=CLOCK.id,
                at=self._clock(),
                room_id=number(place.room) if place.room else None,
                card=pack(card),
                private_to=place.person,
                incident_id=incident or None,
                loud=page,
            )
        self._live.nudge()
        return str(message)

    async def find(self, op: str, place: Place) -> str | None:
        async with self._database.read() as c:
            found = await messages.find(c, op)
        return str(found) if found else None

    async def _room(self, c: AsyncConnection, place: Place) -> int:
        if place.room:
            return number(place.room)
        return (await self._kept(c, place.name)).id

    async def _kept(self, c: AsyncConnection, name: str) -> WebRoom:
        """A room of Sitrep's own, made when first needed; an incident's room is never taken for one."""
        await turns.take(c, Turn.CHANGES)
        found = await rooms.by_name(c, name)
        if found and (found.private or found.op):
            raise Undelivered(f"the name #{name} belongs to an incident's room", permanent=True)
        return found or await rooms.make(c, name, at=self._clock())


async def _free(c: AsyncConnection, name: str) -> str:
    candidate, suffix = name[:LONGEST_NAME], 1
    while candidate in KEPT or await rooms.by_name(c, candidate):
        suffix += 1
        candidate = f"{name[: LONGEST_NAME - 5]}-{suffix}"
    return candidate


def number(ref: str) -> int:
    """`web:7` and `7` both mean 7."""
    digits = ref.removeprefix("web:")
    if not digits.isascii() or not digits.isdigit():
        raise Undelivered(f"no such place: {ref[:40]!r}", permanent=True)
    return int(digits)
