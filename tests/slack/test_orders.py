"""Slack promises no order: however the events of one conversation arrive, the timeline reads the same."""

import asyncio
import os
import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from fakes.slack.outgoing import Delivery
from fakes.slack.person import Person
from wire import Wire, wired

from storage.database import Database
from storage.tables import metadata

SHUFFLES = int(os.environ.get("SITREP_SHUFFLES", "24"))
"""24 go through every order in which the five events about one message can come. A shuffle takes half a second, since
all 50 events go through Bolt, the door and the database: for a thousand set SITREP_SHUFFLES=1000."""
AT_ONCE = (5, 50)
"""How many requests Slack has open at once."""

pytestmark = pytest.mark.timeout(max(60, 3 * SHUFFLES))

EDITS = {"plain": 0, "edited": 3, "deleted": 3}
KINDS = ("plain", "edited", "deleted") * 5
"""15 messages: 5 events about each that is deleted, 4 about each that is edited, 1 about each other: 50."""

Row = tuple[str, str, str, str]
Story = list[list[Delivery]]


async def conversation(wire: Wire) -> Story:
    """What Bob and Dan write into the timeline thread, with second thoughts: for each message all that Slack tells."""
    room, thread = await wire.declare(wire.person("ada")), await wire.thread()
    people = [wire.person("bob"), wire.person("dan")]
    for person in people:
        await person.types(room.name, "I am here")
    await wire.settle()
    story = [await _message(wire, people[n % 2], room.name, thread, n) for n in range(len(KINDS))]
    # What our own marks cause is not part of the conversation.
    wire.slack.outgoing.held = []
    assert sum(map(len, story)) == 50
    return story


async def _message(wire: Wire, who: Person, room: str, thread: str, number: int) -> list[Delivery]:
    kind = KINDS[number]
    told: list[Delivery] = []
    wire.slack.outgoing.held = told
    said = await who.types(room, f"line {number}", thread=thread)
    for edit in range(EDITS[kind]):
        wire.time.now += timedelta(seconds=1)
        await who.edits(said, f"line {number}, wording {edit}")
    wire.time.now += timedelta(seconds=1)
    if kind == "deleted":
        await who.deletes(said)
    return told


def shuffled(story: Story, seed: int) -> list[Delivery]:
    """Any interleaving of the messages; the order within each message is taken in turn from all there are."""
    of = [number for number, told in enumerate(story) for _ in told]
    random.Random(seed).shuffle(of)
    ordered = [iter(_order(told, seed * 5 + number // 3)) for number, told in enumerate(story)]
    return [next(ordered[number]) for number in of]


def _order(told: Sequence[Delivery], turn: int) -> Sequence[Delivery]:
    orders = list(permutations(told))
    return orders[turn % len(orders)]


@contextmanager
def as_it_was(database: Database, kept: Path) -> Iterator[Callable[[], object]]:
    """What is given puts the whole database back to how it stands now."""
    assert database.file
    with closing(sqlite3.connect(database.file, isolation_level=None, check_same_thread=False, timeout=30)) as now:
        with closing(sqlite3.connect(kept)) as before:
            now.backup(before)
            before.execute("PRAGMA journal_mode=DELETE")
        now.execute("PRAGMA synchronous=OFF")
        now.execute("ATTACH ? AS before", (str(kept),))
        names = [table.name for table in metadata.sorted_tables]
        steps = [f'DELETE FROM main."{name}"' for name in reversed(names)]  # noqa: S608 - our own tables' names
        steps += [f'INSERT INTO main."{name}" SELECT * FROM before."{name}"' for name in names]  # noqa: S608
        yield lambda: now.executescript(f"BEGIN IMMEDIATE;{';'.join(steps)};COMMIT;")


async def arrive(wire: Wire, told: Sequence[Delivery], *, at_once: int) -> None:
    assert wire.side.bolt
    hear = wire.side.bolt.by_socket
    for start in range(0, len(told), at_once):
        envelopes = [
            {"envelope_id": f"{start}-{number}", "type": "events_api", "payload": delivery.payload}
            for number, delivery in enumerate(told[start : start + at_once])
        ]
        assert None not in await asyncio.gather(*map(hear, envelopes))


async def timeline(wire: Wire) -> tuple[Row, ...]:
    """What was written in the thread, as it reads in the end: when, by whom, what. Withdrawn is withdrawn."""
    rows = [entry for entry in await wire.rows() if entry.source.startswith("slack:") and not entry.refers_to]
    return tuple(
        (row.source, row.at.isoformat(), row.actor, "withdrawn" if row.withdrawn else row.reads) for row in rows
    )


def expected(number: int) -> str:
    return {"plain": f"line {number}", "edited": f"line {number}, wording 2", "deleted": "withdrawn"}[KINDS[number]]


async def test_rel_072_whatever_the_order_of_fifty_events_the_timeline_is_the_same(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        story = await conversation(wire)
        told = [delivery for message in story for delivery in message]
        seen: dict[tuple[Row, ...], int] = {}
        with as_it_was(wire.core.database, tmp_path / "before.db") as restore:
            for seed in range(SHUFFLES + 1):
                # In a thread: whoever writes at this moment goes on in our loop.
                await asyncio.to_thread(restore)
                order = shuffled(story, seed) if seed else told
                await arrive(wire, order, at_once=AT_ONCE[seed % len(AT_ONCE)])
                await wire.side.later.quiet()
                seen.setdefault(await timeline(wire), seed)
        assert len(seen) == 1, f"the first with each timeline: {sorted(seen.values())}"
    assert [row[-1] for row in next(iter(seen))] == [expected(number) for number in range(len(KINDS))]


async def test_the_shuffles_go_through_every_order_of_one_messages_events(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        story = await conversation(wire)
    met = set()
    for seed in range(1, 25):
        order = shuffled(story, seed)
        for message in (told for told, kind in zip(story, KINDS, strict=True) if kind == "deleted"):
            met.add(tuple(message.index(each) for each in order if each in message))
    assert len(met) == 120
