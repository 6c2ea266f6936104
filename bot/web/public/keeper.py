"""Keeps the status page up to date with what is published, and alive without a database (REL-180)."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.public_settings import PublicPage
from bot.sheltered import sheltered
from bot.web.public import files, snapshot
from bot.web.public.pages import Stale
from bot.web.public.snapshot import Snapshot
from bot.web.public.tree import Tree
from storage import publications
from storage.database import Database
from storage.publications import Publication
from templates.house import House

log = structlog.get_logger()

_EVERY = 1.0
_PATIENCE = 10.0
_STALE_AFTER = 30.0
"""Seconds without a look into the database before the page says so."""
_PAUSE = 30.0
"""Seconds until files that could not be written are tried again."""
_AGAIN = 100
"""Rows that are read once more: where several write, a row may become visible after one with a higher number."""


class Keeper:
    """``tree`` is what is served; None until the database was read for the first time."""

    def __init__(
        self,
        database: Database,
        house: House,
        settings: PublicPage,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.tree: Tree | None = None
        self.settings = settings
        self._database = database
        self._house = house
        self._clock = clock
        self._monotonic = monotonic
        self._posts: dict[tuple[str, int], Publication] = {}
        self._reworded = 0
        self._looked = monotonic()
        self._known_at: datetime | None = None
        self._failing = False
        self._written = files.Written()
        self._not_before = 0.0

    async def keep(self) -> None:
        """Look every second, for as long as the server runs; whatever breaks, the page stays."""
        while self.settings.page or self.settings.files:
            await sheltered(self.refresh(), action="status_page")
            await asyncio.sleep(_EVERY)

    async def last(self) -> None:
        """When Sitrep stops: what was published last must not be missing from the files."""
        if self.settings.files:
            await sheltered(self.refresh(), action="status_page")

    async def refresh(self) -> None:
        await self.look()
        if self.tree and self.settings.files:
            await self._write(self.tree.snapshot)

    async def look(self) -> None:
        """Adopt what was published since; a database that does not answer leaves everything as it is."""
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._look()
        except (SQLAlchemyError, OSError) as problem:
            # A timeout is an OSError too.
            if not self._failing:
                log.warning(
                    "the status page cannot be refreshed", action="status_page_stale", problem=repr(problem)[:200]
                )
            self._failing = True
        else:
            self._failing = False

    def adopt(self, house: House) -> None:
        """From the next look on."""
        self._house, self._reworded = house, -1

    @property
    def stale(self) -> Stale | None:
        """None while the database answers."""
        away = self._monotonic() - self._looked
        if away < _STALE_AFTER or self._known_at is None:
            return None
        return Stale(max(1, int(away // 60)), self._known_at)

    async def _look(self) -> None:
        now = self._clock()
        held = self.tree.snapshot if self.tree else None
        async with self._database.read() as c:
            newest, reworded = await publications.newest_id(c), await publications.rewordings(c)
            if held is None or newest > held.version or reworded != self._reworded:
                known = held.version - _AGAIN if held and reworded == self._reworded else 0
                found = await publications.after(c, known)
                self._posts |= {(post.subject, post.number): post for post in found}
                held = None
        self._reworded = reworded
        if held is None or not held.made_at <= now < held.valid_until:
            self._adopt(newest, now)
        self._looked, self._known_at = self._monotonic(), now

    def _adopt(self, version: int, now: datetime) -> None:
        address = self.settings.address(self._house.base_url)
        made = snapshot.made(self._posts.values(), version, self._house, address, now)
        self.tree = Tree(made, before=self.tree.made if self.tree else None)

    async def _write(self, s: Snapshot) -> None:
        folder = self.settings.files
        if folder is None or self._written.snapshot is s or self._monotonic() < self._not_before:
            return
        try:
            await files.write(s, folder, self._written)
        except files.Newer as newer:
            self._put_off(f"the status page's files tell of {newer}, which is newer than this database")
        except OSError as problem:
            self._put_off(f"the status page's files cannot be written: {problem}"[:300])

    def _put_off(self, why: str) -> None:
        log.error(why, action="status_files")
        self._not_before = self._monotonic() + _PAUSE
