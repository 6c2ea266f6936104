"""The page of the stand-in: what one person sees and does there goes the way of every other test's people."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import BaseTestServer, TestServer
from fakes.slack.stage import eventually
from fakes.slack.window import Window
from wire import Wire, wired

from bot.slack.manifest import manifest
from bot.slack.settings import SlackSettings

pytestmark = pytest.mark.timeout(30)


@dataclass
class Page:
    wire: Wire
    server: BaseTestServer
    web: ClientSession
    moved: list[int]

    async def sees(self, who: str, room: str = "", thread: str = "") -> Any:
        query = {"as": who, "room": room, "thread": thread}
        async with self.web.get(self.server.make_url("/sight"), params=query) as answer:
            return await answer.json()

    async def does(self, who: str, what: str, **more: object) -> str:
        async with self.web.post(self.server.make_url("/do"), json={"as": who, "does": what, **more}) as answer:
            told: str = (await answer.json())["told"]
            return told

    async def room(self, who: str, name: str) -> str:
        rooms = (await self.sees(who))["rooms"]
        return next((str(each["id"]) for each in rooms if each["name"] == name), "")


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Page]:
    moved: list[int] = []

    async def advance(minutes: int) -> None:
        moved.append(minutes)

    async with wired(folder) as wire, ClientSession() as web:
        shortcuts = manifest(SlackSettings())["features"]["shortcuts"]
        window = Window(wire.slack, shortcuts=shortcuts, advance=advance, elsewhere="http://localhost:1")
        async with TestServer(window.app()) as server:
            yield Page(wire, server, web, moved)


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    async with opened(tmp_path) as begun:
        yield begun


async def declared(page: Page, words: str = "sev1 Checkout returns 500s") -> str:
    assert await page.does("ada", "say", room=await page.room("ada", "general"), text=f"/incident {words}") == ""
    await page.wire.settle()
    return (await page.wire.room()).id


async def test_what_is_done_on_the_page_is_done_in_slack(page: Page) -> None:
    room = await declared(page)
    shown = await page.sees("bob", room)
    card = next(each for each in shown["messages"] if "Take command" in str(each["blocks"]))
    action = next(
        each["action_id"]
        for block in card["blocks"]
        for each in block.get("elements", [])
        if each["text"]["text"] == "Take command"
    )
    assert await page.does("bob", "press", room=room, ts=card["ts"], action=action) == ""
    await page.wire.settle()
    commander = (await page.wire.incident()).commander
    assert commander
    assert commander.handle == "bob"
    assert (await page.sees("bob", room))["room"]["joined"]


async def test_messages_reactions_edits_and_threads_are_seen_by_others(page: Page) -> None:
    room = await declared(page)
    thread = await page.wire.thread()
    await page.does("bob", "say", room=room, text="frist", thread=thread)
    ts = (await page.sees("bob", room, thread))["thread"][-1]["ts"]
    await page.does("bob", "edit", room=room, ts=ts, text="first")
    await page.does("ada", "react", room=room, ts=ts, name="eyes")
    await page.wire.settle()
    told = (await page.sees("cleo", room, thread))["thread"][-1]
    assert (told["text"], told["edited"], told["mine"]) == ("first", True, False)
    assert {"eyes", "white_check_mark"} == {each["name"] for each in told["reactions"]}
    assert "first" in await page.wire.texts()
    await page.does("ada", "react", room=room, ts=ts, name="eyes")
    assert len((await page.sees("cleo", room, thread))["thread"][-1]["reactions"]) == 1
    assert "only its author" in await page.does("cleo", "delete", room=room, ts=ts)
    await page.does("bob", "delete", room=room, ts=ts)
    await page.wire.settle()
    assert "first" not in await page.wire.texts()


async def test_a_form_opens_is_corrected_and_sent(page: Page) -> None:
    room = await declared(page)
    await page.does("bob", "say", room=room, text="/ic note")
    await eventually(lambda: page.wire.person("bob").modal)
    assert (await page.sees("ada", room))["modal"] is None
    assert "required" in await page.does("bob", "submit", values={})
    assert await page.does("bob", "submit", values={"text": "the cache is cold", "at": "99:99"}) == ""
    assert (await page.sees("bob", room))["modal"]["errors"]
    await page.does("bob", "submit", values={"text": "the cache is cold"})
    assert (await page.sees("bob", room))["modal"] is None
    await page.wire.settle()
    assert (await page.wire.texts())[-1] == "the cache is cold"


async def test_what_only_one_may_see_others_do_not(page: Page) -> None:
    room = await declared(page, "sev1 --private Our keys are gone")
    assert await page.room("ada", (await page.wire.room()).name) == room
    assert "Our keys" not in str(await page.sees("eve", room))
    assert (await page.sees("eve", room))["room"]["name"] == "general"
    assert "not in that channel" in await page.does("eve", "say", room=room, text="hello")
    await page.does("ada", "say", room=await page.room("ada", "general"), text="/incident help")
    general = await page.room("ada", "general")
    assert any(each.get("only_you") for each in (await page.sees("ada", general))["messages"])
    assert not any(each.get("only_you") for each in (await page.sees("bob", general))["messages"])


async def test_home_shortcuts_and_time(page: Page) -> None:
    room = await declared(page)
    direct = await page.room("ada", "Sitrep")
    await page.does("ada", "home")
    await page.wire.settle()
    assert "Checkout returns 500s" in str((await page.sees("ada", direct))["home"])
    await page.does("bob", "say", room=room, text="errors began at 13:55")
    ts = (await page.sees("bob", room))["messages"][-1]["ts"]
    await page.does("ada", "shortcut", name="to_timeline", room=room, ts=ts)
    await page.does("ada", "shortcut", name="declare")
    await page.wire.settle()
    assert "errors began at 13:55" in await page.wire.texts()
    assert (await page.sees("ada"))["modal"]
    await page.does("ada", "close")
    assert (await page.sees("ada"))["modal"] is None
    await page.does("ada", "advance", minutes=15)
    assert page.moved == [15]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"does": "say", "text": "/status monitoring"}, "/status is not a valid command"),
        ({"does": "say", "text": "/ic help", "thread": "1.0"}, "no slash commands in threads"),
        ({"does": "press", "where": "modal", "action": "say:0"}, "no channel modal"),
        ({"does": "fly"}, "cannot be done"),
        ({"does": "react", "ts": "1.0", "name": "eyes"}, "cannot be done"),
        ({"does": "say", "text": "x", "as": "mallory"}, "nobody of that name"),
    ],
)
async def test_what_cannot_be_done_is_said(page: Page, said: dict[str, Any], told: str) -> None:
    page.wire.slack.app.commands = {"/ic", "/incident"}
    room = await page.room("ada", "general")
    assert told in await page.does(**{"who": said.pop("as", "ada"), "what": said.pop("does"), "room": room, **said})


async def test_another_sites_page_can_do_nothing_here(page: Page) -> None:
    async with page.web.post(page.server.make_url("/do"), data='{"as": "ada", "does": "home"}') as answer:
        assert answer.status == 415
    async with page.web.get(page.server.make_url("/")) as answer:
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "access-control-allow-origin" not in answer.headers
    async with page.web.get(page.server.make_url("/sight"), params={"as": "mallory"}) as answer:
        assert answer.status == 422
