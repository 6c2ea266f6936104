"""A channel that is archived or deleted by hand in mid-incident: the incident goes on elsewhere (REL-054, REL-055)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from wire import Wire, wired

from storage import rooms

pytestmark = pytest.mark.timeout(30)


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    async with wired(tmp_path, by_id=True) as begun:
        yield begun


async def ref(wire: Wire) -> str:
    async with wire.core.database.read() as c:
        return await rooms.of(c, 1, "slack") or ""


async def settled(wire: Wire) -> None:
    for _ in range(4):
        await wire.wait(seconds=2)


@pytest.mark.parametrize("how", ["archives", "deletes"])
async def test_rel_054_rel_055_an_incident_whose_channel_is_closed_goes_on_in_a_thread_of_the_announcements(
    wire: Wire, how: str
) -> None:
    ada, room = wire.person("ada"), await wire.declare(wire.person("ada"))
    await ada.slash(room.name, "/ic take ic")
    await wire.settle()
    await getattr(wire.slack.rooms, how)(room.name)
    await wire.wait(minutes=11)
    await settled(wire)
    incidents = wire.slack.rooms.room("incidents")
    _, channel, thread = (await ref(wire)).split(":")
    assert channel == incidents.id
    assert "is run in this thread: its channel" in incidents.messages[thread].text
    direct = wire.slack.workspace.direct([ada.id], by=wire.slack.app.user_id)
    told = [message.text for message in direct.messages.values() if "goes on in a thread" in message.text]
    assert len(told) == 1
    assert len([text for text in wire.slack.screen("incidents") if "is run in this thread" in text]) == 1
    await ada.types(channel, "!note said in the refuge", thread=thread)
    await ada.types(channel, "and this is captured", thread=thread)
    await settled(wire)
    assert {"said in the refuge", "and this is captured"} <= set(await wire.texts())
    before = len(incidents.replies(thread))
    await wire.wait(minutes=10)
    await settled(wire)
    assert len(incidents.replies(thread)) > before, "its reminders did not move"


@pytest.mark.parametrize("how", ["archives", "deletes"])
async def test_rel_055_who_reads_the_announcement_is_led_to_the_thread(wire: Wire, how: str) -> None:
    room = await wire.declare(wire.person("ada"))
    await wire.settle()
    assert f"<#{room.id}>" in wire.slack.screen("incidents")[0]
    await getattr(wire.slack.rooms, how)(room.name)
    await wire.side.later.quiet()
    await settled(wire)
    incidents = wire.slack.rooms.room("incidents")
    assert not [message.ts for message in incidents.messages.values() if room.id in str(message.blocks) + message.text]
    announcement = wire.slack.screen("incidents")[0]
    _, _, thread = (await ref(wire)).split(":")
    assert f"/archives/{incidents.id}/p{thread.replace('.', '')}" in announcement
    assert [text for text in incidents.replies(thread) if "SEV-1" in text.text], "no headline in the thread"


async def test_rel_054_a_private_incident_is_never_moved_into_a_public_channel(wire: Wire) -> None:
    ada = wire.person("ada")
    await wire.declare(ada, "sev1 --private Our keys are gone")
    room, before = await wire.room(), await ref(wire)
    await wire.slack.rooms.archives(room.name)
    await ada.types("@sitrep", "!take ic")
    await wire.wait(minutes=11)
    await settled(wire)
    assert await ref(wire) == before
    assert not [text for text in wire.slack.screen("incidents") if "inc-1" in text]
