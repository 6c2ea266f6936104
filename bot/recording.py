"""A chat that carries everything on to the web room and keeps a record of what became visible."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select

from bot.transcript import Kind, Seen, said, shown
from bot.web.chat import WebChat, number
from incidents.person import Person
from scheduler.chat import Place, Room
from storage import people, web, web_messages
from storage.database import Database
from storage.tables import outbox
from templates.card import Card


class RecordingChat:
    """Delivery works on several lanes at once; `take` gives what was seen in the order in which it was decided."""

    platform = "web"

    def __init__(self, inner: WebChat, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._inner = inner
        self._database = database
        self._clock = clock
        self._fresh: dict[str, Seen] = {}

    async def take(self) -> list[Seen]:
        """What became visible since the last time."""
        fresh, self._fresh = self._fresh, {}
        if not fresh:
            return []
        async with self._database.read() as c:
            rows = await c.execute(select(outbox.c.op).where(outbox.c.op.in_(fresh)).order_by(outbox.c.id))
            return [fresh[op] for op in rows.scalars()]

    async def open(self, op: str, *, name: str, private: bool, incident: int) -> Room:
        made = await self._inner.open(op, name=name, private=private, incident=incident)
        self._note(op, said(self._clock(), f"#{made.name}", "open", made.name))
        return made

    async def invite(self, op: str, room: str, people: Sequence[Person]) -> None:
        await self._inner.invite(op, room, people)
        invited = " ".join(f"@{person.handle}" for person in people)
        self._note(op, said(self._clock(), await self._room(room), "invite", invited))

    async def topic(self, op: str, room: str, text: str) -> None:
        await self._inner.topic(op, room, text)
        self._note(op, said(self._clock(), await self._room(room), "topic", text))

    async def post(self, op: str, place: Place, card: Card, *, slot: str, incident: int) -> str:
        ref = await self._inner.post(op, place, card, slot=slot, incident=incident)
        to = f"#{place.name}" if place.name and not place.room else await self._room(place.room)
        self._note(op, shown(self._clock(), to, "post", card, slot=slot))
        return ref

    async def edit(self, op: str, ref: str, card: Card) -> None:
        await self._inner.edit(op, ref, card)
        to, slot = await self._message(ref)
        self._note(op, shown(self._clock(), to, "edit", card, slot=slot))

    async def pin(self, op: str, ref: str) -> None:
        await self._inner.pin(op, ref)
        to, slot = await self._message(ref)
        self._note(op, said(self._clock(), to, "pin", slot=slot))

    async def private(self, op: str, place: Place, card: Card, *, incident: int, page: bool) -> str:
        ref = await self._inner.private(op, place, card, incident=incident, page=page)
        kind: Kind = "page" if page else "private"
        self._note(op, shown(self._clock(), await self._handle(place.person), kind, card))
        return ref

    async def find(self, op: str, place: Place) -> str | None:
        return await self._inner.find(op, place)

    def _note(self, op: str, seen: Seen) -> None:
        self._fresh[op] = seen

    async def _room(self, ref: str) -> str:
        async with self._database.read() as c:
            room = await web.by_id(c, number(ref))
        return f"#{room.name}" if room else f"#{ref}"

    async def _message(self, ref: str) -> tuple[str, str]:
        async with self._database.read() as c:
            message = await web_messages.get(c, number(ref))
        if message is None or message.room_id is None:
            return await self._handle(message.private_to or "" if message else ""), ""
        return await self._room(str(message.room_id)), message.slot

    async def _handle(self, id: str) -> str:
        async with self._database.read() as c:
            person = await people.get(c, id)
        return f"@{person.handle if person else id}"
