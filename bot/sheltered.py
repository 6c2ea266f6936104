"""The border of the outside: a bug while one person is served harms nobody else, and the log has it under a reference.

The third and last place that catches everything. The door and delivery have theirs; what is left is what stands around
them: a page, an answer, a form. Whatever breaks there must end neither the other requests nor the connection to Slack.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar
from uuid import uuid4

import structlog

log = structlog.get_logger()
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Broken:
    """What stands in the log under this reference went wrong."""

    reference: str


async def sheltered(
    work: Awaitable[T], *, action: str, passing: tuple[type[BaseException], ...] = (), **known: object
) -> T | Broken:
    """What comes of ``work``; errors in ``passing`` are the caller's. ``known`` goes into the log."""
    try:
        return await work
    except passing:
        raise
    except asyncio.CancelledError as stray:
        if (task := asyncio.current_task()) and task.cancelling():
            raise
        # Nobody stopped us: passed on, it would look as if somebody had, and leave whoever waits without an answer.
        return _broken(stray, action, known)
    except Exception as problem:  # whatever it is, it is this one's alone
        return _broken(problem, action, known)


def _broken(problem: BaseException, action: str, known: dict[str, object]) -> Broken:
    reference = uuid4().hex[:8]
    log.error("something broke", action=action, reference=reference, **known, exc_info=problem)
    return Broken(reference)
