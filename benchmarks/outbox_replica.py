"""`python -m benchmarks.outbox_replica URL`: a delivery of its own, to a chat that takes 20 ms for each answer.

It says `ready`, begins at the line `go`, and tells at the line `stop` what was shown, as JSON.
"""

import asyncio
import json
import logging
import sys
import time
from datetime import UTC, datetime
from typing import cast

import structlog

from benchmarks.quick_chat import QuickChat
from scheduler.chat import Chat, Place
from scheduler.delivery import Delivery
from storage.database import Database
from templates.card import Card
from templates.house import House

_ANSWER = 0.02
"""Seconds."""

Shown = tuple[str, str, int, float]
"""The op, the room, the post's number in it, and when; all processes of a machine have the same time for that."""


class SlowChat(QuickChat):
    """Keeps what it showed."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[Shown] = []

    async def post(self, op: str, place: Place, card: Card, *, slot: str, incident: int) -> str:
        await asyncio.sleep(_ANSWER)
        self.shown.append((op, place.room, int(card.text), time.monotonic()))
        return op


async def main(url: str) -> None:
    database, chat = Database.open(url), SlowChat()
    delivery = Delivery(database, {"web": cast(Chat, chat)}, House(), clock=lambda: datetime.now(UTC))
    async with database.read():
        print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    async with asyncio.TaskGroup() as group:
        delivering = group.create_task(delivery.run())
        await asyncio.to_thread(sys.stdin.readline)
        delivering.cancel()
    print(json.dumps(chat.shown), flush=True)
    await database.close()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(main(sys.argv[1]))
