"""SIGHUP: sitrep.toml is read again. It is taken whole or not at all, and whatever is under way goes on (REL-145)."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, fields, replace

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.config import Config
from bot.core import Core
from bot.mistake import Mistake
from bot.opening import introduce
from bot.web.public.keeper import Keeper
from storage.database import Database
from templates import dates

log = structlog.get_logger()

_TAKEN = frozenset({"settings", "profile", "templates", "file"})
"""Of a configuration; all else is what the process was built with."""
_BUILT_IN = ("base_url", "zone", "status_room", "announce_room", "support_room", "sales_room")
"""Of the organisation's settings: pages, links and rooms were made with these."""


@dataclass(slots=True)
class Reloading:
    """``read`` gives the configuration as it stands now, or raises Mistake."""

    config: Config
    database: Database
    core: Core
    public: Keeper
    read: Callable[[], Config]

    async def keep(self, asked: asyncio.Event) -> None:
        """Until cancelled."""
        while True:
            await asked.wait()
            asked.clear()
            await self.reload()

    async def reload(self) -> bool:
        """False when it was refused: then the old one is in force, whole."""
        try:
            fresh = await asyncio.to_thread(self.read)
            if lasting := list(_lasting(self.config, fresh)):
                raise Mistake(f"{', '.join(lasting)}: takes effect at the next start only, so nothing was taken.")
            await asyncio.to_thread(dates.load, fresh.settings.house.languages)
            # Whoever is named from now on must be known, and if that cannot be stored, nothing has changed yet.
            await introduce(self.database, fresh)
        except (Mistake, SQLAlchemyError, OSError) as problem:
            told = str(problem) if isinstance(problem, Mistake) else f"the database did not answer: {problem!r}"
            log.error("the old configuration stays", action="config_refused", problem=told[:2000])
            return False
        self._take(fresh)
        log.info("the new configuration is in force", action="config_reloaded")
        return True

    def _take(self, fresh: Config) -> None:
        """Nothing waits in here: no line sees half of it. A line under way ends with what it began with."""
        self.config = fresh
        door = self.core.door
        door.settings = replace(fresh.settings, platforms=door.settings.platforms)
        self.public.adopt(fresh.settings.house)
        self.core.publishing.adopt(fresh.settings.house)


def _lasting(old: Config, new: Config) -> Iterator[str]:
    for name in (field.name for field in fields(Config) if field.name not in _TAKEN):
        if getattr(old, name) != getattr(new, name):
            yield name
    for name in _BUILT_IN:
        if getattr(old.settings.house, name) != getattr(new.settings.house, name):
            yield name
    for name in ("pin_emoji", "key_emoji"):
        if getattr(old.settings, name) != getattr(new.settings, name):
            yield name


@asynccontextmanager
async def on_hangup(reloading: Reloading) -> AsyncIterator[None]:
    """Inside the block."""
    asked, loop = asyncio.Event(), asyncio.get_running_loop()
    # Windows has no such signal.
    with suppress(NotImplementedError, AttributeError):
        loop.add_signal_handler(signal.SIGHUP, asked.set)
    async with asyncio.TaskGroup() as group:
        keeping = group.create_task(reloading.keep(asked))
        try:
            yield
        finally:
            keeping.cancel()
