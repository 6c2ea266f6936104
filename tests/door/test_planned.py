"""Planned maintenance at the door: one commit for all of a line, nothing of one that failed, no change lost."""

import asyncio
from datetime import timedelta

import pytest
from conversation import ADA, DAN, EVE, START
from crash.world import World, commits

from commands.call import Call
from commands.words import WORDS
from incidents import maintaining
from incidents.errors import Refused
from storage import incidents, maintenances
from storage.incidents import Stale
from storage.tables import heard, maintenance, maintenance_entry, outbox, publication
from templates.card import Card

DAY = START + timedelta(days=3)
PLAN = f'/maintenance schedule {DAY:%Y-%m-%d} 02:00-04:00 Sign-in: move the database --effect "nobody can sign in"'


async def test_twenty_plans_at_once_get_twenty_numbers_and_share_commits(here: World) -> None:
    lines = [here.line(DAN, PLAN) for _ in range(20)]
    with commits(here) as committed:
        answers = await asyncio.gather(*map(here.door.say, lines))
    assert not [answer for answer in answers if answer.refused]
    assert [row["id"] for row in await here.rows(maintenance)] == list(range(1, 21))
    assert len(committed) == 2


async def test_one_line_is_one_commit_with_its_log_its_post_and_what_the_status_page_keeps(here: World) -> None:
    await here.says(DAN, PLAN)
    with commits(here) as committed:
        await here.says(DAN, "/maintenance announce 1")
    assert len(committed) == 1
    assert [row["seq"] for row in await here.rows(maintenance_entry)] == [1, 2]
    assert [row["subject"] for row in await here.rows(publication)] == ["maintenance:1"]
    assert [(row["incident_id"], row["lane"]) for row in await here.rows(outbox)] == [(0, "web:maintenance-1:status")]
    last = (await here.rows(heard))[-1]
    assert (last["incident_id"], last["changes"]) == (None, "announced to customers")


async def test_ten_who_announce_at_once_announce_it_in_turn(here: World) -> None:
    await here.says(DAN, PLAN)
    await asyncio.gather(*(here.says(DAN, "/maintenance announce 1") for _ in range(10)))
    numbers = [row["number"] for row in await here.rows(publication)]
    assert numbers == list(range(1, 11))


class Broken:
    """A word with a bug: it has changed the maintenance already when it fails."""

    __doc__ = "broken: fails."

    async def carry_out(self, call: Call) -> Card | None:
        held = await call.unit.maintenances.get(1)
        assert held
        maintaining.cancel(held, reason="half changed", by=call.who, now=call.now)
        raise RuntimeError("a bug")


class Refusing(Broken):
    async def carry_out(self, call: Call) -> Card | None:
        try:
            return await super().carry_out(call)
        except RuntimeError:
            raise Refused("No.") from None


@pytest.mark.parametrize("word", [Broken, Refusing])
@pytest.mark.parametrize("together", [False, True])
async def test_a_line_that_fails_leaves_nothing_and_takes_no_other_with_it(
    here: World, monkeypatch: pytest.MonkeyPatch, word: type[Broken], together: bool
) -> None:
    await here.says(DAN, PLAN)
    monkeypatch.setitem(WORDS, "who", word())
    lines = [here.line(DAN, "/incident who")]
    if together:
        lines = [here.line(DAN, "/maintenance announce 1"), *lines, here.line(DAN, "/maintenance announce 1")]
    answers = await asyncio.gather(*map(here.door.say, lines))
    assert [answer.refused for answer in answers].count(True) == 1
    (row,) = await here.rows(maintenance)
    assert row["stage"] == "scheduled"
    assert len(await here.rows(publication)) == (2 if together else 0)
    assert "cancelled" not in str(await here.rows(maintenance_entry))


async def test_a_change_that_forgot_the_lock_loses_nothing(here: World) -> None:
    await here.says(DAN, PLAN)
    async with here.database.read() as c:
        old = await maintenances.by_id(c, 1)
    assert old
    await here.says(DAN, "/maintenance announce 1")
    with pytest.raises(Stale):
        async with here.database.begin() as c:
            await maintenances.save(c, old)


async def test_declaring_from_it_changes_both_in_one_commit(here: World) -> None:
    await here.says(DAN, PLAN)
    await here.says(DAN, "/maintenance announce 1")
    here.now = DAY.replace(hour=2)
    await here.says(DAN, "/maintenance start 1")
    with commits(here) as committed:
        answer = await here.says(EVE, "/maintenance declare 1 sev3 Nobody can sign in")
    assert len(committed) == 1
    assert answer.incident == 1
    async with here.database.read() as c:
        incident, linked = await incidents.by_id(c, 1), await maintenances.by_id(c, 1)
    assert incident
    assert linked
    assert (incident.title, linked.incident) == ("Nobody can sign in", 1)


async def test_the_clocks_word_is_refused_to_people(here: World) -> None:
    await here.says(DAN, PLAN)
    assert (await here.says(ADA, "/incident remind maintenance 1")).refused


async def test_the_clock_that_finds_nothing_due_writes_nothing(here: World) -> None:
    await here.says(DAN, PLAN)
    before = len(await here.rows(heard))
    from incidents.person import CLOCK

    await here.says(CLOCK, "remind maintenance 1", via="clock")
    await here.says(CLOCK, "remind maintenance 77", via="clock")
    assert len(await here.rows(heard)) == before
