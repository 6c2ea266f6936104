"""Two HTTP servers that Slack could speak to, each in a process of its own: Sitrep's route, and a bare Bolt handler."""

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Text, event, insert
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.server import ROOT
from benchmarks.stage import DAN, opened, settings
from bot.core import assemble
from bot.slack import calls
from bot.slack.app import Slack
from bot.slack.settings import SlackSettings
from bot.web.app import WebConfig, make_app
from commands.line import Line
from storage import rooms

App = dict[str, Any]
"""How the stand-in's app is reached: tokens, secret, address."""

ROOM = "C0BENCHMARK"
SIDES = ("sitrep", "bare")
NOTE = Table(
    "note",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", DateTime),
    Column("who", Text),
    Column("text", Text),
)


@asynccontextmanager
async def side(name: str, app: App, folder: Path) -> AsyncIterator[int]:
    """The port on which it answers."""
    told = json.dumps([name, app, str(folder)])
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.slack_sides", told),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    try:
        yield int(await process.stdout.readline())
    finally:
        process.stdin.close()
        async with asyncio.timeout(30):
            await process.wait()


async def _serve(name: str, app: App, folder: Path) -> None:
    """Until nobody holds its standard input any more."""
    async with AsyncExitStack() as stack:
        making = _sitrep if name == "sitrep" else _bare
        made = await making(stack, app, folder / f"{name}.db")
        runner = web.AppRunner(made, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(runner.addresses[0][1], flush=True)
        await asyncio.to_thread(sys.stdin.read)


async def _sitrep(stack: AsyncExitStack, app: App, file: Path) -> web.Application:
    """As `sitrep serve` puts it together; what is to be delivered waits in the outbox."""
    database = await stack.enter_async_context(opened(file))
    session = await stack.enter_async_context(calls.session())
    told = SlackSettings(
        bot_token=app["bot_token"], signing_secret=app["signing_secret"], mode="http", api_url=app["base_url"]
    )
    slack = Slack(told, settings().house, database, session, now=_now)
    core = assemble(database, settings(), now=_now, others=[slack.chat])
    await core.door.say(Line(DAN, "/incident sev2 Checkout returns 500s", _now(), "declare", via="slash"))
    async with database.begin() as c:
        await rooms.bind(c, 1, platform="slack", ref=f"slack:{ROOM}", name="inc-1")
    slack.hears(core.door)
    await stack.enter_async_context(slack.running())
    config = WebConfig(base_url="http://127.0.0.1", host="127.0.0.1", port=0, zone="UTC", key=b"a key for benchmarks")
    return make_app(database=database, door=core.door, live=core.live, config=config, clock=_now, guests=slack.routes())


async def _bare(stack: AsyncExitStack, app: App, file: Path) -> web.Application:
    """What a developer writes who wants to keep what is said, and nothing else: one row, one commit, ack."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}", pool_size=1, max_overflow=0)
    stack.push_async_callback(engine.dispose)
    event.listen(engine.sync_engine, "connect", _durable)
    async with engine.begin() as c:
        await c.run_sync(NOTE.metadata.create_all)
    session = await stack.enter_async_context(calls.session())
    client = AsyncWebClient(token=app["bot_token"], base_url=app["base_url"], session=session)
    bolt = AsyncApp(client=client, signing_secret=app["signing_secret"], process_before_response=True)

    @bolt.command("/incident")
    async def note(ack: Any, command: Any) -> None:
        async with engine.begin() as c:
            row = {"at": _now(), "who": command["user_id"], "text": command["text"]}
            await c.execute(insert(NOTE).values(row))
        await ack()

    return bolt.web_app("/slack/events")


def _durable(connection: Any, _record: object) -> None:
    """The same kind of file as ours."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    which, reached, where = json.loads(sys.argv[1])
    asyncio.run(_serve(which, reached, Path(where)))
