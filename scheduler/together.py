"""Small writes that come at once share a commit: of a hundred lanes, each waits for a tenth of the disk."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database

T = TypeVar("T")

Work = Callable[[AsyncConnection], Awaitable[T]]

MOST = 64


@dataclass(slots=True, eq=False)
class Ticket:
    """Somebody's work, and what came of it."""

    name: str
    work: Work[Any]
    done: bool = False
    result: Any = None
    problem: Exception | None = None


class Together:
    """Whoever comes first writes for all who wait; work that fails is tried once more on its own, so it harms nobody.

    The work may run twice, the first time undone, so it keeps nothing outside the database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = asyncio.Lock()
        self._waiting: list[Ticket] = []

    async def done(self, name: str, work: Work[T]) -> T:
        """The work's own answer, after the commit. Raises what it raised. ``name`` is the row that it changes first."""
        ticket = Ticket(name, work)
        self._waiting.append(ticket)
        try:
            async with self._turn:
                while not ticket.done:
                    await self._write()
        finally:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
        if ticket.problem:
            raise ticket.problem
        result: T = ticket.result
        return result

    async def _write(self) -> None:
        batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        try:
            await self._at_once(batch)
        finally:
            # Whoever wrote for all was stopped: the next one does it.
            self._waiting = [ticket for ticket in batch if not ticket.done] + self._waiting

    async def _at_once(self, batch: list[Ticket]) -> None:
        # Always in the same order, so that two processes never wait for each other.
        batch = sorted(batch, key=lambda ticket: ticket.name)

        async def written(c: AsyncConnection) -> list[Any]:
            return [await ticket.work(c) for ticket in batch]

        try:
            results = await self._database.done(written)
        except (SQLAlchemyError, OSError) as problem:
            if len(batch) > 1:
                for ticket in batch:
                    await self._at_once([ticket])
                return
            batch[0].done, batch[0].problem = True, problem
            return
        for ticket, result in zip(batch, results, strict=True):
            ticket.done, ticket.result = True, result
