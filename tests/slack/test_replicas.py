"""Two processes on one database hear what Slack tells, and people act at the same moment, over the wire."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conversation import ADA
from crash.world import furnished
from databases import address, ready
from fakes.slack.fake import FakeSlack
from fakes.slack.outgoing import Delivery
from fakes.slack.stage import eventually
from wire import Time, Wire, _introduce, _populate, connected, wired

from commands.line import Line
from scheduler import delivery
from storage.database import Database
from storage.tables import heard

pytestmark = pytest.mark.timeout(120)

MANY, ROUNDS = 1_000, 500


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    async with wired(tmp_path) as begun:
        yield begun


@asynccontextmanager
async def second(wire: Wire, folder: Path) -> AsyncIterator[Wire]:
    """Another process: it shares the file and nothing else."""
    database = Database.open(address(folder / "sitrep.db"))
    async with connected(wire.slack, database, wire.time, "socket") as other:
        yield other
    await database.close()


async def heard_by(wire: Wire, told: Sequence[Delivery]) -> list[Any]:
    assert wire.side.bolt
    envelopes = [{"envelope_id": f"e{n}", "type": each.what, "payload": each.payload} for n, each in enumerate(told)]
    return list(await asyncio.gather(*map(wire.side.bolt.by_socket, envelopes)))


async def test_rel_004_the_same_event_to_two_replicas_at_once_has_one_effect(wire: Wire, tmp_path: Path) -> None:
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    await bob.types(room.name, "I am here", thread=thread)
    await wire.settle()
    told: list[Delivery] = []
    wire.slack.outgoing.held = told
    for number in range(MANY):
        words = (f"!note {number}", "") if number % 2 else (f"finding {number}", thread)
        await bob.types(room.name, words[0], thread=words[1])
    async with second(wire, tmp_path) as other:
        for start in range(0, MANY, 40):
            some = told[start : start + 40]
            ours, theirs = await asyncio.gather(heard_by(wire, some), heard_by(other, list(reversed(some))))
            assert None not in [*ours, *theirs], "one of them was not acknowledged"
    wire.slack.outgoing.held = None
    texts = [text.removeprefix("finding ") for text in await wire.texts()]
    assert sorted(texts.count(str(number)) for number in range(MANY)) == [1] * MANY
    async with wire.core.database.read() as c:
        deliveries = [row.delivery for row in await c.execute(heard.select())]
    assert len(deliveries) == len(set(deliveries))


async def test_rel_005_an_event_told_again_after_a_restart_a_day_and_a_week_has_no_second_effect(
    tmp_path: Path,
) -> None:
    async with wired(tmp_path) as wire:
        bob, room = wire.person("bob"), await wire.declare(wire.person("ada"))
        said = await bob.types(room.name, "!note only once")
        typed = await bob.types(room.name, "in the thread", thread=await wire.thread())
        await wire.settle()
        before = len(wire.told("bob"))
        for later in (timedelta(hours=25), timedelta(days=7)):
            wire.time.now += later
            async with second(wire, tmp_path) as again:
                for delivery in (*said.deliveries, *typed.deliveries):
                    assert await heard_by(again, [delivery]) == [{}]
                await again.side.later.quiet()
        texts = await wire.texts()
        assert (texts.count("only once"), texts.count("in the thread")) == (1, 1)
        assert len(wire.told("bob")) == before, "what was run is not said to have come too late"


async def test_rel_074_ten_resolve_at_once_and_one_does_while_nine_are_told(wire: Wire) -> None:
    ada, room = wire.person("ada"), await wire.declare(wire.person("ada"))
    await ada.slash(room.name, "/ic take ic")
    await wire.settle()
    words = '/incident resolve No data was lost. --because "it is well"'
    answers = await asyncio.gather(*(ada.slash(room.name, words) for _ in range(10)))
    await wire.settle()
    assert all(each.acked for each in answers)
    told = [each.answer["text"] for each in answers if each.answer]
    assert len([text for text in told if "resolved" in text.lower()]) >= 9
    assert sum("Full recovery" in text for text in await wire.texts()) == 1


async def test_rel_075_severities_said_in_the_web_and_in_slack_at_once_are_both_on_the_record(wire: Wire) -> None:
    ada, room = wire.person("ada"), await wire.declare(wire.person("ada"), "sev2 Checkout returns 500s")
    await ada.slash(room.name, "/ic take ic")
    await wire.settle()
    for number in range(ROUNDS):
        slack, web = ("sev1 worse", "sev2 better") if number % 2 else ("sev3 better", "sev2 worse")
        line = Line(ADA, f"/incident {web}", wire.time.now, f"web:{number:012}:x", via="slash", incident=1)
        said, answer = await asyncio.gather(ada.slash(room.name, f"/incident {slack}"), wire.core.door.say(line))
        assert said.acked
        assert not answer.failed
    async with wire.core.database.read() as c:
        rows = [row for row in await c.execute(heard.select()) if row.words.startswith("/incident sev")]
    done = [row for row in rows if row.outcome == "done" and "Checkout" not in row.words]
    assert len(rows) == 2 * ROUNDS + 1
    assert len([entry for entry in await wire.rows() if entry.type == "severity"]) == len(done)


async def test_rel_076_fifty_declarations_in_one_second_get_fifty_numbers_and_hear_of_each_other(wire: Wire) -> None:
    people = [wire.person(handle) for handle in ("ada", "bob", "cleo", "dan", "eve")]
    words = [f"/incident sev3 Checkout is slow in region {number}" for number in range(50)]
    said = await asyncio.gather(*(people[n % 5].slash("#general", each) for n, each in enumerate(words)))
    assert all(each.acked for each in said)
    await wire.side.later.quiet()
    assert await wire.declared() == 50
    titles = [(await wire.incident(number)).title for number in range(1, 51)]
    assert sorted(titles) == sorted(each.removeprefix("/incident sev3 ") for each in words)
    told = [effect.text for person in people for effect in wire.told(person.user.name)]
    assert [text for text in told if "Also open" in text], "near-duplicates are pointed out"


@asynccontextmanager
async def workspace(folder: Path) -> AsyncIterator[tuple[FakeSlack, Database, Time]]:
    """Slack, our database and the time outlive our process."""
    file, time = folder / "sitrep.db", Time()
    await ready(file, furnished)
    database = Database.open(address(file))
    async with FakeSlack(wall=time.wall) as slack:
        slack.limits.off()
        _populate(slack)
        await _introduce(database)
        yield slack, database, time
    await database.close()


async def test_rel_021_after_twenty_minutes_down_all_is_captured_once_and_no_old_command_is_run(tmp_path: Path) -> None:
    """30 messages, one `!` command and one slash command, while there was no process at all."""
    async with workspace(tmp_path) as (slack, database, time):
        async with connected(slack, database, time, "socket") as wire:
            bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
            await bob.types(room.name, "I am here", thread=thread)
            await wire.settle()
            assert wire.side.gaps
            await wire.side.gaps.fill()
        slack.outgoing.retry_after = (0.0, 0.0, 0.0)
        lines = [f"line {number}" for number in range(30)]
        async with asyncio.TaskGroup() as group:
            for words in (*lines, "!take scribe"):
                time.now += timedelta(seconds=1)
                thread_of = thread if words.startswith("line") else ""
                group.create_task(_unheard(slack, bob.types(room.name, words, thread=thread_of)))
                await asyncio.sleep(0)
            slash = group.create_task(_unheard(slack, bob.slash(room.name, "/incident take deputy")))
        assert not slash.result().acked, "Slack says so at once; it never repeats a command"
        time.now += timedelta(minutes=20)
        async with connected(slack, database, time, "socket") as wire:
            assert wire.side.gaps
            for _ in range(200):
                if not wire.side.gaps._behind and not wire.side.gaps._missed.is_set():
                    break
                await asyncio.sleep(0.02)
            await wire.settle()
            texts = await wire.texts()
            assert [text for text in texts if text.startswith("line")] == lines
            (mark,) = [text for text in texts if text.startswith("Not everything that was said in Slack")]
            assert "30 messages were read again" in mark
            assert "“!take scribe” (Bob Lindqvist)" in mark
            assert not (await wire.incident()).roles_of(await wire.side.people.person(bob.id))


async def _unheard(slack: FakeSlack, doing: Awaitable[Any]) -> Any:
    """Slack waits three seconds for an answer."""
    done = asyncio.ensure_future(doing)
    for _ in range(400):
        if done.done():
            break
        slack.clock.advance(3.1)
        await asyncio.sleep(0.005)
    return await done


async def test_rel_018_what_went_into_a_half_open_connection_is_found_when_it_is_noticed(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    assert wire.side.sockets
    assert wire.side.gaps
    await wire.side.gaps.fill()
    wire.side.sockets.ping = 0.2
    wire.slack.sockets.drop()
    await eventually(lambda: wire.slack.sockets.opened >= 4 and len(wire.slack.sockets.connections) == 2)
    await eventually(lambda: wire.side.gaps is not None and not wire.side.gaps._behind)
    monkeypatch.setattr(wire.slack.outgoing, "retry_after", ())
    wire.slack.sockets.half_open()
    said = await _unheard(wire.slack, bob.types(room.name, "said into a dead line", thread=thread))
    assert not said.acked
    await eventually(lambda: wire.slack.sockets.opened >= 6, seconds=5)
    for _ in range(200):
        if "said into a dead line" in await wire.texts():
            break
        await asyncio.sleep(0.02)
    assert (await wire.texts()).count("said into a dead line") == 1


async def test_when_much_waits_pages_come_first_and_then_the_worst_incident(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with wired(tmp_path) as wire:
        ada = wire.person("ada")
        for number in range(4):
            await ada.slash("#general", f"/incident sev4 Small thing {number}")
        await ada.slash("#general", "/incident sev1 Checkout returns 500s")
        await wire.core.door.say(Line(ADA, "page @bob come", wire.time.now, "web:page", via="button", incident=5))
        begun = len(wire.slack.ledger.calls())
        monkeypatch.setattr(delivery, "LANES", 1)
        await wire.core.delivery.drain()
        await wire.settle()
        calls = wire.slack.ledger.calls()[begun:]
        opened = [call.args["name"] for call in calls if call.method == "conversations.create"]
        assert opened[0].startswith("inc-5-checkout")
        paged = next(n for n, call in enumerate(calls) if "PAGE" in str(call.args.get("text")))
        small = next(n for n, call in enumerate(calls) if str(call.args.get("name", "")).startswith("inc-1"))
        assert paged < small
