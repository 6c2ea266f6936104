"""Hostile words on their whole way through Slack: typed, kept, and shown again in every place (SEC-060)."""

from collections import Counter
from pathlib import Path

import pytest
from fakes.slack.person import Person
from hostile import CORPUS
from wire import Wire, wired

pytestmark = pytest.mark.timeout(180)

SHORT = [text for text in CORPUS if 0 < len(text.strip()) < 500]
WORDS = ("note", "decide", "task @dan 10m", "propose", "rename")


async def typed_everywhere(wire: Wire, ada: Person, room: str) -> None:
    thread = await wire.thread()
    for number, text in enumerate(SHORT):
        word = WORDS[number % len(WORDS)]
        await ada.slash(room, f"/incident {word} {text}")
        await ada.types(room, text, thread=thread, files=[text], raw=True)
    await wire.settle()


async def shown_everywhere(wire: Wire, ada: Person, room: str) -> None:
    for word in ("timeline", "brief", "tasks", "roles", "list", "due"):
        await ada.slash(room, f"/incident {word}")
    await ada.opens_home()
    await wire.settle()


async def test_sec_060_no_typed_text_or_file_or_display_name_comes_to_life_anywhere_in_slack(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        ada, room = wire.person("ada"), await wire.declare(wire.person("ada"))
        eve = wire.person("mallory", name="<!channel> <https://evil.example|bank> *x*", email="m@example.com")
        await ada.slash(room.name, "/ic take ic")
        await eve.slash(room.name, "/ic take scribe")
        await typed_everywhere(wire, ada, room.name)
        await shown_everywhere(wire, ada, room.name)
        kinds = Counter(token.kind for _, token in wire.slack.ledger.live() if not token.automatic)
        users = {token.value for _, token in wire.slack.ledger.live() if token.kind == "user"}
        channels = {token.value for _, token in wire.slack.ledger.live() if token.kind == "channel"}
    assert kinds["user"]
    assert kinds["channel"]
    assert set(kinds) <= {"user", "channel"}, kinds
    assert users <= set(wire.slack.workspace.users)
    assert channels <= set(wire.slack.workspace.channels)
