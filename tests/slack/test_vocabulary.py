"""Everything that says how something is typed says it as this workspace types it (CMD-22)."""

import json
import re
from pathlib import Path

import pytest
from wire import Wire, wired

from bot.slack.settings import Commands
from bot.slack.vocabulary import vocabulary
from commands.words import usages
from storage.tables import web_message

pytestmark = pytest.mark.timeout(30)

RENAMED = Commands("/inc", "/boss", "/say")
STANDARD = re.compile(r"(?<![\w/])/(?:incident|ic|status|maintenance)(?![\w-])")
BANGED = re.compile(r"(?<![\w])!(?:ic|incident|maintenance|status|note|task|decide|find|todo)\b")


def seen(wire: Wire) -> str:
    """All that anybody could read in Slack."""
    shown = [f"{effect.text}\n{json.dumps(effect.blocks, ensure_ascii=False)}" for effect in wire.slack.ledger]
    return "\n".join(
        [*shown, *(json.dumps(delivery.answer) for delivery in wire.slack.outgoing.deliveries if delivery.attempts)]
    )


async def played(wire: Wire) -> None:
    """An incident with cards of every kind: a headline, roles, forms, reminders, refusals, help."""
    ada, bob = wire.person("ada"), wire.person("bob")
    await ada.slash("#general", f"{wire.side.settings.commands.incident} sev1 GET /status and /ic fail")
    await wire.settle()
    room = await wire.room()
    room.members.append(bob.id)
    names = wire.side.settings.commands
    for line in ("take ic", "assign deputy @bob", "assign internal-liaison @bob", "assign sme @bob", "help", "resolve"):
        await ada.slash(room.name, f"{names.ic} {line}")
    for line in (
        "handover done",
        "cancel",
        "resolved",
        "status",
        "nonsense",
        "skip",
        "maintenance start",
        "maintenance schedule",
    ):
        await bob.slash(room.name, f"{names.incident} {line}")
    await ada.slash(room.name, f"{names.status} monitoring")
    await wire.settle()
    for _ in range(6):
        await wire.wait(minutes=6)


@pytest.mark.parametrize("names", [RENAMED, Commands()], ids=["renamed", "standard"])
async def test_cmd_22_every_card_says_the_commands_of_this_workspace(tmp_path: Path, names: Commands) -> None:
    async with wired(tmp_path, commands=names) as wire:
        await played(wire)
        text = seen(wire).replace("\u00ad", "").replace("GET /status and /ic fail", "").replace("GET /status…", "")
    found = set(STANDARD.findall(text))
    assert found == (set() if names == RENAMED else {*STANDARD.findall("/incident /ic")}), found
    for name in names:
        assert re.search(rf"(?<![\w/]){name} ", text), f"nobody reads how {name} is typed"
    assert "\\u0005" not in text
    assert "\x05" not in text


async def test_cmd_22_what_people_typed_is_left_as_it_is(tmp_path: Path) -> None:
    async with wired(tmp_path, commands=RENAMED) as wire:
        await played(wire)
        assert "GET /status and /ic fail" in seen(wire).replace("\u00ad", "")
        assert (await wire.incident()).title == "GET /status and /ic fail"


async def test_cmd_22_the_web_room_keeps_its_own_words(tmp_path: Path) -> None:
    async with wired(tmp_path, commands=RENAMED) as wire:
        await played(wire)
        async with wire.core.database.read() as c:
            shown = "".join(str(dict(row)) for row in (await c.execute(web_message.select())).mappings())
    assert "/ic" in shown
    assert not re.search(r"(?<![\w/])/(?:boss|inc|say) ", shown)


async def test_cmd_22_where_messages_are_not_read_no_card_says_to_type_one(tmp_path: Path) -> None:
    async with wired(tmp_path, commands=RENAMED, privacy="commands") as wire:
        await played(wire)
        text = seen(wire)
    assert BANGED.findall(text) == []
    assert "/inc note" in text
    assert "/boss page" in text


def test_cmd_22_every_usage_has_its_spelling_here() -> None:
    spelled = vocabulary(RENAMED, "commands")
    firsts = {usage.split()[0] for usage, _ in usages() if usage[0] in "/!"}
    assert {spelled(first) for first in firsts} <= {*RENAMED, *(f"/inc {first[1:]}" for first in firsts)}


async def test_the_timeline_thread_says_what_is_heard_there_where_only_commands_are(tmp_path: Path) -> None:
    async with wired(tmp_path, privacy="commands") as wire:
        room = await wire.declare(wire.person("ada"))
        (text,) = [text for text in wire.slack.screen(room.name) if text.startswith("Timeline")]
        assert "Write in this thread" not in text
        assert "hears only what is said to it" in text
        assert "/incident note" in text
        await wire.slack.rooms.kicks_app(room.name)
        await wire.settle()
        assert not [
            call
            for call in wire.slack.ledger.calls()
            if call.method in ("conversations.history", "conversations.replies")
        ]


async def test_the_emoji_of_the_configuration_is_the_one_that_is_named_and_heard(tmp_path: Path) -> None:
    async with wired(tmp_path, pin_emoji="memo") as wire:
        ada, bob, room = wire.person("ada"), wire.person("bob"), await wire.declare(wire.person("ada"))
        (text,) = [text for text in wire.slack.screen(room.name) if text.startswith("Timeline")]
        assert "📌" not in text
        assert ":memo:" in text
        said = await bob.types(room.name, "I have restarted the cache")
        await ada.reacts(said, "pushpin")
        await wire.settle()
        assert "I have restarted the cache" not in await wire.texts()
        await ada.reacts(said, "memo")
        await wire.settle()
        assert "I have restarted the cache" in await wire.texts()
