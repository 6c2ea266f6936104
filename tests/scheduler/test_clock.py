"""What is past due is said once, however late, and never for what is over (CAD-20 to CAD-23, I5, I6)."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from conversation import ADA, BOB, CLEO, DAN
from crash.world import World, started
from sqlalchemy import delete

from benchmarks.crowd import fill
from commands.line import Line
from commands.run import Answer
from commands.words import WORDS
from incidents.phase import Phase
from storage import deadlines
from storage.tables import deadline, heard, incident, outbox


async def _messages(here: World) -> Counter[int]:
    """By incident: how many messages wait or were sent, replaced headlines and topics left out."""
    rows = await here.rows(outbox)
    return Counter(row["incident_id"] for row in rows if row["kind"] != "topic" and not row["slot"])


async def _owes_much(here: World) -> None:
    """An incident with a first notice, command, roles, a page and three tasks owed."""
    answer = await here.says(BOB, "/incident sev1 Checkout returns 500s")
    for minutes in (5, 10, 20):
        await here.says(BOB, f"task @dan {minutes}m look at it", incident=answer.incident, via="cli")


async def test_rel_121_two_days_down_each_open_incident_hears_once_and_resolved_ones_nothing(
    here: World, tmp_path: Path
) -> None:
    for _ in range(40):
        await _owes_much(here)
    for _ in range(10):
        ended = (await here.says(ADA, "/incident sev4 Only a colour")).incident
        for words in ("take ic", "resolve No data was lost."):
            assert not (await here.says(ADA, words, incident=ended, via="cli")).refused
    owed = await here.rows(deadline)
    assert len([row for row in owed if row["incident_id"] <= 40]) >= 280
    assert not [row for row in owed if row["incident_id"] > 40]
    before, now = await _messages(here), here.now + timedelta(days=2)
    async with started(tmp_path / "sitrep.db", now=now) as again:
        while await again.clock.look():
            pass
        told = await _messages(again) - before
        wakes = await again.rows(deadline)
        assert await again.clock.next_look()
    assert told == Counter({id: 1 for id in range(1, 41)})
    assert all(row["wake_at"] > now for row in wakes)
    assert {row["incident_id"] for row in wakes} == set(range(1, 41))


async def test_rel_121_the_one_message_names_everything_that_was_missed(here: World) -> None:
    await _owes_much(here)
    here.now += timedelta(days=2)
    await here.clock.look()
    (entry,) = [entry for entry in await here.timeline() if entry.text.startswith("Sitrep was away")]
    for missed in ("irst", "ommand", "oles", "ask 1", "ask 2", "ask 3"):
        assert missed in entry.text
    assert (await here.incident()).deadlines.keys() <= {row["name"] for row in await here.rows(deadline)}


@pytest.mark.parametrize("down", [3, 60, 119])
async def test_rel_122_down_for_a_moment_across_a_due_time_the_reminder_still_fires(here: World, down: int) -> None:
    await here.says(BOB, "/incident sev2 Checkout returns 500s")
    due = await here.clock.next_look()
    assert due
    before = await _messages(here)
    here.now = due + timedelta(seconds=down)
    await here.clock.look()
    told = (await _messages(here) - before)[1]
    assert told >= 1
    assert not [entry for entry in await here.timeline() if "was away" in entry.text]


async def test_rel_123_six_missed_slots_make_one_message(here: World) -> None:
    await here.under_command("/incident sev1 Checkout returns 500s")
    await here.says(CLEO, "status investigating Customers cannot pay.", incident=1, via="cli")
    before = await _messages(here)
    here.now += timedelta(minutes=30 + 6 * 5)
    await here.clock.look()
    assert (await _messages(here) - before)[1] == 1


async def test_a_reminder_fires_once_however_often_the_clock_looks(here: World) -> None:
    await here.says(BOB, "/incident sev2 Checkout returns 500s")
    due = await here.clock.next_look()
    assert due
    here.now = due
    assert await here.clock.look() == 1
    after = await _messages(here)
    assert [await here.clock.look() for _ in range(3)] == [0, 0, 0]
    assert await _messages(here) == after


async def test_rel_129_two_clocks_that_see_the_same_deadline_fire_it_once(here: World, tmp_path: Path) -> None:
    await here.says(BOB, "/incident sev2 Checkout returns 500s")
    due = await here.clock.next_look()
    assert due
    before = len(await here.rows(outbox))
    async with started(tmp_path / "sitrep.db", now=due) as other:
        here.now = due
        await asyncio.gather(here.clock.look(), other.clock.look())
    assert len([row for row in await here.rows(heard) if row["via"] == "clock"]) == 1
    told = [(row["place"], row["payload"]) for row in (await here.rows(outbox))[before:]]
    assert told
    assert len(told) == len(set(told))


async def test_rel_129_sixty_reminders_and_two_replicas_double_nothing_round_after_round(
    here: World, tmp_path: Path
) -> None:
    await fill(here.database, [here.now] * 60)
    async with started(tmp_path / "sitrep.db", now=here.now) as other:
        for _ in range(2):
            before = len(await here.rows(outbox))
            await asyncio.gather(here.clock.look(), other.clock.look())
            told = [
                (row["incident_id"], row["lane"], row["kind"], row["place"], row["payload"])
                for row in (await here.rows(outbox))[before:]
            ]
            assert len({incident for incident, *_ in told}) == 60
            assert len(told) == len(set(told))
            here.now = other.now = await here.clock.next_look() or here.now
    said = [row["delivery"] for row in await here.rows(heard) if row["via"] == "clock"]
    assert len(said) == 2 * 60


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0)])
async def test_rel_128_snooze_severity_resolve_and_firing_at_once_leave_nothing_to_say(
    here: World, order: tuple[int, ...]
) -> None:
    await here.under_command()
    here.now = (await here.incident()).deadlines["first-notice"].wake_at
    lines = (
        "snooze first-notice on the phone",
        "severity sev1 all are hit",
        "resolve No data was lost. --because sure",
    )
    racing: list[Callable[[], Awaitable[object]]] = [
        here.clock.look,
        *(partial(here.says, ADA, words, incident=1, via="cli") for words in lines),
    ]
    await asyncio.gather(*(racing[number]() for number in order))
    assert (await here.incident()).phase is Phase.RESOLVED
    before = await _messages(here)
    here.now += timedelta(minutes=59)
    await here.clock.look()
    assert await _messages(here) == before
    assert {row["name"] for row in await here.rows(deadline)} <= {"review-owner", "review", "review-read", "report"}


@pytest.mark.parametrize("first", ["the line", "the clock"])
@pytest.mark.parametrize("words", ["resolve No data was lost. --because sure", "cancel false alarm"])
async def test_rel_128_nothing_is_said_once_the_line_that_ends_it_is_answered(
    here: World, words: str, first: str
) -> None:
    await here.under_command()
    due = (await here.incident()).deadlines["first-notice"].wake_at
    here.now = due
    if first == "the clock":
        await here.clock.look()
    assert not (await here.says(ADA, words, incident=1, via="cli")).refused
    before = await _messages(here)
    # An hour later the owner of the review is asked for.
    here.now += timedelta(minutes=59)
    await here.clock.look()
    assert await _messages(here) == before
    assert "first-notice" not in {row["name"] for row in await here.rows(deadline)}


@pytest.mark.parametrize(
    "jump", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=3650), timedelta(days=-12_000)]
)
async def test_rel_124_a_clock_that_jumps_loses_nothing_doubles_nothing_and_is_no_busy_loop(
    here: World, jump: timedelta
) -> None:
    await here.says(BOB, "/incident sev2 Checkout returns 500s")
    start, before = here.now, await _messages(here)
    here.now += jump
    looks = 0
    while await here.clock.look():
        looks += 1
    assert looks <= 1
    assert (await _messages(here) - before)[1] <= 1
    here.now = max(here.now, start + timedelta(days=1))
    await here.clock.look()
    assert (await _messages(here) - before)[1] >= 1


async def test_a_reminder_with_a_bug_is_put_off_and_keeps_no_other_from_firing(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        await here.says(BOB, "/incident sev2 Checkout returns 500s")
    real = WORDS["remind"]

    class Poisoned:
        __doc__ = "remind"

        async def carry_out(self, call: object) -> None:
            if call.incident.id == 1:  # type: ignore[attr-defined]
                raise RuntimeError("a bug")
            await real.carry_out(call)  # type: ignore[arg-type]

    monkeypatch.setitem(WORDS, "remind", Poisoned())
    due = await here.clock.next_look()
    assert due
    here.now = due
    looks = 0
    while await here.clock.look():
        looks += 1
    assert looks == 1
    assert [row["incident_id"] for row in await here.rows(heard) if row["via"] == "clock"] == [2]
    monkeypatch.undo()
    here.now += timedelta(minutes=6)
    await here.clock.look()
    assert {row["incident_id"] for row in await here.rows(heard) if row["via"] == "clock"} == {1, 2}


async def test_a_reminder_that_the_database_kept_from_firing_is_given_soon_after(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Later and later where it goes on, every five minutes at last."""
    await here.says(BOB, "/incident sev2 Checkout returns 500s")
    async with here.database.begin() as c:
        await c.execute(delete(deadline).where(deadline.c.name != "first-notice"))
    say, tries = here.door.say, list[float]()

    async def away(line: Line) -> Answer:
        tries.append(here.now.timestamp())
        return Answer(failed=True) if len(tries) <= 7 else await say(line)

    monkeypatch.setattr(here.clock, "_say", away)
    while len(tries) <= 7:
        here.now = await here.clock.next_look() or here.now
        await here.clock.look()
    assert [round(later - before) for before, later in pairwise(tries)] == [15, 30, 60, 120, 240, 300, 300]
    assert [row["via"] for row in await here.rows(heard)] == ["message", "clock"]


async def test_the_rows_the_clock_reads_are_the_deadlines_of_the_incidents(here: World) -> None:
    await _owes_much(here)
    await here.says(ADA, "take ic", incident=1, via="button")
    await here.says(DAN, "task done 1", incident=1, via="cli")
    await here.wait(minutes=7)
    owed = (await here.incident()).deadlines
    rows = {row["name"]: (row["due_at"], row["wake_at"]) for row in await here.rows(deadline)}
    assert rows == {name: (one.due_at, one.wake_at) for name, one in owed.items()}
    async with here.database.read() as c:
        assert await deadlines.next_wake(c) == min(wake for _, wake in rows.values())


async def test_without_open_incidents_nothing_is_looked_for(here: World) -> None:
    assert await here.clock.next_look() is None
    assert await here.clock.look() == 0
    assert await here.rows(incident) == []
