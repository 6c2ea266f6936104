"""What /readyz says of Slack: the truth, soon, and nothing secret (REL-220, G10)."""

import math
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from fakes.slack.stage import eventually
from wire import Mode, Wire, wired

pytestmark = pytest.mark.timeout(30)


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    async with wired(tmp_path) as begun:
        yield begun


async def asked(wire: Wire, path: str = "/readyz") -> tuple[int, list[str]]:
    async with aiohttp.ClientSession() as session, session.get(f"{wire.url}{path}") as answer:
        text = await answer.text()
    for secret in (wire.side.settings.bot_token, wire.side.settings.app_token, wire.side.settings.signing_secret):
        assert secret not in text
    return answer.status, text.splitlines()


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_rel_220_all_is_well(tmp_path: Path, mode: Mode) -> None:
    async with wired(tmp_path, mode) as wire:
        assert await asked(wire) == (200, ["ok"])


async def test_rel_220_not_connected(wire: Wire) -> None:
    await wire.slack.down()
    assert wire.side.sockets
    for link in list(wire.side.sockets.open):
        await link.close()
    await eventually(lambda: wire.side.sockets and not wire.side.sockets.open)
    status, lines = await asked(wire)
    assert (status, lines[0]) == (200, "degraded")
    assert "slack: not connected, so nothing that is said there is heard" in lines
    assert await asked(wire, "/healthz") == (200, ["ok"])


async def test_rel_220_a_revoked_token(wire: Wire) -> None:
    await wire.declare(wire.person("ada"))
    wire.slack.fault("error", "*", code="token_revoked", times=None)
    await wire.side.glance()
    assert "slack: Slack refuses Sitrep's token: token_revoked" in (await asked(wire))[1]
    assert await asked(wire, "/healthz") == (200, ["ok"])
    wire.slack.faults.clear()
    for _ in range(40):
        await wire.side.glance()
    assert await asked(wire) == (200, ["ok"])


async def test_rel_220_in_http_mode_a_slack_that_does_not_answer_shows_too(tmp_path: Path) -> None:
    async with wired(tmp_path, "http") as wire:
        await wire.slack.down()
        await wire.side.glance()
        assert await asked(wire) == (200, ["degraded", "slack: does not answer"])
        await wire.slack.up()
        await wire.side.glance()
        assert await asked(wire) == (200, ["ok"])


async def test_rel_220_a_refuge_in_force(wire: Wire) -> None:
    room = await wire.declare(wire.person("ada"))
    await wire.slack.rooms.archives(room.name)
    await wire.wait(seconds=2)
    assert (await asked(wire))[1] == ["degraded", "slack: open incidents without a channel of their own: 1"]


async def test_sec_038_a_private_incident_without_a_room_shows_to_nobody(wire: Wire) -> None:
    wire.slack.policy.may_create_channels = False
    await wire.person("ada").slash("#general", "/incident sev1 --private Our keys are gone")
    await wire.settle()
    assert await asked(wire) == (200, ["ok"])


async def test_rel_152_that_slack_still_knows_us_makes_no_waiting_message_give_up(wire: Wire) -> None:
    """Where posting fails and nothing else does, messages wait as long as if Slack were away."""
    holds = wire.side.workspace.holds
    holds._heard_at = -math.inf
    await wire.side.glance()
    assert not holds.heard_lately()
    await wire.side.workspace.call("users.info", user=wire.person("ada").id)
    assert holds.heard_lately()
