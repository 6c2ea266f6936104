"""Slack's lines of sitrep doctor, against the stand-in over HTTP: each fault is named in one line, with what to do."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port
from click.testing import CliRunner
from fakes.slack.fake import FakeSlack
from wire import slack_settings, wired

from bot.cli import main
from bot.config import read
from bot.doctor import Finding
from bot.doctor import examine as examine_all
from bot.slack.doctor import examine
from bot.slack.scopes import bot_scopes
from bot.slack.settings import Commands, SlackSettings

CHECKS = ["slack", "scopes", "events", "channel", "channel", "names", "socket", "links"]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        fake.app.scopes = set(bot_scopes("all"))
        yield fake


def settings(slack: FakeSlack, **changed: str) -> SlackSettings:
    status, announce = slack.channel("status"), slack.channel("incidents")
    plain = slack_settings(slack, status_channel=status.id, announce_channel=announce.id)
    return replace(plain, **changed)  # type: ignore[arg-type]


async def findings(settings: SlackSettings, base_url: str = "https://sitrep.example.com", **more: Any) -> list[Finding]:
    found = [finding async for finding in examine(settings, base_url, link_base=base_url, **more)]
    assert [finding.text for finding in found if "\n" in finding.text or len(finding.text) > 300] == []
    for secret in (settings.bot_token, settings.app_token, settings.signing_secret):
        assert not secret or all(secret not in str(finding) for finding in found)
    return found


def line(found: list[Finding], check: str) -> Finding:
    return next(finding for finding in found if finding.check == check)


async def test_a_good_installation_has_a_line_for_every_check(slack: FakeSlack) -> None:
    found = await findings(settings(slack))
    assert [finding.check for finding in found] == CHECKS
    assert {finding.level for finding in found} == {"ok"}, found
    assert line(found, "slack").text == f"example ({slack.workspace.id}), as @sitrep"
    assert line(found, "channel").text == "#status, Sitrep is in it"


async def test_a_look_leaves_nothing_behind(slack: FakeSlack) -> None:
    await findings(settings(slack))
    assert slack.ledger.effects == []
    assert slack.sockets.opened == 0


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("invalid_auth", "not one that Slack knows"),
        ("token_revoked", "install the app again"),
        ("account_inactive", "install it again"),
        ("token_expired", "rotation off"),
        ("something_new", "Slack answers something_new"),
    ],
)
async def test_rel_224_a_dead_token_is_named(code: str, advice: str, slack: FakeSlack) -> None:
    slack.app.kill(code)
    found = await findings(settings(slack))
    assert (line(found, "slack").level, line(found, "socket").level) == ("error", "error")
    assert line(found, "slack").text.startswith("SLACK_BOT_TOKEN: ")
    assert advice in line(found, "slack").text
    assert line(found, "scopes") == Finding("warning", "scopes", "not checked: the token is refused")


async def test_rel_224_a_token_of_another_workspace_is_named(slack: FakeSlack) -> None:
    found = line(await findings(settings(slack, team="T0OTHER")), "slack")
    assert found.level == "error"
    assert found.text == f"the token is of workspace {slack.workspace.id} (example), but slack.team is T0OTHER"


async def test_rel_224_a_missing_scope_is_named(slack: FakeSlack) -> None:
    slack.app.scopes -= {"groups:write", "pins:write"}
    found = line(await findings(settings(slack)), "scopes")
    assert found.level == "error"
    assert found.text.startswith("missing: groups:write, pins:write; update the app from sitrep manifest slack")


async def test_sec_150_a_scope_that_is_not_needed_is_named(slack: FakeSlack) -> None:
    slack.app.scopes |= {"files:write"}
    found = line(await findings(settings(slack)), "scopes")
    assert found.level == "warning"
    assert found.text.startswith("granted but not needed: files:write;")


async def test_rel_224_commands_only_with_the_right_to_read_is_named(slack: FakeSlack) -> None:
    found = await findings(settings(slack, privacy="commands"))
    assert line(found, "events").level == "warning"
    assert "channels:history, groups:history" in line(found, "events").text
    slack.app.scopes = set(bot_scopes("commands"))
    found = await findings(settings(slack, privacy="commands"))
    assert {finding.level for finding in found} == {"ok"}, found


async def test_rel_224_channels_that_cannot_be_posted_to_are_named(slack: FakeSlack) -> None:
    ada, archived = slack.person("ada"), slack.channel("old")
    private = slack.channel("secret", private=True, members=[ada], with_app=False)
    archived.archived = True
    found = await findings(settings(slack, status_channel=archived.id, announce_channel=private.id))
    first, second = (finding for finding in found if finding.check == "channel")
    assert (first.level, second.level) == ("error", "error")
    assert first.text.startswith("#old is archived; unarchive it")
    assert (
        second.text == f"{private.id} does not exist, or is private and Sitrep is not in it; type /invite @Sitrep there"
    )


async def test_a_public_channel_is_joined_and_a_name_is_looked_for_where_sitrep_is(slack: FakeSlack) -> None:
    public = slack.channel("public", members=[slack.person("ada")], with_app=False)
    found = await findings(settings(slack, status_channel=public.id, announce_channel="incidents"))
    first, second = (finding for finding in found if finding.check == "channel")
    assert (first.level, second.level) == ("ok", "ok")
    assert first.text == "#public is public; Sitrep joins when it first posts there"
    assert second.text == "#incidents, Sitrep is in it"
    slack.rooms.room("incidents").kind = "private"
    found = await findings(replace(settings(slack), announce_channel="incidents"))
    assert "ok       channel     #incidents, Sitrep is in it" in map(str, found)


async def test_rel_224_a_channel_by_name_that_sitrep_is_not_in_is_named(slack: FakeSlack) -> None:
    """With thousands of rooms that it is in, too."""
    for number in range(1_100):
        slack.channel(f"room-{number}")
    outside = slack.channel("elsewhere", members=[slack.person("ada")], with_app=False)
    found = await findings(settings(slack, status_channel="room-1090", announce_channel=outside.name))
    first, second = (finding for finding in found if finding.check == "channel")
    assert (first.level, second.level) == ("ok", "error")
    assert second.text.startswith("Sitrep is in no channel #elsewhere, so nothing can be posted; type /invite @Sitrep")
    assert not [called for called in slack.ledger.all_calls if called.method == "conversations.list"]


async def test_rel_224_a_channel_whose_id_changed_is_looked_at_and_its_new_id_told(slack: FakeSlack) -> None:
    plain = settings(slack)
    old = plain.announce_channel
    await slack.rooms.changes_id("incidents")
    new = slack.rooms.room("incidents").id
    found = [each for each in await findings(plain, moved={old: new}) if each.check == "channel"]
    assert [each.level for each in found] == ["ok", "warning", "ok"]
    assert found[1].text == f'Slack gave {old} another id; write slack.announce_channel = "{new}" in sitrep.toml'
    assert found[2].text == "#incidents, Sitrep is in it"


async def test_sec_053_a_trusted_bot_that_slack_does_not_know_is_named(slack: FakeSlack) -> None:
    slack.workspace.bots["B0DEPLOYS"] = {"id": "B0DEPLOYS", "name": "Deploys"}
    trusting = replace(settings(slack), trusted_bots=("B0DEPLOYS",))
    assert line(await findings(trusting), "bots").text == "heard like members: Deploys (B0DEPLOYS)"
    found = line(await findings(replace(trusting, trusted_bots=("B0DEPLOYS", "B0NOBODY", "B0GONE"))), "bots")
    assert found == Finding("error", "bots", "not known in Slack: B0NOBODY, B0GONE; look at slack.trusted_bots")
    slack.fault("error", "bots.info", code="something_new")
    assert "something_new" in line(await findings(trusting), "bots").text


async def test_rel_224_an_address_that_leads_nowhere_is_named(slack: FakeSlack) -> None:
    found = [finding async for finding in examine(settings(slack))]
    assert line(found, "links").level == "warning"
    assert "web.base_url" in line(found, "links").text


async def test_rel_224_what_to_do_about_invalid_service_is_told(slack: FakeSlack) -> None:
    found = line(await findings(settings(slack)), "names")
    assert found.text.startswith("/incident, /ic, /incident-status. Does Slack say invalid_service")
    broken = replace(settings(slack), commands=Commands(status="/status"))
    found = line(await findings(broken), "names")
    assert found.level == "error"
    assert found.text.startswith("/status: must not be one of Slack's own")


async def test_rel_224_an_app_token_that_does_not_work_is_named(slack: FakeSlack) -> None:
    found = await findings(settings(slack, app_token="xapp-1-A0SITREP-42-0123456789"))
    assert line(found, "socket").level == "error"
    assert line(found, "socket").text.startswith("SLACK_APP_TOKEN: the token is not one that Slack knows")
    slack.fault("error", "apps.connections.open", code="missing_scope")
    found = await findings(settings(slack))
    assert "lacks connections:write" in line(found, "socket").text


async def test_rel_224_in_http_mode_the_address_is_looked_at(slack: FakeSlack) -> None:
    found = await findings(settings(slack, mode="http"))
    assert line(found, "request-url").text.startswith("https://sitrep.example.com/slack/events;")
    found = await findings(settings(slack, mode="http"), "http://localhost:8080")
    assert line(found, "request-url").level == "error"
    assert "set web.base_url" in line(found, "request-url").text
    assert [called.method for called in slack.ledger.all_calls].count("apps.connections.open") == 0


async def test_what_is_lacking_is_told_first(slack: FakeSlack) -> None:
    found = await findings(settings(slack, bot_token="", app_token=""))
    assert [finding.level for finding in found[:2]] == ["error", "error"]
    assert [finding.text.partition(":")[0] for finding in found[:2]] == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]
    assert slack.ledger.all_calls == []


async def test_offline_nothing_is_checked_and_nothing_waits() -> None:
    away = f"http://127.0.0.1:{unused_port()}/api/"
    plain = SlackSettings(bot_token="xoxb-1", app_token="xapp-1", api_url=away, status_channel="C0123456789")
    begun = time.monotonic()
    found = await findings(plain)
    assert time.monotonic() - begun < 2
    assert [finding.check for finding in found] == CHECKS
    assert [finding.level for finding in found] == ["warning"] * 2 + ["ok"] + ["warning"] * 2 + ["ok", "warning", "ok"]
    assert all("not checked" in finding.text for finding in found if finding.level == "warning")
    assert "Slack cannot be reached" in line(found, "socket").text


async def test_a_slack_that_hangs_is_waited_for_once(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.doctor._PATIENCE", 0.2)
    slack.fault("hang", times=None)
    begun = time.monotonic()
    found = await findings(settings(slack))
    assert time.monotonic() - begun < 2
    assert line(found, "slack").text == "not checked: Slack did not answer within 0.2 s"
    assert len(slack.ledger.all_calls) == 1


async def test_what_stops_halfway_is_said_of_the_rest(slack: FakeSlack) -> None:
    slack.fault("drop", "conversations.info", times=None)
    found = await findings(settings(slack))
    assert [finding.level for finding in found] == ["ok"] * 3 + ["warning"] * 2 + ["ok", "warning", "ok"]
    assert [called.method for called in slack.ledger.all_calls] == ["auth.test", "conversations.info"]


@pytest.mark.parametrize("kind", ["html", "truncated", "empty"])
async def test_a_proxy_s_page_is_not_taken_for_slack(kind: str, slack: FakeSlack) -> None:
    slack.fault(kind, "auth.test", times=None)  # type: ignore[arg-type]
    found = await findings(settings(slack))
    assert line(found, "slack") == Finding(
        "warning", "slack", "not checked: what answers there is not Slack; look at the proxy and at slack.api_url"
    )


async def test_being_asked_too_often_is_told(slack: FakeSlack) -> None:
    slack.fault("ratelimited", "auth.test")
    found = await findings(settings(slack))
    assert "wait a minute" in line(found, "slack").text


async def test_any_other_json_is_not_taken_for_slack() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response([1, 2])

    app = web.Application()
    app.router.add_route("*", "/api/{method}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        plain = SlackSettings(bot_token="xoxb-1", api_url=f"http://127.0.0.1:{runner.addresses[0][1]}/api/")
        assert "not Slack" in line(await findings(replace(plain, app_token="xapp-1")), "slack").text
    finally:
        await runner.cleanup()


Written = Callable[[str], Path]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Written:
    monkeypatch.chdir(tmp_path)

    def write(text: str) -> Path:
        file = tmp_path / "sitrep.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


async def test_the_whole_examination_has_slack_s_lines_too(slack: FakeSlack, written: Written) -> None:
    port = unused_port()
    file = written(f'[web]\nport = {port}\n[slack]\napi_url = "{slack.base_url}"\n')
    tokens = {"SLACK_BOT_TOKEN": slack.app.bot_token, "SLACK_APP_TOKEN": slack.app.app_token}
    found = [finding async for finding in examine_all(read(str(file), tokens))]
    assert [finding.check for finding in found][-10:] == [*CHECKS, "server", "heartbeat"]
    assert found[-2].text == f"none answers at port {port}, so only the configuration was looked at"
    found = [finding async for finding in examine_all(read(str(written("")), {}))]
    assert [finding.check for finding in found if finding.check in CHECKS] == []


def test_the_command_says_it_with_its_exit_code(written: Written) -> None:
    written(f'[slack]\napi_url = "http://127.0.0.1:{unused_port()}/api"\n')
    result = CliRunner().invoke(main, ["doctor"], env={"SLACK_BOT_TOKEN": "xoxb-123456789012-abcdefghij"})
    assert result.exit_code == 1
    assert "error    slack       SLACK_APP_TOKEN: is needed in Slack" in result.stdout
    assert "warning  scopes      not checked: Slack cannot be reached" in result.stdout


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        ("", "it runs, and has no trouble with Slack"),
        ("revoked", "it runs, but: slack: Slack refuses Sitrep's token: token_revoked"),
        ("away", "it runs, but: slack: does not answer"),
    ],
)
async def test_rel_224_what_the_running_sitrep_sees_of_slack_is_told(
    tmp_path: Path, written: Written, trouble: str, says: str
) -> None:
    async with wired(tmp_path, "http") as wire:
        if trouble == "revoked":
            wire.slack.fault("error", "*", code="token_revoked", times=None)
        if trouble == "away":
            await wire.slack.down()
        await wire.side.glance()
        port = wire.url.rpartition(":")[2]
        file = written(f'[web]\nport = {port}\n[slack]\napi_url = "{wire.slack.base_url}"\n')
        found = [finding async for finding in examine_all(read(str(file), {"SLACK_BOT_TOKEN": "xoxb-0123456789-0123"}))]
        assert [finding.text for finding in found if finding.check == "server"] == [says]


async def test_rel_057_doctor_reads_what_the_running_sitrep_noted(tmp_path: Path, written: Written) -> None:
    async with wired(tmp_path, by_id=True) as wire:
        room = wire.slack.rooms.room("incidents")
        old = room.id
        for _ in range(2):
            await wire.slack.rooms.changes_id("incidents")
        await wire.settle()
        file = written(f'[slack]\nannounce_channel = "{old}"\napi_url = "{wire.slack.base_url}"\n')
        environment = {"SLACK_BOT_TOKEN": wire.slack.app.bot_token, "SITREP_DATA": str(tmp_path)}
        found = [finding.text async for finding in examine_all(read(str(file), environment))]
    assert f'Slack gave {old} another id; write slack.announce_channel = "{room.id}" in sitrep.toml' in found
