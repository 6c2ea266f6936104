"""What Slack's answers mean: may the work be done all the same, when may it be tried again (REL-030 to REL-046)."""

import ast
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from office import Office
from structlog.testing import capture_logs

import bot.slack
from bot.slack import calls, codes, scopes
from bot.slack.calls import SlackFailure, pause
from bot.slack.holds import Holds
from bot.slack.workspace import APART, UNSURE_TRIES, Workspace

pytestmark = pytest.mark.timeout(30)

SOURCES = sorted(Path(bot.slack.__path__[0]).glob("*.py"))


async def failure(here: Office, method: str = "chat.postMessage", **args: Any) -> SlackFailure:
    given: dict[str, Any] = {"channel": here.slack.rooms.room("general").id, "text": "x", **args}
    with pytest.raises(SlackFailure) as caught:
        await here.workspace.call(method, **given)
    return caught.value


async def post(here: Office, channel: str = "status", *, paced: bool = False) -> dict[str, Any]:
    id = here.slack.rooms.room(channel).id
    return await here.workspace.call("chat.postMessage", paced=id if paced else "", channel=id, text="x")


async def test_rel_030_a_limited_method_waits_and_the_others_go_on(here: Office) -> None:
    here.slack.limits.off()
    here.slack.fault("ratelimited", "chat.postMessage", retry_after="30")
    told = await failure(here)
    assert (told.retry_after, told.permanent, told.unsure) == (30.0 + APART, False, False)
    for _ in range(29):
        here.slack.clock.advance(1)
        held = await failure(here)
        assert held.retry_after is not None
        await here.workspace.call("auth.test")
    here.slack.clock.advance(1)
    assert (await post(here))["ok"]
    assert here.slack.ledger.impatient == []
    assert here.methods().count("chat.postMessage") == 2
    assert here.methods().count("auth.test") == 29


BROKEN: list[tuple[Any, dict[str, Any]]] = [
    *(("status", {"status": status}) for status in (500, 502, 503, 504)),
    ("html", {"status": 502}),
    ("html", {"status": 200}),
    ("truncated", {}),
    ("empty", {}),
    ("drop", {}),
]

METHODS = sorted(scopes.CALLS)
"""Every method that Sitrep calls. What an answer means must not depend on which of them it answers."""


async def meets(here: Office, method: str, kind: Any, **how: Any) -> SlackFailure:
    """One call that comes to grief, whatever it is asked."""
    here.slack.faults.clear()
    here.slack.fault(kind, method, **how)
    return await failure(here, method)


async def test_rel_030_each_method_that_is_limited_waits_alone(here: Office) -> None:
    here.slack.limits.off()
    for method in METHODS:
        told = await meets(here, method, "ratelimited", retry_after="30")
        assert (told.retry_after, told.permanent, told.unsure) == (30.0 + APART, False, False), method
        asked = len(here.methods())
        assert (await failure(here, method)).code == "held", method
        assert len(here.methods()) == asked, "it was called all the same"
        other = "auth.test" if method != "auth.test" else "users.conversations"
        here.slack.faults.clear()
        await here.workspace.call(other)
        here.slack.clock.advance(31)
    assert here.slack.ledger.impatient == []


async def test_rel_034_rel_035_rel_036_of_each_method_an_answer_without_sense_or_none_leaves_the_outcome_open(
    here: Office,
) -> None:
    here.slack.limits.off()
    for method in METHODS:
        for kind, how in BROKEN:
            told = await meets(here, method, kind, **how)
            assert (told.unsure, told.permanent, told.hold) == (True, False, ""), (method, kind)
        for code in sorted(codes.UNSURE):
            told = await meets(here, method, "error", code=code)
            assert (told.unsure, told.permanent, told.code) == (True, False, code), (method, code)


async def test_rel_041_rel_042_of_each_method_what_is_forbidden_is_not_tried_again_and_what_is_unknown_thrice(
    here: Office,
) -> None:
    here.slack.limits.off()
    for method in METHODS:
        told = await meets(here, method, "error", code="missing_scope")
        assert (told.permanent, told.unsure) == (True, False), method
        assert method in told.reason
        told = await meets(here, method, "error", code="feeling_unwell")
        assert (told.tries, told.permanent, told.unsure) == (3, False, False), method


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "invalid_auth", "token_expired"])
async def test_rel_040_whichever_method_meets_a_dead_token_all_of_them_wait(here: Office, code: str) -> None:
    here.slack.limits.off()
    for method in METHODS:
        told = await meets(here, method, "error", code=code)
        assert (told.hold, told.retry_after, told.permanent) == ("all", 60.0, False), method
        asked = len(here.methods())
        for other in METHODS:
            assert (await failure(here, other)).code == "held", (method, other)
        assert len(here.methods()) == asked
        here.slack.faults.clear()
        here.slack.clock.advance(61)
        await here.workspace.call("auth.test")
        assert here.workspace.holds.trouble == ""


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 30),
        ("0.5", 1),
        ("junk", 30),
        ("-5", 1),
        ("99999", 900),
        ("", 30),
        ("nan", 30),
        ("9" * 5000, 30),
        ("7", 7),
    ],
)
async def test_rel_031_any_retry_after_means_a_pause_within_bounds(
    here: Office, header: str | None, seconds: float
) -> None:
    assert pause(header) == seconds
    if header != "9" * 5000:
        here.slack.fault("ratelimited", "chat.postMessage", retry_after=header)
        assert (await failure(here)).retry_after == seconds + APART


async def test_rel_031_a_very_long_pause_is_made_known(here: Office) -> None:
    here.slack.fault("ratelimited", "chat.postMessage", retry_after="99999")
    with capture_logs() as logs:
        await failure(here)
    assert [line["log_level"] for line in logs if line["action"] == "slack_held"] == ["warning"]


async def test_rel_032_a_busy_channel_holds_up_no_other(here: Office) -> None:
    await post(here, "status", paced=True)
    with pytest.raises(SlackFailure) as held:
        await post(here, "status", paced=True)
    assert 0 < (held.value.retry_after or 0) <= 1
    await post(here, "incidents", paced=True)
    here.slack.clock.advance(1.01)
    await post(here, "status", paced=True)
    assert [call.answer for call in here.slack.ledger.calls("chat.postMessage")] == ["ok"] * 3


@pytest.mark.parametrize(("kind", "how"), BROKEN)
async def test_rel_034_an_answer_that_makes_no_sense_leaves_it_open_what_was_done(
    here: Office, kind: Any, how: dict[str, Any]
) -> None:
    here.slack.fault(kind, "chat.postMessage", **how)
    told = await failure(here)
    assert (told.unsure, told.permanent, told.hold) == (True, False, "")


@pytest.mark.parametrize("code", sorted(codes.UNSURE))
async def test_rel_035_when_slack_itself_failed_the_outcome_is_unknown(here: Office, code: str) -> None:
    here.slack.fault("error", "chat.postMessage", code=code)
    told = await failure(here)
    assert (told.unsure, told.permanent, told.code) == (True, False, code)


async def test_rel_035_a_message_that_slack_chokes_on_does_not_hold_up_its_room_for_ever(here: Office) -> None:
    here.slack.fault("error", "chat.postMessage", code="fatal_error", times=None)
    assert (await failure(here)).tries is None
    await here.workspace.call("auth.test")
    assert (await failure(here)).tries == UNSURE_TRIES


async def test_rel_036_a_connection_that_drops_after_the_work_is_unsure_and_not_repeated(here: Office) -> None:
    here.slack.fault("drop", "chat.postMessage")
    assert (await failure(here)).unsure
    assert len(here.slack.ledger.visible("general", kind="message")) == 1


async def test_rel_037_an_answer_that_comes_too_late_is_unsure(here: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    here.slack.fault("hang", "chat.postMessage")
    monkeypatch.setattr(calls, "TIMEOUT", 0.2)
    async with calls.session() as impatient:
        workspace = Workspace(calls.client(here.slack.app.bot_token, impatient, base_url=here.slack.base_url))
        with pytest.raises(SlackFailure) as told:
            await workspace.call("chat.postMessage", channel=here.slack.rooms.room("general").id, text="x")
    assert told.value.unsure


async def test_rel_038_a_refused_connection_needs_no_look(here: Office) -> None:
    await here.slack.down()
    told = await failure(here)
    assert (told.unsure, told.permanent, told.retry_after) == (False, False, None)
    await here.slack.up()
    assert (await post(here))["ok"]


async def test_rel_038_nor_does_a_name_that_cannot_be_resolved(here: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nowhere(*_: object, **__: object) -> list[Any]:
        raise OSError("no such name")

    async with calls.session() as session:
        monkeypatch.setattr(session.connector, "_resolve_host", nowhere)
        workspace = Workspace(calls.client("xoxb", session, base_url="http://slack.invalid/api/"))
        with pytest.raises(SlackFailure) as told:
            await workspace.call("auth.test")
    assert (told.value.unsure, told.value.permanent) == (False, False)


async def test_rel_039_without_trust_there_is_one_try_in_half_a_minute(here: Office) -> None:
    """The stand-in speaks no TLS, which is as bad as a wrong certificate."""
    async with calls.session() as session:
        address = here.slack.base_url.replace("http://", "https://")
        holds = Holds(here.slack.clock.now)
        workspace = Workspace(calls.client("xoxb", session, base_url=address), holds=holds)
        for second in range(60):
            with pytest.raises(SlackFailure) as told:
                await workspace.call("auth.test" if second % 2 else "chat.postMessage")
            assert not told.value.permanent
            if second:
                assert told.value.code == "held" or second % 30 == 0
            here.slack.clock.advance(1)
    assert "certificate" in holds.trouble


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "invalid_auth", "token_expired"])
async def test_rel_040_a_dead_token_holds_the_workspace_with_one_probe_a_minute(here: Office, code: str) -> None:
    here.slack.app.kill(code)
    for _ in range(180):
        told = await failure(here)
        assert not told.permanent
        here.slack.clock.advance(1)
    assert len(here.methods()) == 3
    assert code in here.workspace.holds.trouble
    here.slack.app.revive()
    assert (await post(here))["ok"]
    assert here.workspace.holds.trouble == ""


async def test_rel_041_a_missing_scope_is_named_and_not_tried_again(here: Office) -> None:
    here.slack.app.scopes.discard("pins:write")
    told = await failure(here, "pins.add", timestamp="1.000001")
    assert told.permanent
    assert "pins:write" in told.reason


@pytest.mark.parametrize("code", sorted(codes.FORBIDDEN - {"missing_scope"}))
async def test_rel_041_neither_is_anything_else_that_is_forbidden(here: Office, code: str) -> None:
    here.slack.fault("error", "pins.add", code=code)
    assert (await failure(here, "pins.add")).permanent


async def test_rel_042_an_unknown_answer_is_tried_three_times(here: Office) -> None:
    here.slack.fault("error", "chat.postMessage", code="feeling_unwell")
    told = await failure(here)
    assert (told.tries, told.permanent, told.unsure) == (3, False, False)


@pytest.mark.parametrize("body", ["[]", '"ok"', "null", "17", '{"ok": true', "ok", "\xff"])
async def test_rel_034_whatever_the_body_is_it_never_surprises(body: str) -> None:
    async def answer(_request: web.Request) -> web.Response:
        kind = "text/plain" if body == "ok" else "application/json"
        return web.Response(body=body.encode("latin-1"), content_type=kind)

    async with served(answer) as address, calls.session() as session:
        with pytest.raises(SlackFailure) as told:
            await calls.call(calls.client("xoxb", session, base_url=address), "auth.test")
    assert told.value.unsure


async def test_what_is_sent_is_a_form_with_structures_as_json(here: Office) -> None:
    blocks = [{"type": "divider"}]
    await here.workspace.call(
        "chat.postMessage", channel=here.slack.rooms.room("general").id, text="é", blocks=blocks, unfurl_links=False
    )
    (call,) = here.slack.ledger.calls("chat.postMessage")
    assert call.args["unfurl_links"] == "false"
    assert call.args["blocks"] == '[{"type": "divider"}]'
    assert here.slack.screen("general") == ["é"]


async def test_all_calls_share_one_connection(here: Office) -> None:
    for _ in range(10):
        await here.workspace.call("auth.test")
    assert len({call.connection for call in here.slack.ledger.calls()}) == 1


async def test_sec_140_neither_tokens_nor_words_get_into_the_log(here: Office) -> None:
    here.slack.fault("error", "chat.postMessage", code="fatal_error")
    with capture_logs() as logs:
        await failure(here, text="the secret plan")
    assert "secret plan" not in repr(logs)
    assert here.slack.app.bot_token not in repr(logs)
    assert all(line.get("action") for line in logs)


def test_rel_046_no_client_of_ours_repeats_a_call_by_itself() -> None:
    """Every place that makes a client says so: after a dropped reply the SDK's own retry made two posts."""
    found = 0
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("AsyncWebClient", "WebClient"):
                found += 1
                given = {keyword.arg: keyword.value for keyword in node.keywords}
                assert ast.unparse(given.get("retry_handlers", ast.Constant(None))) == "[]", source
    assert found


async def test_rel_046_and_its_list_is_empty(here: Office) -> None:
    assert here.workspace.web.retry_handlers == []


@asynccontextmanager
async def served(answer: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/api/{method}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    finally:
        await runner.cleanup()
