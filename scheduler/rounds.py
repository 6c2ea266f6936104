"""Lanes are claimed and worked side by side; as some end others are claimed, so that nobody waits for the slowest."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from scheduler.holding import Holding
from storage import outbox
from storage.database import Database
from storage.outbox import Lease, Waiting

_POLL = 1.0
_BREATH = 0.02
"""Seconds between two claims while lanes are worked: those which end, or get something, meanwhile are one claim."""


class Work(Protocol):
    async def __call__(self, lease: Lease, rows: Sequence[Waiting], *, since: float) -> None:
        """Send from one lane; ``since`` is the loop's time at which it became ours."""


class Rounds:
    """At most ``most`` lanes of these platforms are in our hands."""

    def __init__(
        self,
        database: Database,
        platforms: Collection[str],
        work: Work,
        holding: Holding,
        *,
        most: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._platforms = platforms
        self._work = work
        self._holding = holding
        self._most = most
        self._clock = clock
        self._bells: set[asyncio.Event] = set()
        self.ended = False
        """No lane is begun any more."""

    def nudge(self) -> None:
        """Something new is waiting."""
        for bell in self._bells:
            bell.set()

    @contextmanager
    def _bell(self) -> Iterator[asyncio.Event]:
        bell = asyncio.Event()
        self._bells.add(bell)
        try:
            yield bell
        finally:
            self._bells.discard(bell)

    async def go_on(self) -> None:
        """Until cancelled. The nudge is the wake-up, the poll is the promise."""
        with self._bell() as nudged:
            while True:
                nudged.clear()
                await self.work()
                with suppress(TimeoutError):
                    await asyncio.wait_for(nudged.wait(), _POLL)

    async def work(self) -> int:
        """Until nothing is left that may be sent now; how many lanes were worked."""
        busy, worked, away = set[asyncio.Task[None]](), 0, list[Exception]()
        with self._bell() as bell:
            async with self._holding.prolonging(), asyncio.TaskGroup() as group:
                while not away:
                    bell.clear()
                    looked = asyncio.get_running_loop().time()
                    for lease, rows in await self._claimed(self._most - len(busy), away):
                        task = group.create_task(self._work(lease, rows, since=looked))
                        busy.add(task)
                        task.add_done_callback(busy.discard)
                        task.add_done_callback(lambda _: bell.set())
                        worked += 1
                    if not busy:
                        break
                    await _rung(bell, busy, not_before=looked + _BREATH)
        for problem in away:
            raise problem
        return worked

    async def _claimed(self, most: int, away: list[Exception]) -> list[tuple[Lease, list[Waiting]]]:
        """Lanes with their next rows. What goes wrong is left in ``away``: lanes under way are not broken off by it."""
        if self.ended or not most:
            return []
        try:
            leases = await self._claim(most)
            async with self._database.read() as c:
                rows = await outbox.rows_of(c, leases) if leases else {}
        except (SQLAlchemyError, OSError) as problem:
            away.append(problem)
            return []
        return [(lease, rows[lease.lane]) for lease in leases]

    async def _claim(self, most: int) -> list[Lease]:
        async with self._database.read() as c:
            if not await outbox.any_free(c, self._clock(), platforms=self._platforms):
                return []
        return await self._database.done(
            lambda c: outbox.claim(c, now=self._clock(), limit=most, platforms=self._platforms)
        )


async def _rung(bell: asyncio.Event, busy: Collection[object], *, not_before: float) -> None:
    """Something ended or is new; but not before that moment of the loop's, unless nothing is under way any more."""
    loop, patience = asyncio.get_running_loop(), _POLL
    while patience > 0:
        with suppress(TimeoutError):
            await asyncio.wait_for(bell.wait(), patience)
        bell.clear()
        patience = not_before - loop.time() if busy else 0.0
