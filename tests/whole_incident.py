"""A whole incident with all that Sitrep does in Slack, and no more permissions than its manifest asks for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from conversation import SETTINGS
from crash.world import ON_CALL
from fakes.slack.manifest import install
from fakes.slack.workspace import Channel
from wire import Wire, wired

from bot.slack import refs
from bot.slack.manifest import DECLARE, TO_TIMELINE, manifest
from bot.slack.settings import Privacy, SlackSettings
from storage import rooms

CALL = "https://call.example.com"
LISTENED_TO = {"app_home_opened", "app_mention", "channel_id_changed", "reaction_added", "user_change"}
"""Beside messages: other events are acknowledged and nothing comes of them, so they excuse no permission."""


@asynccontextmanager
async def installed(folder: Path, privacy: Privacy) -> AsyncIterator[Wire]:
    """The app has what our manifest asks for, and nothing else; from here on Slack counts what is used of it."""
    asked = replace(ON_CALL, services=SETTINGS.services)
    async with wired(folder, settings=asked, by_id=True, privacy=privacy, call_url=CALL) as wire:
        install(wire.slack.app, manifest(SlackSettings(privacy=privacy)))
        wire.slack.app.events = {each for each in wire.slack.app.events if each in LISTENED_TO or "message." in each}
        wire.slack.app.used = {"commands"}
        yield wire


async def everything(wire: Wire, privacy: Privacy) -> None:
    """An incident with all that Sitrep does in Slack, and what others do to its rooms meanwhile."""
    room = await _led(wire)
    await _recorded(wire, room)
    if privacy == "all":
        await _overheard(wire, room)
    await _private(wire)
    await _looked_at(wire, room)
    await _disturbed(wire, room)


async def _led(wire: Wire) -> Channel:
    ada, bob, cleo = wire.person("ada"), wire.person("bob"), wire.person("cleo")
    await ada.shortcut(DECLARE)
    await ada.submits(title="Checkout returns 500s", severity="sev1")
    await wire.settle()
    room = await wire.room()
    await ada.presses("Take command", where=room.id)
    await bob.slash(room.id, "/ic take scribe")
    await cleo.slash(room.id, "/ic take customer-liaison")
    await cleo.slash(room.id, "/incident-status investigating Customers cannot complete checkout")
    await ada.slash(room.id, "/incident task @dan 10m look at the database")
    await ada.slash(room.id, "/incident handover @bob")
    await wire.wait(minutes=16)
    return room


async def _recorded(wire: Wire, room: Channel) -> None:
    ada = wire.person("ada")
    await ada.types(room.id, f"<@{wire.slack.app.user_id}> note said to the bot", raw=True)
    await ada.shortcut(TO_TIMELINE, await ada.types(room.id, "put on the record by a shortcut"))
    await wire.settle()
    assert {"said to the bot", "put on the record by a shortcut"} <= set(await wire.texts())


async def _overheard(wire: Wire, room: Channel) -> None:
    """Messages and reactions that were not addressed to us, in every kind of room; and after a gap the history."""
    ada, bob = wire.person("ada"), wire.person("bob")
    await ada.types(room.id, "written in the thread", thread=await wire.thread())
    await bob.reacts(await ada.types(room.id, "marked with a pin"), "pushpin")
    await ada.types("@sitrep", "!help")
    several = wire.slack.workspace.direct([bob.id, wire.slack.app.user_id], by=ada.id)
    await ada.types(several.id, "!help")
    assert wire.side.gaps
    await wire.side.gaps.fill()
    await wire.settle()
    assert {"written in the thread", "marked with a pin"} <= set(await wire.texts())


async def _private(wire: Wire) -> None:
    ada = wire.person("ada")
    wire.slack.fault("drop", "conversations.create")
    await ada.slash("#general", "/incident sev2 --private Our keys are gone")
    await wire.wait(minutes=2)
    room = await wire.room(2)
    assert room.kind == "private"
    await ada.types(room.id, "!note the keys were in a ticket")
    await ada.slash(room.id, "/ic take ic")
    await wire.settle()
    await wire.slack.rooms.renames(room.id, "keys")
    assert wire.side.gaps
    await wire.side.gaps.fill()


async def _looked_at(wire: Wire, room: Channel) -> None:
    await wire.person("eve").opens_home()
    await wire.person("eve").slash(room.id, "/incident timeline")
    await wire.slack.rooms.deactivates(wire.person("eve"))
    await wire.settle()


async def _disturbed(wire: Wire, room: Channel) -> None:
    """A reply is lost, the bot is thrown out, the channel is archived."""
    ada = wire.person("ada")
    wire.slack.fault("drop", "conversations.create")
    wire.slack.fault("drop", "chat.postMessage")
    wire.slack.fault("drop", "bookmarks.add")
    await ada.slash("#general", "/incident sev3 Search is slow")
    await wire.wait(minutes=2)
    await wire.slack.rooms.kicks_app(room.id)
    await ada.slash(room.id, "/incident note said while nobody listened")
    await ada.slash(room.id, "/incident propose restart the cache")
    await wire.wait(minutes=2)
    assert wire.slack.app.user_id in room.members
    await wire.slack.rooms.archives(room.id)
    await wire.wait(minutes=5)
    async with wire.core.database.read() as c:
        refuge = refs.spot(await rooms.of(c, 1, "slack") or "")
    assert refuge.thread, "the incident has no home any more"
