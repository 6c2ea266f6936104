"""Outbox to outside: in order within a lane, lanes side by side, look before sending again, give up visibly."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from scheduler import roomless
from scheduler.chat import Chat, NoRoom, Place, Sent, Undelivered, hand_over
from scheduler.holding import Holding, TakenOver
from scheduler.notices import notices, tell_once
from scheduler.standing import Standing
from scheduler.together import Together
from storage import outbox
from storage import rooms as known_rooms
from storage.database import Database
from storage.outbox import Lease, Waiting
from templates.effect import Effect
from templates.house import House
from templates.packing import unpack_effect

log = structlog.get_logger()

T = TypeVar("T")

LANES = 64
TRIES = 8
"""A row that our own code stumbles over this often is dead: its lane goes on, and people are told."""

GIVE_UP = timedelta(hours=24)
"""As long as a platform may be away before what waits for it is dead, too."""

LOOKED_UP = ("post", "private", "page")
"""Kinds that would show twice when sent twice; all others are harmless to repeat."""

_WORKED_WITHIN = 24.0
"""Seconds after which a lane is given back, so that others get their turn."""
_POLL = 1.0
_STANDS_WITHIN = 5.0
"""Seconds that a topic, a pin or the announcement waits for the room, which another lane is just opening."""


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
        self._together = Together(database)
        self._clock, self._seen = clock, seen
        self._nudged = asyncio.Event()
        self._working: set[str] = set()
        self._holding = Holding(database, clock=clock)
        self._ended, self._moved = False, asyncio.Event()

    async def stop(self) -> None:
        """Called twice: so that no more is begun, and once what was under way is broken off."""
        self._ended = True
        await self._holding.release()

    def nudge(self) -> None:
        """Something new is waiting."""
        self._nudged.set()

    async def run(self) -> None:
        """Deliver until cancelled. The nudge is the wake-up, the poll is the promise."""
        while True:
            self._nudged.clear()
            await self.drain()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._nudged.wait(), _POLL)

    async def drain(self) -> int:
        """Send whatever may be sent now; how many lanes were worked."""
        worked = 0
        while not self._ended:
            since = asyncio.get_running_loop().time()  # once the claim is through, the lease may be over
            if not (leases := await self._claim()):
                break
            async with self._database.read() as c:
                rows = await outbox.rows_of(c, leases)
            async with self._holding.prolonging(), asyncio.TaskGroup() as group:
                for lease in leases:
                    group.create_task(self._work(lease, rows[lease.lane], since=since))
            worked += len(leases)
            self._seen()
        return worked

    async def _claim(self) -> list[Lease]:
        async with self._database.read() as c:
            if not await outbox.any_free(c, self._clock(), platforms=self._chats):
                return []
        return await self._database.done(
            lambda c: outbox.claim(c, now=self._clock(), limit=LANES, platforms=self._chats)
        )

    async def _work(self, lease: Lease, rows: Sequence[Waiting], *, since: float) -> None:
        self._working.add(lease.lane)
        try:
            with self._holding.lane(lease, since=since):
                await self._send_all(lease, rows)
        except (SQLAlchemyError, OSError) as problem:
            # Its lease runs out, and whoever takes it over looks first; the other lanes go on.
            log.error("a lane was left", action="lane_left", lane=lease.lane, problem=repr(problem)[:200])
        finally:
            self._working.discard(lease.lane)
            self._something_moved()

    def _something_moved(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def _send_all(self, lease: Lease, rows: Sequence[Waiting]) -> None:
        """Send a lane's rows in order, until it is empty, something fails or the lease gets short."""
        started = asyncio.get_running_loop().time()
        look = lease.inherited
        for row in rows:
            if not self._holding.sure(lease):
                return
            if self._ended or asyncio.get_running_loop().time() - started > _WORKED_WITHIN:
                break
            if not await self._deliver(lease, row, rows, look=look):
                return
            look = False
        await self._together.done(
            lease.lane, lambda c: outbox.give_back(c, lease, not_before=self._clock(), unseen=look)
        )

    async def _deliver(self, lease: Lease, row: Waiting, rows: Sequence[Waiting], *, look: bool) -> bool:
        """Send one row and write down what came of it. False: this lane is not to be worked on now."""
        effect = unpack_effect(row.payload)
        if not look and await self._superseded(lease, row, rows):
            return await self._settle(lease, row, Sent(), state="superseded")
        try:
            sent = await self._send(lease, row, effect, look=look)
        except TakenOver:
            return False
        except Undelivered as problem:
            return await self._put_off(lease, row, problem)
        except Exception as problem:  # a platform's surprise must not stop the other lanes
            log.exception("delivery failed", action="delivery_bug", op=row.op, incident=row.incident_id)
            return await self._put_off(lease, row, Undelivered(repr(problem)[:200], unsure=True), tries=TRIES)
        return await self._settle(lease, row, sent, state="sent")

    async def _superseded(self, lease: Lease, row: Waiting, rows: Sequence[Waiting]) -> bool:
        """A replacement that the next replacement makes pointless (newest wins); a first post never is."""
        newer = any(other.id > row.id and other.slot == row.slot and other.kind == "post" for other in rows)
        if row.kind != "post" or not row.slot or not newer:
            return False
        async with self._database.read() as c:
            return await known_rooms.slot(c, row.incident_id, lease.platform, row.slot) is not None

    async def _send(self, lease: Lease, row: Waiting, effect: Effect, *, look: bool) -> Sent:
        chat = self._chats[lease.platform]
        standing = await self._standing(lease, row)
        place = self._place(row.place, standing)
        if not place.room and row.kind != "open" and row.place in ("room", "thread"):
            await self._still_hoped_for(chat, row, effect)
        if look and row.kind in LOOKED_UP and (found := await _look(chat, row, place)):
            return Sent(ref=found)
        if not self._holding.sure(lease):
            raise TakenOver
        return await hand_over(chat, row, effect, place, in_slot=standing.in_slot)

    async def _still_hoped_for(self, chat: Chat, row: Waiting, effect: Effect) -> None:
        """Raises NoRoom where waiting for the room is in vain; whoever was to be invited is told so first."""
        async with self._database.read() as c:
            refused = await known_rooms.refused(c, row.incident_id, chat.platform)
            on_the_web = await known_rooms.name_of(c, row.incident_id, "web") or f"inc-{row.incident_id}"
        if refused is not None:
            await roomless.told(chat, row, effect, refused, room_name=on_the_web)
            raise NoRoom(f"no room: {refused}", permanent=True)

    async def _standing(self, lease: Lease, row: Waiting) -> Standing:
        """What the row builds on; if another lane is about to put it there, wait for that."""
        started = asyncio.get_running_loop().time()
        while True:
            moved = self._moved
            standing = await self._look_up(lease, row)
            left = started + _STANDS_WITHIN - asyncio.get_running_loop().time()
            others = self._working - {lease.lane}
            if standing.ready_for(row) or left <= 0 or f"{lease.platform}:{row.incident_id}:room" not in others:
                return standing
            try:
                await asyncio.wait_for(moved.wait(), left)
            except TimeoutError:
                return standing

    async def _look_up(self, lease: Lease, row: Waiting) -> Standing:
        platform, incident = lease.platform, row.incident_id
        async with self._database.read() as c:
            room = await known_rooms.of(c, incident, platform) or ""
            in_slot = await known_rooms.slot(c, incident, platform, row.slot) if row.slot else None
            if row.kind == "edit":
                in_slot = await outbox.ref_of(c, row.slot)
            in_thread = row.place == "thread"
            thread = (await known_rooms.slot(c, incident, platform, "timeline") or "") if in_thread else ""
        return Standing(room, thread, in_slot)

    def _place(self, place: str, standing: Standing) -> Place:
        if place.startswith("person:"):
            return Place(person=place.removeprefix("person:"), room=standing.room)
        if place == "status":
            return Place(name=self._house.status_room)
        if place == "announce":
            return Place(name=self._house.announce_room)
        return Place(room=standing.room, thread=standing.thread)

    async def _settle(self, lease: Lease, row: Waiting, sent: Sent, *, state: str) -> bool:
        async def settled(c: AsyncConnection) -> bool:
            held = await outbox.settle(c, lease, row, state=state, now=self._clock(), ref=sent.ref)
            if held and sent.room:
                room = sent.room
                await known_rooms.bind(c, row.incident_id, platform=lease.platform, ref=room.ref, name=room.name)
            if held and state == "sent" and row.slot and row.kind == "post":
                await known_rooms.keep_slot(c, row.incident_id, lease.platform, row.slot, sent.ref)
            return held

        held = await self._together.done(lease.lane, settled)
        self._something_moved()
        return held

    async def _put_off(self, lease: Lease, row: Waiting, problem: Undelivered, *, tries: int | None = None) -> bool:
        """Later, or never: a row that cannot be delivered is dead, and its lane goes on without it."""
        log.warning(
            "not delivered", action="delivery_failed", op=row.op, incident=row.incident_id, reason=problem.reason
        )
        now = self._clock()
        tries = tries or problem.tries
        worn_out = tries is not None and row.attempts + 1 >= tries
        if problem.permanent or worn_out or now - row.created_at > GIVE_UP:
            return await self._bury(lease, row, problem, now=now)
        later = now + timedelta(seconds=problem.retry_after or min(2.0**lease.failures, 60.0))

        async def put_off(c: AsyncConnection) -> None:
            if not await outbox.failed(c, row, error=problem.reason, lease=lease):
                return
            if problem.tell:
                waiting = notices(self._chats, lease, row, problem.reason, waiting=True)
                await tell_once(c, lease, row, waiting, now=now)
            if not problem.unsure:
                await outbox.give_back(c, lease, not_before=later, failures=lease.failures + 1)
            elif problem.retry_after:
                await outbox.keep(c, lease, until=later)

        await self._database.done(put_off)
        return False

    async def _bury(self, lease: Lease, row: Waiting, problem: Undelivered, *, now: datetime) -> bool:
        """The row is dead, and people hear of it in the incident's room.

        Posts to a room are left out: they stand in the rooms of the other platforms, and a notice is one itself.
        """
        in_room = ("room", "thread") if row.incident_id else ("announce",)
        unsaid = isinstance(problem, NoRoom) or (row.kind == "post" and row.place in in_room)
        told = [] if unsaid else notices(self._chats, lease, row, problem.reason)

        async def bury(c: AsyncConnection) -> bool:
            fresh = await outbox.waits(c, row)
            held = await outbox.settle(c, lease, row, state="dead", now=now, error=problem.reason)
            if held and row.kind == "open":
                await known_rooms.refuse(c, row.incident_id, lease.platform, problem.reason)
            if held and fresh and told:
                await outbox.add(c, told, now=now)
            return held

        return await self._database.done(bury)


async def _look(chat: Chat, row: Waiting, place: Place) -> str | None:
    """As long as nobody could look, the row stays unsure, whatever stood in the way."""
    try:
        return await chat.find(row.op, place)
    except Undelivered as problem:
        raise Undelivered(problem.reason, unsure=True, retry_after=problem.retry_after) from problem


async def sheltered(send: Awaitable[T]) -> T:
    """Whatever else goes wrong with one destination must not stop the others; its words may hold a secret."""
    try:
        return await send
    except Undelivered:
        raise
    except Exception as problem:
        log.exception("delivery failed", action="delivery_bug")
        raise Undelivered(f"a fault in Sitrep ({type(problem).__name__})", unsure=True) from problem
