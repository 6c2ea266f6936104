"""sitrep serve: the core, the web room and the clock in one process, until it is told to stop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot import logs
from bot.alone import alone
from bot.beats import Beats
from bot.clock import real_now
from bot.config import Config
from bot.core import Core, assemble
from bot.heartbeat import Heartbeat
from bot.in_slack import hearing, slack
from bot.metrics import Metrics, State
from bot.opening import opened
from bot.port import listen
from bot.publish.setup import feeds, publishers
from bot.reloading import Reloading, on_hangup
from bot.signals import on_signals
from bot.template_notice import tell
from bot.web.app import Demo
from bot.web.public.keeper import Keeper
from bot.web_room import web_room
from scheduler.jobs import Jobs
from scheduler.outlets import Publisher
from scheduler.overhearing import Feed
from storage.database import Database
from templates import dates

if TYPE_CHECKING:
    from bot.slack.app import Slack

log = structlog.get_logger()

_POLL = 1.0
_BREATH = 0.05
"""Seconds between two looks while one commit follows the other; the first look after a quiet moment is at once."""
_LAST_DELIVERY = 10.0
"""Seconds that what is on its way when we are stopped may take; the rest waits in the outbox for the next start."""
_BACK_OFF = 1.0
_COMPARED_EVERY = 60.0
"""Seconds between comparisons of what channels carry; a channel has five minutes (CHK-7)."""


async def serve(config: Config, again: Callable[[], Config]) -> None:
    """``again`` reads the configuration as it stands when somebody asks for it (REL-145)."""
    metrics = Metrics(channel.name for channel in config.settings.house.channels)
    logs.for_machines(metrics.counted)
    dates.load(config.settings.house.languages)
    listener = listen(config.host, config.port)
    async with opened(config, reads=True) as database, up(database, config, listener, metrics) as server:
        log.info("ready", action="ready", address=config.settings.house.base_url, host=config.host, port=config.port)
        async with on_hangup(Reloading(config, database, server.core, server.public, again)):
            await server.stopped.wait()
        log.info("stopping", action="stopping")
    log.info("stopped", action="stopped")


def up(
    database: Database, config: Config, listener: socket.socket, metrics: Metrics | None = None
) -> "AbstractAsyncContextManager[Server]":
    """On a damaged database there is nothing but reading."""
    if not database.damage:
        return running(database, config, listener, metrics=metrics)
    from bot.damaged import reading

    return reading(database, config, listener, metrics)


class Server:
    """The running parts. One delivery at a time, so that the demo's clock can wait for it."""

    def __init__(
        self,
        database: Database,
        config: Config,
        now: Callable[[], datetime],
        *,
        slack: "Slack | None" = None,
        publishers: Mapping[str, Publisher] | None = None,
        feeds: Mapping[str, Feed] | None = None,
    ) -> None:
        self.stopped = asyncio.Event()
        self._database = database
        self._now = now
        self.metrics: Metrics | None = None
        self.beats = Beats(database, config, clock=real_now)
        self.slack = slack
        others = [slack.chat] if slack else []
        self.core: Core = assemble(
            database, config.settings, now=now, news=self._ring, others=others, publishers=publishers, feeds=feeds
        )
        self.public = Keeper(database, config.settings.house, config.public, clock=now)
        self.heartbeat = Heartbeat(self.core.auditor, config.heartbeat)
        self.jobs = Jobs(self.core.clock, now=now, wall=real_now)
        self._bell, self._news, self._to_publish = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._turn = asyncio.Lock()

    def _ring(self) -> None:
        """Something was committed: there may be something to deliver, and an earlier deadline."""
        for bell in (self._bell, self._news, self._to_publish):
            bell.set()
        self.core.delivery.nudge()
        self.core.publishing.nudge()
        self.core.live.nudge()

    async def deliver(self) -> None:
        if self.beats.held:
            return
        async with self._turn:
            await self.core.delivery.drain()

    async def keep_delivering(self) -> None:
        """The bell is the wake-up, the poll is the promise; a delivery under way is finished when we stop."""
        while not self.stopped.is_set():
            await self._at_the(self._bell, self.deliver)

    async def keep_armed(self) -> None:
        """Apart from the delivery, which goes on for as long as there is something to send."""
        while not self.stopped.is_set():
            await self._at_the(self._news, self.jobs.arm)

    async def _at_the(self, bell: asyncio.Event, work: Callable[[], Awaitable[object]]) -> None:
        """Once now; then, until the bell rings. In a storm of commits one look serves many."""
        bell.clear()
        await self._tried(work)
        looked = asyncio.get_running_loop().time()
        with suppress(TimeoutError):
            await asyncio.wait_for(bell.wait(), _POLL)
        left = looked + _BREATH - asyncio.get_running_loop().time()
        if left > 0 and not self.stopped.is_set():
            await asyncio.sleep(left)

    async def keep_publishing(self) -> None:
        """Beside the delivery to chats, so that no provider holds up a room."""
        while not self.stopped.is_set():
            self._to_publish.clear()
            if not self.beats.held:
                await self._tried(self.core.publishing.drain)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._to_publish.wait(), _POLL)

    async def keep_trying(self) -> None:
        """What failed by a fault of ours, again and again for a minute (REL-013)."""
        while not self.stopped.is_set():
            await self._tried(self.core.again.look)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopped.wait(), _POLL)

    async def keep_comparing(self) -> None:
        while not self.stopped.is_set():
            await self._tried(self.core.comparing.look)
            await self._tried(self.core.overhearing.look)
            if not self.beats.held:
                await self._tried(self.core.routines.look)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopped.wait(), _COMPARED_EVERY)

    async def keep_beating(self) -> None:
        while not self.stopped.is_set():
            await self._tried(self.beats.keep)

    async def keep_listening(self) -> None:
        """Other processes on the same server wake us; where that fails, the poll finds what they left."""
        # Stopped beside a server that is away, the end of the connection hides that we were told to stop.
        while self._database.shared and not self.stopped.is_set():
            await self._tried(lambda: self._database.listen(self._ring))

    async def hand_over(self) -> None:
        """First nothing more is begun; called again, what was broken off is left to others (REL-091)."""
        await self._tried(self.core.delivery.stop)
        await self._tried(self.core.publishing.stop)

    async def _tried(self, work: Callable[[], Awaitable[object]]) -> None:
        """A database that is away for a moment must not end the process."""
        try:
            await work()
        except* (SQLAlchemyError, OSError) as problems:
            log.error("the database did not answer", action="database_away", problem=repr(problems.exceptions[0])[:200])
            await asyncio.sleep(_BACK_OFF)

    async def troubles(self) -> list[str]:
        """What is wrong with us and with the chats, a line each."""
        damage = [f"the database is damaged and only read: {self._database.damage}"] if self._database.damage else []
        return damage + self.heartbeat.report.troubles + (await self.slack.troubles() if self.slack else [])

    async def figures(self) -> bytes:
        """What /metrics answers."""
        if self.metrics is None:
            return b""
        links = len(self.slack.sockets.open) if self.slack and self.slack.sockets else 0
        state = State(troubles=self.troubles, beats=self.heartbeat.beats, connections=links)
        return await self.metrics.scrape(self._database, state, now=self._now())

    def stop(self) -> None:
        self.stopped.set()
        for bell in (self._bell, self._news, self._to_publish):
            bell.set()


@asynccontextmanager
async def running(
    database: Database,
    config: Config,
    listener: socket.socket,
    *,
    now: Callable[[], datetime] = real_now,
    demo: Callable[[Server], Demo] | None = None,
    metrics: Metrics | None = None,
) -> AsyncIterator[Server]:
    """Everything is up inside the block; leaving it stops in order: no new requests, last deliveries, the clock."""
    with alone(database):
        async with _serving(database, config, listener, now=now, demo=demo, metrics=metrics) as server:
            yield server


@asynccontextmanager
async def _serving(
    database: Database,
    config: Config,
    listener: socket.socket,
    *,
    now: Callable[[], datetime],
    demo: Callable[[Server], Demo] | None,
    metrics: Metrics | None,
) -> AsyncIterator[Server]:
    outbound = config.outbound
    async with slack(config, database, now) as chat, publishers(outbound) as channels, feeds(outbound) as replies:
        server = Server(database, config, now, slack=chat, publishers=channels, feeds=replies)
        server.metrics = metrics
        await server.beats.start()
        on_signals(server.stop)
        async with hearing(chat, server.core.door):
            runner = await web_room(database, config, server, now, demo(server) if demo else None)
            await tell(database, config.settings, ("web", "slack") if chat else ("web",), now=now())
            async with _at_work(server, runner):
                await web.SockSite(runner, listener).start()
                yield server


@asynccontextmanager
async def _at_work(server: Server, runner: web.AppRunner) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        keeping = [
            group.create_task(keep())
            for keep in (server.keep_delivering, server.keep_publishing, server.keep_comparing, server.keep_trying)
        ]
        kept = (server.public.keep(), server.keep_listening(), server.keep_beating(), server.keep_armed())
        beside = [group.create_task(each) for each in (*kept, server.heartbeat.keep(server.stopped.is_set))]
        if server.metrics:
            beside.append(group.create_task(server.metrics.watch_the_loop(server.stopped)))
        try:
            await server.core.door.warm(real_now())
            # After a night away there may be thousands of reminders to give: nobody waits for that at the door.
            group.create_task(server.jobs.start())
            yield
        finally:
            server.stop()
            await runner.cleanup()
            await server.jobs.stop()
            await server.hand_over()
            await asyncio.wait(keeping, timeout=_LAST_DELIVERY)
            await server.public.last()
            for task in (*keeping, *beside):
                task.cancel()
            await asyncio.wait(keeping)
            await server.hand_over()
