"""What is past due is said through the door, like everything else: the line is `remind`."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from commands.line import Line
from incidents.person import CLOCK
from storage import deadlines, maintenances
from storage.database import Database

log = structlog.get_logger()

PUT_OFF = timedelta(minutes=5)
"""So long a reminder that cannot be given waits at most for its next try; at first it is tried soon, for the database
may only have been away for a moment."""
_FIRST = timedelta(seconds=15)

Say = Callable[[Line], Awaitable[object]]


class Clock:
    """Looks at the deadlines table. It decides nothing: the rules do, when the line arrives."""

    def __init__(self, database: Database, say: Say, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._say = say
        self._now = now
        self._in_vain: dict[int, int] = {}
        """How often the reminders of these incidents were tried, and something kept them from being given."""

    async def look(self, *, most: int = 200) -> int:
        """Say `remind` for everything past its wake time; how many there were."""
        now = self._now()
        async with self._database.read() as c:
            past = await deadlines.past(c, now, limit=most)
            planned = await maintenances.past(c, now, limit=most)
        # Said side by side, so that they share commits: one after the other 500 took four seconds.
        async with asyncio.TaskGroup() as group:
            for incident, since in past:
                group.create_task(self._remind(_remind(incident, since, now=now)))
        for maintenance, since in planned:
            await self._say(_remind_of(maintenance, since, now=now))
        if past:
            await self._put_off_stuck(past, now=now)
        if planned:
            await self._put_off_planned(planned, now=now)
        return len(past) + len(planned)

    async def _remind(self, line: Line) -> None:
        await self._say(line)

    async def _put_off_stuck(self, past: list[tuple[int, datetime]], *, now: datetime) -> None:
        """A reminder that a bug keeps from firing waits its turn; it never becomes a busy loop."""
        async with self._database.read() as c:
            stuck = set(past) & set(await deadlines.past(c, now, limit=len(past)))
        again = {id: self._in_vain.get(id, 0) + 1 for id, _ in stuck}
        self._in_vain = {id: tries for id, tries in self._in_vain.items() if id not in dict(past)} | again
        if not stuck:
            return
        log.error("reminders could not be given", action="clock_stuck", incidents=sorted(id for id, _ in stuck))
        async with self._database.begin() as c:
            for incident, since in stuck:
                wait = min(_FIRST * 2 ** min(again[incident] - 1, 9), PUT_OFF)
                await deadlines.put_off(c, incident, since, until=now + wait)

    async def _put_off_planned(self, past: list[tuple[int, datetime]], *, now: datetime) -> None:
        async with self._database.read() as c:
            stuck = set(past) & set(await maintenances.past(c, now, limit=len(past)))
        if not stuck:
            return
        log.error("reminders could not be given", action="clock_stuck", maintenance=sorted(id for id, _ in stuck))
        async with self._database.begin() as c:
            for maintenance, since in stuck:
                await maintenances.put_off(c, maintenance, since, until=now + PUT_OFF)

    async def next_look(self) -> datetime | None:
        """When something falls due next; None when nothing is owed."""
        async with self._database.read() as c:
            return await deadlines.next_wake(c)


def _remind(incident: int, since: datetime, *, now: datetime) -> Line:
    """The delivery id is the wake time's: two clocks that see the same deadline fire it once (REL-129)."""
    return Line(
        who=CLOCK,
        words="remind",
        at=now,
        delivery=f"clock:{incident}:{since.timestamp()}",
        via="clock",
        incident=incident,
    )


def _remind_of(maintenance: int, since: datetime, *, now: datetime) -> Line:
    delivery = f"clock:maintenance:{maintenance}:{since.timestamp()}"
    return Line(who=CLOCK, words=f"remind maintenance {maintenance}", at=now, delivery=delivery, via="clock")
