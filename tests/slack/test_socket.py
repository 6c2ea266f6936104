"""Socket Mode: there is always a connection, a dead one is noticed, a quiet one is left alone; and serve starts it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from fakes.slack.fake import FakeSlack
from fakes.slack.stage import eventually
from wire import Wire, slack_settings, wired

from bot import config, serve
from bot.mistake import Mistake
from bot.opening import opened
from bot.port import listen
from bot.slack import calls, socket
from bot.slack.calls import SlackFailure
from bot.slack.later import Later
from bot.slack.socket import CONNECTIONS, LONGEST_PAUSE, PING, Sockets

pytestmark = pytest.mark.timeout(30)


@asynccontextmanager
async def sockets(slack: FakeSlack, *, ping: float = 0.2, heard: list[str] | None = None) -> AsyncIterator[Sockets]:
    """The connections alone. What they hear is written down."""

    async def hear(envelope: dict[str, Any]) -> dict[str, Any]:
        if heard is not None:
            heard.append(envelope["envelope_id"])
        return {}

    async with calls.session() as session, Later() as later, asyncio.TaskGroup() as group:
        web = calls.client(slack.app.app_token, session, base_url=slack.base_url)
        made = Sockets(web, session, hear, later, ping=ping, pause=0.02)
        running = group.create_task(made.run())
        await eventually(lambda: len(made.open) == CONNECTIONS)
        yield made
        running.cancel()


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    async with wired(tmp_path) as begun:
        yield begun


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_rel_017_while_connections_are_exchanged_nothing_is_lost_or_doubled(wire: Wire, reason: str) -> None:
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    await bob.types(room.name, "here")
    fewest = [CONNECTIONS]

    async def watch() -> None:
        while True:
            fewest[0] = min(fewest[0], len(wire.side.sockets.open if wire.side.sockets else []))
            await asyncio.sleep(0)

    watching = asyncio.ensure_future(watch())
    typing = [asyncio.ensure_future(bob.types(room.name, f"line {number}", thread=thread)) for number in range(100)]
    await asyncio.sleep(0.02)
    await wire.slack.sockets.disconnect(reason)
    said = await asyncio.gather(*typing)
    await eventually(lambda: wire.slack.sockets.opened >= 4)
    watching.cancel()
    await wire.settle()
    lines = [text for text in await wire.texts() if text.startswith("line")]
    assert sorted(lines) == sorted(f"line {number}" for number in range(100))
    assert all(each.acked for each in said)
    assert fewest[0] >= 1


async def test_rel_017_one_connection_that_breaks_off_leaves_the_other() -> None:
    async with FakeSlack() as slack, sockets(slack) as ours:
        slack.sockets.drop(slack.sockets.connections[0])
        assert len(ours.open) >= 1
        await eventually(lambda: slack.sockets.opened == 3 and len(ours.open) == CONNECTIONS)


async def test_rel_018_a_half_open_connection_is_noticed_by_its_missing_pongs() -> None:
    assert PING * 1.5 <= 45
    async with FakeSlack() as slack, sockets(slack) as ours:
        slack.sockets.half_open()
        begun = time.monotonic()
        await eventually(lambda: slack.sockets.opened >= 4 and len(ours.open) == CONNECTIONS)
        assert time.monotonic() - begun < 0.2 * 1.5 + 1.0


async def test_rel_018_wall_time_may_jump_without_a_reconnect(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeSlack() as slack, sockets(slack, ping=0.05):
        real = time.time
        for jump in (300.0, -3600.0, 3.15e8):
            monkeypatch.setattr(time, "time", lambda jump=jump: real() + jump)
            await asyncio.sleep(0.2)
        monkeypatch.undo()
        assert slack.sockets.opened == CONNECTIONS


async def test_rel_019_silence_with_pongs_is_no_reason_to_reconnect() -> None:
    """540 pings are three hours of them; here as many as fit into a moment."""
    async with FakeSlack() as slack, sockets(slack, ping=0.01):
        await eventually(lambda: all(connection.pings > 50 for connection in slack.sockets.connections))
        assert slack.sockets.opened == CONNECTIONS


async def test_rel_020_where_no_connection_is_to_be_had_the_pauses_grow_and_differ() -> None:
    async with FakeSlack() as slack, sockets(slack) as ours:
        ours.pause = socket.FIRST_PAUSE
        problem = SlackFailure("Slack answered 503")
        pauses = [[ours._pause(failures, problem) for _ in range(20)] for failures in (1, 3, 20, 10_000)]
        assert all(0 < pause <= LONGEST_PAUSE for several in pauses for pause in several)
        assert [min(several) >= least for several, least in zip(pauses, (0.5, 2, 30, 30), strict=True)] == [True] * 4
        assert all(len(set(several)) > 10 for several in pauses)
        assert ours._pause(1, SlackFailure("held", retry_after=99_999)) == LONGEST_PAUSE
        assert ours.trouble == "held"


@pytest.mark.parametrize("kind", ["status", "error", "html", "drop", "refuse", "truncated"])
async def test_rel_020_it_comes_back_by_itself(kind: Any) -> None:
    async with FakeSlack() as slack:
        slack.fault(kind, "apps.connections.open", times=6, status=503, code="internal_error")
        async with sockets(slack) as ours:
            assert len(ours.open) == CONNECTIONS
            assert ours.trouble == ""


async def test_sec_013_strange_frames_are_ignored(wire: Wire) -> None:
    for frame in ("not JSON", "[]", "7", '{"type":"new"}', '{"envelope_id":7,"payload":[]}', "[" * 100_000):
        await wire.slack.sockets.connections[0].socket.send_str(frame)
    odd = '{"envelope_id":"e1","type":"mystery","payload":{"type":"mystery"}}'
    await wire.slack.sockets.connections[0].socket.send_str(odd)
    assert (await wire.person("ada").slash("#general", "/incident list")).acked
    assert wire.slack.sockets.opened == CONNECTIONS


async def test_a_connection_that_comes_back_brings_what_was_said_meanwhile(wire: Wire) -> None:
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    assert wire.side.gaps
    await wire.side.gaps.fill()
    told, wire.slack.happenings.tell = wire.slack.happenings.tell, lambda event: None
    await bob.types(room.name, "said into the void", thread=thread)
    wire.slack.happenings.tell = told
    wire.slack.sockets.drop()
    await eventually(lambda: wire.slack.sockets.opened >= 4)
    for _ in range(200):
        if "said into the void" in await wire.texts():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it was not read again")


def _config(folder: Path, slack: FakeSlack, **more: Any) -> config.Config:
    told = slack_settings(slack)
    port = str(unused_port())
    given = {"SITREP_DATA": str(folder), "SITREP_PORT": port, "SITREP_HOST": "127.0.0.1"}
    read = config.read(environment=given)
    return replace(read, slack=replace(told, **more))


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_sitrep_serve_hears_slack_and_speaks_there(tmp_path: Path, mode: Any) -> None:
    async with FakeSlack() as slack:
        slack.limits.off()
        slack.channel("incidents")
        slack.channel("status")
        told = _config(tmp_path, slack, mode=mode)
        if mode == "http":
            slack.listens_at(f"http://127.0.0.1:{told.port}", slash_commands="/slack/commands")
        async with opened(told) as database, serve.running(database, told, listen(told.host, told.port)):
            await eventually(lambda: mode == "http" or len(slack.sockets.connections) == CONNECTIONS)
            assert (await slack.person("ada").slash("#general", "/incident sev1 Checkout is down")).acked
            await eventually(lambda: slack.ledger.visible("incidents", text="Checkout is down"), seconds=10)


async def test_sitrep_starts_while_slack_is_away_and_is_there_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "LONGEST_PAUSE", 0.2)
    monkeypatch.setattr("bot.slack.app._AGAIN", 0.2)
    async with FakeSlack() as slack:
        slack.limits.off()
        told = _config(tmp_path, slack)
        await slack.down()
        async with opened(told) as database, serve.running(database, told, listen(told.host, told.port)):
            async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{told.port}/healthz") as well:
                assert well.status == 200
            await slack.up()
            await eventually(lambda: len(slack.sockets.connections) == CONNECTIONS, seconds=10)
            said = await slack.person("ada").slash("#general", "/incident list")
            assert said.acked


async def test_sec_008_half_a_configuration_is_refused_at_the_start(tmp_path: Path) -> None:
    async with FakeSlack() as slack:
        told = _config(tmp_path, slack, app_token="")
        async with opened(told) as database:
            listener = listen(told.host, told.port)
            with listener, pytest.raises(Mistake, match="SLACK_APP_TOKEN"):
                async with serve.running(database, told, listener):
                    raise AssertionError("it must not start")
