"""How long a post takes to the last of eight channels, when each takes 200 ms."""

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from aiohttp import web

from benchmarks.figure import Figure
from benchmarks.stage import CLEO, ROOM, declare, opened, settings
from bot.publish.apprise_ import AppriseChannel
from bot.publish.egress import Egress
from commands.line import Line
from commands.run import Door
from incidents.channels import Channel, Medium
from scheduler.outlets import Outlets
from scheduler.publishing import Publishing

CHANNELS = 8


async def measure(*, rounds: int = 5, call: float = 0.2) -> list[Figure]:
    """``call`` is what each provider takes to answer, in seconds."""
    async with _providers(call) as (port, arrived):
        with ThreadPoolExecutor(CHANNELS) as threads:
            seen = [await _publish(port, arrived, threads) for _ in range(rounds)]
    return [Figure("publish-last-ms", 1000 * median(seen), "ms", 500, "lower")]


@asynccontextmanager
async def _providers(call: float) -> AsyncIterator[tuple[int, list[float]]]:
    """Webhooks on this machine; ``arrived`` is when each had answered."""
    arrived: list[float] = []

    async def hear(request: web.Request) -> web.Response:
        await request.read()
        await asyncio.sleep(call)
        arrived.append(time.perf_counter())
        return web.json_response({})

    app = web.Application()
    app.router.add_post("/{name}", hear)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1], arrived
    finally:
        await runner.cleanup()


async def _publish(port: int, arrived: list[float], threads: ThreadPoolExecutor) -> float:
    """One status page, which goes first, and seven more; seconds from the line to the last answer."""
    kinds = [Medium.STATUS_PAGE] + [Medium.EMAIL] * (CHANNELS - 1)
    channels = tuple(Channel(f"c{number}", kind, "apprise") for number, kind in enumerate(kinds))
    egress = Egress((ip_network("127.0.0.0/8"),))
    publishers = {
        each.name: AppriseChannel(f"json://127.0.0.1:{port}/{each.name}", egress, threads) for each in channels
    }
    arrived.clear()
    with TemporaryDirectory() as folder:
        async with opened(Path(folder, "publish.db")) as database:
            await declare(database, "/incident sev1 Checkout returns 500s")
            configured = settings()
            house = replace(configured.house, channels=channels)
            # Posts to chats are not what is measured: without chats nothing waits for them.
            door = Door(database, replace(configured, house=house, platforms=()))
            publishing = Publishing(database, Outlets(publishers, database, door.say, clock=_now), house, clock=_now)
            return await _time(door, publishing, arrived)


async def _time(door: Door, publishing: Publishing, arrived: list[float]) -> float:
    await door.say(Line(CLEO, "take customer-liaison", _now(), "take", room=ROOM, via="button"))
    began = time.perf_counter()
    answer = await door.say(Line(CLEO, "/status investigating Customers cannot pay.", _now(), "post", room=ROOM))
    assert not answer.refused, answer
    await publishing.drain()
    assert len(arrived) == CHANNELS, arrived
    return max(arrived) - began


def _now() -> datetime:
    return datetime.now(UTC)
