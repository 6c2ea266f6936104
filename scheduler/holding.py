"""Lanes in hand: their leases are prolonged for as long as we live, and nothing is sent once we may have lost one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from storage import outbox
from storage.database import Database
from storage.outbox import Lease

log = structlog.get_logger()

_PROLONGED_EVERY = 0.2 * outbox.LEASE.total_seconds()
_SURE_FOR = 0.4 * outbox.LEASE.total_seconds()
"""Seconds after which a lane is ours only perhaps: we were stopped, or the database was away."""


class TakenOver(Exception):
    """Somebody else may have the lane by now: it is theirs to send."""


class Holding:
    """One for each kind of worker. By the loop's own time, which nobody turns back."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._held: dict[str, float] = {}
        """When each lane's lease was last known to be ours."""
        self._tokens: dict[str, str] = {}
        self._left: dict[str, str] = {}

    @contextmanager
    def lane(self, lease: Lease, *, since: float) -> Iterator[None]:
        """``since`` is the loop's time just before it was claimed."""
        self._held[lease.lane], self._tokens[lease.lane] = since, lease.token
        try:
            yield
        except asyncio.CancelledError:
            self._left[lease.lane] = lease.token
            raise
        finally:
            self._held.pop(lease.lane, None)
            self._tokens.pop(lease.lane, None)

    async def release(self) -> None:
        """What was broken off when we were stopped: whoever takes it over need not wait, and looks first (REL-091)."""
        left, self._left = self._left, {}
        if left:
            await self._database.done(lambda c: outbox.release(c, left, now=self._clock()))

    def sure(self, lease: Lease) -> bool:
        """Whether nobody else can have taken it over meanwhile (REL-092)."""
        since = self._held.get(lease.lane)
        return since is not None and asyncio.get_running_loop().time() - since < _SURE_FOR

    @asynccontextmanager
    async def prolonging(self) -> AsyncIterator[None]:
        """Inside the block."""
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(self._keep_prolonging())
            try:
                yield
            finally:
                keeping.cancel()

    async def _keep_prolonging(self) -> None:
        while True:
            await asyncio.sleep(_PROLONGED_EVERY)
            try:
                await self.prolong()
            except (SQLAlchemyError, OSError) as problem:
                log.warning("leases not prolonged", action="lease_not_prolonged", problem=repr(problem)[:200])

    async def prolong(self) -> None:
        """A lane that somebody else has taken over is not ours from now on."""
        asked, tokens = asyncio.get_running_loop().time(), dict(self._tokens)
        if not tokens:
            return
        async with self._database.begin() as c:
            ours = await outbox.prolong(c, tokens, now=self._clock())
        for name in tokens.keys() & self._held.keys():
            self._held[name] = asked if name in ours else float("-inf")
            if name not in ours:
                log.warning("taken over by another", action="lease_lost", lane=name)
