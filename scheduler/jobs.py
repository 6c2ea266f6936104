"""APScheduler: it only says when to look. What is due stands in the database, so a lost job loses nothing."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from scheduler.clock import Clock

log = structlog.get_logger()

SWEEP = timedelta(seconds=15)
"""However the timer failed (a changed wall clock, another process's deadline), nothing is later than this."""

_TIMER = "next deadline"


class Jobs:
    """One timer for the next wake time, one sweep. Kept apart, since a job that arms itself again can be dropped."""

    def __init__(self, clock: Clock, *, now: Callable[[], datetime], wall: Callable[[], datetime]) -> None:
        """``now`` is Sitrep's time, ``wall`` the machine's; they differ in the demo only."""
        self._clock = clock
        self._now = now
        self._wall = wall
        self._turn = asyncio.Lock()
        self._armed: datetime | None = None
        self._ended = False
        # Late jobs run all the same: whether something is due is read from the database, not from the timer.
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 3}
        )

    async def start(self) -> None:
        """Look, and from now on again and again."""
        if self._ended:
            return
        self._scheduler.add_job(self._rung, IntervalTrigger(seconds=SWEEP.total_seconds()), id="sweep")
        self._scheduler.start()
        await self.look()

    async def stop(self) -> None:
        """Afterwards nobody looks: a look under way is cut off, and has let go of the database."""
        self._ended = True
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        async with self._turn:
            log.debug("no more looks", action="clock_stopped")

    async def look(self) -> None:
        """Remind of everything past due, then wait for the next."""
        async with self._turn:
            self._armed = None
            while not self._ended and await self._clock.look():
                log.debug("looked again", action="clock_look")
            await self._arm()

    async def _rung(self) -> None:
        """By the timer or the sweep. That the end cut it off is no failure, though APScheduler would log it as one."""
        try:
            await self.look()
        except asyncio.CancelledError:
            if not self._ended:
                raise

    async def arm(self) -> None:
        """A commit may have brought an earlier deadline."""
        async with self._turn:
            await self._arm()

    async def _arm(self) -> None:
        if self._ended:
            return
        due = await self._clock.next_look()
        if due is None or (self._armed and self._armed <= due):
            return
        self._armed = due
        at = self._wall() + (due - self._now())
        self._scheduler.add_job(self._rung, DateTrigger(at), id=_TIMER, replace_existing=True)
