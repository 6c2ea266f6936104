"""The fake's time: real time, or a test's own, which can be moved ahead of everybody who sleeps by it."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

_TICK = 0.005
_T = TypeVar("_T")


class Clock:
    """Pass `wall` when the bot under test has a stepped clock, so that both agree on the age of a signature."""

    def __init__(self, wall: Callable[[], float] | None = None) -> None:
        self._wall = wall or time.time
        self._borrowed = wall is not None
        self._ahead = 0.0
        self._moved = asyncio.Event()

    def now(self) -> float:
        return self._wall() + self._ahead

    def wall(self) -> float:
        """What signatures carry: moving our own time ahead must not make them look stale to the bot."""
        return self._wall()

    def advance(self, seconds: float) -> None:
        self._ahead += seconds
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            pause = min(left, _TICK) if self._borrowed else left
            with suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), pause)

    async def within(self, seconds: float, work: Coroutine[Any, Any, _T]) -> _T:
        """The result of `work`; raises TimeoutError once that many of our seconds have passed."""
        working, waiting = asyncio.ensure_future(work), asyncio.ensure_future(self.sleep(seconds))
        try:
            await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise TimeoutError
            return working.result()
        finally:
            for task in (working, waiting):
                task.cancel()
            # A cancelled task that nobody waits for would close its connection only after the test.
            await asyncio.gather(working, waiting, return_exceptions=True)
