"""What time it is: real time, or in a demonstration real time that somebody may move ahead."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

from storage import deadlines, facts
from storage.database import Database

_OFFSET = "demo_clock_ahead"
Look = Callable[[datetime], Awaitable[object]]


def real_now() -> datetime:
    return datetime.now(UTC)


class DemoClock:
    """Runs with real time, some way ahead of it. How far survives a restart, so that time never goes back."""

    def __init__(self, database: Database, ahead: timedelta) -> None:
        self._database = database
        self._ahead = ahead

    @classmethod
    async def open(cls, database: Database) -> "DemoClock":
        async with database.read() as c:
            kept = await facts.get(c, _OFFSET)
        return cls(database, timedelta(seconds=float(kept or 0)))

    def now(self) -> datetime:
        return real_now() + self._ahead

    async def advance(self, minutes: int, *, look: Look) -> None:
        """Go ahead, stopping at every moment that somebody is reminded at, so that each reminder has its own time."""
        goal = self.now() + timedelta(minutes=minutes)
        async for moment in stops(self._next_wake, goal):
            await self._set(moment)
            await look(self.now())
        await self._set(goal)
        await look(self.now())

    async def _next_wake(self) -> datetime | None:
        async with self._database.read() as c:
            return await deadlines.next_wake(c)

    async def _set(self, moment: datetime) -> None:
        self._ahead = max(self._ahead, moment - real_now())
        async with self._database.begin() as c:
            await facts.put(c, _OFFSET, str(self._ahead.total_seconds()))


async def stops(next_stop: Callable[[], Awaitable[datetime | None]], goal: datetime) -> AsyncIterator[datetime]:
    """Every moment up to `goal` at which something is to be done, in order.

    A moment that comes twice ends the journey: whoever was to look left it as it is, and would for ever.
    """
    last = None
    while (moment := await next_stop()) and moment <= goal and moment != last:
        last = moment
        yield moment
