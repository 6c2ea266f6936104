"""On a damaged database: what can be read is shown, and nothing is said, sent or reminded of (REL-111)."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiohttp import web

from bot.alone import alone
from bot.clock import real_now
from bot.config import Config
from bot.metrics import Metrics
from bot.opening import place
from bot.publish.setup import alarm
from bot.serve import Server
from bot.sheltered import sheltered
from bot.signals import on_signals
from bot.web_room import web_room
from storage.database import Database

log = structlog.get_logger()


@asynccontextmanager
async def reading(
    database: Database, config: Config, listener: socket.socket, metrics: Metrics | None = None
) -> AsyncIterator[Server]:
    """The web room and the status page; the log and whoever looks after Sitrep hear of it."""
    log.error("the database is damaged and only read", action="database_damaged", problem=database.damage)
    with alone(database):
        server = Server(database, config, real_now)
        server.metrics = metrics
        on_signals(server.stop)
        await _tell(config, database)
        runner = await web_room(database, config, server, real_now, None)
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(server.public.keep())
            try:
                await web.SockSite(runner, listener).start()
                yield server
            finally:
                server.stop()
                await runner.cleanup()
                keeping.cancel()


async def _tell(config: Config, database: Database) -> None:
    send = alarm(config.outbound)
    if send:
        text = (
            f"The database {place(database)} is damaged: {database.damage}. Sitrep shows what can be read and does "
            "nothing else: no line is heard, nobody is reminded. docs/operations.md says how to restore a backup."
        )
        await sheltered(send("Sitrep only reads: its database is damaged", text), action="alarm_not_sent")
