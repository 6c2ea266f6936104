"""Owners of drills and the like are reminded in time, once, whatever restarts and however many look (CAD-24f)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from conversation import ADA, BOB, EVE
from crash.world import ON_CALL, World, world

from commands.run import Door
from incidents.routines import Routine
from scheduler.routines import Routines
from storage.tables import outbox
from templates import plain
from templates.packing import unpack_effect

OWNED = replace(ON_CALL, routines=(Routine("Communication drill", "quarter", ADA), Routine("Figures", "year", BOB)))


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path, settings=OWNED) as begun:
        yield begun


async def told(here: World, day: str) -> list[tuple[str, str]]:
    """What is said on that day, by two that look at once: to whom, and the words."""
    here.now = datetime.fromisoformat(f"{day}T12:00+00:00")
    before = len(await here.rows(outbox))
    looking = [Routines(here.database, OWNED, clock=lambda: here.now) for _ in range(2)]
    await asyncio.gather(*(each.look() for each in looking))
    await looking[0].look()
    effects = [unpack_effect(row["payload"]) for row in (await here.rows(outbox))[before:]]
    return [(effect.to, plain.text(effect.card) if effect.card else "") for effect in effects]


async def test_cad_24f_the_owner_is_reminded_ahead_and_on_the_day_and_all_hear_of_what_is_overdue(here: World) -> None:
    assert await told(here, "2031-01-10") == []
    assert await told(here, "2031-03-26") == []
    ((who, words),) = await told(here, "2031-03-27")
    assert who == f"person:{ADA.id}"
    assert "Communication drill is due on 2031-04-10" in words
    assert await told(here, "2031-04-09") == []
    ((_, words),) = await told(here, "2031-04-10")
    assert "is due today" in words
    late = await told(here, "2031-05-02")
    assert [to for to, _ in late] == [f"person:{ADA.id}", "announce"]
    assert "Communication drill, @ada: due since 2031-04-10" in late[1][1]
    assert await told(here, "2031-05-31") == []


async def test_cad_24f_its_owner_says_that_it_is_done_and_it_counts_anew(here: World) -> None:
    here.door = Door(here.database, OWNED)
    await told(here, "2031-01-10")
    assert (await here.says(EVE, "/incident routine done communication drill")).refused
    assert (await here.says(ADA, "/incident routine done sailing")).refused
    here.now = datetime.fromisoformat("2031-04-02T12:00+00:00")
    done = await here.says(ADA, "/incident routine done communication drill")
    assert done.card
    assert not done.refused
    assert await told(here, "2031-04-10") == []
    listed = await here.says(EVE, "/incident routine")
    assert listed.card
    assert "last done 2031-04-02, due 2031-07-02" in plain.text(listed.card)


async def test_cad_24f_nothing_is_asked_where_nothing_is_configured(here: World) -> None:
    await Routines(here.database, ON_CALL, clock=lambda: here.now).look()
    answer = await Door(here.database, ON_CALL).say(here.line(EVE, "/incident routine"))
    assert answer.card
    assert "Nothing is configured" in answer.card.text
