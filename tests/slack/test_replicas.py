"""Two processes on one database hear what Slack tells, and people act at the same moment, over the wire."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conversation import ADA
from crash.world import address
from fakes.slack.outgoing import Delivery
from wire import Wire, connected, wired

from commands.line import Line
from storage.database import Database
from storage.tables import heard

pytestmark = pytest.mark.timeout(120)

MANY = 200


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
    for number in range(50):
        slack, web = ("sev1 worse", "sev2 better") if number % 2 else ("sev3 better", "sev2 worse")
        line = Line(ADA, f"/incident {web}", wire.time.now, f"web:{number:012}:x", via="slash", incident=1)
        said, answer = await asyncio.gather(ada.slash(room.name, f"/incident {slack}"), wire.core.door.say(line))
        assert said.acked
        assert not answer.failed
    async with wire.core.database.read() as c:
        rows = [row for row in await c.execute(heard.select()) if row.words.startswith("/incident sev")]
    done = [row for row in rows if row.outcome == "done" and "Checkout" not in row.words]
    assert len(rows) == 101
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
