"""Calls to Slack work, events do not arrive: health says so within a minute, and each room hears it once (REL-153)."""

from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from conversation import ADA
from fakes.slack.stage import eventually
from wire import Mode, Wire, wired

from commands.line import Line
from storage import facts

pytestmark = pytest.mark.timeout(30)

DEAF, AGAIN = "Sitrep cannot hear you here", "Sitrep hears you again"


async def readiness(wire: Wire) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"{wire.url}/readyz") as answer:
        return await answer.text()


async def goes_deaf(wire: Wire, mode: Mode) -> None:
    """Slack refuses connections, or reaches nobody at our address; its Web API works as before."""
    if mode == "http":
        wire.slack.listens_at("http://127.0.0.1:9")
        return
    assert wire.side.sockets
    wire.side.sockets.pause = 0.05
    wire.slack.fault("error", "apps.connections.open", code="internal_error", times=None)
    for link in list(wire.side.sockets.open):
        await link.close()
    await eventually(lambda: not (wire.side.sockets and wire.side.sockets.open))


async def hears_again(wire: Wire, mode: Mode) -> None:
    if mode == "http":
        wire.slack.listens_at(wire.url)
        await wire.person("ada").types("inc-1-checkout-returns-500s", "can you hear us?")
    else:
        wire.slack.faults.clear()
        await eventually(lambda: bool(wire.side.sockets and len(wire.side.sockets.open) == 2))


async def watched(wire: Wire, *, seconds: float) -> None:
    """As `_watch` does, every fifteen seconds."""
    for _ in range(round(seconds / 15)):
        wire.time.now += timedelta(seconds=15)
        await wire.side.glance()
        await wire.side.listen()
        for _ in range(3):
            await wire.core.delivery.drain()


async def says(wire: Wire, words: str) -> None:
    answer = await wire.core.door.say(
        Line(ADA, words, wire.time.now, f"web:{words}:{wire.time.now}", incident=1, via="cli")
    )
    assert not answer.refused, answer.card
    await wire.core.delivery.drain()


def count(wire: Wire, room: str, words: str) -> int:
    return sum(words in text for text in wire.slack.screen(room))


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_rel_153_within_a_minute_health_is_degraded_and_the_channel_is_told_once(
    tmp_path: Path, mode: Mode
) -> None:
    async with wired(tmp_path, mode) as wire:
        room = (await wire.declare(wire.person("ada"))).name
        await watched(wire, seconds=60)
        assert await readiness(wire) == "ok"
        await goes_deaf(wire, mode)
        await says(wire, "note said on the web")
        await watched(wire, seconds=60)
        assert "slack: calls work, but nothing that is said there arrives" in await readiness(wire)
        assert count(wire, room, DEAF) == 1
        await watched(wire, seconds=300)
        assert (count(wire, room, DEAF), count(wire, room, AGAIN)) == (1, 0)
        await hears_again(wire, mode)
        await watched(wire, seconds=30)
        assert await readiness(wire) == "ok"
        assert (count(wire, room, DEAF), count(wire, room, AGAIN)) == (1, 1)
        await watched(wire, seconds=120)
        assert (count(wire, room, DEAF), count(wire, room, AGAIN)) == (1, 1)


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_rel_153_a_slack_that_is_wholly_away_is_another_trouble(tmp_path: Path, mode: Mode) -> None:
    """Nobody is told afterwards that they could not be heard."""
    async with wired(tmp_path, mode) as wire:
        room = (await wire.declare(wire.person("ada"))).name
        if wire.side.sockets:
            wire.side.sockets.pause = 0.01
        await wire.slack.down()
        await says(wire, "note said on the web")
        await watched(wire, seconds=120)
        await wire.slack.up()
        await eventually(lambda: not wire.side.sockets or len(wire.side.sockets.open) == 2)
        await wire.settle()
        await watched(wire, seconds=120)
        assert await readiness(wire) == "ok"
        assert count(wire, room, DEAF) == 0


@pytest.mark.on("postgresql")
async def test_rel_153_where_only_the_others_hear_nobody_is_told(tmp_path: Path) -> None:
    """Slack deals its events out among the replicas: this one has no connection, another does."""
    async with wired(tmp_path) as wire:
        room = (await wire.declare(wire.person("ada"))).name
        await watched(wire, seconds=15)
        async with wire.core.database.read() as c:
            assert await facts.get(c, "slack:heard") == wire.time.now.isoformat(), "this one tells the others, too"
        await goes_deaf(wire, "socket")
        hearing = wire.side.hearing
        for _ in range(8):
            async with wire.core.database.begin() as c:
                await facts.put(c, "slack:heard", wire.time.now.isoformat())
            await watched(wire, seconds=15)
        assert not hearing.deaf
        assert count(wire, room, DEAF) == 0
        await watched(wire, seconds=60)
        assert count(wire, room, DEAF) == 1, "now the other has lost it, too"


async def test_rel_153_commands_only_hears_no_messages_and_is_not_deaf_for_it(tmp_path: Path) -> None:
    async with wired(tmp_path, "http", privacy="commands") as wire:
        wire.slack.app.events -= {"message.channels", "message.groups", "message.im", "message.mpim"}
        room = (await wire.declare(wire.person("ada"))).name
        for n in range(4):
            await says(wire, f"note {n}")
            await watched(wire, seconds=30)
        assert await readiness(wire) == "ok"
        assert count(wire, room, DEAF) == 0
