"""The whole of Sitrep behind the stand-in: real Bolt, real clients, Socket Mode or signed HTTP, a clock that is moved.

async with wired(tmp_path) as wire:
    ada = wire.person("ada")
    await ada.slash("#general", "/incident sev1 Checkout down")
    await wire.settle()
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Literal

from aiohttp import web
from aiohttp.test_utils import unused_port
from conversation import EVERYBODY, SETTINGS, START
from crash.world import furnished
from databases import ready
from fakes.slack.fake import FakeSlack
from fakes.slack.ledger import Effect
from fakes.slack.outgoing import Delivery, What
from fakes.slack.person import Person, Said
from fakes.slack.stage import eventually
from fakes.slack.workspace import Channel

from bot.core import Core, assemble
from bot.metrics import Metrics, State
from bot.slack import calls
from bot.slack.app import Slack
from bot.slack.holds import Holds
from bot.slack.settings import SlackSettings
from bot.web.app import WebConfig, make_app
from commands.settings import Settings
from incidents.incident import Incident
from storage import incidents, people, rooms, timeline
from storage.database import Database
from storage.timeline import Entry
from templates.house import House

Mode = Literal["socket", "http"]
OWN = {"announce": "incidents", "status": "status"}


@dataclass
class Time:
    """Ours, Slack's and the pace of posting are one; whoever has to wait for Slack does not wait here."""

    now: datetime = START
    _paces: Any = field(default_factory=count)

    def __call__(self) -> datetime:
        return self.now

    def wall(self) -> float:
        return self.now.timestamp()

    def pace(self) -> float:
        """Never too soon for the next message."""
        return float(next(self._paces)) * 2


@dataclass
class Wire:
    slack: FakeSlack
    time: Time
    core: Core
    side: Slack
    url: str
    """Of the web room."""
    metrics: Metrics

    def person(self, handle: str, **more: Any) -> Person:
        return self.slack.person(handle, **more)

    async def settle(self) -> None:
        """Until Slack has told everything and we have said everything."""
        for _ in range(3):
            await self.slack.settle()
            await self.side.later.quiet()
            await self.core.clock.look()
            await self.core.again.look()
            await self.core.delivery.drain()

    async def wait(self, *, minutes: float = 0, seconds: float = 0) -> None:
        self.time.now += timedelta(minutes=minutes, seconds=seconds)
        await self.settle()

    async def declare(self, who: Person, words: str = "sev1 Checkout returns 500s") -> Channel:
        """An incident, and its room."""
        declared = await who.slash("#general", f"/incident {words}")
        assert declared.acked, declared.attempts
        await self.settle()
        return await self.room()

    async def room(self, number: int = 1) -> Channel:
        async with self.core.database.read() as c:
            ref = await rooms.of(c, number, "slack")
        assert ref, "the room is not open"
        return self.slack.workspace.channels[ref.split(":")[1]]

    async def thread(self, number: int = 1) -> str:
        async with self.core.database.read() as c:
            ref = await rooms.slot(c, number, "slack", "timeline")
        assert ref, "there is no timeline thread"
        return ref.split(":")[1]

    async def incident(self, number: int = 1) -> Incident:
        async with self.core.database.read() as c:
            found = await incidents.by_id(c, number)
        assert found
        return found

    async def declared(self) -> int:
        async with self.core.database.read() as c:
            return len(await incidents.listed(c, still_open=False))

    async def rows(self, number: int = 1) -> list[Entry]:
        async with self.core.database.read() as c:
            return [entry async for entry in timeline.stream(c, number)]

    async def texts(self, number: int = 1) -> list[str]:
        """As they read today."""
        return [entry.reads for entry in await self.rows(number) if not entry.withdrawn]

    def told(self, user: str) -> list[Effect]:
        return self.slack.ledger.ephemerals(user)

    async def sends(self, what: What, payload: dict[str, Any]) -> Delivery:
        """Something that Slack would never make up."""
        return await self.slack.outgoing.ask(what, payload)

    async def again(self, delivery: Delivery) -> Delivery:
        """Slack did not hear our answer."""
        return await self.slack.outgoing.ask(delivery.what, delivery.payload)


def ticked(said: Said) -> bool:
    return "white_check_mark" in said.channel.messages[said.ts].reactions


@asynccontextmanager
async def wired(
    folder: Path, mode: Mode = "socket", *, settings: Settings = SETTINGS, by_id: bool = False, **more: Any
) -> AsyncIterator[Wire]:
    time = Time()
    database = Database.open(await ready(folder / "sitrep.db", furnished))
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FakeSlack(wall=time.wall))
        slack.limits.off()
        _populate(slack)
        if by_id:
            more |= {f"{name}_channel": slack.rooms.room(of).id for name, of in OWN.items()}
        await _introduce(database)
        wire = await stack.enter_async_context(connected(slack, database, time, mode, settings=settings, **more))
        yield wire
    await database.close()


def _populate(slack: FakeSlack) -> None:
    everybody = [slack.person(each.handle, name=each.name, email=each.id) for each in EVERYBODY]
    for channel in ("general", "status", "incidents"):
        slack.channel(channel, members=everybody)


async def _introduce(database: Database) -> None:
    async with database.begin() as c:
        for person in EVERYBODY:
            await people.save(c, person)


@asynccontextmanager
async def connected(
    slack: FakeSlack, database: Database, time: Time, mode: Mode, *, settings: Settings = SETTINGS, **more: Any
) -> AsyncIterator[Wire]:
    """One run of Sitrep; leave it and come back for a restart."""
    async with calls.session() as session, AsyncExitStack() as stack:
        side = _side(slack, database, time, session, house=settings.house, mode=mode, **more)
        core = assemble(database, settings, now=time, others=[side.chat])
        side.hears(core.door)
        metrics = Metrics()
        served = await _served(stack, core, side, time, metrics)
        if mode == "http":
            slack.listens_at(served)
        await stack.enter_async_context(side.running())
        await eventually(lambda: mode == "http" or (side.sockets and len(side.sockets.open) == 2))
        await side.workspace.me()
        yield Wire(slack, time, core, side, served, metrics)


def _side(slack: FakeSlack, database: Database, time: Time, session: Any, *, house: House, **more: Any) -> Slack:
    told = slack_settings(slack, **more)

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(0)

    return Slack(told, house, database, session, now=time, holds=Holds(time.pace), sleep=sleep)


def slack_settings(slack: FakeSlack, **more: Any) -> SlackSettings:
    """As in this fake workspace."""
    return SlackSettings(
        bot_token=slack.app.bot_token,
        app_token=slack.app.app_token,
        signing_secret=slack.app.signing_secret,
        api_url=slack.base_url,
        **more,
    )


async def _served(stack: AsyncExitStack, core: Core, side: Slack, time: Time, metrics: Metrics) -> str:
    port = unused_port()
    url = f"http://127.0.0.1:{port}"
    config = WebConfig(base_url=url, host="127.0.0.1", port=port, zone="UTC", key=b"a key for tests")
    app = make_app(
        database=core.database,
        door=core.door,
        live=core.live,
        config=config,
        clock=time,
        guests=side.routes(),
        troubles=side.troubles,
        metrics=lambda: metrics.scrape(core.database, State(side.troubles), now=time()),
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return url
