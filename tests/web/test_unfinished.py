"""Killed between a message and its line: at the next start the line is carried out, or its author is told (REL-088)."""

import asyncio
import hashlib
import os
import signal
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from crash.forks import forked
from crash.points import Points
from web.browser import ADA, START, Browser, House, browser, house

from storage import web_messages
from storage.web_messages import SAID

DELIVERY = "the-one-that-is-killed"
ROOM = 4
Rows = dict[str, list[tuple[Any, ...]]]
In = Callable[[House, Browser], Awaitable[object]]

WORDS = {
    "a note": "!note the pool is exhausted",
    "a refusal": "!resolve",
    "a declaration": "!sev3 Search is slow",
    "a private answer": "!help",
    "an entry in the timeline thread": "why did no alert fire?",
    "talk": "good morning",
}


def _in_house(folder: Path, play: In, **more: Any) -> None:
    async def run() -> None:
        async with house(folder, **more) as here, browser(here, ADA) as ada:
            await play(here, ada)

    asyncio.run(run())


def _say(words: str, points: Points | None = None) -> In:
    async def say(here: House, ada: Browser) -> None:
        thread = None
        if words == WORDS["an entry in the timeline thread"]:
            async with here.database.read() as c:
                thread = await web_messages.in_slot(c, ROOM, "timeline")
        more = {"thread": thread} if thread else {}
        with points.watching() if points else nullcontext():
            await ada.say(ROOM, words, delivery=DELIVERY, **more)

    return say


async def _nothing(_here: House, _ada: Browser) -> None:
    """Sitrep starts, and that is all."""


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An incident with its room."""

    async def declare(here: House, ada: Browser) -> None:
        assert (await here.declare(ada)).id == ROOM

    folder = tmp_path_factory.mktemp("before")
    _in_house(folder, declare)
    return (folder / "sitrep.db").read_bytes()


def _copy(tmp_path: Path, name: str, before: bytes) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "sitrep.db").write_bytes(before)
    return folder


def _rows(folder: Path) -> Rows:
    queries = {
        "messages": "select room_id, thread_of, author_id, private_to, text, card, op from web_message order by op",
        "timeline": "select incident_id, type, text, source from timeline order by incident_id, seq",
        "heard": "select delivery, outcome, changes from heard order by id",
        "marks": "select message_id, emoji from web_reaction",
    }
    with closing(sqlite3.connect(folder / "sitrep.db")) as c:
        return {name: c.execute(query).fetchall() for name, query in queries.items()}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.parametrize("what", WORDS)
def test_rel_088_what_was_written_before_a_kill_is_carried_out_at_the_next_start(
    what: str, before: bytes, tmp_path: Path
) -> None:
    clean, points = _copy(tmp_path, "clean", before), Points()
    _in_house(clean, _say(WORDS[what], points))
    wanted = _rows(clean)
    commits = [number for number, name in enumerate(points.passed, 1) if name.endswith("after commit")]
    assert commits
    for deadly in commits:
        folder = _copy(tmp_path, f"killed-{deadly}", before)
        victim = forked(lambda at=deadly, room=folder: _in_house(room, _say(WORDS[what], Points(at))))  # type: ignore[misc]
        assert os.waitpid(victim, 0)[1] == signal.SIGKILL
        left = _rows(folder)
        _in_house(folder, _nothing)
        after = _rows(folder)
        if any(op.startswith(SAID) for *_, op in left["messages"]):
            assert {**after, "marks": []} == {**wanted, "marks": []}
        else:
            assert after == left
        # The browser is still open and says it again: no second effect, and nothing is lacking.
        _in_house(folder, _say(WORDS[what]))
        assert _rows(folder) == wanted


def test_rel_071_a_command_that_is_found_late_is_shown_and_runs_at_a_press(before: bytes, tmp_path: Path) -> None:
    folder = _copy(tmp_path, "late", before)

    async def interrupted(here: House, _ada: Browser) -> None:
        async with here.database.begin() as c:
            for number, words in enumerate(("!note too late", "!note taken back", "just talk")):
                await web_messages.say(c, f"{SAID}web:{number}", author=ADA.id, at=START, room_id=ROOM, text=words)
            taken_back = await web_messages.find(c, f"{SAID}web:1")
            await web_messages.withdraw(c, taken_back or 0, at=START)

    async def pressed(here: House, ada: Browser) -> None:
        async with here.database.read() as c:
            number = await web_messages.find(c, "not-run:web:0")
        body = {"message": number, "says": "!note too late", "delivery": "pressed-now"}
        assert not (await ada.json("POST", "/api/press", body))["refused"]

    _in_house(folder, interrupted)
    entries = len(_rows(folder)["timeline"])
    for _ in range(2):
        _in_house(folder, _nothing, start=START + timedelta(minutes=6))
    told = [row for row in _rows(folder)["messages"] if row[-1].startswith("not-run:")]
    assert [(row[0], row[3], row[-1]) for row in told] == [(ROOM, ADA.id, "not-run:web:0")]
    assert "too late" in told[0][5]
    assert len(_rows(folder)["timeline"]) == entries
    _in_house(folder, pressed, start=START + timedelta(minutes=7))
    assert [row[2] for row in _rows(folder)["timeline"][entries:]] == ["too late"]


def test_rel_188_run_it_now_and_a_retry_of_the_open_tab_are_one_line(before: bytes, tmp_path: Path) -> None:
    """Whichever comes first; pressed again it changes nothing either."""
    delivery = "the-tab-s-own"
    op = f"{SAID}web:{hashlib.sha256(ADA.id.encode()).hexdigest()[:12]}:{delivery}"

    async def interrupted(here: House, _ada: Browser) -> None:
        async with here.database.begin() as c:
            await web_messages.say(c, op, author=ADA.id, at=START, room_id=ROOM, text="!note once only")

    async def press(here: House, ada: Browser) -> None:
        async with here.database.read() as c:
            number = await web_messages.find(c, op.replace(SAID, "not-run:"))
        for again in range(2):
            body = {"message": number, "says": "!note once only", "delivery": f"pressed-{again}"}
            assert not (await ada.json("POST", "/api/press", body))["refused"]

    async def retry(_here: House, ada: Browser) -> None:
        assert not (await ada.say(ROOM, "!note once only", delivery=delivery))["refused"]

    for name, order in {"press first": (press, retry), "retry first": (retry, press)}.items():
        folder = _copy(tmp_path, name, before)
        _in_house(folder, interrupted)
        entries = len(_rows(folder)["timeline"])
        _in_house(folder, _nothing, start=START + timedelta(minutes=6))
        for step in order:
            _in_house(folder, step, start=START + timedelta(minutes=7))
        assert [row[2] for row in _rows(folder)["timeline"][entries:]] == ["once only"], name


def test_rel_071_an_entry_that_is_found_late_stands_at_its_own_time(before: bytes, tmp_path: Path) -> None:
    folder = _copy(tmp_path, "late-entry", before)

    async def interrupted(here: House, _ada: Browser) -> None:
        async with here.database.begin() as c:
            thread = await web_messages.in_slot(c, ROOM, "timeline")
            words, op = WORDS["an entry in the timeline thread"], f"{SAID}web:entry"
            await web_messages.say(c, op, author=ADA.id, at=START, room_id=ROOM, text=words, thread_of=thread)

    _in_house(folder, interrupted)
    _in_house(folder, _nothing, start=START + timedelta(hours=1))
    with closing(sqlite3.connect(folder / "sitrep.db")) as c:
        (entry,) = c.execute("select text, at, recorded_at from timeline where source <> ''").fetchall()
    assert (entry[0], entry[1][:16], entry[2][:16]) == (
        "why did no alert fire?",
        "2031-04-02 14:00",
        "2031-04-02 15:00",
    )
