"""Channels that Sitrep is not let into, and incidents that get no room: nothing spins, nothing leaks, people know."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from conversation import SETTINGS
from fakes.slack.workspace import Channel
from wire import Wire, wired

from commands.settings import Settings
from storage import rooms
from storage.tables import outbox

pytestmark = pytest.mark.timeout(30)


@asynccontextmanager
async def without_announcements(
    tmp_path: Path, how: str = "private", *, settings: Settings = SETTINGS, by_id: bool = False
) -> AsyncIterator[Wire]:
    """`incidents` is there, but Sitrep is not in it."""
    async with wired(tmp_path, settings=settings, by_id=by_id) as wire:
        room = wire.slack.rooms.room("incidents")
        room.members.remove(wire.slack.app.user_id)
        if how == "private":
            room.kind = "private"
        else:
            wire.slack.app.scopes -= {"channels:join", "chat:write.public"}
        yield wire


async def states(wire: Wire, place: str) -> set[tuple[str, str]]:
    async with wire.core.database.read() as c:
        rows = await c.execute(outbox.select().where(outbox.c.lane.startswith("slack:")))
        return {(row.kind, row.state) for row in rows if row.place == place}


def lines(wire: Wire, room: Channel) -> str:
    return "\n".join(wire.slack.screen(room.name))


@pytest.mark.parametrize("how", ["private", "missing scope"])
@pytest.mark.parametrize("by_id", [False, True], ids=["by name", "by id"])
async def test_rel_053_an_announcement_that_sitrep_is_not_let_into_waits_and_the_room_says_why(
    tmp_path: Path, how: str, by_id: bool
) -> None:
    async with without_announcements(tmp_path, how, by_id=by_id) as wire:
        room, incidents = await wire.declare(wire.person("ada")), wire.slack.rooms.room("incidents")
        for _ in range(4):
            await wire.wait(seconds=61)
        assert await states(wire, "announce") == {("post", "pending")}
        told = [text for text in wire.slack.screen(room.name) if "has not gone out" in text]
        assert len(told) == 1, told
        assert "/invite @Sitrep there" in told[0]
        assert incidents.messages == {}
        await wire.slack.rooms.invites_app("incidents")
        await wire.wait(seconds=61)
        assert await states(wire, "announce") == {("post", "sent")}
        assert len([text for text in wire.slack.screen("incidents") if "Checkout" in text]) == 1


async def test_rel_053_an_announcement_that_nobody_lets_out_ends_as_told(tmp_path: Path) -> None:
    async with without_announcements(tmp_path) as wire:
        room = await wire.declare(wire.person("ada"))
        for _ in range(70):
            await wire.wait(seconds=61)
        assert await states(wire, "announce") == {("post", "dead")}
        assert "This could not be delivered to announce" in lines(wire, room)


@pytest.mark.parametrize("kind", ["public", "private"])
async def test_rel_053_an_incident_finds_its_thread_in_a_channel_that_is_named(tmp_path: Path, kind: Any) -> None:
    async with wired(tmp_path) as wire:
        wire.slack.policy.may_create_channels = False
        wire.slack.rooms.room("incidents").kind = kind
        room = await wire.declare(wire.person("ada"))
        assert room.name == "incidents"
        await wire.wait(seconds=30)
        assert "is run in this thread" in lines(wire, room)
        assert not {state for _, state in await states(wire, "room")} - {"sent", "superseded"}


async def test_rel_054_a_named_announcement_channel_is_a_refuge_too(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        room = await wire.declare(wire.person("ada"))
        await wire.slack.rooms.archives(room.name)
        await wire.wait(seconds=2)
        async with wire.core.database.read() as c:
            ref = await rooms.of(c, 1, "slack") or ""
        assert ref.split(":")[1] == wire.slack.rooms.room("incidents").id
        assert len([text for text in wire.slack.screen("incidents") if "is run in this thread" in text]) == 1


async def test_rel_053_without_any_place_in_slack_whoever_declared_is_told_and_nothing_spins(tmp_path: Path) -> None:
    async with without_announcements(tmp_path) as wire:
        wire.slack.policy.may_create_channels = False
        ada = wire.person("ada")
        assert (await ada.slash("#general", "/incident sev1 Checkout returns 500s")).acked
        for _ in range(8):
            await wire.wait(seconds=61)
        direct = lines(wire, wire.slack.workspace.direct([ada.id], by=wire.slack.app.user_id))
        assert direct.count("has no room here") == 1
        assert {state for _, state in await states(wire, "room")} == {"dead"}


async def test_sec_039_a_private_incident_without_rooms_is_told_to_those_who_take_part_and_to_nobody_else(
    tmp_path: Path,
) -> None:
    async with wired(tmp_path) as wire:
        wire.slack.policy.may_create_channels = False
        ada, bob = wire.person("ada"), wire.person("bob")
        assert (await ada.slash("#general", "/incident sev1 --private Our keys are gone")).acked
        await wire.settle()
        await ada.types("@sitrep", "!assign ic @bob")
        await wire.settle()
        calls = len(wire.slack.ledger.all_calls)
        for _ in range(30):
            await wire.wait(seconds=1.1)
        assert len(wire.slack.ledger.all_calls) - calls <= 10, "something spins"
        for person in (ada, bob):
            room = wire.slack.workspace.direct([person.id], by=wire.slack.app.user_id)
            assert "has no room here" in lines(wire, room), person.user.name
            assert "private" in lines(wire, room)
            assert "<https://sitrep.example.com/rooms/inc-1|inc-1>" in lines(wire, room)
            assert "#inc-1" not in lines(wire, room), "a room that is not there"
        for public in ("general", "incidents", "status"):
            assert wire.slack.screen(public) == []
        assert {state for _, state in await states(wire, "room")} == {"dead"}
        assert await states(wire, "thread") <= {("post", "dead")}
        others = [effect for effect in wire.slack.ledger if effect.user not in ("", "ada", "bob")]
        assert others == []
