"""What is masked is gone from the web room at once, for everybody who looks (TL-8)."""

import asyncio
import json
from typing import Any

from web.browser import EVE, Browser, House, browser, delivery
from web.test_listen import message, timeline_thread

from storage import timeline
from storage.timeline import Entry

SECRET = "joe@customer.example"


async def entry(sitrep: House, words: str) -> Entry:
    async with sitrep.database.read() as c:
        return [found async for found in timeline.stream(c, 1) if words in found.text][-1]


async def numbered(sitrep: House, seq: int) -> Entry:
    async with sitrep.database.read() as c:
        return next(found for found in [row async for row in timeline.stream(c, 1)] if found.seq == seq)


async def pages(someone: Browser, room: str, thread: int) -> str:
    """All that a browser can be shown of the room."""
    shown = [await someone.text(await someone.get(path)) for path in (f"/rooms/{room}", "/direct", "/")]
    shown.append(json.dumps(await someone.json("GET", f"/api/messages/{thread}/thread")))
    return "".join(shown)


async def test_a_masked_message_is_masked_in_the_room_the_thread_and_the_answers(
    sitrep: House, ada_browser: Browser, bob_browser: Browser
) -> None:
    room = await sitrep.declare(ada_browser)
    await ada_browser.say(room.id, "!take ic")
    thread = await timeline_thread(sitrep, room.id)
    said = (await bob_browser.say(room.id, f"{SECRET} waits since noon", thread=thread))["message"]
    await bob_browser.say(room.id, f"!find {SECRET} was charged twice")
    await sitrep.core.delivery.drain()
    await bob_browser.say(room.id, "/incident timeline")
    assert SECRET in await pages(bob_browser, room.name, thread)
    for words in ("waits since noon", "was charged twice"):
        seq = (await entry(sitrep, words)).seq
        answer = await ada_browser.say(room.id, f'!mask {seq} "{SECRET}" --because "a customer"')
        assert not answer["refused"]
        # Messages and answers are masked with the commit; cards that Sitrep posted follow by delivery.
        assert (await message(sitrep, said)).text == "[masked] waits since noon"
    await sitrep.core.delivery.drain()
    for someone in (ada_browser, bob_browser):
        shown = await pages(someone, room.name, thread)
        assert SECRET not in shown
        assert "[masked]" in shown
    assert (await message(sitrep, said)).edited_at is None
    assert (await bob_browser.json("GET", f"/api/messages/{said}"))["text"] == "[masked] waits since noon"


async def test_a_mask_is_pushed_to_an_open_page(sitrep: House, ada_browser: Browser, bob_browser: Browser) -> None:
    room = await sitrep.declare(ada_browser)
    thread = await timeline_thread(sitrep, room.id)
    said = (await bob_browser.say(room.id, f"{SECRET} waits", thread=thread))["message"]
    state = await ada_browser.load(f"/rooms/{room.name}")
    answer = await ada_browser.get(f"/live?after={state['change']}")
    seq = (await entry(sitrep, "waits")).seq
    await bob_browser.say(room.id, f"/incident mask {seq} --because private")
    change = await asyncio.wait_for(_change(answer, said), 10)
    answer.close()
    assert "[masked]" in json.dumps(change)
    assert SECRET not in json.dumps(change)


async def _change(answer: Any, number: int) -> Any:
    async for line in answer.content:
        if line.startswith(b"data: "):
            told = json.loads(line.removeprefix(b"data: "))
            if told.get("id") == number:
                return told
    raise AssertionError("the page was told nothing")


async def test_tl_8_a_star_in_the_web_room_marks_for_those_who_may(
    sitrep: House, ada_browser: Browser, bob_browser: Browser
) -> None:
    room = await sitrep.declare(ada_browser)
    await ada_browser.say(room.id, "!take ic")
    thread = await timeline_thread(sitrep, room.id)
    said = (await bob_browser.say(room.id, "the cache is back", thread=thread))["message"]
    path = f"/api/messages/{said}/reactions"
    refused = await bob_browser.json("POST", path, {"emoji": "⭐", "delivery": delivery()})
    assert refused["refused"]
    assert "Only the Scribe" in refused["html"]
    seq = (await entry(sitrep, "the cache is back")).seq
    assert not (await numbered(sitrep, seq)).key
    told = await ada_browser.json("POST", path, {"emoji": "⭐", "delivery": delivery()})
    assert not told["refused"]
    assert (await numbered(sitrep, seq)).key
    # The star is taken away; the mark stays until it is taken back by word.
    await ada_browser.json("POST", path, {"emoji": "⭐", "delivery": delivery()})
    assert (await numbered(sitrep, seq)).key
    talk = (await bob_browser.say(room.id, "well done"))["message"]
    told = await bob_browser.json("POST", f"/api/messages/{talk}/reactions", {"emoji": "⭐", "delivery": delivery()})
    assert told == {"message": talk, "answer": None, "refused": False}


async def test_a_stranger_masks_nothing(sitrep: House, ada_browser: Browser) -> None:
    room = await sitrep.declare(ada_browser)
    await ada_browser.say(room.id, f"!note {SECRET} waits")
    seq = (await entry(sitrep, "waits")).seq
    async with browser(sitrep, EVE) as eve:
        answer = await eve.say(room.id, f"!mask {seq} --because private")
        assert answer["refused"]
        assert "Only its author" in answer["html"]
    assert (await numbered(sitrep, seq)).text == f"{SECRET} waits"
