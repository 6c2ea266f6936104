"""Sitrep as it runs on one machine: door, delivery and clock on the common database; killed, stopped, started again."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from unittest.mock import patch

from conversation import START
from crash.world import ON_CALL
from simulation.chat import Connection, Platform
from simulation.machine import Machine, Near
from sqlalchemy.exc import SQLAlchemyError

from commands.line import Line
from commands.run import Answer, Door
from scheduler.clock import Clock
from scheduler.delivery import Delivery
from storage.database import Database

_POLL = 5.0
_SWEEP = 15.0


class Replica:
    """One life of one; who starts again is another one with the same name. ``ahead``: how wrong its clock is."""

    def __init__(
        self, url: str, platform: Platform, machine: Machine, *, ahead: float, news: Callable[[], None]
    ) -> None:
        self.machine = machine
        self._ahead = timedelta(seconds=ahead)
        with patch("storage.database.OneHop", lambda: Near(machine)):
            self._database = Database.open(url)
        self._door = Door(self._database, ON_CALL, news=news)
        chats = {"web": Connection(platform, machine)}
        self._delivery = Delivery(self._database, chats, ON_CALL.house, clock=self.now)
        self._clock = Clock(self._database, self._door.say, now=self.now)
        self._news = asyncio.Event()
        self._stopping = False
        self._tasks: list[asyncio.Task[object]] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=asyncio.get_running_loop().time()) + self._ahead

    def start(self) -> None:
        for keep in (self._keep_delivering, self._keep_looking):
            self._tasks.append(asyncio.ensure_future(keep()))

    def nudge(self) -> None:
        self._news.set()

    def hear(self, line: Line) -> "asyncio.Task[Answer]":
        """Somebody's line arrives here; what it is answered is lost with the machine."""
        task = asyncio.ensure_future(self._door.say(line))
        self._tasks = [*(each for each in self._tasks if not each.done()), task]
        return task

    async def kill(self) -> None:
        self.machine.die()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def leave(self) -> None:
        """As after SIGTERM: what is under way is finished or handed over."""
        self._stopping = True
        self.nudge()
        with suppress(SQLAlchemyError, OSError):
            await self._delivery.stop()
        delivering, looking, *lines = self._tasks
        await asyncio.wait([delivering], timeout=10.0)
        for task in (delivering, looking):
            task.cancel()
        await asyncio.gather(delivering, looking, *lines, return_exceptions=True)
        with suppress(SQLAlchemyError, OSError):
            await self._delivery.stop()
        await self._database.close()
        self.machine.die()

    async def _keep_delivering(self) -> None:
        while not (self._stopping or self.machine.dead):
            self._news.clear()
            await self._tried(self._delivery.drain)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), _POLL)

    async def _keep_looking(self) -> None:
        while not (self._stopping or self.machine.dead):
            due: list[datetime | None] = [None]
            await self._tried(self._clock.look)

            async def ask(due: list[datetime | None] = due) -> None:
                due[0] = await self._clock.next_look()

            await self._tried(ask)
            left = (due[0] - self.now()).total_seconds() if due[0] else _SWEEP
            await asyncio.sleep(min(max(left, 0.5), _SWEEP))

    async def _tried(self, work: Callable[[], Awaitable[object]]) -> None:
        try:
            await work()
        except* (SQLAlchemyError, OSError):
            if not self.machine.dead:
                await asyncio.sleep(1.0)
