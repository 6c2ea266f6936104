"""Planned maintenance and time: what is due is said once, what cannot be shown is told elsewhere (REL-124, REL-129)."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from conversation import BOB, DAN, START
from crash.flaky import Fault, Plan
from crash.world import World, started

from commands.words import WORDS
from incidents.maintenance import Maintenance
from scheduler.chat import Undelivered
from storage import maintenances
from storage.tables import heard, maintenance, outbox, publication, web_message

WINDOW = START + timedelta(days=3, hours=12)
PLAN = (
    f"/maintenance schedule {WINDOW:%Y-%m-%d %H:%M} for 2h Sign-in: move the database --backup @bob "
    '--effect "nobody can sign in"'
)


async def planned(here: World, times: int = 1) -> None:
    for _ in range(times):
        assert not (await here.says(DAN, PLAN)).refused
    for number in range(1, times + 1):
        assert not (await here.says(DAN, f"/maintenance announce {number}")).refused
    await here.delivery.drain()


async def the(here: World, number: int = 1) -> Maintenance:
    async with here.database.read() as c:
        found = await maintenances.by_id(c, number)
    assert found
    return found


async def clocks(here: World) -> list[str]:
    return [row["words"] for row in await here.rows(heard) if row["via"] == "clock"]


async def shown(here: World, words: str) -> int:
    return sum(words in str(row["card"]) for row in await here.rows(web_message))


async def test_rel_129_two_clocks_that_see_one_moment_say_it_once(here: World) -> None:
    await planned(here)
    here.now = WINDOW
    await asyncio.gather(here.clock.look(), here.clock.look(), here.clock.look())
    assert await clocks(here) == ["remind maintenance 1"]
    await here.delivery.drain()
    assert await shown(here, "Its window is open") == 1


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=3 * 365), timedelta(days=-3 * 365)])
async def test_rel_124_a_clock_that_jumps_doubles_nothing_and_is_no_busy_loop(here: World, jump: timedelta) -> None:
    await planned(here)
    here.now = WINDOW
    assert await here.clock.look() == 1
    here.now += jump
    looks = 0
    while await here.clock.look():
        looks += 1
        assert looks < 3
    assert looks == (1 if jump > timedelta() else 0)
    here.now = WINDOW + timedelta(minutes=10)
    await here.clock.look()
    kinds = [entry.text for entry in await _log(here) if entry.actor == "Sitrep"]
    assert len(kinds) == 2


async def _log(here: World) -> list[maintenances.Logged]:
    async with here.database.read() as c:
        return await maintenances.read_log(c, 1)


async def test_a_reminder_with_a_bug_is_put_off_and_keeps_no_other_from_firing(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await planned(here, 2)
    real = WORDS["remind"]

    class Poisoned:
        __doc__ = "remind"

        async def carry_out(self, call: object) -> None:
            if call.said.args.endswith("1"):  # type: ignore[attr-defined]
                raise RuntimeError("a bug")
            await real.carry_out(call)  # type: ignore[arg-type]

    monkeypatch.setitem(WORDS, "remind", Poisoned())
    here.now = WINDOW
    looks = 0
    while await here.clock.look():
        looks += 1
    assert looks == 1
    assert await clocks(here) == ["remind maintenance 2"]
    monkeypatch.undo()
    here.now += timedelta(minutes=6)
    await here.clock.look()
    assert await clocks(here) == ["remind maintenance 2", "remind maintenance 1"]


async def test_the_row_the_clock_reads_is_what_the_maintenance_owes(here: World) -> None:
    await planned(here)
    (row,) = await here.rows(maintenance)
    assert row["wake_at"] == (await the(here)).wake_at == WINDOW - timedelta(hours=1)
    assert await here.clock.next_look() == WINDOW - timedelta(hours=1)
    await here.says(BOB, "/incident sev1 Checkout returns 500s")
    due = await here.clock.next_look()
    assert due
    assert due < START + timedelta(minutes=10)


async def test_what_its_owner_did_not_get_is_told_where_everybody_reads(here: World, plan: Plan) -> None:
    await planned(here)
    plan.words["Its window is open"] = [Fault(Undelivered("cannot_dm", permanent=True), times=1)]
    here.now = WINDOW
    await here.clock.look()
    await here.delivery.drain()
    assert await shown(here, "This could not be delivered to dan@example.com") == 1
    assert {row["state"] for row in await here.rows(outbox)} == {"sent", "dead"}


async def test_a_notice_that_cannot_be_shown_either_makes_no_other_notice(here: World, plan: Plan) -> None:
    await planned(here)
    plan.words["Maintenance 1"] = [Fault(Undelivered("cannot_dm", permanent=True), times=9)]
    here.now = WINDOW
    await here.clock.look()
    await here.delivery.drain()
    dead = [(row["kind"], row["place"]) for row in await here.rows(outbox) if row["state"] == "dead"]
    assert dead == [("private", "person:dan@example.com"), ("post", "announce")]


async def test_one_that_cannot_be_shown_holds_up_no_other(here: World, plan: Plan) -> None:
    """Each has its own lanes; the one that waits goes out later, once."""
    assert not (await here.says(DAN, PLAN)).refused
    assert not (await here.says(DAN, PLAN.replace("Sign-in", "Search"))).refused
    plan.words["maintenance of Sign-in"] = [Fault(Undelivered("away"), times=2)]
    for number in (1, 2):
        await here.says(DAN, f"/maintenance announce {number}")
    await here.delivery.drain()
    assert (await shown(here, "maintenance of Sign-in"), await shown(here, "maintenance of Search")) == (0, 1)
    for _ in range(3):
        here.now += timedelta(seconds=5)
        await here.delivery.drain()
    assert (await shown(here, "maintenance of Sign-in"), await shown(here, "maintenance of Search")) == (1, 1)


async def test_killed_between_the_commit_and_the_post_nothing_is_lost_or_doubled(here: World, tmp_path: Path) -> None:
    await here.says(DAN, PLAN)
    await here.says(DAN, "/maintenance announce 1")
    async with started(tmp_path / "sitrep.db", now=WINDOW) as again:
        await again.wait()
        await again.wait(minutes=1)
        assert await shown(again, "Scheduled - maintenance of Sign-in") == 1
        assert await shown(again, "Its window is open") == 1
        assert len(await again.rows(publication)) == 1
