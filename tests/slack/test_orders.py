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
from typing import TypeVar

import pytest
from fakes.slack.outgoing import Delivery
from fakes.slack.person import Person
from wire import Wire, wired

from storage.database import Database
from storage.tables import metadata

SHUFFLES = int(os.environ.get("SITREP_SHUFFLES", "24"))
"""24 go through every order in which the five events about one message can come. A shuffle takes half a second, since
all 50 events go through Bolt, the door and the database. What a thousand bring, the second test goes through."""
THOUSAND = 1_000
AT_ONCE = (5, 50)
"""How many requests Slack has open at once."""

pytestmark = pytest.mark.timeout(max(60, 3 * SHUFFLES))

EDITS = {"plain": 0, "edited": 3, "deleted": 3}
KINDS = ("plain", "edited", "deleted") * 5
"""15 messages: 5 events about each that is deleted, 4 about each that is edited, 1 about each other: 50."""

Row = tuple[str, str, str, str]
Story = list[list[Delivery]]
T = TypeVar("T")


async def conversation(wire: Wire, kinds: Sequence[str] = KINDS) -> Story:
    """What Bob and Dan write into the timeline thread, with second thoughts: for each message all that Slack tells."""
    room, thread = await wire.declare(wire.person("ada")), await wire.thread()
    people = [wire.person("bob"), wire.person("dan")]
    for person in people:
        await person.types(room.name, "I am here")
    await wire.settle()
    story = [
        await _message(wire, people[n % 2], room.name, thread, number=n, kind=kind) for n, kind in enumerate(kinds)
    ]
    # What our own marks cause is not part of the conversation.
    wire.slack.outgoing.held = []
    return story


async def _message(wire: Wire, who: Person, room: str, thread: str, *, number: int, kind: str) -> list[Delivery]:
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


def shuffled(story: Sequence[Sequence[T]], seed: int) -> list[T]:
    """Any interleaving of the messages; the order within each message is taken in turn from all there are."""
    of = [number for number, told in enumerate(story) for _ in told]
    random.Random(seed).shuffle(of)
    ordered = [iter(_order(told, seed * 5 + number // 3)) for number, told in enumerate(story)]
    return [next(ordered[number]) for number in of]


def _order(told: Sequence[T], turn: int) -> Sequence[T]:
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


def expected(number: int, kind: str) -> str:
    return {"plain": f"line {number}", "edited": f"line {number}, wording 2", "deleted": "withdrawn"}[kind]


async def test_rel_072_whatever_the_order_of_fifty_events_the_timeline_is_the_same(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        story = await conversation(wire)
        told = [delivery for message in story for delivery in message]
        assert len(told) == 50
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
    assert [row[-1] for row in next(iter(seen))] == [expected(number, kind) for number, kind in enumerate(KINDS)]


async def test_rel_072_every_order_that_a_thousand_shuffles_bring_to_a_message_leaves_it_as_it_should_read(
    tmp_path: Path,
) -> None:
    """Messages do not touch each other, so the 144 orders of one message's events are all that shuffles can bring."""
    sizes = {"deleted": 5, "edited": 4}
    orders = [(kind, order) for kind, size in sizes.items() for order in permutations(range(size))]
    events = {"plain": 1, **sizes}
    numbered = [[(n, k) for k in range(events[kind])] for n, kind in enumerate(KINDS)]
    brought: set[tuple[str, tuple[int, ...]]] = set()
    for seed in range(1, THOUSAND + 1):
        order = shuffled(numbered, seed)
        brought |= {(kind, tuple(k for n, k in order if n == at)) for at, kind in enumerate(KINDS) if kind in sizes}
    assert brought == set(orders)
    async with wired(tmp_path) as wire:
        story = await conversation(wire, [kind for kind, _ in orders])
        told = [[message[k] for k in order] for message, (_, order) in zip(story, orders, strict=True)]
        for place in range(5):
            now = [message[place] for message in told if place < len(message)]
            await arrive(wire, now, at_once=50)
        await wire.side.later.quiet()
        read = [row[-1] for row in await timeline(wire)]
    assert read == [expected(number, kind) for number, (kind, _) in enumerate(orders)]


async def test_the_shuffles_go_through_every_order_of_one_messages_events(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        story = await conversation(wire)
    met = set()
    for seed in range(1, 25):
        order = shuffled(story, seed)
        for message in (told for told, kind in zip(story, KINDS, strict=True) if kind == "deleted"):
            met.add(tuple(message.index(each) for each in order if each in message))
    assert len(met) == 120
