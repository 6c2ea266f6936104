"""A channel gets another id (Slack does that when it becomes shared): the incident follows it (REL-057)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from wire import Wire, wired

from bot.slack.manifest import manifest
from bot.slack.settings import SlackSettings
from storage import rooms

pytestmark = pytest.mark.timeout(30)


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    async with wired(tmp_path) as begun:
        yield begun


async def test_rel_057_a_channel_whose_id_changes_keeps_its_incident(wire: Wire) -> None:
    ada, bob, room = wire.person("ada"), wire.person("bob"), await wire.declare(wire.person("ada"))
    thread, old = await wire.thread(), room.id
    await bob.types(room.name, "before", thread=thread)
    await wire.settle()
    await wire.slack.rooms.changes_id(room.name)
    assert (await wire.room()).id == room.id != old
    said = await bob.types(room.name, "after", thread=thread)
    await bob.edits(said, "afterwards")
    await bob.types(room.name, "!take scribe")
    assert (await ada.presses("Take command", where=room.name)).acked
    await wire.settle()
    assert [text for text in await wire.texts() if text.startswith(("before", "after"))] == ["before", "afterwards"]
    assert (await wire.incident()).commander
    headline = await slot(wire, "headline")
    shown = [effect for effect in wire.slack.ledger if effect.kind == "update" and effect.channel_id == room.id]
    assert headline.startswith(f"{room.id}:")
    assert headline.split(":")[1] in {effect.ts for effect in shown}


async def test_rel_057_told_again_the_change_has_no_second_effect(wire: Wire) -> None:
    ada, room = wire.person("ada"), await wire.declare(wire.person("ada"))
    await wire.declare(ada, "sev3 Another one")
    first = await wire.slack.rooms.changes_id(room.name)
    between = room.id
    await wire.slack.rooms.changes_id(room.name)
    assert (await wire.again(first[0])).acked
    assert (await wire.room()).id == room.id != between
    assert (await wire.room(2)).name.startswith("inc-2")


@pytest.mark.parametrize("new", ["", "junk", None, 7, "same", "other"])
async def test_rel_057_an_event_that_cannot_be_meant_moves_nothing(wire: Wire, new: object) -> None:
    room = await wire.declare(wire.person("ada"))
    await wire.declare(wire.person("ada"), "sev3 Another one")
    named = {"same": room.id, "other": (await wire.room(2)).id}
    event = {"type": "channel_id_changed", "old_channel_id": room.id}
    event["new_channel_id"] = named.get(new, new) if isinstance(new, str) else new  # type: ignore[assignment]
    assert [delivery.acked for delivery in await wire.slack.rooms.sends(event)] == [True]
    assert (await wire.room()).id == room.id


@pytest.mark.parametrize("privacy", ["all", "commands"])
def test_rel_057_the_manifest_asks_slack_to_tell_us(privacy: str) -> None:
    asked = manifest(SlackSettings(privacy="all" if privacy == "all" else "commands"))
    assert "channel_id_changed" in asked["settings"]["event_subscriptions"]["bot_events"]


async def slot(wire: Wire, name: str) -> str:
    async with wire.core.database.read() as c:
        ref = await rooms.slot(c, 1, "slack", name)
    assert ref
    return ref
