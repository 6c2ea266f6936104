"""What is said in the web room reaches the door once, and the answer comes back to the speaker alone."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from web.browser import ADA, BOB, Browser, House, delivery

from incidents.person import CLOCK
from scheduler.chat import Place
from storage import web as rooms
from storage import web_messages
from storage.tables import heard, incident, timeline, web_message, web_session
from storage.web_messages import Message
from templates import plain
from templates.card import Button, Card, Field, Form
from templates.packing import unpack


async def count(sitrep: House, table: Any) -> int:
    async with sitrep.database.read() as c:
        return int((await c.execute(select(func.count()).select_from(table))).scalar_one())


async def message(sitrep: House, number: int) -> Message:
    async with sitrep.database.read() as c:
        found = await web_messages.get(c, number)
    assert found
    return found


async def timeline_thread(sitrep: House, room_id: int) -> int:
    async with sitrep.database.read() as c:
        found = await web_messages.in_slot(c, room_id, "timeline")
    assert found
    return found


async def test_rel_188_a_message_sent_twice_is_one_message(sitrep: House, ada_browser: Browser) -> None:
    said = {"text": "Hello", "delivery": delivery()}
    answers = await asyncio.gather(*(ada_browser.json("POST", "/api/rooms/1/messages", said) for _ in range(5)))
    assert len({answer["message"] for answer in answers}) == 1
    assert await count(sitrep, web_message) == 1


async def test_rel_188_a_form_sent_twice_has_one_effect(sitrep: House, ada_browser: Browser) -> None:
    room = await sitrep.declare(ada_browser)
    card = Card("Note", form=Form("Note", "note", (Field("text", "What happened", "text"),)))
    place = Place(room=room.ref, person=ADA.id)
    ref = await sitrep.core.chat.private("form-1", place, card, incident=1, page=False)
    entries = await count(sitrep, timeline)
    sent = {"message": int(ref), "fields": {"text": "pool exhausted", "evil": "x"}, "delivery": delivery()}
    first, *others = [await ada_browser.json("POST", "/api/forms", sent) for _ in range(3)]
    assert not first["refused"]
    assert [other["answer"] for other in others] == [first["answer"]] * 2
    assert await count(sitrep, timeline) == entries + 1


async def test_rel_188_a_declare_repeated_after_a_lost_answer_is_one_incident(
    sitrep: House, ada_browser: Browser
) -> None:
    said = {"text": "/incident sev2 Checkout is down", "delivery": delivery()}
    answers = [await ada_browser.json("POST", "/api/rooms/1/messages", said) for _ in range(3)]
    assert await count(sitrep, incident) == 1
    assert len({answer["answer"] for answer in answers}) == 1


async def test_one_person_cannot_spend_the_delivery_of_another(
    sitrep: House, ada_browser: Browser, bob_browser: Browser
) -> None:
    same = delivery()
    for who in (ada_browser, bob_browser):
        await who.json("POST", "/api/rooms/1/messages", {"text": f"I am {who.person.name}", "delivery": same})
    assert await count(sitrep, web_message) == 2


async def test_a_slash_command_is_not_shown_and_its_answer_is_private(
    sitrep: House, ada_browser: Browser, bob_browser: Browser
) -> None:
    answer = await ada_browser.say(1, "/incident help")
    assert answer["message"] is None
    stored = await message(sitrep, answer["answer"])
    assert (stored.private_to, stored.slot, stored.author) == (ADA.id, "answer", CLOCK)
    assert (await bob_browser.get(f"/api/messages/{stored.id}")).status == 404
    assert "Only you see this" in await (await ada_browser.get("/rooms/general")).text()
    assert "Only you see this" not in await (await bob_browser.get("/rooms/general")).text()


async def test_ordinary_talk_is_stored_and_costs_the_door_nothing(sitrep: House, ada_browser: Browser) -> None:
    room = await sitrep.declare(ada_browser)
    lines = await count(sitrep, heard)
    answer = await ada_browser.say(room.id, "Looking at the pool now")
    assert answer["answer"] is None
    assert await count(sitrep, heard) == lines


async def test_aud_13_whoever_looks_on_and_asks_reads_in_private_where_to(
    sitrep: House, ada_browser: Browser, bob_browser: Browser
) -> None:
    room = await sitrep.declare(ada_browser)
    lines = await count(sitrep, heard)
    assert (await ada_browser.say(room.id, "Is it up again?"))["answer"] is None
    asked = await bob_browser.say(room.id, "Is it up again?")
    stored = await message(sitrep, asked["answer"])
    assert (stored.private_to, stored.room_id) == (BOB.id, room.id)
    assert "#status" in plain.text(unpack(stored.card or "{}"))
    assert (await message(sitrep, asked["message"])).reactions == ()
    assert (await bob_browser.say(room.id, "And now?"))["answer"] is None
    assert await count(sitrep, heard) == lines


async def test_what_is_written_in_the_timeline_thread_is_ticked(sitrep: House, ada_browser: Browser) -> None:
    room = await sitrep.declare(ada_browser)
    root = await timeline_thread(sitrep, room.id)
    entries = await count(sitrep, timeline)
    answer = await ada_browser.say(room.id, "Error rate rose at 13:52", thread=root)
    stored = await message(sitrep, answer["message"])
    assert stored.reactions == (("✅", (CLOCK.id,)),)
    assert await count(sitrep, timeline) == entries + 1


async def test_the_pin_puts_a_message_on_the_timeline(
    sitrep: House, ada_browser: Browser, bob_browser: Browser
) -> None:
    room = await sitrep.declare(ada_browser)
    said = await bob_browser.say(room.id, "Deployment 812 went out at 13:50")
    entries = await count(sitrep, timeline)
    path = f"/api/messages/{said['message']}/reactions"
    await ada_browser.json("POST", path, {"emoji": "📌", "delivery": delivery()})
    assert await count(sitrep, timeline) == entries + 1
    async with sitrep.database.read() as c:
        row = (await c.execute(select(timeline).order_by(timeline.c.id.desc()))).first()
    assert row
    assert (row.actor_id, row.source) == (BOB.id, f"web:message:{said['message']}")


async def test_other_reactions_come_and_go(sitrep: House, ada_browser: Browser) -> None:
    said = await ada_browser.say(1, "Hello")
    path = f"/api/messages/{said['message']}/reactions"
    for expected in ((("👍", (ADA.id,)),), ()):
        await ada_browser.json("POST", path, {"emoji": "👍", "delivery": delivery()})
        assert (await message(sitrep, said["message"])).reactions == expected
    for emoji in ("", "a", "<b>", "👍" * 9):
        answer = await ada_browser.send("POST", path, json={"emoji": emoji, "delivery": delivery()})
        assert answer.status == 400


async def test_only_the_author_edits_and_deletes(sitrep: House, ada_browser: Browser, bob_browser: Browser) -> None:
    said = await ada_browser.say(1, "Helo")
    path = f"/api/messages/{said['message']}"
    for method, body in (("PATCH", {"text": "x", "delivery": delivery()}), ("DELETE", {"delivery": delivery()})):
        assert (await bob_browser.send(method, path, json=body)).status == 403
    await ada_browser.json("PATCH", path, {"text": "Hello", "delivery": delivery()})
    changed = await message(sitrep, said["message"])
    assert (changed.text, changed.edited_at) == ("Hello", sitrep.now)
    await ada_browser.json("DELETE", path, {"delivery": delivery()})
    gone = await message(sitrep, said["message"])
    assert (gone.text, gone.deleted_at) == ("", sitrep.now)
    assert (await ada_browser.get(path)).status == 404


async def test_an_edit_and_a_deletion_reach_the_timeline(sitrep: House, ada_browser: Browser) -> None:
    room = await sitrep.declare(ada_browser)
    said = await ada_browser.say(room.id, "Restarted mail", thread=await timeline_thread(sitrep, room.id))
    entries = await count(sitrep, timeline)
    path = f"/api/messages/{said['message']}"
    await ada_browser.json("PATCH", path, {"text": "Restarted mail worker 3", "delivery": delivery()})
    await ada_browser.json("DELETE", path, {"delivery": delivery()})
    assert await count(sitrep, timeline) == entries + 2


async def test_only_a_button_of_the_stored_card_can_be_pressed(sitrep: House, ada_browser: Browser) -> None:
    room = await sitrep.declare(ada_browser)
    card = Card("Now?", buttons=(Button("Take it", "take ic"),))
    ref = int(await sitrep.core.chat.post("b1", Place(room=room.ref), card, slot="", incident=1))
    lines = await count(sitrep, heard)
    for says in ("resolve", "take ic ", "TAKE IC", ""):
        wanted = says.strip() != "take ic"
        answer = await ada_browser.send(
            "POST", "/api/press", json={"message": ref, "says": says, "delivery": delivery()}
        )
        assert (answer.status == 409) is wanted, says
    assert await count(sitrep, heard) == lines + 1


async def test_a_press_names_the_incident_of_the_stored_row(sitrep: House, ada_browser: Browser) -> None:
    await sitrep.declare(ada_browser, "sev3 First")
    second = await sitrep.declare(ada_browser, "sev3 Second")
    ref = await sitrep.core.chat.post(
        "b1", Place(room=second.ref), Card("x", buttons=(Button("Note", "note seen"),)), slot="", incident=1
    )
    body = {"message": int(ref), "says": "note seen", "delivery": delivery(), "incident": 2}
    await ada_browser.json("POST", "/api/press", body)
    async with sitrep.database.read() as c:
        row = (await c.execute(select(heard).order_by(heard.c.id.desc()))).first()
    assert row
    assert (row.incident_id, row.via) == (1, "button")


async def test_a_form_that_is_sent_acts_as_its_sender_and_only_its_own(
    sitrep: House, ada_browser: Browser, bob_browser: Browser
) -> None:
    card = Card("Note", form=Form("Note", "note", (Field("text", "What happened", "text"),)))
    room = await sitrep.declare(ada_browser)
    ref = await sitrep.core.chat.private("f", Place(room=room.ref, person=ADA.id), card, incident=1, page=False)
    sent = {"message": int(ref), "fields": {"text": "x"}, "delivery": delivery()}
    assert (await bob_browser.send("POST", "/api/forms", json=sent)).status == 404


async def test_a_thread_of_another_room_is_refused(sitrep: House, ada_browser: Browser) -> None:
    room = await sitrep.declare(ada_browser)
    said = await ada_browser.say(1, "In general")
    body = {"text": "x", "thread": said["message"], "delivery": delivery()}
    assert (await ada_browser.send("POST", f"/api/rooms/{room.id}/messages", json=body)).status == 400


async def test_an_unknown_slash_word_says_so(sitrep: House, ada_browser: Browser) -> None:
    body = {"text": "/var/log is full", "delivery": delivery()}
    answer = await ada_browser.send("POST", "/api/rooms/1/messages", json=body)
    assert answer.status == 400
    assert await count(sitrep, web_message) == 0


async def test_a_message_is_there_although_the_door_failed_and_a_retry_carries_it_out(
    sitrep: House, ada_browser: Browser, monkeypatch: Any
) -> None:
    from commands.run import Answer

    room = await sitrep.declare(ada_browser)
    body = {"text": "!note pool exhausted", "delivery": delivery()}
    with monkeypatch.context() as broken:

        async def fail(*_: object) -> Answer:
            return Answer(failed=True, refused=True)

        broken.setattr("commands.run.Door.say", fail)
        assert (await ada_browser.send("POST", f"/api/rooms/{room.id}/messages", json=body)).status == 503
    entries = await count(sitrep, timeline)
    await ada_browser.json("POST", f"/api/rooms/{room.id}/messages", body)
    assert await count(sitrep, timeline) == entries + 1


async def test_pages_of_fifty_and_unread_marks(sitrep: House, ada_browser: Browser, bob_browser: Browser) -> None:
    numbers = [(await ada_browser.say(1, f"message {number}"))["message"] for number in range(60)]
    first = await bob_browser.json("GET", "/api/rooms/1/messages")
    assert first["older"] == numbers[10]
    before = await bob_browser.json("GET", f"/api/rooms/1/messages?before={first['older']}")
    assert before["older"] is None
    assert "message 9" in before["html"]
    assert (await bob_browser.json("GET", "/api/rail"))["unread"] == 60
    await bob_browser.json("POST", "/api/read", {"room": 1, "message": numbers[-1] + 1000})
    assert (await bob_browser.json("GET", "/api/rail"))["unread"] == 0
    await ada_browser.say(1, "one more")
    assert (await bob_browser.json("GET", "/api/rail"))["unread"] == 1


async def test_completion(sitrep: House, ada_browser: Browser) -> None:
    async def texts(typed: str) -> list[str]:
        found = await ada_browser.json("GET", "/api/complete?q=" + typed.replace(" ", "%20").replace("@", "%40"))
        return [choice["text"] for choice in found]

    assert await texts("hello @b") == ["@bob"]
    assert await texts("@lindq") == ["@bob"]
    assert await texts("/st") == ["/status"]
    assert "!note" in await texts("!no")
    assert await texts("/status mon") == ["monitoring"]
    assert await texts("/ma") == ["/maintenance"]
    assert {"schedule", "send", "start", "show"} == set(await texts("/maintenance s"))
    assert "complete" in await texts("/incident maintenance c")
    assert "sev1" in await texts("/incident sev")
    assert "scribe" in await texts("!take scr")
    assert await texts("just talking") == []


async def test_a_change_made_elsewhere_reaches_open_browsers(sitrep: House, ada_browser: Browser) -> None:
    """Another process (`sitrep say`) cannot wake us; the poll finds it within a second."""
    stream = await ada_browser.get("/live?after=0")
    await stream.content.readuntil(b"event: clock")
    async with sitrep.database.begin() as c:
        await web_messages.say(c, "elsewhere", author=BOB.id, at=sitrep.now, room_id=1, text="from the terminal")
    heard_ = await asyncio.wait_for(stream.content.readuntil(b"from the terminal"), 5)
    assert b"event: change" in heard_
    stream.close()


async def test_a_browser_that_was_away_gets_what_it_missed(sitrep: House, ada_browser: Browser) -> None:
    async with sitrep.database.read() as c:
        before = await rooms.last_change(c)
    for word in ("one", "two", "three"):
        await ada_browser.say(1, f"missed {word}")
    stream = await ada_browser.get("/live", headers={"Last-Event-ID": str(before + 1)})
    seen = await asyncio.wait_for(stream.content.readuntil(b"missed three"), 5)
    assert b"missed two" in seen
    assert b"missed one" not in seen
    stream.close()


async def test_sec_051_somebody_switched_off_is_out_at_once(sitrep: House, ada_browser: Browser) -> None:
    from sqlalchemy import update

    from storage.tables import person

    async with sitrep.database.begin() as c:
        await c.execute(update(person).where(person.c.id == ADA.id).values(active=False))
    assert (await ada_browser.get("/")).status == 401
    sitrep.now += timedelta(minutes=5)
    assert await count(sitrep, web_session) >= 1
