"""Outbox to channels: a lane for each channel, rooms and status pages ahead of the others (CHN-3, CHN-5).

Apart from the delivery to chats, so that a provider that takes its time holds up no room.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.channels import turn
from scheduler.chat import Undelivered
from scheduler.holding import Holding
from scheduler.outlets import Outlets
from storage import outbox, settling
from storage.database import Database
from storage.outbox import Lease, Waiting
from templates.house import House
from templates.packing import unpack_effect
from templates.post import Post

log = structlog.get_logger()

LANES = 32
_PLATFORMS = ("publish",)
_ROOMS = ("support", "sales", "status")
_GOES_AHEAD = 2.0
"""Seconds that rooms and status pages may take before the other channels go without them (CHN-5)."""
_LOOK = 0.1
"""Seconds between looks at what rooms still wait for; channels wake each other."""
_POLL = 1.0


class Publishing:
    """Takes posts out of the outbox and puts them onto channels."""

    def __init__(self, database: Database, outlets: Outlets, house: House, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._outlets = outlets
        self._clock = clock
        self.adopt(house)
        self._holding = Holding(database, clock=clock)
        self._ended = False
        self._nudged = asyncio.Event()
        self._moved = asyncio.Event()
        self._answered: set[str] = set()
        self._busy = 0

    def adopt(self, house: House) -> None:
        """From the next post on."""
        self._turns = {f"channel:{channel.name}": turn(channel) for channel in house.channels}

    async def stop(self) -> None:
        """Called twice: so that no more is begun, and once what was under way is broken off."""
        self._ended = True
        self._nudged.set()
        await self._holding.release()

    def nudge(self) -> None:
        """Something new may be waiting."""
        self._nudged.set()

    async def drain(self) -> None:
        """Send whatever may be sent now. What comes meanwhile is taken along, and waits for nobody who is slow."""
        async with self._holding.prolonging(), asyncio.TaskGroup() as group:
            while True:
                self._nudged.clear()
                # From before the claim: its commit takes as long as it likes, and the lease may be over by then.
                since = asyncio.get_running_loop().time()
                for lease in await self._claim():
                    self._busy += 1
                    group.create_task(self._work(lease, since=since))
                if not self._busy:
                    return
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._nudged.wait(), _POLL)

    async def _claim(self) -> list[Lease]:
        if self._ended:
            return []
        async with self._database.read() as c:
            if not await outbox.any_free(c, self._clock(), platforms=_PLATFORMS):
                return []
        return await self._database.done(
            lambda c: outbox.claim(c, now=self._clock(), limit=LANES, platforms=_PLATFORMS)
        )

    async def _work(self, lease: Lease, *, since: float) -> None:
        try:
            with self._holding.lane(lease, since=since):
                await self._send_all(lease)
        except (SQLAlchemyError, OSError) as problem:
            log.error("a lane was left", action="lane_left", lane=lease.lane, problem=repr(problem)[:200])
        finally:
            self._busy -= 1
            self._nudged.set()
            self._move()

    async def _send_all(self, lease: Lease) -> None:
        async with self._database.read() as c:
            rows = await outbox.rows(c, lease)
        inherited = lease.inherited
        for row in rows:
            post = unpack_effect(row.payload).post
            if not self._holding.sure(lease):
                return
            if self._ended:
                break
            if post and not await self._sent(lease, row, post, inherited=inherited):
                return
            inherited = False
        await self._database.done(lambda c: outbox.give_back(c, lease, not_before=self._clock(), unseen=inherited))

    async def _sent(self, lease: Lease, row: Waiting, post: Post, *, inherited: bool) -> bool:
        try:
            return await self._send(lease, row, post, inherited=inherited)
        finally:
            # Only now is it written down that this is no first try any more.
            self._answered.discard(row.op)

    async def _send(self, lease: Lease, row: Waiting, post: Post, *, inherited: bool) -> bool:
        """False: this lane is not to be worked on now. Where nothing could be written down, its lease runs out."""
        await self._after_those_before(row, post)
        if not self._holding.sure(lease):
            return False
        try:
            outcome = await self._outlets.publish(row, post, inherited=inherited, answered=self._answer)
        except Undelivered as problem:
            log.error("not written down", action="publish_unsettled", op=row.op, reason=problem.reason)
            return False
        now, wait = self._clock(), outcome.again_in

        async def written_down(c: AsyncConnection) -> bool:
            if wait is None:
                return await settling.settle(
                    c, lease, row, state=outcome.state, now=now, ref=outcome.ref, error=outcome.error
                )
            if not await outbox.failed(c, row, error=outcome.error, lease=lease):
                return False
            later = now + timedelta(seconds=wait)
            await outbox.give_back(c, lease, not_before=later, failures=lease.failures + 1)
            return False

        return await self._database.done(written_down)

    async def _after_those_before(self, row: Waiting, post: Post) -> None:
        """Rooms and the hotline first, so that Support can answer, then status pages, then everybody (CHN-5)."""
        mine = self._turns.get(row.place, 0)
        places = [*_ROOMS, *(place for place, theirs in self._turns.items() if theirs < mine)]
        loop = asyncio.get_running_loop()
        until = loop.time() + _GOES_AHEAD
        about = f"maintenance-{post.maintenance}" if post.maintenance else ""
        while ahead := await self._ahead(row, places, about):
            while ahead := ahead - self._answered:
                moved, left = self._moved, until - loop.time()
                try:
                    await asyncio.wait_for(moved.wait(), min(left, _LOOK))
                except TimeoutError:
                    break
            if not ahead or loop.time() >= until:
                return

    async def _ahead(self, row: Waiting, places: list[str], about: str) -> set[str]:
        async with self._database.read() as c:
            return await outbox.going_before(c, row, places, about=about)

    def _answer(self, op: str) -> None:
        """This post has its first answer, whatever it is; the others need not wait until it is written down."""
        self._answered.add(op)
        self._move()

    def _move(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
