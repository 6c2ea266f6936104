"""Sitrep's Slack side against the stand-in: the real client, the real database, and a time that moves when told."""

from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conversation import ADA, SETTINGS
from crash.world import furnished
from databases import ready
from fakes.slack.fake import FakeSlack
from sqlalchemy import Table, select

from bot.slack import calls
from bot.slack.chat import SlackChat
from bot.slack.holds import Holds
from bot.slack.people import Slackers
from bot.slack.workspace import Workspace
from commands.line import Line
from commands.run import Door
from incidents.person import Person
from scheduler.chat import Place, Room, Undelivered
from scheduler.delivery import Delivery
from storage.database import Database
from templates.card import Card

OP = "a1b2c3d4e5f60718293a4b5c6d7e8f90"
ON_SLACK = replace(SETTINGS, platforms=("slack",))


def op(number: int) -> str:
    return f"{number:032x}"


@dataclass
class Office:
    slack: FakeSlack
    database: Database
    workspace: Workspace
    people: Slackers
    chat: SlackChat
    delivery: Delivery
    door: Door
    lines: int = 0

    async def room(self, name: str = "inc-1-checkout", *, private: bool = False, op: str = OP) -> Room:
        return await self.chat.open(op, name=name, private=private, incident=1)

    async def says(self, words: str, who: Person = ADA, **more: Any) -> None:
        """To the door; delivery is given its chance."""
        self.lines += 1
        await self.door.say(Line(who, words, self.now(), f"line:{self.lines}", **more))
        await self.delivery.drain()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.slack.clock.now(), UTC)

    async def wait(self, seconds: float = 61) -> None:
        self.slack.clock.advance(seconds)
        await self.delivery.drain()

    async def settle(self, seconds: int = 20) -> None:
        """Long enough for what waits for its second in a channel."""
        for _ in range(seconds):
            await self.wait(1.1)

    async def rows(self, table: Table) -> list[Mapping[str, Any]]:
        async with self.database.read() as c:
            result = await c.execute(select(table).order_by(*table.primary_key.columns))
            return [dict(row) for row in result.mappings()]

    def methods(self) -> list[str]:
        return [call.method for call in self.slack.ledger.calls()]


def card(text: str = "Checkout returns 500s", **more: Any) -> Card:
    return Card(text=text, **more)


async def refused(call: Awaitable[Any]) -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        await call
    return caught.value


async def post(here: Office, place: Place, shown: Card | None = None, *, op: str = op(7)) -> str:
    return await here.chat.post(op, place, shown or card(), slot="", incident=1)


def created(here: Office) -> list[str]:
    return [effect.channel for effect in here.slack.ledger if effect.kind == "create"]


@asynccontextmanager
async def office(folder: Path, *, burst: int = 1, **more: Any) -> AsyncIterator[Office]:
    """Sleeping moves Slack's clock and ours together, so that nobody waits."""
    database = Database.open(await ready(folder / "sitrep.db", furnished))
    async with FakeSlack() as slack, calls.session() as session:
        for channel in ("status", "incidents"):
            slack.channel(channel)
        holds = Holds(slack.clock.now, burst=burst)
        yield _furnished(slack, database, Workspace(_client(slack, session), holds=holds), more)
    await database.close()


def _client(slack: FakeSlack, session: Any) -> Any:
    return calls.client(slack.app.bot_token, session, base_url=slack.base_url)


def _furnished(slack: FakeSlack, database: Database, workspace: Workspace, more: Mapping[str, Any]) -> Office:
    async def sleep(seconds: float) -> None:
        slack.clock.advance(max(0.0, seconds))

    people = Slackers(workspace, database)
    own = {name: slack.rooms.room(name).id for name in ("status", "incidents")}
    settings: dict[str, Any] = {"channels": own, "sleep": sleep, **more}
    chat = SlackChat(workspace, people, database, **settings)

    def now() -> datetime:
        return datetime.fromtimestamp(slack.clock.now(), UTC)

    delivery = Delivery(database, {"slack": chat}, ON_SLACK.house, clock=now)
    return Office(slack, database, workspace, people, chat, delivery, Door(database, ON_SLACK))
