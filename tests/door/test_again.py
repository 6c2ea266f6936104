"""Lines that fail by a fault of ours, said in the web room: tried again, done or given up, and told (REL-013)."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from conversation import BOB
from crash.world import World
from sqlalchemy.exc import DataError
from structlog.testing import capture_logs

from commands.words import WORDS
from incidents.person import CLOCK
from scheduler.again import TRIES, Again
from storage.tables import heard, letter, web_message


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[Any]]:
    """Taken, not shown: a traceback with all its locals takes many seconds to draw."""
    with capture_logs() as taken:
        yield cast(list[Any], taken)


def again(here: World) -> Again:
    return Again(here.database, here.door.say, ("web",), clock=lambda: here.now)


def breaks(monkeypatch: pytest.MonkeyPatch, problem: Exception, word: str = "note") -> None:
    async def carry_out(call: object) -> None:
        raise problem

    monkeypatch.setitem(WORDS, word, cast(Any, SimpleNamespace(carry_out=carry_out, __doc__=WORDS[word].__doc__)))


async def told(here: World) -> list[str]:
    await here.delivery.drain()
    rows = await here.rows(web_message)
    return [row["card"] for row in rows if row["private_to"] == BOB.id and row["card"]]


async def test_rel_013_in_the_web_room_a_line_is_given_up_after_five_tries_and_its_speaker_told_there(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, trying = await here.declares(), again(here)
    breaks(monkeypatch, ValueError("x"))
    line = here.line(BOB, "!note it hurts", room=room, delivery="web:bob:1")
    answer = await here.door.say(line)
    assert answer.kept
    for seconds in (0, 5, 16, 41, 61, 61):
        await here.wait(seconds=seconds)
        await trying.look()
    assert [row["outcome"] for row in await here.rows(heard) if row["delivery"] == line.delivery] == ["dead"]
    assert await here.rows(letter) == []
    (card,) = [card for card in await told(here) if "Given up" in card]
    assert f"tried it {TRIES} times" in card
    repeated = await here.door.say(line)
    assert (repeated.repeated, repeated.refused) == (True, True)


async def test_rel_013_two_processes_that_try_the_same_line_do_it_once(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await here.declares()
    with monkeypatch.context() as broken:
        breaks(broken, ValueError("x"))
        await here.door.say(here.line(BOB, "!note late", room=room, delivery="web:bob:2"))
    for trying in (again(here), again(here)):
        await trying.look()
    assert [entry.text for entry in await here.timeline()].count("late") == 1
    assert len([card for card in await told(here) if "worked when it was tried again" in card]) == 1


async def test_what_the_database_finds_wrong_with_a_line_is_a_fault_of_ours(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await here.declares()
    breaks(monkeypatch, DataError("insert", {}, ValueError("too long")))
    assert (await here.says(BOB, "!note x", room=room)).kept


async def test_what_the_clock_says_is_owed_anyway_and_not_kept(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await here.declares()
    breaks(monkeypatch, ValueError("x"), word="remind")
    answer = await here.says(CLOCK, "remind", via="clock", incident=1)
    assert (answer.kept, answer.refused) == (False, True)
    assert await here.rows(letter) == []
