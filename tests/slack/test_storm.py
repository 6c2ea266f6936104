"""Very many messages at once: what is done for each of them has an end."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import event
from wire import Wire, ticked, wired

from bot.slack import changes
from bot.slack.changes import Change, Looks
from bot.slack.holds import Holds
from bot.slack.marks import A_MINUTE, Marks
from bot.slack.workspace import Workspace

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    async with wired(tmp_path) as begun:
        yield begun


async def test_a_storm_gets_the_marks_that_slack_allows_and_is_recorded_whole(wire: Wire) -> None:
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    now = 0.0
    assert wire.side.bolt
    events = wire.side.bolt._events
    events.marks = Marks(Workspace(wire.side.workspace.web, holds=Holds(lambda: now)), wire.side.later)
    said = [await bob.types(room.name, f"finding {n}", thread=thread) for n in range(A_MINUTE + 5)]
    await wire.settle()
    assert [ticked(each) for each in said] == [True] * A_MINUTE + [False] * 5
    assert [text for text in await wire.texts() if text.startswith("finding")] == [
        f"finding {n}" for n in range(A_MINUTE + 5)
    ]
    now = 3.1
    later = [await bob.types(room.name, f"later {n}", thread=thread) for n in range(3)]
    await wire.settle()
    assert [ticked(each) for each in later] == [True, True, False]


async def test_rel_073_messages_stored_together_are_looked_for_together(wire: Wire) -> None:
    database = wire.core.database
    edited = Change("5.0", "it is the database", "U1")
    async with database.begin() as c:
        await changes.keep(c, "slack:C1:7", edited)
    async with database.read() as c:
        engine = c.engine.sync_engine
    begun: list[object] = []

    def note(connection: object) -> None:
        begun.append(connection)

    event.listen(engine, "begin", note)
    looks = Looks(database)
    found = await asyncio.gather(*(looks.newest(f"slack:C1:{number}") for number in range(50)))
    event.remove(engine, "begin", note)
    assert [number for number, change in enumerate(found) if change] == [7]
    assert found[7] == edited
    assert len(begun) == 1


async def test_rel_073_a_look_is_never_older_than_the_question(wire: Wire) -> None:
    """Who asks while a look is under way is answered by the next one."""
    database, looks = wire.core.database, Looks(wire.core.database)
    edited = Change("5.0", "it is the database", "U1")
    async with asyncio.TaskGroup() as group:
        early = [group.create_task(looks.newest("slack:C1:1")) for _ in range(3)]
        for _ in range(4):
            await asyncio.sleep(0)
        async with database.begin() as c:
            await changes.keep(c, "slack:C1:2", edited)
        late = group.create_task(looks.newest("slack:C1:2"))
    assert late.result() == edited
    assert [each.result() for each in early] == [None] * 3


async def test_rel_073_a_look_that_fails_is_taken_again_by_the_next_who_waits(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, newest_of = Looks(wire.core.database), changes.newest_of

    async def fails_once(*_: object) -> dict[str, Change]:
        monkeypatch.setattr(changes, "newest_of", newest_of)
        raise OSError("the disk is away")

    monkeypatch.setattr(changes, "newest_of", fails_once)
    found = await asyncio.gather(*(looks.newest("slack:C1:1") for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in found] == [OSError, type(None), type(None)]
