"""sitrep demo --slack: the demo in a stand-in for Slack, with a page on which one can be any of the cast."""

import asyncio
import socket
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from aiohttp import web
from fakes.slack.fake import FakeSlack
from fakes.slack.manifest import install
from fakes.slack.window import Window

from bot import logs
from bot.clock import DemoClock, real_now
from bot.config import Config, has_screen
from bot.demo import CAST, address_of, advance, demo_config
from bot.demo_past import give_a_past
from bot.opening import opened
from bot.port import listen
from bot.serve import Server, running
from bot.slack.manifest import manifest
from bot.slack.settings import SlackSettings
from bot.web.app import Demo

CHANNELS = ("general", "incidents", "status")
_MANIFEST = manifest(SlackSettings())
_LAST_ANSWER = 1.0


async def demonstrate(*, host: str, port: int, browser: bool) -> None:
    """Slack's page is at ``port``, the web room beside it. Nothing is kept: the stand-in's workspace ends with us."""
    logs.for_people()
    page, room = listen(host, port), listen(host, port + 1)
    address, elsewhere = address_of(host, port), address_of(host, port + 1)
    with TemporaryDirectory(prefix="sitrep-demo-", ignore_cleanup_errors=True) as folder:
        config = demo_config(Path(folder), host=host, port=port + 1, address=elsewhere)
        async with _started(config, room) as (slack, server, move), _served(slack, page, move, elsewhere):
            click.echo(_greeting(address, elsewhere))
            if browser and has_screen():
                await asyncio.to_thread(webbrowser.open, address)
            await server.stopped.wait()


Move = Callable[[int], Awaitable[None]]


@asynccontextmanager
async def _started(config: Config, listener: socket.socket) -> AsyncIterator[tuple[FakeSlack, Server, Move]]:
    await give_a_past(config.database, config.settings, CAST, now=real_now())
    async with opened(config) as database:
        clock = await DemoClock.open(database)

        async def move(minutes: int) -> None:
            await advance(clock, server, minutes)

        def offered(_: Server) -> Demo:
            return Demo(cast=CAST, advance=move)

        async with workspace(clock.now) as slack:
            in_slack = replace(config, slack=_settings(slack))
            async with running(database, in_slack, listener, now=clock.now, demo=offered) as server:
                yield slack, server, move


@asynccontextmanager
async def workspace(now: Callable[[], datetime]) -> AsyncIterator[FakeSlack]:
    """The cast and three channels; the app has what our manifest asks for. Its time is the demo's."""
    async with FakeSlack(wall=lambda: now().timestamp()) as slack:
        slack.limits.off()
        everybody = [slack.person(each.handle, name=each.name, email=each.id) for each in CAST]
        for channel in CHANNELS:
            slack.channel(channel, members=everybody)
        install(slack.app, _MANIFEST)
        yield slack


def _settings(slack: FakeSlack) -> SlackSettings:
    return SlackSettings(bot_token=slack.app.bot_token, app_token=slack.app.app_token, api_url=slack.base_url)


@asynccontextmanager
async def _served(slack: FakeSlack, listener: socket.socket, move: Move, elsewhere: str) -> AsyncIterator[None]:
    window = Window(slack, shortcuts=_MANIFEST["features"]["shortcuts"], advance=move, elsewhere=elsewhere)
    runner = web.AppRunner(window.app(), access_log=None, shutdown_timeout=_LAST_ANSWER)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    try:
        yield
    finally:
        await runner.cleanup()


def _greeting(address: str, elsewhere: str) -> str:
    return (
        f"Sitrep in a stand-in for Slack is at {address} - say “/incident sev1 Checkout is down” in #general, be "
        f"somebody else of the cast, press buttons, then move time ahead. The same incident in the web room: "
        f"{elsewhere}, its status page at {elsewhere}/status. Nothing is kept. Ctrl-C ends it."
    )
