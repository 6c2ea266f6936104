"""Calling people while nothing can be stored: directly, past the outbox, once for each line (REL-102)."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import structlog

from scheduler.chat import Chat, Place, Undelivered
from scheduler.delivery import sheltered
from templates.card import Card
from templates.effect import Effect

log = structlog.get_logger()

_WITHIN = 2.0
"""Seconds that a call may take: whoever waits for the answer still has to call by phone."""
_MANY = 1_000


class Calling:
    """``chats`` are those that need no memory of ours. What is told again is not called again, as long as we run."""

    def __init__(self, chats: Iterable[Chat]) -> None:
        self._chats = tuple(chats)
        self._called: OrderedDict[tuple[str, str], bool] = OrderedDict()

    async def call(self, delivery: str, pages: Sequence[Effect]) -> list[str]:
        """The ids of those who were reached by at least one chat."""
        if not self._chats:
            return []
        reached = await asyncio.gather(*(self._once(delivery, page) for page in pages))
        return [page.to.removeprefix("person:") for page, done in zip(pages, reached, strict=True) if done]

    async def _once(self, delivery: str, page: Effect) -> bool:
        key = (delivery, page.to)
        if key not in self._called:
            self._called[key] = any([await self._tried(chat, delivery, page) for chat in self._chats])
            while len(self._called) > _MANY:
                self._called.popitem(last=False)
        return self._called[key]

    async def _tried(self, chat: Chat, delivery: str, page: Effect) -> bool:
        place = Place(person=page.to.removeprefix("person:"))
        op = f"unstored:{delivery}:{place.person}"
        try:
            async with asyncio.timeout(_WITHIN):
                await sheltered(chat.private(op, place, _unanswerable(page.card or Card()), incident=0, page=True))
        except (Undelivered, TimeoutError) as problem:
            log.error("not called", action="unstored_not_called", platform=chat.platform, problem=repr(problem)[:200])
            return False
        log.error("called without a record", action="unstored_called", platform=chat.platform, op=op)
        return True


def _unanswerable(card: Card) -> Card:
    """Nobody could be told who pressed its button."""
    said = "Sitrep cannot store anything now: tell whoever is there yourself that you come."
    return replace(card, text=f"{card.text}\n\n{said}", buttons=())
