"""Tells somebody outside that Sitrep works, as long as the audit says so: silence is the alarm (G10, REL-221)."""

import asyncio
from collections.abc import Callable

import aiohttp
import structlog
from sqlalchemy.exc import SQLAlchemyError

from scheduler.auditor import Auditor, Report

log = structlog.get_logger()

EVERY = 60.0
"""Seconds between two audits, each followed by a beat if all is well."""
WITHIN = 10.0
"""Seconds that whoever hears the beat may take to answer."""
SPREAD = 0.25
"""Seconds between two batches of an audit, so that ten thousand incidents take less than a minute."""


class Heartbeat:
    """``url`` may be empty: then only the audit is done. Trouble of the listener's is logged and harms nobody."""

    def __init__(
        self, auditor: Auditor, url: str, *, every: float = EVERY, within: float = WITHIN, spread: float = SPREAD
    ) -> None:
        self._auditor = auditor
        self._url = url
        self._every = every
        self._within = within
        self._spread = spread
        self.report = Report()
        self.beats = 0

    async def keep(self, stopped: Callable[[], bool]) -> None:
        """Until cancelled or ``stopped``. By the loop's own time: what the wall clock says plays no part."""
        timeout = aiohttp.ClientTimeout(total=self._within)
        async with aiohttp.ClientSession(timeout=timeout, auto_decompress=False) as session:
            while not stopped():
                began = asyncio.get_running_loop().time()
                if await self._well():
                    await self._beat(session)
                left = began + self._every - asyncio.get_running_loop().time()
                await asyncio.sleep(max(0.0, left))

    async def _well(self) -> bool:
        """Whoever cannot even audit is not well, and sends nothing."""
        try:
            self.report = await self._auditor.look(pause=self._spread)
        except (SQLAlchemyError, OSError) as problem:
            log.error("no audit", action="audit_failed", problem=repr(problem)[:200])
            return False
        return self.report.well

    async def _beat(self, session: aiohttp.ClientSession) -> None:
        if not self._url:
            return
        try:
            async with session.get(self._url, allow_redirects=False) as answer:
                if answer.status >= 400:
                    log.warning("the heartbeat was refused", action="heartbeat_refused", status=answer.status)
                    return
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            log.warning("nobody heard the heartbeat", action="heartbeat_unheard", problem=type(problem).__name__)
            return
        self.beats += 1
