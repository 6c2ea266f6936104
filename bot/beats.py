"""Every half minute the server notes in its database and beside it that it lives: so an older copy is recognised."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.config import Config
from bot.lived import Note
from bot.opening import place
from storage import restored
from storage.database import Database

log = structlog.get_logger()

_LOOK, _LOOKS = 1.0, 30
_OLDER = timedelta(minutes=2)
_UNKNOWN = timedelta(hours=1)
"""Without a note nothing tells a copy from the database itself, but that nobody has served from it for so long."""


class Beats:
    """``held`` is True while nothing may leave (REL-114)."""

    def __init__(self, database: Database, config: Config, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._note = Note(config.data, place(database))
        self._clock = clock
        self.held = False

    async def start(self) -> None:
        """Compare before the first beat: it would make the copy look fresh."""
        noted = self._note.read()
        async with self._database.begin() as c:
            last = await restored.last_beat(c)
            if last and (noted - last > _OLDER if noted else self._clock() - last > _UNKNOWN):
                await restored.hold(c, last)
        await self.look()
        await self.beat()

    async def keep(self) -> None:
        """Until the next beat; whoever lets outbound go again need not wait for it."""
        await self.beat()
        for _ in range(_LOOKS):
            await asyncio.sleep(_LOOK)
            if self.held:
                await self.look()

    async def look(self) -> None:
        async with self._database.read() as c:
            since = await restored.held(c)
        if since and not self.held:
            log.error(
                "this may be an older copy of the database: nothing leaves", action="outbound_held", since=str(since)
            )
        self.held = since is not None

    async def beat(self) -> None:
        now = self._clock()
        async with self._database.begin() as c:
            await restored.beat(c, now)
        # The database first: what stands beside it is never ahead of it by itself.
        await asyncio.to_thread(self._note.write, now)
