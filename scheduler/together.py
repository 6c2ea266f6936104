"""Small writes that come at once share a commit: of a hundred lanes, each waits for a tenth of the disk."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST = 64


@dataclass(slots=True, eq=False)
class Ticket(Generic[Item, Result]):
    """What somebody wants written, and what came of it."""

    item: Item
    done: bool = False
    result: Result | None = None
    problem: Exception | None = None


class Together(Generic[Item, Result]):
    """Whoever comes first writes for all who wait; what fails is tried once more on its own, so it harms nobody.

    ``write`` answers for each of the items. It may run twice, the first time undone, so it keeps nothing outside the
    database; and it locks rows in an order of its own, so that two processes never wait for each other.
    """

    def __init__(
        self, database: Database, write: Callable[[AsyncConnection, Sequence[Item]], Awaitable[Sequence[Result]]]
    ) -> None:
        self._database = database
        self._write = write
        self._turn = asyncio.Lock()
        self._waiting: list[Ticket[Item, Result]] = []

    async def done(self, item: Item) -> Result:
        """Its answer, after the commit. Raises what it raised."""
        ticket = Ticket[Item, Result](item)
        self._waiting.append(ticket)
        try:
            async with self._turn:
                while not ticket.done:
                    await self._write_some()
        finally:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
        if ticket.problem:
            raise ticket.problem
        return cast(Result, ticket.result)

    async def _write_some(self) -> None:
        batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        try:
            await self._at_once(batch)
        finally:
            # Whoever wrote for all was stopped: the next one does it.
            self._waiting = [ticket for ticket in batch if not ticket.done] + self._waiting

    async def _at_once(self, batch: list[Ticket[Item, Result]]) -> None:
        try:
            results = await self._database.done(lambda c: self._write(c, [ticket.item for ticket in batch]))
        except (SQLAlchemyError, OSError) as problem:
            if len(batch) > 1:
                for ticket in batch:
                    await self._at_once([ticket])
                return
            batch[0].done, batch[0].problem = True, problem
            return
        for ticket, result in zip(batch, results, strict=True):
            ticket.done, ticket.result = True, result
