"""What happens to channels: renamed, closed, Sitrep taken out and let in again, and those that sitrep.toml names."""

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


async def test_rel_058_taken_out_of_a_public_room_sitrep_is_back_and_reads_what_it_missed(wire: Wire) -> None:
    bob, room, thread = wire.person("bob"), await wire.declare(wire.person("ada")), await wire.thread()
    wire.slack.app.scopes.discard("channels:join")
    await wire.slack.rooms.kicks_app(room.name)
    await wire.side.later.quiet()
    assert [text for text in direct(wire, "ada") if "/invite @Sitrep" in text]
    await bob.types(room.name, "said while nobody listened", thread=thread)
    wire.time.now = wire.time.now.replace(hour=wire.time.now.hour + 1)
    await wire.slack.rooms.invites_app(room.name)
    await wire.settle()
    texts = await wire.texts()
    assert "said while nobody listened" in texts
    assert [text for text in texts if "1 message was read again" in text]


async def test_rel_058_it_joins_again_by_itself_where_it_may(wire: Wire) -> None:
    room = await wire.declare(wire.person("ada"))
    told = await wire.slack.rooms.kicks_app(room.name)
    for delivery in told:
        await wire.again(delivery)
    await wire.settle()
    assert wire.slack.app.user_id in room.members
    assert not [text for text in direct(wire, "ada") if "/invite" in text]
