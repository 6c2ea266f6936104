"""Outbox to outside: in order, side by side, once, whatever the platform does (G3, G4, I3, I9, I11)."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conversation import ADA, BOB, CLEO, DAN
from crash.flaky import Fault, Plan
from crash.world import ON_CALL, World, started

from scheduler.chat import Undelivered
from scheduler.delivery import GIVE_UP, TRIES
from storage import outbox as storage
from storage.tables import lane, outbox, web_message, web_room

LEASE = storage.LEASE.total_seconds()


async def _shown(here: World) -> list[str]:
    """The words of every public message, in the order they came."""
    return [str(row["card"]) for row in await here.rows(web_message) if row["private_to"] is None]


async def _count(here: World, words: str) -> int:
    return sum(words in str(row["card"]) for row in await here.rows(web_message))


async def _waiting(here: World) -> list[Mapping[str, Any]]:
    return [row for row in await here.rows(outbox) if row["state"] == "pending"]


async def _later(here: World, seconds: float) -> None:
    """Time passes for delivery; no reminder is looked for."""
    here.now += timedelta(seconds=seconds)
    await here.delivery.drain()


async def test_a_lane_is_delivered_in_the_order_it_was_said(here: World) -> None:
    room = await here.declares()
    for n in range(45):
        await here.says(DAN, f"!note finding {n:02}", room=room)
    await here.delivery.drain()
    notes = [card for card in await _shown(here) if "finding" in card]
    assert len(notes) == 45
    assert all(f"finding {n:02}" in card for n, card in enumerate(notes))


async def test_lanes_go_side_by_side_and_a_slow_one_holds_up_no_other(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The room waits until the status channel has been told: one after the other, this would never end."""
    told = asyncio.Event()
    room = await here.under_command()
    show = here.delivery._send

    async def send(lease: Any, row: Any, effect: Any, *, look: bool) -> Any:
        if row.place == "room":
            await told.wait()
        sent = await show(lease, row, effect, look=look)
        if row.place == "status":
            told.set()
        return sent

    monkeypatch.setattr(here.delivery, "_send", send)
    await here.says(CLEO, "/status investigating Customers cannot pay.", room=room)
    async with asyncio.timeout(5):
        await here.delivery.drain()
    assert await _waiting(here) == []


async def test_an_announcement_follows_the_opening_of_its_room_at_once(
    here: World, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not before it, and not after everything else: the headline waits here until people were told."""
    told, order = asyncio.Event(), []
    show = here.delivery._send

    async def send(lease: Any, row: Any, effect: Any, *, look: bool) -> Any:
        if row.kind == "open":
            await asyncio.sleep(0.05)  # the announcement has its turn meanwhile
        if row.slot == "headline":
            await told.wait()
        sent = await show(lease, row, effect, look=look)
        order.append(row.slot or row.kind)
        if row.place == "announce":
            told.set()
        return sent

    monkeypatch.setattr(here.delivery, "_send", send)
    await here.says(DAN, "/incident sev1 Checkout returns 500s")
    async with asyncio.timeout(5):
        await here.delivery.drain()
    assert order.index("open") < order.index("announcement") < order.index("headline")
    assert await _waiting(here) == []


async def test_an_announcement_is_not_held_up_by_a_room_that_cannot_be_opened(here: World, plan: Plan) -> None:
    """Whether it may go without the room, the chat decides; this one lets it."""
    plan.faults["open"] = [Fault(Undelivered("too many", retry_after=600))]
    await here.says(DAN, "/incident sev1 Checkout returns 500s")
    async with asyncio.timeout(3):
        await here.delivery.drain()
    announced = [row["state"] for row in await here.rows(outbox) if row["place"] == "announce"]
    assert announced == ["sent"]
    assert {row["state"] for row in await here.rows(outbox) if row["place"] == "room"} == {"pending"}


async def test_what_comes_while_one_lane_is_slow_waits_for_nobody(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The status channel is not answered until the room has heard of what was said meanwhile."""
    told = asyncio.Event()
    room = await here.under_command()
    show = here.delivery._send

    async def send(lease: Any, row: Any, effect: Any, *, look: bool) -> Any:
        if row.place == "status":
            await here.says(DAN, "!note meanwhile", room=room)
            here.delivery.nudge()
            await told.wait()
        sent = await show(lease, row, effect, look=look)
        if "meanwhile" in row.payload:
            told.set()
        return sent

    monkeypatch.setattr(here.delivery, "_send", send)
    await here.says(CLEO, "/status investigating Customers cannot pay.", room=room)
    async with asyncio.timeout(5):
        await here.delivery.drain()
    assert await _waiting(here) == []


async def test_a_database_that_is_away_for_a_moment_breaks_off_no_lane_under_way(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever broke it off would leave it to be looked into twenty seconds later."""
    room = await here.under_command()
    show, look = here.delivery._send, storage.any_free
    away = asyncio.Event()

    async def failing(*_: Any, **__: Any) -> Any:
        away.set()
        raise ConnectionError("the database is away")

    async def send(*given: Any, **more: Any) -> Any:
        if not away.is_set():
            monkeypatch.setattr(storage, "any_free", failing)
            here.delivery.nudge()
            await away.wait()
            monkeypatch.setattr(storage, "any_free", look)
        return await show(*given, **more)

    await here.says(CLEO, "/status investigating Customers cannot pay.", room=room)
    monkeypatch.setattr(here.delivery, "_send", send)
    with pytest.raises(ConnectionError):
        async with asyncio.timeout(5):
            await here.delivery.drain()
    await here.delivery.drain()
    assert await _waiting(here) == []
    assert await _count(here, "Customers cannot pay") >= 1


async def test_one_lane_is_never_worked_by_two(here: World) -> None:
    room = await here.declares()
    for n in range(30):
        await here.says(DAN, f"!note finding {n:02}", room=room)
    await asyncio.gather(*(here.delivery.drain() for _ in range(4)))
    notes = [card for card in await _shown(here) if "finding" in card]
    assert all(f"finding {n:02}" in card for n, card in enumerate(notes))
    assert len(notes) == 30


async def test_rel_092_a_lane_whose_lease_may_be_over_before_the_claim_is_through_is_not_worked(
    here: World, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who was stopped in the middle of the commit holds what somebody else may take over in the same moment."""
    monkeypatch.setattr("scheduler.holding._SURE_FOR", 0.02)
    through = here.database.done

    async def held_up(work: Any) -> Any:
        done = await through(work)
        await asyncio.sleep(0.04)
        return done

    monkeypatch.setattr(here.database, "done", held_up)
    await here.says(ADA, "/incident sev3 Checkout is slow")
    await here.delivery.drain()
    assert plan.calls == []
    assert {row["state"] for row in await here.rows(outbox)} == {"pending"}


async def test_of_several_headlines_that_wait_only_the_newest_is_shown(here: World, plan: Plan) -> None:
    room = await here.declares()
    for level in ("sev3 --because x", "sev1 worse", "rename Nobody can pay"):
        await here.says(ADA, f"/incident {level}", room=room)
    await here.says(BOB, "!ic take scribe", room=room)
    edits = plan.calls.count("edit")
    await here.delivery.drain()
    rows = [row["state"] for row in await here.rows(outbox) if row["slot"] == "headline" and row["kind"] == "post"]
    assert rows[0] == rows[-1] == "sent"
    assert set(rows[1:-1]) == {"superseded"}
    assert plan.calls.count("edit") - edits == 2  # the headline and the announcement
    (headline,) = [row for row in await here.rows(web_message) if row["slot"] == "headline"]
    assert "Nobody can pay" in headline["card"]
    assert BOB.id in headline["card"]


async def test_the_first_post_of_a_slot_is_never_left_out(here: World) -> None:
    """It makes the place that all later ones replace, and where the pin goes."""
    await here.says(ADA, "/incident sev3 Checkout returns 500s")
    await here.says(ADA, "/incident rename Nobody can pay", incident=1, via="cli")
    await here.says(BOB, "take scribe", incident=1, via="button")
    await here.delivery.drain()
    rows = [row for row in await here.rows(outbox) if row["slot"] == "headline" and row["kind"] == "post"]
    assert [row["state"] for row in rows] == ["sent", "superseded", "sent"]
    assert [row["pinned"] for row in await here.rows(web_message) if row["slot"] == "headline"] == [True]


PASSING = [
    Fault(Undelivered("the platform is away"), times=3),
    Fault(Undelivered("too many", retry_after=30.0), times=3),
    Fault(Undelivered("no answer", unsure=True), times=3),
    Fault(Undelivered("no answer", unsure=True), times=3, after=True),
    Fault(ConnectionResetError("gone"), times=3),
    Fault(ConnectionResetError("gone"), times=3, after=True),
]


@pytest.mark.parametrize("call", ["open", "invite", "topic", "post", "pin", "edit", "private"])
@pytest.mark.parametrize("fault", PASSING, ids=lambda f: f"{f.problem.args[0]}{' afterwards' if f.after else ''}")
async def test_rel_036_a_passing_failure_of_any_call_loses_nothing_and_shows_nothing_twice(
    here: World, plan: Plan, call: str, fault: Fault
) -> None:
    plan.faults[call] = [Fault(fault.problem, fault.after, fault.times)]
    await here.says(BOB, "/incident sev1 Checkout returns 500s")
    await here.says(ADA, "take ic", incident=1, via="button")
    for _ in range(12):
        await _later(here, LEASE + 1)
    assert await _waiting(here) == []
    assert {row["state"] for row in await here.rows(outbox)} <= {"sent", "superseded"}
    assert plan.faults[call][0].times == 0
    assert len([row for row in await here.rows(web_room) if row["name"].startswith("inc-")]) == 1
    sent = [row for row in await here.rows(outbox) if row["kind"] in ("private", "page")]
    private = [row for row in await here.rows(web_message) if row["private_to"]]
    assert len(private) == len(sent)
    slots = [row["slot"] for row in await here.rows(web_message) if row["slot"]]
    assert len(slots) == len(set(slots))
    assert await _count(here, "in emergency mode now") == 1


async def test_whoever_inherits_a_lane_looks_before_it_sends_again_and_only_then(here: World, plan: Plan) -> None:
    room = await here.declares()
    plan.words["deploy 7431"] = [Fault(Undelivered("no answer", unsure=True), after=True)]
    await here.says(DAN, "!note deploy 7431", room=room)
    await here.says(DAN, "!note deploy 7432", room=room)
    await here.delivery.drain()
    assert "find" not in plan.calls
    await _later(here, LEASE - 1)
    assert await _count(here, "deploy 7432") == 0, "the reply may still be on its way"
    await _later(here, 1)
    assert plan.calls.count("find") == 1
    assert [await _count(here, f"deploy {n}") for n in (7431, 7432)] == [1, 1]


async def test_rel_091_who_is_stopped_before_it_could_look_leaves_the_look_to_the_next(
    here: World, plan: Plan, tmp_path: Path
) -> None:
    room = await here.declares()
    plan.words["deploy 7431"] = [Fault(Undelivered("no answer", unsure=True), after=True)]
    await here.says(DAN, "!note deploy 7431", room=room)
    await here.delivery.drain()
    here.now += timedelta(seconds=LEASE)
    rounds = here.delivery._rounds
    claim = rounds._claim

    async def claimed(most: int) -> Any:
        leases = await claim(most)
        rounds.ended = True
        return leases

    rounds._claim = claimed  # type: ignore[method-assign]
    await here.delivery.drain()
    assert plan.calls.count("find") == 0
    async with started(tmp_path / "sitrep.db", settings=ON_CALL, now=here.now) as heir:
        heir.delivery._chats = here.delivery._chats  # the same plan
        await heir.delivery.drain()
    assert plan.calls.count("find") == 1
    assert await _count(here, "deploy 7431") == 1


async def test_rel_030_nothing_is_sent_before_the_platform_said_it_may_be(here: World, plan: Plan) -> None:
    room = await here.under_command()
    plan.words["cannot pay"] = [Fault(Undelivered("too many", retry_after=30))]
    await here.says(CLEO, "/status investigating Customers cannot pay.", room=room)
    before = len(plan.calls)
    await here.delivery.drain()
    tried = len(plan.calls)
    assert tried > before
    await _later(here, 29)
    status = [row for row in await _waiting(here) if row["place"] == "status"]
    room_rows = [row for row in await _waiting(here) if row["place"] == "room"]
    assert len(status) + len(room_rows) >= 1
    await _later(here, 1)
    assert await _waiting(here) == []


async def test_rel_030_who_may_not_even_look_leaves_it_alone_until_the_platform_said(here: World, plan: Plan) -> None:
    """Longer than a lease: whoever takes the lane over, in whatever process, does not ask before."""
    room = await here.declares()
    plan.words["deploy 7431"] = [Fault(Undelivered("no answer", unsure=True))]
    plan.faults["find"] = [Fault(Undelivered("too many", retry_after=50))]
    await here.says(DAN, "!note deploy 7431", room=room)
    await here.delivery.drain()
    await _later(here, LEASE)
    assert plan.calls.count("find") == 1
    await _later(here, 49)
    assert plan.calls.count("find") == 1
    await _later(here, 1)
    assert plan.calls.count("find") == 2, "it looks once more before it sends"
    assert await _count(here, "deploy 7431") == 1


async def test_a_lane_that_keeps_failing_is_tried_less_and_less_often(here: World, plan: Plan) -> None:
    room = await here.declares()
    plan.words["deploy 7431"] = [Fault(Undelivered("away"), times=5)]
    await here.says(DAN, "!note deploy 7431", room=room)
    tries = []
    for second in range(40):
        before = len(plan.calls)
        await _later(here, 1 if second else 0)
        tries += [second] * (len(plan.calls) - before)
    assert tries == [0, 1, 3, 7, 15, 31]
    assert await _count(here, "deploy 7431") == 1


async def test_a_row_that_can_never_be_delivered_is_dead_and_its_lane_goes_on(here: World, plan: Plan) -> None:
    room = await here.declares()
    plan.words["deploy 7431"] = [Fault(Undelivered("msg_too_long", permanent=True), times=99)]
    await here.says(DAN, "!note deploy 7431", room=room)
    await here.says(DAN, "!note deploy 7432", room=room)
    await _later(here, LEASE)
    await _buried(here, "msg_too_long")


async def test_a_row_that_our_own_code_stumbles_over_is_dead_after_a_few_tries(here: World, plan: Plan) -> None:
    room = await here.declares()
    plan.words["deploy 7431"] = [Fault(RuntimeError("a bug"), times=99)]
    await here.says(DAN, "!note deploy 7431", room=room)
    await here.says(DAN, "!note deploy 7432", room=room)
    for _ in range(TRIES):
        assert not await _dead(here)
        await _later(here, LEASE)
    await _buried(here, "RuntimeError('a bug')")


async def test_a_platform_may_be_away_for_a_day_before_its_rows_are_dead(here: World, plan: Plan) -> None:
    room = await here.declares()
    plan.words["deploy 7431"] = [Fault(Undelivered("the platform is away"), times=99)]
    await here.says(DAN, "!note deploy 7431", room=room)
    await here.says(DAN, "!note deploy 7432", room=room)
    for _ in range(TRIES):
        await _later(here, 2 * 3600)
    assert not await _dead(here)
    await _later(here, GIVE_UP.total_seconds())
    await _buried(here, "the platform is away")


async def test_what_somebody_did_not_get_is_told_in_the_room(here: World, plan: Plan) -> None:
    room = await here.declares()
    plan.faults["private"] = [Fault(Undelivered("cannot_dm", permanent=True), times=1)]
    await here.says(DAN, "!ic take scribe", room=room)
    await _later(here, LEASE)
    assert await _count(here, "This could not be delivered to dan@example.com") == 1


async def _dead(here: World) -> list[str]:
    return [row["last_error"] for row in await here.rows(outbox) if row["state"] == "dead"]


async def _buried(here: World, reason: str) -> None:
    assert await _dead(here) == [reason]
    assert await _count(here, "deploy 7432") == 1
    assert {row["pending"] for row in await here.rows(lane)} == {0}


async def test_i9_whatever_waits_says_why_and_when_it_is_tried_again(here: World, plan: Plan) -> None:
    room = await here.declares()
    plan.faults["post"] = [Fault(Undelivered("the platform is away"), times=2)]
    await here.says(DAN, "!note deploy 7431", room=room)
    await here.delivery.drain()
    (row,) = await _waiting(here)
    assert (row["attempts"], row["last_error"]) == (1, "the platform is away")
    async with here.database.read() as c:
        again = await storage.next_try(c)
    assert again == here.now + timedelta(seconds=1)


async def test_rel_152_lines_take_effect_while_nothing_can_be_shown_and_appear_in_order_afterwards(
    here: World, plan: Plan
) -> None:
    plan.faults["open"] = [Fault(Undelivered("away"), times=6)]
    await here.says(BOB, "/incident sev2 Checkout returns 500s")
    for n in range(3):
        await here.says(DAN, f"note finding {n}", incident=1, via="cli")
        await _later(here, 1)
    assert len([entry for entry in await here.timeline() if entry.type == "note"]) == 3
    assert await _count(here, "finding") == 0
    for _ in range(8):
        await _later(here, LEASE)
    notes = [card for card in await _shown(here) if "finding" in card]
    assert ["finding 0" in notes[0], "finding 1" in notes[1], "finding 2" in notes[2], len(notes)] == [
        True,
        True,
        True,
        3,
    ]


async def test_nothing_is_delivered_twice_when_nothing_is_new(here: World, plan: Plan) -> None:
    await here.declares()
    tried = len(plan.calls)
    assert await here.delivery.drain() == 0
    assert len(plan.calls) == tried


async def test_run_delivers_what_is_nudged_until_it_is_stopped(here: World) -> None:
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        running = group.create_task(here.delivery.run())
        await asyncio.sleep(0.05)
        await here.says(BOB, "/incident sev2 Checkout returns 500s")
        here.delivery.nudge()
        while not await _shown(here):  # noqa: ASYNC110 - the database has no event to wait for
            await asyncio.sleep(0.01)
        running.cancel()
    assert running.cancelled()
