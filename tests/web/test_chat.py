"""The web room as a chat: everything once per op, nothing adopted by name."""

import pytest
from web.browser import ADA, BOB, Browser, House

from scheduler.chat import Place, Undelivered
from storage import web as rooms
from storage import web_messages
from templates.card import Card

CARD = Card("Hello", "there")


async def test_a_room_is_opened_once_per_op(sitrep: House) -> None:
    chat = sitrep.core.chat
    made = [await chat.open("op-1", name="inc-1-x", private=False, incident=1) for _ in range(3)]
    assert len({room.ref for room in made}) == 1
    assert made[0].name == "inc-1-x"


async def test_sec_040_a_name_that_is_taken_is_never_adopted(sitrep: House) -> None:
    chat = sitrep.core.chat
    names = [(await chat.open(f"op-{n}", name="inc-1-x", private=False, incident=1)).name for n in range(3)]
    assert names == ["inc-1-x", "inc-1-x-2", "inc-1-x-3"]
    for kept in ("status", "general", "incidents"):
        assert (await chat.open(f"op-{kept}", name=kept, private=False, incident=1)).name == f"{kept}-2"


async def test_a_long_name_keeps_room_for_its_suffix(sitrep: House) -> None:
    chat = sitrep.core.chat
    names = [(await chat.open(f"op-{n}", name="x" * 200, private=False, incident=1)).name for n in range(3)]
    assert len(set(names)) == 3
    assert max(map(len, names)) <= 100


async def test_posts_edits_and_pins_are_harmless_to_repeat(sitrep: House) -> None:
    chat = sitrep.core.chat
    room = await chat.open("op-1", name="inc-1-x", private=False, incident=1)
    refs = [await chat.post("op-2", Place(room=room.ref), CARD, slot="headline", incident=1) for _ in range(2)]
    assert refs[0] == refs[1] == await chat.find("op-2", Place(room=room.ref))
    assert await chat.find("op-unknown", Place()) is None
    for _ in range(2):
        await chat.edit("op-3", refs[0], Card("Changed"))
        await chat.pin("op-4", refs[0])
        await chat.topic("op-5", room.ref, "topic")
        await chat.invite("op-6", room.ref, [ADA, BOB])
    async with sitrep.database.read() as c:
        message = await web_messages.get(c, int(refs[0]))
        assert message
        assert message.pinned
        assert "Changed" in (message.card or "")
        assert {person.id for person in await rooms.members(c, int(room.ref[4:]))} == {ADA.id, BOB.id}


async def test_the_organisations_rooms_are_found_or_made(sitrep: House) -> None:
    for name in ("status", "announcements"):
        ref = await sitrep.core.chat.post(f"op-{name}", Place(name=name), CARD, slot="", incident=1)
        async with sitrep.database.read() as c:
            message, room = await web_messages.get(c, int(ref)), await rooms.by_name(c, name)
        assert message
        assert room
        assert message.room_id == room.id


async def test_an_incidents_room_is_never_taken_for_the_organisations(sitrep: House) -> None:
    await sitrep.core.chat.open("op-1", name="war-room", private=True, incident=1)
    with pytest.raises(Undelivered) as refused:
        await sitrep.core.chat.post("op-2", Place(name="war-room"), CARD, slot="", incident=1)
    assert refused.value.permanent


@pytest.mark.parametrize("ref", ["", "x", "web:", "web:x", "slack:C1", "-1", "1; drop table web_room", "١"])
async def test_a_place_that_is_none_is_given_up(sitrep: House, ref: str) -> None:
    with pytest.raises(Undelivered):
        await sitrep.core.chat.edit("op", ref, CARD)


async def test_a_page_is_loud_until_it_was_looked_at(sitrep: House, bob_browser: Browser) -> None:
    room = await sitrep.core.chat.open("op-1", name="inc-1-x", private=False, incident=1)
    place = Place(room=room.ref, person=BOB.id)
    page = await sitrep.core.chat.private("op-2", place, Card("You are called"), incident=1, page=True)
    await sitrep.core.chat.private("op-3", Place(person=BOB.id), Card("A reminder"), incident=1, page=False)
    rail = await bob_browser.json("GET", "/api/rail")
    assert "You are called" in rail["pages"]
    assert "A reminder" not in rail["pages"]
    assert rail["unread"] == 2
    await bob_browser.json("POST", "/api/read", {"room": 0, "message": int(page)})
    rail = await bob_browser.json("GET", "/api/rail")
    assert "You are called" not in rail["pages"]
    direct = await (await bob_browser.get("/direct")).text()
    assert "You are called" in direct
    assert "A reminder" in direct
    assert (await bob_browser.json("GET", "/api/rail"))["unread"] == 0
