"""Outbox to outside: in order within a lane, lanes side by side, look before sending again, give up visibly."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from incidents.person import Person
from storage import outbox
from storage import rooms as known_rooms
from storage.database import Database
from storage.outbox import Lease, Waiting
from templates.card import Card
from templates.effect import Effect
from templates.house import House
from templates.packing import unpack_effect

log = structlog.get_logger()

LANES = 16
TRIES = 8
"""A row that failed this often is dead: its lane goes on, and people are told."""

LOOKED_UP = ("post", "private", "page")
"""Kinds that would show twice when sent twice; all others are harmless to repeat."""

_SEND_WITHIN = 0.4 * outbox.LEASE.total_seconds()
_POLL = 1.0


@dataclass(frozen=True, slots=True)
class Room:
    """A room as the platform made it; ``name`` may have got a suffix."""

    ref: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is shown: a room (by ``ref``, or by ``name`` for the organisation's own rooms), a person."""

    room: str = ""
    thread: str = ""
    person: str = ""
    name: str = ""


class Undelivered(Exception):
    """The platform did not take it. ``unsure``: it may have, look before sending again."""

    def __init__(
        self, reason: str, *, permanent: bool = False, retry_after: float | None = None, unsure: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after
        self.unsure = unsure


class Chat(Protocol):
    """What a platform must offer. Every call raises Undelivered when it could not be carried out."""

    platform: str

    async def open(self, op: str, *, name: str, private: bool, incident: int) -> Room: ...
    async def invite(self, op: str, room: str, people: Sequence[Person]) -> None: ...
    async def topic(self, op: str, room: str, text: str) -> None: ...
    async def post(self, op: str, place: Place, card: Card, *, slot: str, incident: int) -> str: ...
    async def edit(self, op: str, ref: str, card: Card) -> None: ...
    async def pin(self, op: str, ref: str) -> None: ...
    async def private(self, op: str, place: Place, card: Card, *, incident: int, page: bool) -> str: ...
    async def find(self, op: str, place: Place) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one row: the message's reference, the room that was opened."""

    ref: str = ""
    room: Room | None = None


class Delivery:
    """Takes rows out of the outbox, in order, and puts them into rooms."""

    def __init__(
        self,
        database: Database,
        chats: Mapping[str, Chat],
        house: House,
        *,
        clock: Callable[[], datetime],
        seen: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._chats = chats
        self._house = house
        self._clock = clock
        self._seen = seen
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        """Something new is waiting."""
        self._nudged.set()

    async def run(self) -> None:
        """Deliver until cancelled. The nudge is the wake-up, the poll is the promise."""
        while True:
            self._nudged.clear()
            await self.drain()
            try:
                await asyncio.wait_for(self._nudged.wait(), _POLL)
            except TimeoutError:
                continue

    async def drain(self) -> int:
        """Send whatever may be sent now; how many lanes were worked."""
        worked = 0
        while leases := await self._claim():
            async with asyncio.TaskGroup() as group:
                for lease in leases:
                    group.create_task(self._work(lease))
            worked += len(leases)
            self._seen()
        return worked

    async def _claim(self) -> list[Lease]:
        async with self._database.read() as c:
            if not await outbox.any_free(c, self._clock()):
                return []
        async with self._database.begin() as c:
            return await outbox.claim(c, now=self._clock(), limit=LANES)

    async def _work(self, lease: Lease) -> None:
        """Send a lane's rows in order, until it is empty, something fails or the lease gets short."""
        started = asyncio.get_running_loop().time()
        look = lease.inherited
        async with self._database.read() as c:
            rows = await outbox.rows(c, lease)
        for row in rows:
            if asyncio.get_running_loop().time() - started > _SEND_WITHIN:
                break
            if not await self._deliver(lease, row, rows, look=look):
                return
            look = False
        async with self._database.begin() as c:
            await outbox.give_back(c, lease, not_before=self._clock())

    async def _deliver(self, lease: Lease, row: Waiting, rows: Sequence[Waiting], *, look: bool) -> bool:
        """Send one row and write down what came of it. False: this lane is not to be worked on now."""
        effect = unpack_effect(row.payload)
        if not look and await self._superseded(lease, row, rows):
            return await self._settle(lease, row, Sent(), state="superseded")
        try:
            sent = await self._send(lease, row, effect, look=look)
        except Undelivered as problem:
            return await self._put_off(lease, row, problem)
        except Exception as problem:  # a platform's surprise must not stop the other lanes
            log.exception("delivery failed", action="delivery_bug", op=row.op, incident=row.incident_id)
            return await self._put_off(lease, row, Undelivered(repr(problem)[:200], unsure=True))
        return await self._settle(lease, row, sent, state="sent")

    async def _superseded(self, lease: Lease, row: Waiting, rows: Sequence[Waiting]) -> bool:
        """A replacement that the next replacement makes pointless (newest wins); a first post never is."""
        if row.kind != "post" or not row.slot:
            return False
        if not any(other.id > row.id and other.slot == row.slot and other.kind == "post" for other in rows):
            return False
        async with self._database.read() as c:
            return await known_rooms.slot(c, row.incident_id, lease.platform, row.slot) is not None

    async def _send(self, lease: Lease, row: Waiting, effect: Effect, *, look: bool) -> Sent:
        chat = self._chats[lease.platform]
        async with self._database.read() as c:
            room = await known_rooms.of(c, row.incident_id, lease.platform) or ""
            in_slot = await known_rooms.slot(c, row.incident_id, lease.platform, row.slot) if row.slot else None
            thread = ""
            if row.place == "thread":
                thread = await known_rooms.slot(c, row.incident_id, lease.platform, "timeline") or ""
        place = self._place(row.place, room=room, thread=thread)
        looks = look and row.kind in LOOKED_UP
        if looks and (found := await chat.find(row.op, place)):
            return Sent(ref=found)
        return await _hand_over(chat, row, effect, place, in_slot=in_slot)

    def _place(self, place: str, *, room: str, thread: str) -> Place:
        if place.startswith("person:"):
            return Place(person=place.removeprefix("person:"), room=room)
        if place == "status":
            return Place(name=self._house.status_room)
        if place == "announce":
            return Place(name=self._house.announce_room)
        return Place(room=room, thread=thread)

    async def _settle(self, lease: Lease, row: Waiting, sent: Sent, *, state: str) -> bool:
        async with self._database.begin() as c:
            held = await outbox.settle(c, lease, row, state=state, now=self._clock(), ref=sent.ref)
            if held and sent.room:
                room = sent.room
                await known_rooms.bind(c, row.incident_id, platform=lease.platform, ref=room.ref, name=room.name)
            if held and state == "sent" and row.slot and row.kind == "post":
                await known_rooms.keep_slot(c, row.incident_id, lease.platform, row.slot, sent.ref)
        return held

    async def _put_off(self, lease: Lease, row: Waiting, problem: Undelivered) -> bool:
        """Later, or never: a row that cannot be delivered is dead, and its lane goes on without it."""
        log.warning(
            "not delivered", action="delivery_failed", op=row.op, incident=row.incident_id, reason=problem.reason
        )
        async with self._database.begin() as c:
            if problem.permanent or row.attempts + 1 >= TRIES:
                return await outbox.settle(c, lease, row, state="dead", now=self._clock(), error=problem.reason)
            await outbox.failed(c, row, error=problem.reason)
            if not problem.unsure:
                wait = problem.retry_after or min(2.0**lease.failures, 60.0)
                later = self._clock() + timedelta(seconds=wait)
                await outbox.give_back(c, lease, not_before=later, failures=lease.failures + 1)
        return False


async def _hand_over(chat: Chat, row: Waiting, effect: Effect, place: Place, *, in_slot: str | None) -> Sent:
    """The one place where something becomes visible outside."""
    op, incident = row.op, row.incident_id
    if row.kind == "open":
        return Sent(room=await chat.open(op, name=effect.text, private=effect.private, incident=incident))
    if row.place in ("room", "thread") and not place.room:
        raise Undelivered("the room is not open yet", retry_after=1)
    if row.kind == "invite":
        await chat.invite(op, place.room, effect.people)
    elif row.kind == "topic":
        await chat.topic(op, place.room, effect.text)
    elif row.kind == "pin":
        if not in_slot:
            raise Undelivered("nothing stands there to pin", retry_after=1)
        await chat.pin(op, in_slot)
    else:
        return await _show(chat, row, effect.card or Card(), place, in_slot=in_slot)
    return Sent()


async def _show(chat: Chat, row: Waiting, card: Card, place: Place, *, in_slot: str | None) -> Sent:
    if row.kind in ("private", "page"):
        page = row.kind == "page"
        return Sent(ref=await chat.private(row.op, place, card, incident=row.incident_id, page=page))
    if in_slot:
        await chat.edit(row.op, in_slot, card)
        return Sent(ref=in_slot)
    return Sent(ref=await chat.post(row.op, place, card, slot=row.slot, incident=row.incident_id))
