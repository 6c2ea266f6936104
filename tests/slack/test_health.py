"""What /readyz says of Slack: the truth, soon, and nothing secret (REL-220, G10)."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from conversation import ADA
from fakes.publishers.smtp import mailbox
from fakes.slack.stage import eventually
from wire import Mode, Wire, wired

from bot import metrics
from bot.publish.apprise_ import AppriseChannel, threads
from bot.publish.egress import Egress
from bot.slack import app
from bot.web import health
from commands.line import Line
from storage.tables import web_message

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


@pytest.mark.parametrize("how", ["refuses", "hangs"])
async def test_rel_220_without_a_database_we_are_not_ready_but_alive(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    @asynccontextmanager
    async def cut() -> AsyncIterator[None]:
        if how == "refuses":
            raise OSError("connection refused")
        await asyncio.Event().wait()
        yield

    assert max(health.PATIENCE, metrics.PATIENCE) <= 15
    for module in (health, metrics):
        monkeypatch.setattr(module, "PATIENCE", 0.05)
    monkeypatch.setattr(wire.core.database, "read", cut)
    assert await asked(wire) == (503, ["the database does not answer"])
    assert await asked(wire, "/healthz") == (200, ["ok"])
    assert "sitrep_database_up 0.0" in (await asked(wire, "/metrics"))[1]
    monkeypatch.undo()
    assert await asked(wire) == (200, ["ok"])
    assert "sitrep_database_up 1.0" in (await asked(wire, "/metrics"))[1]


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


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "invalid_auth", "token_expired"])
async def test_rel_040_mid_incident_the_administrators_hear_within_a_minute_by_another_way_than_slack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    assert app._GLANCE <= 30, "noticed by one look, told with the next at the latest"
    async with mailbox() as mail, wired(tmp_path, administrators=("bob@example.com",)) as wire:
        ada, room = wire.person("ada"), await wire.declare(wire.person("ada"))
        channel = AppriseChannel(mail.url("oncall@example.com"), Egress((ip_network("127.0.0.0/8"),)), threads())
        wire.side.alarm.send = channel.tell
        wire.slack.app.kill(code)
        monkeypatch.setattr(app, "_GLANCE", 0.01)
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(wire.side._watch())
            await eventually(lambda: bool(mail.got), seconds=10)
            watching.cancel()
        assert [to for to, _ in mail.got] == ["oncall@example.com"]
        assert "shut out of Slack" in str(mail.got[0][1])
        await wire.core.delivery.drain()
        told = [m for m in await in_the_web(wire) if "shut out of Slack" in (m.card or "")]
        assert sorted(m.private_to or "" for m in told) == ["", "bob@example.com"]
        assert all(code in (m.card or "") for m in told)
        waiting = [call.method for call in wire.slack.ledger.calls() if call.answer == code]
        await wire.core.door.say(Line(ADA, "/incident page @bob look", wire.time.now, "web:page", room="", incident=1))
        await wire.wait(seconds=2)
        assert [m for m in await in_the_web(wire) if m.loud and m.private_to == "bob@example.com"], "pages go out"
        assert len(waiting) <= 2
        wire.slack.app.revive()
        for _ in range(60):
            await wire.side.glance()
        assert wire.side.workspace.holds.trouble == ""
        # Apprise lets five seconds pass between two mails of one target.
        wire.side.alarm.send = AppriseChannel(
            mail.url("oncall@example.com"), Egress((ip_network("127.0.0.0/8"),)), threads()
        ).tell
        await wire.side.alarm.look(wire.side.workspace.holds.trouble)
        assert len(mail.got) == 2
        await wire.wait(seconds=70)
        await wire.wait(seconds=70)
        assert wire.slack.ledger.duplicates() == {}
        direct = wire.slack.workspace.direct([wire.person("bob").id], by=wire.slack.app.user_id)
        assert [message for message in direct.messages.values() if "PAGE" in message.text], "what waited went out"
        assert room.members
        assert ada.id in room.members


async def in_the_web(wire: Wire) -> list[Any]:
    async with wire.core.database.read() as c:
        return list(await c.execute(web_message.select().order_by(web_message.c.id)))
