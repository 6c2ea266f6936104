"""Ten thousand wait: pages leave first, then SEV-1, then the rest, and what is urgent overtakes (REL-156)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from conversation import SETTINGS, START
from crash.world import furnished
from databases import ready

from scheduler.chat import Chat, Undelivered
from scheduler.delivery import LANES, Delivery
from storage import backlog, outbox
from storage.database import Database
from storage.outbox import Parcel
from templates.card import Card
from templates.effect import Effect
from templates.packing import pack_effect

pytestmark = pytest.mark.on("sqlite")


class Slow:
    """Every call takes a while; what was shown is kept in order."""

    platform = "web"

    def __init__(self, most: int) -> None:
        self.shown: list[str] = []
        self.most = most
        self.delivery: Delivery | None = None
        self.moment: Any = None

    async def post(self, op: str, place: object, card: Card, *, slot: str, incident: int) -> str:
        return await self._show(card)

    async def private(self, op: str, place: object, card: Card, *, incident: int, page: bool) -> str:
        return await self._show(card)

    async def _show(self, card: Card) -> str:
        await asyncio.sleep(0)
        self.shown.append(card.text)
        if self.moment and len(self.shown) == LANES:
            await self.moment()
        if len(self.shown) >= self.most and self.delivery:
            await self.delivery.stop()
        return f"{len(self.shown)}"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database.open(await ready(tmp_path / "sitrep.db", furnished))
    yield opened
    await opened.close()


def parcel(kind: str, rank: int, number: int) -> Parcel:
    place = f"person:p{number}@example.com" if kind == "page" else "status"
    effect = Effect(cast(Any, kind), place, Card(text=f"{kind} {rank}"), rank=rank)
    return Parcel("web", number, kind, place, pack_effect(effect), rank=rank)


async def fill(database: Database, *, rest: int, urgent: int, each: int = 20) -> None:
    """So many lanes with so many rows each; the least urgent first."""
    async with database.begin() as c:
        for kind, rank, lanes, start in (("post", 3, rest, 1000), ("post", 1, urgent, 100), ("page", 0, urgent, 0)):
            if lanes:
                rows = [parcel(kind, rank, start + number) for number in range(lanes) for _ in range(each)]
                await outbox.add(c, rows, now=START)


def delivering(database: Database, most: int) -> tuple[Slow, Delivery]:
    chat = Slow(most)
    chat.delivery = Delivery(database, {"web": cast(Chat, chat)}, SETTINGS.house, clock=lambda: START)
    return chat, chat.delivery


async def test_rel_156_pages_then_sev_1_then_the_rest(database: Database) -> None:
    await fill(database, rest=480, urgent=10)
    async with database.read() as c:
        assert await outbox.waiting_count(c) == 10_000
        assert (await backlog.by_platform(c))["web"].rows == 10_000
    chat, delivery = delivering(database, most=700)
    await delivery.drain()
    first = {what: chat.shown.index(what) for what in ("page 0", "post 1", "post 3")}
    assert first["page 0"] < first["post 1"] < first["post 3"]
    # Sixty-four destinations side by side: all of the urgent ones are among them, though they came last.
    assert min(chat.shown.count("page 0"), chat.shown.count("post 1")) > 90


async def test_rel_156_what_is_urgent_overtakes_what_was_there_before(database: Database) -> None:
    """It waits for what is in hand, a few messages of each lane, and for nothing of the backlog behind that."""
    await fill(database, rest=2 * LANES, urgent=0, each=5)
    chat, delivery = delivering(database, most=2 * LANES * 5)

    async def a_page_and_a_sev1() -> None:
        chat.moment = None
        async with database.begin() as c:
            await outbox.add(c, [parcel("page", 0, 50), parcel("post", 1, 51)], now=START)

    chat.moment = a_page_and_a_sev1
    await delivery.drain()
    for what in ("page 0", "post 1"):
        assert chat.shown.index(what) < LANES * (5 + 1)


async def test_rel_156_a_platform_that_is_back_is_not_waited_for(database: Database) -> None:
    """After a long absence a destination is tried once a minute; once it is there again, at once (REL-150)."""

    class Away(Slow):
        async def _show(self, card: Card) -> str:
            raise Undelivered("away")

    async with database.begin() as c:
        await outbox.add(c, [parcel("post", 1, number) for number in range(5)], now=START)
    away = Delivery(database, {"web": cast(Chat, Away(0))}, SETTINGS.house, clock=lambda: START)
    await away.drain()
    chat, delivery = delivering(database, most=100)
    await delivery.drain()
    assert chat.shown == []
    async with database.begin() as c:
        await backlog.hurry(c, "slack", now=START)
    await delivery.drain()
    assert chat.shown == [], "another platform's"
    async with database.begin() as c:
        await backlog.hurry(c, "web", now=START)
    await delivery.drain()
    assert len(chat.shown) == 5
