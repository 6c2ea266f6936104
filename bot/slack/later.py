"""What is done after Slack was answered: its failure is logged, and harms nothing else."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from bot.sheltered import Broken, sheltered


class Later:
    """Open as long as its block. Leaving it waits for what is under way, so that answers are not lost at a stop."""

    PATIENCE = 5.0
    """Seconds that a stop waits."""

    def __init__(self) -> None:
        self._group: asyncio.TaskGroup | None = None
        self._going: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> "Later":
        self._group = await asyncio.TaskGroup().__aenter__()
        return self

    async def __aexit__(self, *problem: Any) -> None:
        group, self._group = self._group, None
        if group:
            if self._going:
                await asyncio.wait(self._going, timeout=self.PATIENCE)
            for task in self._going:
                task.cancel()
            await group.__aexit__(None, None, None)

    async def quiet(self) -> None:
        """When everything that was started is done."""
        while self._going:
            await asyncio.wait(self._going)

    def start(self, work: Coroutine[Any, Any, Any], what: str) -> asyncio.Task[Any]:
        """The task ends in any case; who waits for it gets the result, or None when it failed."""
        if self._group is None:
            work.close()
            raise RuntimeError("nothing is started once the end has begun")
        task = self._group.create_task(_guarded(work, what))
        self._going.add(task)
        task.add_done_callback(self._going.discard)
        # Who is stopped before the first step never looks at what it was to do.
        task.add_done_callback(lambda _: work.close())
        return task


async def _guarded(work: Coroutine[Any, Any, Any], what: str) -> Any:
    # One answer that cannot be given must not end the group, and with it the connection to Slack.
    done = await sheltered(work, action="slack_later_failed", what=what)
    return None if isinstance(done, Broken) else done
