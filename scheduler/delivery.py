"""Outbox to outside: in order within a lane, lanes side by side, look before sending again, give up visibly."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from scheduler import roomless, unheard
from scheduler.chat import Chat, NoRoom, Place, Sent, Undelivered, hand_over
from scheduler.holding import Holding, TakenOver
from scheduler.notices import notices
from scheduler.rounds import Rounds
from scheduler.settling import Settling
from scheduler.standing import Looking, Standing
from storage import outbox, settling
from storage import rooms as known_rooms
from storage.database import Database
from storage.outbox import Lease, Waiting
from storage.settling import Settled
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
        self._settling = Settling(database, clock=clock)
        self._looking = Looking(database)
        self._clock = clock
        self._seen = seen
        self._working: set[str] = set()
        self._holding = Holding(database, clock=clock)
        self._rounds = Rounds(database, chats, self._work, self._holding, most=LANES, clock=clock)
        self._moved = asyncio.Event()

    async def stop(self) -> None:
        """Called twice: so that no more is begun, and once what was under way is broken off."""
        self._rounds.ended = True
        await self._holding.release()

    def nudge(self) -> None:
        """Something new is waiting."""
        self._rounds.nudge()

    async def run(self) -> None:
        """Deliver until cancelled. The nudge is the wake-up, the poll is the promise."""
        await self._rounds.go_on()

    async def drain(self) -> int:
        """Send whatever may be sent now; how many lanes were worked. What comes meanwhile waits for nobody slow."""
        return await self._rounds.work()

    async def _work(self, lease: Lease, rows: Sequence[Waiting], *, since: float) -> None:
        self._working.add(lease.lane)
        if lease.inherited:
            unheard.inherited(lease)
        try:
            with self._holding.lane(lease, since=since):
                await self._send_all(lease, rows)
        except (SQLAlchemyError, OSError) as problem:
            # Its lease runs out, and whoever takes it over looks first; the other lanes go on.
            log.error("a lane was left", action="lane_left", lane=lease.lane, problem=repr(problem)[:200])
        finally:
            self._working.discard(lease.lane)
            self._something_moved()
            self._seen()

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
            if self._rounds.ended or asyncio.get_running_loop().time() - started > _WORKED_WITHIN:
                break
            if not await self._deliver(lease, row, rows, look=look):
                return
            look = False
        await self._database.done(lambda c: outbox.give_back(c, lease, not_before=self._clock(), unseen=look))

    async def _deliver(self, lease: Lease, row: Waiting, rows: Sequence[Waiting], *, look: bool) -> bool:
        """Send one row and write down what came of it. False: this lane is not to be worked on now."""
        effect = unpack_effect(row.payload)
        if not look and await self._superseded(lease, row, rows):
            return await self._settle(Settled(lease, row, "superseded"), Sent())
        try:
            sent = await self._send(lease, row, effect, look=look)
        except TakenOver:
            return False
        except Undelivered as problem:
            return await self._put_off(lease, row, problem, rows=rows)
        except Exception as problem:  # a platform's surprise must not stop the other lanes
            log.exception("delivery failed", action="delivery_bug", op=row.op, incident=row.incident_id)
            bug = Undelivered(repr(problem)[:200], unsure=True, tries=TRIES)
            return await self._put_off(lease, row, bug, rows=rows)
        return await self._settle(Settled(lease, row, "sent", ref=sent.ref, last=row is rows[-1]), sent)

    async def _settle(self, settled: Settled, sent: Sent) -> bool:
        held = await self._settling.done(settled, sent)
        self._something_moved()
        return held and not settled.last

    async def _superseded(self, lease: Lease, row: Waiting, rows: Sequence[Waiting]) -> bool:
        """A replacement that the next replacement makes pointless (newest wins); a first post never is."""
        if row.kind != "post" or not row.slot:
            return False
        if not any(other.id > row.id and other.slot == row.slot and other.kind == "post" for other in rows):
            return False
        return (await self._looking.up(lease.platform, row)).in_slot is not None

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
            standing = await self._looking.up(lease.platform, row)
            left = started + _STANDS_WITHIN - asyncio.get_running_loop().time()
            others = self._working - {lease.lane}
            if standing.ready_for(row) or left <= 0 or f"{lease.platform}:{row.incident_id}:room" not in others:
                return standing
            try:
                await asyncio.wait_for(moved.wait(), left)
            except TimeoutError:
                return standing

    def _place(self, place: str, standing: Standing) -> Place:
        if place.startswith("person:"):
            return Place(person=place.removeprefix("person:"), room=standing.room)
        if own := self._house.own_rooms.get(place):
            return Place(name=own)
        return Place(room=standing.room, thread=standing.thread)

    async def _put_off(self, lease: Lease, row: Waiting, problem: Undelivered, *, rows: Sequence[Waiting]) -> bool:
        """Later, or never: a row that cannot be delivered is dead, and its lane goes on without it."""
        unheard.failed(lease, row, problem)
        now, stuck = self._clock(), [each for each in rows if each.id >= row.id]
        worn_out = problem.tries is not None and row.attempts + 1 >= problem.tries
        if problem.permanent or worn_out or now - row.created_at > GIVE_UP:
            return await self._bury(lease, row, problem, now=now)
        wait = problem.retry_after or min(2.0**lease.failures, 60.0)

        async def put_off(c: AsyncConnection) -> None:
            if not await outbox.failed(c, row, error=problem.reason, lease=lease):
                return
            await unheard.told(c, self._chats, lease, stuck, problem, now=now)
            later = now + timedelta(seconds=wait)
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
        unheard.dead(lease, row, problem)
        unsaid = isinstance(problem, NoRoom) or (row.kind == "post" and row.place in in_room)
        told = [] if unsaid else notices(self._chats, lease, row, problem.reason)

        async def bury(c: AsyncConnection) -> bool:
            fresh = await outbox.waits(c, row)
            held = await settling.settle(c, lease, row, state="dead", now=now, error=problem.reason)
            if held and row.kind == "open":
                await known_rooms.refuse(c, row.incident_id, lease.platform, problem.reason)
            if held and fresh and told:
                await outbox.add(c, told, now=now)
            if held and fresh:
                await unheard.call_instead(c, self._chats, lease, row, problem, now=now)
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
