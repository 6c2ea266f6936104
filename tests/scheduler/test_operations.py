"""Absence, failing destinations, a full database, the loop's patience, and what is told when nothing was stored."""

import asyncio
import gc
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conversation import ADA, BOB, CLEO
from crash.flaky import Fault, Plan
from crash.world import World
from sqlalchemy import text
from structlog.testing import capture_logs

from benchmarks import full
from benchmarks.crowd import fill
from benchmarks.server import serving
from bot.config import read
from bot.config_errors import ConfigError
from commands.words import HIDDEN, WORDS
from scheduler.auditor import Auditor
from scheduler.chat import Undelivered
from storage.tables import deadline, incident, outbox, promise, timeline


async def _reminded(here: World) -> Counter[int]:
    """By incident: how many messages that are no edits and no topics."""
    rows = await here.rows(outbox)
    return Counter(row["incident_id"] for row in rows if row["kind"] != "topic" and not row["slot"])


async def test_rel_131_all_stopped_for_eight_hours_and_continued_is_one_message_for_each(here: World) -> None:
    """Stopped, not ended: the same process looks at its clock again."""
    for _ in range(12):
        await here.says(BOB, "/incident sev1 Checkout returns 500s")
    before = await _reminded(here)
    here.now += timedelta(hours=8)
    while await here.clock.look():
        pass
    assert await _reminded(here) - before == Counter({id: 1 for id in range(1, 13)})
    assert all(row["wake_at"] > here.now for row in await here.rows(deadline))


@pytest.mark.parametrize(
    "problem",
    [
        Undelivered("ratelimited", retry_after=30),
        Undelivered("is_archived"),
        Undelivered("token_revoked", retry_after=60),
        Undelivered("timeout", unsure=True),
    ],
    ids=lambda problem: problem.reason,
)
async def test_rel_130_a_reminder_that_cannot_be_shown_is_kept_and_shown_once_later(
    here: World, plan: Plan, problem: Undelivered
) -> None:
    await here.under_command()
    due = (await here.incident()).deadlines["first-notice"].wake_at
    plan.words["first public notice"] = [Fault(problem, times=4)]
    while here.now < due:
        here.now = await here.clock.next_look() or due
        await here.clock.look()
        await here.delivery.drain()
    waiting = [row for row in await here.rows(outbox) if row["state"] == "pending"]
    assert waiting
    assert any(row["attempts"] for row in waiting)
    for _ in range(12):
        here.now += timedelta(seconds=90)
        await here.delivery.drain()
    shown = [row for row in await here.rows(outbox) if "first public notice" in row["payload"]]
    assert {row["state"] for row in shown} == {"sent"}
    assert {row["place"] for row in shown} == {"room", f"person:{CLEO.id}"}
    assert len(shown) == 2


async def _missed(here: World, plan: Plan, problem: Undelivered, times: int) -> list[tuple[str, str]]:
    """The first notice is due and its message cannot be shown in the room: who is called instead, by which text."""
    await here.under_command()
    due = (await here.incident()).deadlines["first-notice"].wake_at
    while here.now < due:
        await here.delivery.drain()
        here.now = await here.clock.next_look() or due
        plan.faults["post"] = [Fault(problem, times=times)] if here.now >= due else []
        await here.clock.look()
    for _ in range(10):
        await here.delivery.drain()
        here.now += timedelta(seconds=31)
    rows = [row for row in await here.rows(outbox) if "Reminder not shown" in row["payload"]]
    assert {row["state"] for row in rows} <= {"sent"}
    return [(row["place"], row["payload"]) for row in rows if row["kind"] == "page"]


@pytest.mark.parametrize(
    ("problem", "times"),
    [
        (Undelivered("ratelimited", retry_after=30), 5),
        (Undelivered("timeout", unsure=True), 3),
        (Undelivered("is_archived", permanent=True), 1),
    ],
    ids=str,
)
async def test_rel_130_after_three_tries_in_vain_those_who_are_asked_and_who_lead_are_called(
    here: World, plan: Plan, problem: Undelivered, times: int
) -> None:
    called = await _missed(here, plan, problem, times)
    assert sorted(place for place, _ in called) == [f"person:{ADA.id}", f"person:{CLEO.id}"], "each of them once"
    assert all(problem.reason in text and "buttons" in text for _, text in called)


@pytest.mark.on("sqlite")
async def test_rel_130_two_tries_in_vain_call_nobody(here: World, plan: Plan) -> None:
    assert await _missed(here, plan, Undelivered("ratelimited", retry_after=30), 2) == []


@pytest.mark.on("sqlite")
async def test_rel_130_nobody_is_called_because_of_what_was_resolved_meanwhile(here: World, plan: Plan) -> None:
    room = await here.under_command()
    here.now = (await here.incident()).deadlines["first-notice"].wake_at
    plan.faults["post"] = [Fault(Undelivered("ratelimited", retry_after=30), times=4)]
    await here.clock.look()
    await here.delivery.drain()
    assert not (await here.says(ADA, "!resolve No data was lost. --because sure", room=room)).refused
    for _ in range(8):
        here.now += timedelta(seconds=31)
        await here.delivery.drain()
    assert not [row for row in await here.rows(outbox) if "Reminder not shown" in row["payload"]]


@pytest.mark.on("sqlite")
async def test_rel_130_a_reminder_behind_what_is_stuck_is_not_shown_either(here: World, plan: Plan) -> None:
    await here.under_command()
    here.now = (await here.incident()).deadlines["first-notice"].wake_at
    plan.words["the red cable"] = [Fault(Undelivered("ratelimited", retry_after=30), times=3)]
    await here.says(ADA, "!task @dan 10m look at the red cable", room=await here.room())
    await here.clock.look()
    for _ in range(8):
        await here.delivery.drain()
        here.now += timedelta(seconds=31)
    called = {row["place"] for row in await here.rows(outbox) if "Reminder not shown" in row["payload"]}
    assert called == {f"person:{ADA.id}", f"person:{CLEO.id}"}


async def test_rel_223_what_is_dead_is_in_the_log_by_its_numbers_and_not_by_its_words(here: World, plan: Plan) -> None:
    await here.under_command()
    plan.words["the red cable"] = [Fault(Undelivered("channel_not_found", permanent=True))]
    await here.says(ADA, "!task @dan 10m look at the red cable", room=await here.room())
    with capture_logs() as logs:
        await here.delivery.drain()
    (dead,) = [row for row in await here.rows(outbox) if row["state"] == "dead"]
    told = {line["action"]: line for line in logs if line.get("op") == dead["op"]}
    assert told.keys() == {"delivery_failed", "dead_letter"}
    assert all((line["incident"], line["reason"]) == (1, "channel_not_found") for line in told.values())
    assert told["dead_letter"]["log_level"] == "error"
    assert "red cable" not in repr(logs)


async def test_rel_212_nothing_stands_in_the_loops_way_for_fifty_milliseconds(here: World) -> None:
    """By this thread's processor time between two turns of the loop: a busy machine does not count."""
    soon = here.now + timedelta(minutes=3)
    await fill(here.database, [soon] * 150)
    auditor = Auditor(here.database, here.door.say, now=lambda: here.now)
    longest, ended = 0.0, False

    async def watch() -> None:
        nonlocal longest
        last = time.thread_time()
        while not ended:
            await asyncio.sleep(0)
            now = time.thread_time()
            longest, last = max(longest, now - last), now

    await here.clock.look()
    here.now = soon
    # What a worker keeps of all its tests is nothing that Sitrep would have to look through (`serve` does the same).
    gc.collect()
    gc.freeze()
    async with asyncio.TaskGroup() as group:
        group.create_task(watch())
        await asyncio.gather(here.clock.look(), auditor.look(), here.says(BOB, "/incident sev1 Checkout fails"))
        await here.delivery.drain()
        ended = True
    assert longest <= 0.05


@pytest.mark.on("sqlite")
async def test_rel_213_ready_in_five_seconds_on_a_database_that_has_seen_much(tmp_path: Path) -> None:
    """Where the machine is too busy for that even with nothing in the database, by no more than a second later."""
    ready = await full._ready(tmp_path, 100_000, 10_000, 5_000)
    if ready > 5:
        folder = tmp_path / "empty"
        folder.mkdir()
        async with serving(folder) as server:
            assert ready <= server.ready + 1


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Europe/Warschau", "+02:00", ""])
def test_rel_127_a_zone_that_nobody_knows_is_refused_with_its_line(tmp_path: Path, zone: str) -> None:
    file = tmp_path / "sitrep.toml"
    file.write_text(f'[organisation]\nname = "Example"\nzone = "{zone}"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"sitrep\.toml:3: .*time zone such as Europe/Warsaw"):
        read(str(file), {})


@pytest.mark.on("sqlite")
async def test_rel_127_reminders_go_on_where_the_zone_of_an_incident_is_gone(here: World) -> None:
    await here.under_command("/incident sev1 Checkout returns 500s")
    await here.says(ADA, "resolve No data was lost. --because sure", incident=1, via="cli")
    async with here.database.begin() as c:
        await c.execute(text("update incident set state = json_set(state, '$.policy.zone', 'Mars/Olympus')"))
    before = (await _reminded(here))[1]
    await here.wait(hours=2)
    assert (await _reminded(here))[1] == before + 1, "who owns the review is asked"
    assert not (await here.says(ADA, "review @dan", incident=1, via="cli")).failed
    assert (await here.incident()).deadlines["review"].due_at.hour == 23


READ_ONLY = {
    *("answers", "brief", "channels", "definition", "doctor", "due", "eta", "feedback", "help", "ic", "leader"),
    *("list", "roles", "status"),
    *("timeline", "update", "us", "who", "withdraw", "correct", "mask", "key", "declare", "maintenance", "account"),
    "routine",
}
"""Words that change nothing when bare, need a row to change, or have an incident of their own."""

LINES: dict[str, tuple[str, ...]] = {
    "ack": ("page --again @ada", "ack 2"),
    "action": ("action restarted the proxy",),
    "approve": (),
    "assign": ("assign scribe @bob",),
    "breach": ("breach confirmed",),
    "cancel": ("cancel false alarm",),
    "cause": ("cause a full disk",),
    "crisis": ("crisis 2 payments stay down",),
    "close": ("resolve No data was lost. --because sure", "review @dan", "close sev4"),
    "decide": ("decide roll back --by @dan",),
    "executive": ("executive half of it works",),
    "facts": (),
    "find": ("find errors since 13:55",),
    "handover": ("handover @bob",),
    "major": ("major",),
    "note": ("note deploy 7431 went out",),
    "object": ("propose roll back", "object 1 too risky"),
    "page": ("page @dan",),
    "phase": ("note x", "decide roll back --by @dan", "phase stabilise"),
    "propose": ("propose roll back",),
    "release": ("assign scribe @bob", "release scribe @bob"),
    "rename": ("rename Payments fail",),
    "reopen": ("resolve No data was lost. --because sure", "reopen errors rise again"),
    "resolve": ("resolve No data was lost. --because sure",),
    "return": (),
    "review": ("resolve No data was lost. --because sure", "review @dan"),
    "severity": ("severity sev1 all payments fail",),
    "snooze": ("snooze first-notice on the phone",),
    "steady": ("steady",),
    "take": ("handover @bob",),
    "task": ("task @dan 10m look at the database",),
    "todo": ("todo why did no alert fire",),
}
"""For each word that says that something is done, what is said first, and the line itself."""


def test_rel_228_every_word_that_tells_of_something_done_is_thought_of() -> None:
    assert LINES.keys() | READ_ONLY == set(WORDS) - HIDDEN


_KEPT = (incident, timeline, deadline, outbox, promise)


async def _everything(here: World) -> list[Any]:
    return [await here.rows(table) for table in _KEPT]


FULL = {
    "sqlite": "create trigger no_more before insert on heard begin select raise(fail, 'disk full'); end",
    "postgresql": "alter table heard add constraint no_more check (words = '') not valid",
}
ROOM_AGAIN = {"sqlite": "drop trigger no_more", "postgresql": "alter table heard drop constraint no_more"}


@pytest.mark.parametrize("word", [word for word, lines in LINES.items() if lines])
async def test_rel_228_what_is_told_is_stored_or_it_is_not_told(here: World, word: str) -> None:
    """The commit fails after everything was made ready: nobody reads that it is done, and nothing waits to say so."""
    level = "sev3" if word in ("major", "steady") else "sev2"
    await here.under_command(f"/incident {level} Checkout returns 500s")
    *first, last = LINES[word]
    for words in first:
        assert not (await here.says(ADA, words, incident=1, via="cli")).refused
    before, kind = await _everything(here), here.database.url.get_backend_name()
    async with here.database.begin() as c:
        await c.execute(text(FULL[kind]))
    line = here.line(ADA, last, incident=1, via="cli")
    failed = await here.door.say(line)
    assert (failed.failed, failed.refused) == (True, True)
    assert await _everything(here) == before
    async with here.database.begin() as c:
        await c.execute(text(ROOM_AGAIN[kind]))
    done = await here.door.say(line)
    assert not done.refused, done.card
    assert await _everything(here) != before
