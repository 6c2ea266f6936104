"""Rights that were lost meanwhile, rights that nobody gave, and what outsiders must not even read."""

import json
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest
from fakes.slack import payloads
from fakes.slack.outgoing import Delivery
from fakes.slack.person import Person
from fakes.slack.workspace import Channel, Message, User
from wire import Wire, wired

from commands.words import WORDS

pytestmark = pytest.mark.timeout(30)

SECRET = "somebody stole our signing keys"


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    async with wired(tmp_path) as begun:
        yield begun


async def presses(wire: Wire, who: Person, room: Channel, says: str) -> Delivery:
    """A button of the card as it stood when this person last looked at it."""
    card = next(message for message in room.messages.values() if message.bot_id)
    at = wire.slack.workspace.ts("actions")
    value = json.dumps({"i": 1, "s": says})
    action = {"type": "button", "action_id": "say:0", "block_id": "b", "action_ts": at, "value": value}
    delivery = await wire.sends(
        "interactive", payloads.pressed_in_message(wire.slack.core, who.user, room, card, action)
    )
    await wire.settle()
    assert delivery.acked
    return delivery


def shown(wire: Wire, user: str) -> str:
    """All that stands in the last private answer."""
    last = wire.told(user)[-1]
    return last.text + json.dumps(last.blocks, ensure_ascii=False)


async def led(wire: Wire) -> Channel:
    """Ada commands, Bob is her Deputy."""
    ada, bob = wire.person("ada"), wire.person("bob")
    room = await wire.declare(ada)
    room.members = list(dict.fromkeys([*room.members, bob.id, wire.person("eve").id]))
    await ada.slash(room.name, "/ic take ic")
    await ada.slash(room.name, "/ic assign deputy @bob")
    await wire.settle()
    return room


async def test_rel_070_a_press_on_an_older_card_is_refused_with_the_present_state(wire: Wire) -> None:
    bob, eve, room = wire.person("bob"), wire.person("eve"), await wire.declare(wire.person("ada"))
    room.members += [bob.id, eve.id]
    old = {ts: json.dumps(message.blocks) for ts, message in room.messages.items() if message.bot_id}
    await bob.slash(room.name, "/ic take ic")
    await bob.slash(room.name, "/incident sev2 only some are affected")
    await wire.settle()
    assert old != {ts: json.dumps(room.messages[ts].blocks) for ts in old}, "the card did not change"
    before = await wire.texts()
    await presses(wire, eve, room, "take ic")
    answer = shown(wire, "eve")
    assert "Bob Lindqvist is Incident Commander" in answer
    assert "SEV-2" in answer
    assert f"<@{bob.id}>" in answer
    assert await wire.texts() == before


async def test_sec_032_a_button_pressed_after_the_role_was_taken_away_is_refused_with_the_present_state(
    wire: Wire,
) -> None:
    ada, bob, room = wire.person("ada"), wire.person("bob"), await led(wire)
    await presses(wire, bob, room, "phase verify")
    assert (await wire.incident()).phase == "verify"
    await ada.slash(room.name, "/ic release deputy @bob")
    await wire.settle()
    before = await wire.texts()
    for says in ("phase size-up", "release deputy", "task @eve 10m look", "severity sev4 it is small"):
        await presses(wire, bob, room, says)
        assert "Phase" in shown(wire, "bob"), says
        assert f"<@{ada.id}>" in shown(wire, "bob"), says
    assert await wire.texts() == before


async def test_sec_032_a_button_pressed_after_the_end_is_refused_with_the_card_of_the_end(wire: Wire) -> None:
    ada, bob, room = wire.person("ada"), wire.person("bob"), await led(wire)
    await ada.slash(room.name, '/ic resolve No data was lost. --because "it is well"')
    await wire.settle()
    assert not (await wire.incident()).phase.active
    before = await wire.texts()
    for says in ("take ic", "take scribe", "handover @bob", "severity sev1 worse", "resolve No data was lost."):
        await presses(wire, bob, room, says)
        assert "Resolved" in shown(wire, "bob"), says
    assert await wire.texts() == before


@pytest.mark.parametrize("who", ["bob", "eve"])
async def test_sec_035_nobody_makes_themselves_commander_while_one_leads(wire: Wire, who: str) -> None:
    """Not even the Deputy, who may step in for a commander that has gone, but has to say why."""
    person, room = wire.person(who), await led(wire)
    before = await wire.texts()
    for line in ("take ic", "take commander", f"assign ic @{who}", f"@{who}", "handover accept", "handover done"):
        await person.slash(room.name, f"/ic {line}")
        await person.types(room.name, f"!ic {line}")
        await presses(wire, person, room, line)
    await person.slash(room.name, "/incident take")
    await person.submits(role="ic")
    await wire.settle()
    commander = (await wire.incident()).commander
    assert commander
    assert commander.id == "ada@example.com"
    assert await wire.texts() == before


def seen_by_others(wire: Wire, insiders: Iterable[str], room: Channel) -> str:
    """Everything that became visible to anybody outside the room: messages, answers, forms, homes, topics."""
    others = [e for e in wire.slack.ledger if e.channel_id != room.id and e.user not in insiders]
    told = [delivery.answer for delivery in wire.slack.outgoing.deliveries if delivery.what != "events_api"]
    return json.dumps([[e.text, e.blocks, e.channel] for e in others] + told, ensure_ascii=False)


async def test_sec_037_no_list_form_home_or_answer_names_a_private_incident_to_an_outsider(wire: Wire) -> None:
    ada, eve = wire.person("ada"), wire.person("eve")
    public = await wire.declare(ada, "sev3 Search is slow")
    await ada.slash("#general", f"/incident sev1 --private {SECRET}")
    await wire.settle()
    private = await wire.room(2)
    assert (await wire.incident(2)).private
    wire.slack.outgoing.deliveries.clear()
    for word in (*WORDS, "sitrep", "stole", SECRET, "inc-2", "2"):
        await eve.slash("#general", f"/incident {word}")
        await eve.types("@sitrep", f"!{word} 2")
    for word in ("list", "help", "handover", "status", "page", "who", "take"):
        await eve.slash(public.name, f"/incident {word}")
    await eve.slash("#general", f"/incident sev2 {SECRET}?")
    await eve.shortcut("declare")
    await eve.opens_home()
    await wire.settle()
    suggest = {"type": "block_suggestion", "value": "st", "action_id": "choice", "block_id": "severity"}
    about = payloads.global_shortcut(wire.slack.core, eve.user, "declare")
    asked = await wire.sends("interactive", about | suggest)
    assert asked.answer in ({}, "")
    await wire.settle()
    seen = seen_by_others(wire, {"ada"}, private)
    assert "Search is slow" in seen
    assert "modal" in {effect.kind for effect in wire.slack.ledger if effect.user == "eve"}
    assert "home" in {effect.kind for effect in wire.slack.ledger if effect.user == "eve"}
    own = seen.replace(f"{SECRET}?", "").replace(SECRET + " 2", "")
    assert not [name for name in (SECRET, private.name + '"', private.id) if name in own]


def bot_words(wire: Wire, room: Channel, bot: str, words: str, user: str = "") -> Message:
    return Message(ts=wire.slack.workspace.ts(room.id), user=user, text=words, bot_id=bot)


@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize("user", ["UWORKFLOW1", ""])
async def test_sec_053_a_workflows_resolve_is_ignored_unless_it_is_listed(
    tmp_path: Path, listed: bool, user: str
) -> None:
    """Listed it speaks like a member, and a member who does not lead cannot resolve either: but it is answered.

    Old integrations have no user, only a bot id.
    """
    async with wired(tmp_path, trusted_bots=("BWORKFLOW1",) if listed else ("BANOTHER01",)) as wire:
        room, team = await led(wire), wire.slack.workspace.id
        wire.slack.workspace.add_user(User("UWORKFLOW1", "workflow", "Workflow", "", team, bot=True))
        wire.slack.workspace.bots["BWORKFLOW1"] = {"id": "BWORKFLOW1", "name": "Workflow"}
        before = await wire.texts()
        for words in ('!ic resolve No data was lost. --because "it is well"', "!note from the workflow"):
            for delivery in wire.slack.happenings.post(room, bot_words(wire, room, "BWORKFLOW1", words, user)):
                await delivery.first.wait()
                assert delivery.acked
        await wire.settle()
        assert (await wire.incident()).phase.active
        assert await wire.texts() == before + ["from the workflow"] * listed
        assert not listed or (await wire.rows())[-1].actor == "Workflow"


async def test_sec_053_our_own_words_are_not_heard_even_where_somebody_lists_them(tmp_path: Path) -> None:
    async with wired(tmp_path, trusted_bots=("B000000001",)) as wire:
        wire.slack.app.bot_id = "B000000001"
        wire.side.workspace._me = None
        room = await led(wire)
        before = await wire.texts()
        words = bot_words(wire, room, "B000000001", "!note by ourselves", wire.slack.app.user_id)
        for delivery in wire.slack.happenings.post(room, words):
            await delivery.first.wait()
        await wire.settle()
        assert await wire.texts() == before
