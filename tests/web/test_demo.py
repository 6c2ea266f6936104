"""The demo: no sign-in, a cast to play, time to move; everything else as strict as ever."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from web.browser import ADA, BOB, House, browser, house


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, demo=True) as running:
        yield running


async def test_whoever_comes_plays_the_first_of_the_cast(demo: House) -> None:
    async with browser(demo) as visitor:
        state = await visitor.load("/rooms/general")
        assert state["me"] == ADA.id
        assert (await visitor.say(1, "hello"))["message"]


async def test_places_are_changed_under_a_new_session(demo: House) -> None:
    async with browser(demo) as visitor:
        await visitor.load()
        before = visitor.csrf
        answer = await visitor.send("POST", "/demo/cast", data={"person": BOB.id, "next": "//evil.example"})
        assert (answer.status, answer.headers["Location"]) == (303, "/")
        assert (await visitor.load())["me"] == BOB.id
        assert visitor.csrf != before
        assert (await visitor.send("POST", "/demo/cast", data={"person": "root"})).status == 400


async def test_time_moves_by_given_steps_only(demo: House) -> None:
    async with browser(demo) as visitor:
        await visitor.load()
        for minutes, status in (("5", 200), ("30", 200), ("31", 400), ("-5", 400), ("", 400), ("x", 400)):
            assert (await visitor.send("POST", "/demo/advance", data={"minutes": minutes})).status == status
    assert demo.advanced == [5, 30]


async def test_an_api_call_without_a_page_first_is_refused(demo: House) -> None:
    async with browser(demo) as visitor:
        assert (await visitor.get("/api/rail")).status == 401
        assert (await visitor.send("POST", "/demo/advance", data={"minutes": "5"})).status == 403


async def test_outside_the_demo_there_is_none(tmp_path: Path) -> None:
    async with house(tmp_path) as running, browser(running, ADA) as visitor:
        for path in ("/demo/cast", "/demo/advance"):
            assert (await visitor.send("POST", path, data={"csrf": visitor.csrf})).status == 404
        assert "demo" not in (await (await visitor.get("/")).text()).lower()
