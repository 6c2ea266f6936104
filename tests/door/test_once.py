"""A line that comes twice is carried out once, and answered alike both times (REL-003 to REL-007)."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from conversation import ADA, BOB, CLEO, DAN, EVERYBODY
from crash.world import World, commits, started

from storage.tables import heard, incident, outbox


@pytest.mark.parametrize("seconds", [0, 3, 63, 363, 90_000])
async def test_rel_003_a_redelivered_declaration_is_answered_again_and_declares_nothing(
    here: World, seconds: int
) -> None:
    line = here.line(BOB, "/incident sev2 Checkout returns 500s")
    first = await here.door.say(line)
    again = await here.door.say(replace(line, at=line.at + timedelta(seconds=seconds)))
    assert not first.repeated
    assert again == replace(first, repeated=True)
    assert len(await here.rows(incident)) == len(await here.rows(heard)) == 1


async def test_rel_003_a_redelivered_refusal_is_refused_in_the_same_words(here: World) -> None:
    room = await here.declares()
    line = here.line(BOB, "/incident resolve no data was lost", room=room)
    first = await here.door.say(line)
    await here.says(BOB, "!ic take ic", room=room)
    assert first.refused
    assert await here.door.say(line) == replace(first, repeated=True)


async def test_rel_003_a_form_that_was_offered_is_offered_again(here: World) -> None:
    room = await here.under_command()
    line = here.line(ADA, "!note", room=room)
    first, again = await here.door.say(line), await here.door.say(line)
    assert first.card
    assert first.card.form
    assert again.card == first.card


async def test_rel_004_a_line_that_arrives_twice_at_once_is_carried_out_once(here: World) -> None:
    room = await here.declares()
    line = here.line(DAN, "!note it began at 13:55", room=room)
    answers = await asyncio.gather(*(here.door.say(line) for _ in range(40)))
    assert sorted(answer.repeated for answer in answers) == [False] + [True] * 39
    assert [entry.text for entry in await here.timeline() if entry.type == "note"] == ["it began at 13:55"]


async def test_rel_011_what_is_told_twice_among_many_costs_nobody_the_shared_commit(here: World) -> None:
    room = await here.declares()
    early = [here.line(DAN, f"!note early {n}", room=room) for n in range(3)]
    for line in early:
        await here.door.say(line)
    fresh = [here.line(BOB, f"!note fresh {n}", room=room) for n in range(12)]
    told = [fresh[0], *early, *fresh[1:], fresh[4], fresh[11]]
    with commits(here) as committed:
        answers = await asyncio.gather(*map(here.door.say, told))
    # The first one goes alone, all the others share one; none is undone and done again.
    assert len(committed) == 2
    again = [line for line, answer in zip(told, answers, strict=True) if answer.repeated]
    assert again == [*early, fresh[4], fresh[11]]
    notes = [entry.text for entry in await here.timeline() if entry.type == "note"]
    assert notes == [line.words.removeprefix("!note ") for line in early + fresh]


async def test_a_message_that_two_people_mark_at_once_stands_on_the_timeline_once(here: World) -> None:
    room = await here.declares()
    talk = [here.line(EVERYBODY[n], "it began at 13:55", room=room) for n in range(4)]
    marked = [replace(each, via="reaction", source="web:message:77", author=CLEO) for each in talk]
    answers = await asyncio.gather(*map(here.door.say, [*marked, replace(marked[0], delivery="x", source="other")]))
    assert not any(answer.refused for answer in answers)
    notes = [entry for entry in await here.timeline() if entry.text == "it began at 13:55"]
    assert [entry.source for entry in notes] == ["web:message:77", "other"]


async def test_rel_005_a_line_is_known_after_a_restart(here: World, tmp_path: Path) -> None:
    line = here.line(BOB, "/incident sev2 Checkout returns 500s")
    await here.door.say(line)
    async with started(tmp_path / "sitrep.db", now=here.now + timedelta(hours=25)) as later:
        assert (await later.door.say(line)).repeated
        assert len(await later.rows(incident)) == 1


async def test_rel_004_two_processes_that_hear_the_same_line_carry_it_out_once(here: World, tmp_path: Path) -> None:
    line = here.line(BOB, "/incident sev2 Checkout returns 500s")
    async with started(tmp_path / "sitrep.db") as other:
        answers = await asyncio.gather(here.door.say(line), other.door.say(line))
    assert sorted(answer.repeated for answer in answers) == [False, True]
    assert len(await here.rows(incident)) == 1


@pytest.mark.timeout(180)
async def test_rel_004_a_thousand_lines_that_reach_both_of_two_replicas_at_once_are_each_carried_out_once(
    here: World, tmp_path: Path
) -> None:
    room = await here.declares()
    lines = [here.line(DAN, f"!note finding {number}", room=room) for number in range(1_000)]
    repeated = 0
    async with started(tmp_path / "sitrep.db") as other:
        for start in range(0, len(lines), 50):
            some = lines[start : start + 50]
            answers = await asyncio.gather(*map(here.door.say, some), *map(other.door.say, reversed(some)))
            repeated += sum(answer.repeated for answer in answers)
            assert not any(answer.failed for answer in answers)
    assert repeated == len(lines)
    notes = [entry.text for entry in await here.timeline() if entry.type == "note"]
    assert sorted(notes) == sorted(f"finding {number}" for number in range(1_000))


async def test_rel_007_a_button_pressed_twice_changes_one_thing_and_tells_the_second_who_did_it(here: World) -> None:
    room = await here.declares()
    presses = [here.line(who, "take ic", via="button", incident=1, room=room) for who in (ADA, BOB)]
    first, second = await asyncio.gather(*map(here.door.say, presses))
    assert not first.refused
    assert second.refused
    assert second.card
    assert ADA.name in second.card.text


async def test_ordinary_talk_costs_no_transaction_and_leaves_nothing(here: World) -> None:
    room = await here.declares()
    before = await here.rows(heard), await here.rows(outbox)
    answer = await here.says(DAN, "somebody looks at the database", room=room)
    assert not answer.visible
    assert (await here.rows(heard), await here.rows(outbox)) == before


async def test_a_line_is_answered_even_where_no_table_was_made(tmp_path: Path) -> None:
    async with started(tmp_path / "empty.db") as empty:
        answer = await empty.says(ADA, "/incident list")
    assert answer.failed
