"""What comes in when things go badly: words that always fail, and requests that somebody captured and sends again."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from fakes.slack import payloads
from fakes.slack.outgoing import Delivery, encoded
from fakes.slack.person import Person
from fakes.slack.workspace import Channel
from structlog.testing import capture_logs
from wire import Mode, Wire, wired

from commands import note
from commands.call import Call
from commands.words import WORDS
from templates.card import Card

pytestmark = pytest.mark.timeout(30)

GOOD = [f"good {number}" for number in range(10)]


@pytest.fixture(params=["socket", "http"])
async def wire(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Wire]:
    async with wired(tmp_path, cast(Mode, request.param)) as begun:
        yield begun


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[Wire]:
    async with wired(tmp_path, "http") as begun:
        yield begun


@pytest.fixture
def logs() -> Iterator[list[Any]]:
    """Taken, not shown: a traceback with all its locals takes many seconds to draw."""
    with capture_logs() as taken:
        yield cast(list[Any], taken)


def poisoned(monkeypatch: pytest.MonkeyPatch, problem: type[BaseException], *, only: str = "") -> None:
    """`!note` raises this, whenever its words contain ``only``."""

    async def carry_out(call: Call) -> Card | None:
        if only in call.line.words:
            raise problem(only)
        return await note.carry_out(call)

    monkeypatch.setitem(WORDS, "note", cast(Any, SimpleNamespace(carry_out=carry_out, __doc__=note.__doc__)))


REFERENCE = re.compile(r"finds it in the log as [0-9a-f]{8}\.")


def references(wire: Wire, user: str) -> int:
    return len([effect for effect in wire.told(user) if REFERENCE.search(effect.text)])


async def test_rel_013_a_word_that_always_fails_is_acknowledged_and_its_speaker_hears_a_reference(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, logs: list[Any]
) -> None:
    ada, bob, room = wire.person("ada"), wire.person("bob"), await wire.declare(wire.person("ada"))
    await wire.declare(ada, "sev2 Another one")
    poisoned(monkeypatch, ValueError)
    said = await bob.types(room.name, "!note it hurts")
    typed = await ada.slash(room.name, "/incident note it hurts too")
    for _ in range(4):
        assert (await wire.again(said.deliveries[0])).acked
    assert said.acked
    assert REFERENCE.search(typed.answer["text"])
    await bob.types((await wire.room(2)).name, "!find the other goes on")
    await wire.settle()
    assert references(wire, "bob") == 1
    assert {line["action"] for line in logs if line["log_level"] == "error"} == {"line_failed"}
    assert not [text for text in await wire.texts() if "hurts" in text]
    assert "the other goes on" in await wire.texts(2)


async def test_rel_014_ten_good_lines_behind_a_poisoned_one_are_all_carried_out_in_order(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, logs: list[Any]
) -> None:
    bob, room = wire.person("bob"), await wire.declare(wire.person("ada"))
    poisoned(monkeypatch, ValueError, only="poison")
    assert (await bob.types(room.name, "!note poison")).acked
    for words in GOOD:
        assert (await bob.types(room.name, f"!note {words}")).acked
    await wire.settle()
    assert [text for text in await wire.texts() if text.startswith(("good", "poison"))] == GOOD
    assert references(wire, "bob") == 1


@pytest.mark.parametrize("problem", [RecursionError, MemoryError, asyncio.CancelledError])
async def test_rel_015_not_even_what_no_word_should_raise_costs_anybody_an_acknowledgement(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, logs: list[Any], problem: type[BaseException]
) -> None:
    """All at once, so that the good lines wait behind the poisoned one, or share its commit."""
    bob, room = wire.person("bob"), await wire.declare(wire.person("ada"))
    await bob.types(room.name, "I am here")
    poisoned(monkeypatch, problem, only="poison")
    lines = ["!note poison", *(f"!note {words}" for words in GOOD)]
    said = await asyncio.gather(*(bob.types(room.name, words) for words in lines))
    await wire.settle()
    assert all(attempt.failure == "" for each in said for told in each.deliveries for attempt in told.attempts)
    assert sorted(text for text in await wire.texts() if text.startswith(("good", "poison"))) == GOOD
    assert references(wire, "bob") == 1
    assert (await bob.slash(room.name, "/incident roles")).acked


async def pressed(wire: Wire, who: Person, room: Channel, says: str) -> Delivery:
    """A button whose words are ours to choose, so that each press would leave a row."""
    card = next(message for message in room.messages.values() if message.bot_id)
    action = {
        "type": "button",
        "action_id": "say:0",
        "block_id": "b",
        "action_ts": wire.slack.workspace.ts("actions"),
        "value": json.dumps({"i": 1, "s": says}),
    }
    return await wire.sends("interactive", payloads.pressed_in_message(wire.slack.core, who.user, room, card, action))


async def captured(wire: Wire, delivery: Delivery) -> list[int]:
    """The very same bytes and headers ten times, over a little less than the five minutes a signature is good for."""
    out = wire.slack.outgoing
    body = encoded(delivery.what, delivery.payload)
    kind = "application/json" if delivery.what == "events_api" else "application/x-www-form-urlencoded"
    headers = {"Content-Type": kind, **out.signature(body)}
    answered = []
    for _ in range(10):
        await wire.wait(seconds=28)
        async with out.session().post(out.url + out.paths[delivery.what], data=body, headers=headers) as answer:
            answered.append(answer.status)
    return answered


@pytest.mark.parametrize("kind", ["event", "command", "action", "form"])
async def test_sec_003_a_captured_request_sent_ten_times_has_one_effect(http: Wire, kind: str) -> None:
    ada, room = http.person("ada"), await http.declare(http.person("ada"), "sev4 Checkout is slow")
    if kind == "event":
        first = (await ada.types(room.name, "!note only once")).deliveries[0]
    elif kind == "command":
        first = await ada.slash(room.name, "/incident note only once")
    elif kind == "action":
        first = await pressed(http, ada, room, "note only once")
    else:
        await ada.slash(room.name, "/incident note")
        first = await ada.submits(text="only once")
    assert first.acked
    await http.settle()
    assert (await http.texts()).count("only once") == 1
    before = [(effect.kind, effect.text) for effect in http.slack.ledger if effect.kind != "ephemeral"]
    assert await captured(http, first) == [200] * 10
    await http.settle()
    assert (await http.texts()).count("only once") == 1
    after = [(effect.kind, effect.text) for effect in http.slack.ledger if effect.kind != "ephemeral"]
    assert [each for each in after[len(before) :] if "only once" in each[1] or each[0] == "modal"] == []


INSTALL = [
    "/slack/install",
    "/slack/oauth_redirect",
    "/slack/oauth",
    "/slack/oauth/callback",
    "/oauth/callback",
    "/install",
]


async def test_sec_015_there_is_no_installing_by_oauth_and_every_such_path_is_unknown(http: Wire) -> None:
    """A POST that is nobody's form is turned away (403) before its path is looked for; callbacks come by GET."""
    async with aiohttp.ClientSession() as session:
        for path in INSTALL:
            for method, status in (("GET", 404), ("POST", 403)):
                url = f"{http.slack.outgoing.url}{path}?code=1234.5678&state=f00"
                async with session.request(method, url, allow_redirects=False) as answer:
                    assert answer.status == status, (method, path)
    assert not [call for call in http.slack.ledger.calls() if call.method.startswith("oauth")]
