"""A workspace of 30,000 channels and 50,000 people costs no more than a small one (REL-045)."""

import time
from pathlib import Path

import pytest
from crash.world import furnished
from databases import address, ready
from fakes.slack.fake import FakeSlack
from fakes.slack.workspace import User
from wire import Time, Wire, _introduce, _populate, connected

from storage.database import Database

pytestmark = pytest.mark.timeout(60)

CHANNELS, PEOPLE = 30_000, 50_000
LISTS = {"conversations.list", "users.list", "users.conversations", "usergroups.list"}
"""What grows with the workspace. A single channel's bookmarks do not."""


async def seconds(folder: Path, *, channels: int, people: int) -> float:
    """To start, to be heard and to stand in the room. Asserts that nothing was listed meanwhile."""
    await ready(folder / "sitrep.db", furnished)
    database, now = Database.open(address(folder / "sitrep.db")), Time()
    async with FakeSlack(wall=now.wall) as slack:
        slack.limits.off()
        _populate(slack)
        for number in range(channels):
            slack.workspace.add_channel(f"project-{number}", "public", creator="U0STRANGER")
        for number in range(people):
            handle = f"person-{number}"
            slack.workspace.add_user(User(f"U0LARGE{number}", handle, handle, f"{handle}@example.com", "T1"))
        await _introduce(database)
        begun = time.monotonic()
        async with connected(slack, database, now, "socket") as wire:
            await everyday(wire)
            took = time.monotonic() - begun
        methods = {call.method for call in slack.ledger.calls()}
        assert {"conversations.create", "conversations.invite", "chat.postMessage"} <= methods
        assert methods & LISTS == set()
    await database.close()
    return took


async def everyday(wire: Wire) -> None:
    ada, bob = wire.person("ada"), wire.person("bob")
    room = await wire.declare(ada)
    assert (await ada.slash(room.name, "/incident assign scribe @bob")).acked
    await bob.types(room.name, "it began at 13:55", thread=await wire.thread())
    await wire.settle()
    assert "it began at 13:55" in await wire.texts()


async def test_rel_045_in_a_workspace_of_thirty_thousand_channels_nothing_is_listed_and_all_stays_quick(
    tmp_path: Path,
) -> None:
    for name in ("small", "large"):
        (tmp_path / name).mkdir()
    small = await seconds(tmp_path / "small", channels=0, people=0)
    large = await seconds(tmp_path / "large", channels=CHANNELS, people=PEOPLE)
    assert large < 3 * small + 2, "a busy machine slows down both"
