"""What open browsers wait on: a change somebody committed, here or in another process."""

import asyncio
from contextlib import suppress

from storage import web as rooms
from storage.database import Database

LOOK_EVERY = 1.0
"""Seconds until another process's words (`sitrep say`) are noticed."""


class Live:
    def __init__(self, database: Database) -> None:
        self.closed = False
        self._database = database
        self._news = asyncio.Event()
        self._reading = asyncio.Lock()
        self._last = 0
        self._read_at = float("-inf")

    def nudge(self) -> None:
        """Something was committed."""
        self._read_at = float("-inf")
        self._news.set()
        self._news = asyncio.Event()

    def close(self) -> None:
        self.closed = True
        self.nudge()

    async def after(self, change: int, *, within: float) -> int:
        """The newest change, as soon as it is newer than ``change``; the same number after ``within`` seconds."""
        loop = asyncio.get_running_loop()
        until = loop.time() + within
        while (last := await self.last()) <= change and loop.time() < until and not self.closed:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), min(LOOK_EVERY, max(until - loop.time(), 0.01)))
        return max(last, change)

    async def last(self) -> int:
        """One look at the database serves all browsers."""
        asked = asyncio.get_running_loop().time()
        async with self._reading:
            if self._read_at < asked - LOOK_EVERY * 0.9:
                self._read_at = asked
                await self.look()
        return self._last

    async def look(self) -> None:
        async with self._database.read() as c:
            self._last = await rooms.last_change(c)
