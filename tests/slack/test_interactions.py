"""Buttons, forms, shortcuts and the home: what they may say, and how they are answered."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from fakes.slack import payloads
from fakes.slack.outgoing import Delivery
from fakes.slack.person import Person
from fakes.slack.views import View
from fakes.slack.workspace import Channel, Message
from wire import Mode, Wire, wired

from storage.tables import heard

pytestmark = pytest.mark.timeout(30)


@pytest.fixture(params=["socket", "http"])
async def wire(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Wire]:
    async with wired(tmp_path, cast(Mode, request.param)) as begun:
        yield begun


def form(who: Person) -> View | None:
    """What is open before this person now."""
    return who.modal


def title(who: Person) -> str:
    shown = form(who)
    return shown.title if shown else ""


async def press(wire: Wire, who: Person, room: Channel, value: object, *, user: str = "") -> Delivery:
    """A button that Slack's people cannot press: its value is ours to make up."""
    card = next(message for message in room.messages.values() if message.bot_id)
    said = value if isinstance(value, str) else json.dumps(value)
    at = wire.slack.workspace.ts("actions")
    action = {"type": "button", "action_id": "say:0", "block_id": "b", "action_ts": at, "value": said}
    body = payloads.pressed_in_message(wire.slack.core, who.user, room, card, action)
    body |= {"user": {**body["user"], "id": user}} if user else {}
    return await wire.sends("interactive", body)


async def test_rel_007_a_button_pressed_twice_changes_one_thing(wire: Wire) -> None:
    ada, bob, room = wire.person("ada"), wire.person("bob"), await wire.declare(wire.person("ada"))
    room.members.append(bob.id)
    said: dict[str, Any] = {"i": 1, "s": "take ic"}
    await asyncio.gather(press(wire, ada, room, said), press(wire, bob, room, said))
    await wire.settle()
    assert len([text for text in await wire.texts() if "Incident Commander" in text]) == 1
    leads = (await wire.incident()).commander
    assert leads
    late = "bob" if leads.id.startswith("ada") else "ada"
    assert leads.name in wire.told(late)[-1].text, "the second is told who did it"


async def test_a_button_with_a_form_opens_it_and_sending_it_says_its_line(wire: Wire) -> None:
    ada, room = wire.person("ada"), await wire.declare(wire.person("ada"))
    await ada.slash(room.name, "/ic take ic")
    opened = await ada.slash(room.name, "/incident task")
    assert opened.answer in ({}, "")
    assert title(ada) == "Give a task"
    await ada.submits(person=wire.person("bob").id, text="look at the database")
    assert form(ada) is None
    await wire.settle()
    assert [(task.person.id, task.text) for task in (await wire.incident()).tasks] == [
        ("bob@example.com", "look at the database")
    ]


async def test_a_refusal_stands_at_its_field_and_the_form_stays_open(wire: Wire) -> None:
    ada, room = wire.person("ada"), await wire.declare(wire.person("ada"))
    await ada.slash(room.name, "/ic take ic")
    await ada.slash(room.name, "/incident note")
    await ada.submits(text="it began", at="half past nonsense")
    shown = form(ada)
    assert shown
    assert {name: "is no time" in sentence for name, sentence in shown.errors.items()} == {"at": True}
    await ada.submits(text="it began", at="13:55")
    assert form(ada) is None
    await wire.settle()
    assert "it began" in await wire.texts()


async def test_rel_077_the_same_form_sent_twice_has_one_effect(wire: Wire) -> None:
    ada = wire.person("ada")
    await ada.shortcut("declare")
    sent = await ada.submits(title="Checkout is down")
    assert sent.answer == {"response_action": "clear"}
    await wire.again(sent)
    await wire.settle()
    assert await wire.declared() == 1


async def test_rel_077_the_same_form_filled_in_twice_by_one_person_within_ten_seconds_is_one_incident(
    wire: Wire,
) -> None:
    ada, bob = wire.person("ada"), wire.person("bob")
    for who, seconds, incidents in ((ada, 0, 1), (ada, 9, 1), (bob, 0, 2), (ada, 11, 3)):
        wire.time.now += timedelta(seconds=seconds)
        await who.shortcut("declare")
        assert (await who.submits(title="Checkout is down")).answer == {"response_action": "clear"}
        await wire.settle()
        assert await wire.declared() == incidents, (who.user.name, seconds)
    direct = wire.slack.workspace.direct([ada.id], by=wire.slack.app.user_id)
    assert [message for message in direct.messages.values() if "You have declared this just now" in message.text]


async def test_rel_009_a_form_that_comes_too_late_is_offered_as_text(wire: Wire) -> None:
    ada, room = wire.person("ada"), await wire.declare(wire.person("ada"))
    wire.slack.fault("error", "views.open", code="expired_trigger_id")
    said = await ada.slash(room.name, "/incident note")
    assert form(ada) is None
    assert "!note --at 14:05" in said.answer["text"]
    await ada.presses("Fill in…", where=room.name)
    assert title(ada).startswith("Note for")


async def test_rel_009_what_was_typed_into_a_form_that_came_too_late_is_kept(wire: Wire) -> None:
    """By the line that brought the form, and in the form that the button opens."""
    ada, room = wire.person("ada"), await wire.declare(wire.person("ada"))
    await ada.slash(room.name, "/ic take ic")
    wire.slack.fault("error", "views.open", code="expired_trigger_id")
    said = await ada.slash(room.name, "/incident status identified Customers in Poland cannot pay")
    assert form(ada) is None
    assert "Customers in Poland cannot pay" in said.answer["text"]
    await ada.presses("Fill in…", where=room.name)
    opened = form(ada)
    assert opened
    assert "Customers in Poland cannot pay" in json.dumps(opened.json["blocks"])


@pytest.mark.parametrize(
    "value",
    [
        {"i": 2, "s": "take ic"},
        {"i": -1, "s": "take ic"},
        {"i": 10**30, "s": "take ic"},
        {"i": "1; drop table incident", "s": "take ic"},
        {"i": True, "s": "take ic"},
        {"i": 1},
        {"i": 1, "s": 7},
        "take ic",
        "[]",
        "[" * 1900,
    ],
)
async def test_sec_031_a_value_that_is_not_this_rooms_is_refused(wire: Wire, value: object) -> None:
    ada, room = wire.person("ada"), await wire.declare(wire.person("ada"))
    await wire.declare(ada, "sev2 another one")
    before = [len(await wire.rows(number)) for number in (1, 2)]
    assert (await press(wire, ada, room, value)).acked
    await wire.settle()
    assert [len(await wire.rows(number)) for number in (1, 2)] == before
    assert "Nothing was changed" in wire.told("ada")[-1].text
    async with wire.core.database.read() as c:
        (last,) = (await c.execute(heard.select().order_by(heard.c.id.desc()).limit(1))).all()
    assert (last.who, last.outcome, last.via, last.room) == ("ada@example.com", "refused", "button", f"slack:{room.id}")


async def test_sec_031_from_a_room_that_is_no_incidents_nothing_reaches_one(wire: Wire) -> None:
    ada = wire.person("ada")
    await wire.declare(ada)
    general = wire.slack.rooms.room("general")
    general.messages["1.000001"] = Message("1.000001", wire.slack.app.user_id, "x", bot_id=wire.slack.app.bot_id)
    before = len(await wire.rows())
    await press(wire, ada, general, {"i": 1, "s": "take ic"})
    await wire.settle()
    assert len(await wire.rows()) == before


async def test_sec_034_a_press_acts_as_whom_slack_authenticated(wire: Wire) -> None:
    ada, eve, room = wire.person("ada"), wire.person("eve"), await wire.declare(wire.person("ada"))
    room.members.append(eve.id)
    await press(wire, eve, room, {"i": 1, "s": "take ic", "u": ada.id, "user": ada.id})
    await wire.settle()
    commander = (await wire.incident()).commander
    assert commander
    assert commander.id == "eve@example.com"


@pytest.mark.parametrize("kind", ["swapped", "another's", "long", "no JSON", "unsealed", "empty"])
async def test_sec_033_a_forms_hidden_part_is_refused_unless_we_gave_it_to_this_person(wire: Wire, kind: str) -> None:
    ada, bob, room = wire.person("ada"), wire.person("bob"), await wire.declare(wire.person("ada"))
    await wire.declare(ada, "sev2 another one")
    await ada.slash(room.name, "/incident note")
    await bob.slash(room.name, "/incident note")
    opened, other = form(ada), form(bob)
    assert opened
    assert other
    mine = opened.json["private_metadata"]
    spoiled = {
        "swapped": mine.replace('"i":1', '"i":2'),
        "another's": other.json["private_metadata"],
        "long": json.dumps(json.loads(mine) | {"x": "y" * 3000}),
        "no JSON": "not JSON",
        "unsealed": json.dumps({"i": 2, "s": "note", "r": "", "f": ["text", "at"]}),
        "empty": "",
    }
    opened.json["private_metadata"] = spoiled[kind]
    before = [len(await wire.rows(number)) for number in (1, 2)]
    await ada.submits(text="forged")
    await wire.settle()
    assert [len(await wire.rows(number)) for number in (1, 2)] == before
    assert opened.errors


async def test_sec_036_a_press_from_another_workspace_is_not_heard(wire: Wire) -> None:
    ada, room = wire.person("ada"), await wire.declare(wire.person("ada"))
    card = next(message for message in room.messages.values() if message.bot_id)
    at = wire.slack.workspace.ts("actions")
    action = {
        "type": "button",
        "action_id": "say:0",
        "block_id": "b",
        "action_ts": at,
        "value": '{"i":1,"s":"take ic"}',
    }
    body = payloads.pressed_in_message(wire.slack.core, ada.user, room, card, action)
    await wire.sends("interactive", body | {"team": {"id": "TSTOLEN99", "domain": "stolen"}})
    await wire.settle()
    assert (await wire.incident()).commander is None


async def test_a_card_in_a_direct_message_may_be_pressed_there(wire: Wire) -> None:
    ada, bob, room = wire.person("ada"), wire.person("bob"), await wire.declare(wire.person("ada"))
    await ada.slash(room.name, "/ic take ic")
    await bob.slash(room.name, "/incident take scribe")
    await bob.slash(room.name, "/incident release scribe")
    await ada.slash(room.name, "/incident handover @bob")
    await wire.settle()
    await bob.presses("Accept command", where="@sitrep")
    await wire.settle()
    assert any("accept" in text.lower() for text in await wire.texts())


async def test_the_home_shows_what_somebody_may_see_and_owes(wire: Wire) -> None:
    ada, eve = wire.person("ada"), wire.person("eve")
    room = await wire.declare(ada)
    await ada.slash(room.name, "/ic take ic")
    await ada.slash("#general", "/incident sev1 --private somebody has our keys")
    await wire.settle()
    for person in (ada, eve):
        await person.opens_home()
    await wire.settle()
    homes = {person.user.name: json.dumps(person.home.json, ensure_ascii=False) for person in (ada, eve) if person.home}
    assert "Checkout returns 500s" in homes["ada"]
    assert "Your roles" in homes["ada"]
    assert "Your roles" not in homes["eve"]
    assert (await wire.incident(2)).private
    assert "our keys" in homes["ada"]
    assert "our keys" not in homes["eve"]
    await eve.presses("Declare an incident", where="home")
    assert title(eve) == "Declare an incident"


async def test_the_answer_to_a_message_where_its_author_cannot_see_it_comes_directly(wire: Wire) -> None:
    bob = wire.person("bob")
    room = await wire.declare(wire.person("ada"))
    wire.slack.fault("error", "chat.postEphemeral", code="user_not_in_channel")
    await bob.types(room.name, "!roles")
    await wire.settle()
    direct = wire.slack.workspace.direct([bob.id], by=wire.slack.app.user_id)
    assert any("Roles" in message.text for message in direct.messages.values())


async def test_rel_070_sec_032_a_press_on_an_old_card_is_refused_with_how_it_stands_now(wire: Wire) -> None:
    ada, room = wire.person("ada"), await wire.declare(wire.person("ada"))
    old: dict[str, Any] = {"i": 1, "s": "handover done"}
    await ada.slash(room.name, "/ic take ic")
    await wire.settle()
    before = len(await wire.rows())
    await press(wire, ada, room, old)
    await wire.settle()
    assert len(await wire.rows()) == before
    shown = wire.told("ada")[-1].text
    assert "SEV-1" in shown
    assert "Incident Commander" in shown


async def test_a_form_from_a_button_goes_back_to_its_room(wire: Wire) -> None:
    ada, room = wire.person("ada"), await wire.declare(wire.person("ada"))
    wire.slack.channel(room.name, members=[ada])
    await press(wire, ada, room, {"i": 1, "s": "note"})
    opened = form(ada)
    assert opened
    assert json.loads(opened.json["private_metadata"])["r"] == f"slack:{room.id}"
    await ada.submits(text="from a button")
    await wire.settle()
    assert "from a button" in await wire.texts()
