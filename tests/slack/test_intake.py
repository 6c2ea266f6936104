"""What comes in when things go badly: words that always fail, and requests that somebody captured and sends again."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from fakes.slack import payloads
from fakes.slack.outgoing import Delivery, encoded
from fakes.slack.person import Person, Said
from fakes.slack.workspace import Channel
from structlog.testing import capture_logs
from wire import Mode, Wire, ticked, wired

from bot.slack.listen import Ears, Spot
from commands.call import Call
from commands.words import WORDS
from storage.tables import heard
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


def poisoned(
    monkeypatch: pytest.MonkeyPatch, problem: type[BaseException], *, only: str = "", word: str = "note"
) -> None:
    """`!note` raises this, whenever its words contain ``only``."""
    real = WORDS[word]

    async def carry_out(call: Call) -> Card | None:
        if only in call.line.words:
            raise problem(only)
        return await real.carry_out(call)

    monkeypatch.setitem(WORDS, word, cast(Any, SimpleNamespace(carry_out=carry_out, __doc__=real.__doc__)))


REFERENCE = re.compile(r"finds it in the log as [0-9a-f]{8}\.")


def references(wire: Wire, user: str) -> int:
    return len([effect for effect in wire.told(user) if REFERENCE.search(effect.text)])


async def tried(wire: Wire) -> None:
    """Long enough for all five."""
    for seconds in (1, 5, 16, 41, 61):
        await wire.wait(seconds=seconds)


def direct(wire: Wire, handle: str) -> list[str]:
    """What Sitrep wrote to this person alone; it breaks up words that Slack would make something of."""
    room = wire.slack.workspace.direct([wire.person(handle).id], by=wire.slack.app.user_id)
    return [message.text.replace("\u00ad", "") for message in room.messages.values()]


def times_tried(logs: list[Any]) -> int:
    return len([line for line in logs if line["action"] == "line_failed"])


async def test_rel_013_a_word_that_always_fails_is_tried_five_times_then_given_up_and_its_speaker_told(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, logs: list[Any]
) -> None:
    bob, room = wire.person("bob"), await wire.declare(wire.person("ada"))
    await wire.declare(wire.person("ada"), "sev2 Another one")
    other = await wire.room(2)
    poisoned(monkeypatch, ValueError, only="hurts")
    said = await bob.types(room.name, "!note it hurts")
    assert said.acked
    await wire.settle()
    assert references(wire, "bob") == 1
    assert [line for line in await wire.side.troubles() if "tried again: 1" in line], "health is degraded"
    assert "tries it again by itself" in wire.told("bob")[-1].text
    assert (await bob.types(other.name, "!find the other goes on")).acked
    await tried(wire)
    assert times_tried(logs) == 5
    (given_up,) = [text for text in direct(wire, "bob") if "Given up" in text]
    assert "it hurts" in given_up
    (dead,) = [line for line in logs if line["action"] == "line_dead"]
    assert dead["reference"] in given_up
    assert {line["reference"] for line in logs if line["action"] == "line_failed"} == {dead["reference"]}
    for _ in range(2):
        assert (await wire.again(said.deliveries[0])).acked
        await tried(wire)
    assert times_tried(logs) == 5, "a dead letter stays dead"
    assert await wire.side.troubles() == []
    assert not [text for text in await wire.texts() if "hurts" in text]
    assert "the other goes on" in await wire.texts(2)
    assert (await bob.types(room.name, "!note alive")).acked
    assert "alive" in await wire.texts()
    await bob.presses("Try once more", where="@sitrep")
    await wire.settle()
    assert times_tried(logs) > 5, "the button says it anew"


@pytest.mark.parametrize("way", ["command", "form", "thread"])
async def test_rel_013_what_works_when_it_is_tried_again_is_done_once_and_told(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, logs: list[Any], way: str
) -> None:
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    if way == "form":
        await bob.slash(room.name, "/incident note")
    with monkeypatch.context() as broken:
        for word in ("note", "capture"):
            poisoned(broken, ValueError, word=word)
        if way == "command":
            said = await bob.slash(room.name, "/incident note late but there")
            assert REFERENCE.search(said.answer["text"])
        elif way == "form":
            assert (await bob.submits(text="late but there")).answer == {"response_action": "clear"}
        else:
            typed = await bob.types(room.name, "late but there", thread=thread)
            assert typed.acked
            assert not ticked(typed)
        assert times_tried(logs) >= 1
        assert "late but there" not in await wire.texts()
    await tried(wire)
    assert (await wire.texts()).count("late but there") == 1
    assert len([text for text in direct(wire, "bob") if "It worked when it was tried again" in text]) == 1
    assert not [line for line in logs if line["action"] == "line_dead"]


async def test_rel_013_who_says_it_again_meanwhile_has_said_it_once(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, logs: list[Any]
) -> None:
    bob, room = wire.person("bob"), await wire.declare(wire.person("ada"))
    with monkeypatch.context() as broken:
        poisoned(broken, ValueError)
        await bob.slash(room.name, "/incident note twice said")
    wire.time.now += timedelta(seconds=2)
    await bob.slash(room.name, "/incident note twice said")
    await tried(wire)
    assert (await wire.texts()).count("twice said") == 1


async def test_rel_013_two_entries_that_read_alike_are_two_also_when_one_was_tried_again(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, logs: list[Any]
) -> None:
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    with monkeypatch.context() as broken:
        poisoned(broken, ValueError, word="capture")
        await bob.types(room.name, "still slow", thread=thread)
    wire.time.now += timedelta(seconds=2)
    await bob.types(room.name, "still slow", thread=thread)
    await tried(wire)
    assert (await wire.texts()).count("still slow") == 2


async def test_rel_013_a_word_that_ends_the_process_is_given_up_too_and_an_old_one_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logs: list[Any]
) -> None:
    """Counted before it is tried. After a restart that took longer than five minutes nothing is run by surprise."""
    async with wired(tmp_path) as wire:
        bob, room = wire.person("bob"), await wire.declare(wire.person("ada"))
        with monkeypatch.context() as broken:
            poisoned(broken, ValueError)
            await bob.slash(room.name, "/incident note deadly")
            await bob.slash(room.name, "/incident note forgotten")
            broken.setattr(wire.core.again, "_say", _ends_the_process)
            for seconds in (0, 0, 5, 5, 16, 16, 41, 41):
                wire.time.now += timedelta(seconds=seconds)
                with suppress(KeyboardInterrupt):
                    await wire.core.again.look()
            wire.time.now += timedelta(minutes=6)
        await wire.settle()
        given_up = [text for text in direct(wire, "bob") if "Given up" in text]
        assert sorted(word for text in given_up for word in ("deadly", "forgotten") if word in text) == [
            "deadly",
            "forgotten",
        ]
        assert not {"deadly", "forgotten"} & set(await wire.texts())


async def _ends_the_process(line: object) -> None:
    raise KeyboardInterrupt


async def test_rel_013_a_message_our_listener_always_breaks_over_is_given_up_after_five_tries_and_holds_up_nothing(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, logs: list[Any]
) -> None:
    """Slack gave up on it earlier; the history, which it must not block for the other rooms, is the rest."""
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    await wire.declare(wire.person("ada"), "sev2 Another one")
    gaps = wire.side.gaps
    assert gaps
    await gaps.fill()
    real, seen = Ears.words, [0]

    async def words(ears: Ears, raw: str) -> str:
        if "poison" in raw:
            seen[0] += 1
            raise ZeroDivisionError
        return await real(ears, raw)

    monkeypatch.setattr(Ears, "words", words)
    monkeypatch.setattr(wire.slack.outgoing, "retry_after", ())
    typing = asyncio.ensure_future(bob.types(room.name, "poison", thread=thread))
    while not typing.done():
        wire.slack.clock.advance(3.1)
        await asyncio.sleep(0.01)
    said = await typing
    assert not said.acked
    told, wire.slack.happenings.tell = wire.slack.happenings.tell, lambda event: None
    await bob.types((await wire.room(2)).name, "missed in the other room", thread=await wire.thread(2))
    wire.slack.happenings.tell = told
    await gaps.fill()
    assert "missed in the other room" in await wire.texts(2), "the history of the others was held up"
    assert 1 < seen[0] < 5
    for _ in range(6):
        await gaps.fill()
    await wire.settle()
    assert (seen[0], gaps._behind) == (5, False)
    assert [line["action"] for line in logs if line["action"] == "line_dead"] == ["line_dead"]
    assert [text.text for text in wire.told("bob") if "Not read, and it is not your fault" in text.text]
    assert (await wire.again(said.deliveries[0])).acked
    assert (await bob.types(room.name, "and on we go", thread=thread)).acked
    assert "and on we go" in await wire.texts()


@pytest.mark.parametrize("change", ["an edit", "a deletion", "a reaction"])
async def test_rel_013_a_change_our_listener_always_breaks_over_is_given_up_after_five_tries_and_holds_up_nothing(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, logs: list[Any], change: str
) -> None:
    """No history tells an edit or a reaction again: Slack tells it four times, and the fifth try goes with the last."""
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    await wire.declare(wire.person("ada"), "sev2 Another one")
    said = await bob.types(room.name, "as it was", thread=thread)
    await wire.settle()
    real, seen = Ears.spot, [0]

    async def spot(ears: Ears, channel: str, thread_ts: str = "") -> Spot:
        if channel == room.id:
            seen[0] += 1
            raise ZeroDivisionError
        return await real(ears, channel, thread_ts)

    doing: dict[str, Callable[[], Coroutine[Any, Any, Said]]] = {
        "an edit": lambda: bob.edits(said, "as it is"),
        "a deletion": lambda: bob.deletes(said),
        "a reaction": lambda: bob.reacts(said, "pushpin"),
    }
    monkeypatch.setattr(wire.slack.outgoing, "retry_after", (0.0, 0.0, 0.0))
    with monkeypatch.context() as broken:
        broken.setattr(Ears, "spot", spot)
        told = (await waited_out(wire, logs, doing[change]())).deliveries[-1]
        await waited_out(wire, logs, told.done.wait())
        assert (await bob.types((await wire.room(2)).name, "!note the other goes on")).acked
    await wire.settle()
    assert (seen[0], [attempt.failure == "" for attempt in told.attempts]) == (5, [False, False, False, True])
    assert [line["action"] for line in logs if line["action"] == "line_dead"] == ["line_dead"]
    (notice,) = [text.text for text in wire.told("bob") if "Not read, and it is not your fault" in text.text]
    assert ("your reaction" if change == "a reaction" else "your change of a message") in notice
    assert "the other goes on" in await wire.texts(2)
    assert (await wire.again(told)).acked
    assert (await bob.types(room.name, "and on we go", thread=thread)).acked
    assert "and on we go" in await wire.texts()
    assert len([line for line in logs if line["action"] == "line_dead"]) == 1


async def waited_out(wire: Wire, logs: list[Any], doing: Coroutine[Any, Any, Any]) -> Any:
    """Slack's three seconds pass as soon as it is certain that there will be no acknowledgement."""
    done = asyncio.ensure_future(doing)
    while not done.done():
        if wire.side.sockets and unheard(logs) > failed(wire):
            wire.slack.clock.advance(3.1)
        await asyncio.sleep(0.01)
    return await done


def failed(wire: Wire) -> int:
    """What Slack knows by now to have failed."""
    return len([each for told in wire.slack.outgoing.deliveries for each in told.attempts if each.failure])


def unheard(logs: list[Any]) -> int:
    return len([line for line in logs if line["action"] == "slack_unheard"])


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


async def test_sec_001_every_route_of_slacks_refuses_what_is_not_signed_and_nothing_comes_of_it(http: Wire) -> None:
    """Through the real site: each route that the router has for Slack, each way a signature can be wrong."""
    ada, general = http.person("ada"), http.slack.rooms.room("general")
    await ada.slash("#general", "/incident list")
    await http.settle()
    routes = sorted(http.side.routes())
    assert routes
    async with http.core.database.read() as c:
        before = len((await c.execute(heard.select())).all())
    calls = len(http.slack.ledger.calls())
    body = encoded("slash_commands", payloads.slash(http.slack.core, ada.user, general, "/incident", "sev1 forged"))
    good = http.slack.outgoing.signature(body)
    name = next(key for key in good if key.lower().endswith("signature"))
    wrong = ["", good[name][:-1], good[name] + "0", "v0=" + "0" * 64, good[name].upper()]
    async with aiohttp.ClientSession() as session:
        for route in routes:
            for headers in (*({**good, name: each} for each in wrong), {}):
                kind = {"Content-Type": "application/x-www-form-urlencoded"}
                url = f"{http.slack.outgoing.url}{route}"
                async with session.post(url, data=body, headers=kind | headers) as answer:
                    assert answer.status == 401, (route, headers)
    await http.settle()
    async with http.core.database.read() as c:
        assert len((await c.execute(heard.select())).all()) == before
    assert len(http.slack.ledger.calls()) == calls


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
