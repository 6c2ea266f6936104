"""What happens to channels: renamed, closed, Sitrep taken out and let in again, and those that sitrep.toml names."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fakes.slack.workspace import Channel
from wire import Wire, connected, wired

from storage import rooms

pytestmark = pytest.mark.timeout(30)


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    async with wired(tmp_path, by_id=True) as begun:
        yield begun


def direct(wire: Wire, handle: str) -> list[str]:
    room = wire.slack.workspace.direct([wire.person(handle).id], by=wire.slack.app.user_id)
    return wire.slack.screen(room.name) if room.name else [message.text for message in room.messages.values()]


def moved(lines: list[str]) -> list[str]:
    return [line for line in lines if "sitrep.toml" in line]


async def posted(wire: Wire, title: str, channel: Channel) -> bool:
    await wire.person("ada").slash("#general", f"/incident sev2 {title}")
    await wire.settle()
    await wire.wait(seconds=2)
    return any(title in text for text in wire.slack.screen(channel.name))


@pytest.mark.parametrize("administrators", [(), ("bob@example.com",)], ids=["nobody named", "bob"])
async def test_rel_057_a_configured_channel_is_followed_and_whoever_looks_after_sitrep_told_once(
    tmp_path: Path, administrators: tuple[str, ...]
) -> None:
    async with wired(tmp_path, by_id=True, administrators=administrators) as wire:
        channel = wire.slack.rooms.room("incidents")
        old = channel.id
        told = await wire.slack.rooms.changes_id("incidents")
        await wire.again(told[0])
        await wire.settle()
        lines = moved(direct(wire, "bob") if administrators else wire.slack.screen("incidents"))
        assert len(lines) == 1
        assert (
            f'announce\u00ad_channel = "{channel.id}"' in lines[0] or f'announce_channel = "{channel.id}"' in lines[0]
        )
        assert await posted(wire, "Checkout is slow", channel)
        between = channel.id
        await wire.slack.rooms.changes_id("incidents")
        assert len({old, between, channel.id}) == 3
        assert await posted(wire, "Search is slow", channel)


async def test_rel_057_the_alias_outlives_a_restart(wire: Wire) -> None:
    channel, file = wire.slack.rooms.room("incidents"), wire.core.database
    own: dict[str, Any] = {"announce_channel": channel.id, "status_channel": wire.slack.rooms.room("status").id}
    await wire.slack.rooms.changes_id("incidents")
    await wire.settle()
    async with connected(wire.slack, file, wire.time, "socket", **own) as again:
        assert await posted(again, "Checkout is slow", channel)


async def test_rel_057_a_channel_that_became_private_is_followed_too(wire: Wire) -> None:
    channel = wire.slack.rooms.room("incidents")
    channel.kind = "private"
    await wire.slack.rooms.changes_id("incidents")
    await wire.settle()
    assert await posted(wire, "Checkout is slow", channel)


async def test_rel_056_a_renamed_channel_is_known_by_its_new_name(wire: Wire) -> None:
    room = await wire.declare(wire.person("ada"))
    await wire.slack.rooms.renames(room.name, "checkout-trouble")
    async with wire.core.database.read() as c:
        assert await rooms.name_of(c, 1, "slack") == "checkout-trouble"


async def test_rel_054_rel_055_a_closed_channel_is_left_without_waiting_for_a_message(wire: Wire) -> None:
    room = await wire.declare(wire.person("ada"))
    before = wire.time.now
    await wire.slack.rooms.deletes(room.name)
    await wire.side.later.quiet()
    assert wire.time.now == before
    assert [text for text in wire.slack.screen("incidents") if "is run in this thread" in text]
    assert len([text for text in direct(wire, "ada") if "goes on in a thread" in text]) == 1


async def test_rel_055_of_a_private_incident_whose_channel_is_gone_only_the_leader_hears(wire: Wire) -> None:
    await wire.declare(wire.person("ada"), "sev1 --private Our keys are gone")
    await wire.slack.rooms.archives((await wire.room()).name)
    await wire.settle()
    assert [text for text in direct(wire, "ada") if "its channel was archived" in text and "web room" in text]
    assert not [text for text in wire.slack.screen("incidents") if "inc-1" in text]


async def test_rel_054_the_channel_of_an_incident_that_is_over_may_be_archived(wire: Wire) -> None:
    ada, room = wire.person("ada"), await wire.declare(wire.person("ada"))
    await ada.slash(room.name, "/incident cancel a probe was wrong")
    await wire.settle()
    before = len(wire.slack.ledger.effects)
    await wire.slack.rooms.archives(room.name)
    await wire.side.later.quiet()
    assert len(wire.slack.ledger.effects) == before


async def said_unheard(wire: Wire, room: Channel, thread: str) -> None:
    """For an hour nobody listens."""
    await wire.wait(minutes=10)
    await wire.person("bob").types(room.name, "said while nobody listened", thread=thread)
    await wire.wait(minutes=50)


async def marked(wire: Wire) -> list[str]:
    texts = await wire.texts()
    assert texts.count("said while nobody listened") == 1
    return [text for text in texts if text.startswith("Not everything that was said in Slack")]


async def test_rel_058_where_it_cannot_join_commander_and_administrators_are_told_and_the_gap_is_marked(
    tmp_path: Path,
) -> None:
    async with wired(tmp_path, by_id=True, administrators=("cleo@example.com", "bob@example.com")) as wire:
        bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
        await bob.slash(room.name, "/ic take ic")
        await wire.settle()
        wire.slack.app.scopes.discard("channels:join")
        for delivery in await wire.slack.rooms.kicks_app(room.name):
            await wire.again(delivery)
        await wire.side.later.quiet()
        told = {
            who: [text for text in direct(wire, who) if "/invite @Sitrep" in text] for who in ("ada", "bob", "cleo")
        }
        assert {who: len(texts) for who, texts in told.items()} == {"ada": 0, "bob": 1, "cleo": 1}
        assert "inc-1" in told["cleo"][0]
        await said_unheard(wire, room, thread)
        assert "said while nobody listened" not in await wire.texts()
        await wire.slack.rooms.invites_app(room.name)
        await wire.settle()
        (mark,) = await marked(wire)
        assert "from 14:00 UTC to 15:00 UTC" in mark
        assert "1 message was read again" in mark


async def test_rel_058_of_a_private_room_only_whoever_leads_is_told_and_the_gap_marked(tmp_path: Path) -> None:
    async with wired(tmp_path, by_id=True, administrators=("cleo@example.com",)) as wire:
        ada, bob = wire.person("ada"), wire.person("bob")
        await wire.declare(ada, "sev1 --private Our keys are gone")
        room, thread = await wire.room(), await wire.thread()
        await ada.slash(room.name, "/ic take ic")
        await ada.slash(room.name, "/ic assign scribe @bob")
        await wire.settle()
        assert bob.id in room.members
        before = len(wire.slack.ledger.effects)
        await wire.slack.rooms.kicks_app(room.name)
        await wire.side.later.quiet()
        assert len([text for text in direct(wire, "ada") if "/invite @Sitrep" in text]) == 1
        assert wire.slack.app.user_id not in room.members, "nobody joins a private channel by themselves"
        seen = wire.slack.ledger.effects[before:]
        assert {effect.channel_id for effect in seen} == {
            wire.slack.workspace.direct([ada.id], by=wire.slack.app.user_id).id
        }, "nobody else may learn that there is a private incident"
        await said_unheard(wire, room, thread)
        await wire.slack.rooms.invites_app(room.name)
        await wire.settle()
        assert len(await marked(wire)) == 1
        assert (await bob.types(room.name, "heard again", thread=thread)).acked
        assert "heard again" in await wire.texts()


async def test_rel_058_it_joins_a_public_room_again_by_itself_and_marks_what_it_missed(wire: Wire) -> None:
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    wire.slack.fault("refuse", "conversations.join", times=2)
    back = asyncio.Event()

    async def sleep(seconds: float) -> None:
        await back.wait()

    channels = wire.side.bolt._channels if wire.side.bolt else None
    assert channels
    channels.sleep = sleep
    for delivery in await wire.slack.rooms.kicks_app(room.name):
        await wire.again(delivery)
    await bob.types(room.name, "said while nobody listened", thread=thread)
    assert wire.slack.app.user_id not in room.members, "Slack cannot be reached just then"
    back.set()
    await wire.side.later.quiet()
    assert wire.slack.app.user_id in room.members
    await wire.settle()
    assert len(await marked(wire)) == 1
    assert not [text for text in direct(wire, "ada") if "/invite" in text]
