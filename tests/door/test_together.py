"""Many people speak at once: each is answered, in order, and nobody's words hurt anybody else's."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from conversation import ADA, BOB, CLEO, DAN, EVERYBODY
from crash.world import World, commits
from sqlalchemy import event, text

from commands.call import Call
from commands.run import Answer
from commands.words import WORDS
from incidents.errors import Refused
from incidents.events import Renamed
from incidents.person import CLOCK
from incidents.phase import Phase
from storage import incidents, one_hop
from storage.incidents import Stale
from storage.tables import heard, incident, outbox, timeline
from templates.card import Card


async def test_twenty_speakers_at_once_are_all_answered_and_the_timeline_has_no_gap(here: World) -> None:
    room = await here.declares()
    lines = [here.line(EVERYBODY[n % 5], f"!note finding {n}", room=room) for n in range(20)]
    with commits(here) as committed:
        answers = await asyncio.gather(*map(here.door.say, lines))
    assert all(answer == Answer(incident=1) for answer in answers)
    entries = await here.timeline()
    assert sorted(entry.seq for entry in entries) == list(range(1, len(entries) + 1))
    assert [entry.text for entry in entries if entry.type == "note"] == [f"finding {n}" for n in range(20)]
    # The first one to come goes alone; those who wait meanwhile go together.
    assert len(committed) == 2


class Broken:
    """A word with a bug: it has changed the incident already when it fails."""

    __doc__ = "broken: fails."

    async def carry_out(self, call: Call) -> Card | None:
        here = await call.here()
        here.title = "half changed"
        here.record(Renamed(at=call.now, by=call.who, old="", new=here.title))
        raise RuntimeError("a bug")


class Refusing(Broken):
    async def carry_out(self, call: Call) -> Card | None:
        try:
            return await super().carry_out(call)
        except RuntimeError:
            raise Refused("No.") from None


@pytest.mark.parametrize("together", [False, True])
async def test_a_bug_in_one_word_hurts_no_other_line_and_gives_a_reference(
    here: World, monkeypatch: pytest.MonkeyPatch, together: bool
) -> None:
    room = await here.declares()
    monkeypatch.setitem(WORDS, "todo", Broken())
    words = [f"!note before {n}" for n in range(3)] + ["!todo anything"] + [f"!note after {n}" for n in range(3)]
    answers = await _say_all(here, words, room=room, together=together)
    bug = answers.pop(3)
    assert bug.refused
    assert bug.card
    reference = bug.card.text.split("`")[1] if "`" in bug.card.text else bug.card.text
    assert any(character.isdigit() for character in reference)
    assert answers == [Answer(incident=1)] * 6
    notes = [entry.text for entry in await here.timeline() if entry.type == "note"]
    assert notes == [line.removeprefix("!note ") for line in words if "note" in line]
    assert (await here.incident()).title == "Checkout returns 500s"


@pytest.mark.parametrize("together", [False, True])
async def test_whatever_is_refused_leaves_nothing_behind(
    here: World, monkeypatch: pytest.MonkeyPatch, together: bool
) -> None:
    room = await here.declares()
    monkeypatch.setitem(WORDS, "todo", Refusing())
    words = ["!note before", "!todo anything", "!note after"]
    answers = await _say_all(here, words, room=room, together=together)
    assert [answer.refused for answer in answers] == [False, True, False]
    assert (await here.incident()).title == "Checkout returns 500s"
    assert [entry.text for entry in await here.timeline()][-2:] == ["before", "after"]
    assert not any("half changed" in row["payload"] for row in await here.rows(outbox))


async def _say_all(world: World, words: list[str], *, room: str, together: bool) -> list[Answer]:
    lines = [world.line(DAN, each, room=room) for each in words]
    if together:
        return list(await asyncio.gather(*map(world.door.say, lines)))
    return [await world.door.say(line) for line in lines]


REFUSALS = (
    "/incident sev9",
    "/incident 2",
    "/incident sev3",
    "!ic take ic",
    "!ic take pilot",
    "!ic assign scribe @nobody",
    "!ic release scribe",
    "/incident handover @eve",
    "/incident resolve",
    "/incident resolve all is well",
    "/incident close",
    "/incident reopen because",
    "/incident review @dan",
    "/status resolved all is well",
    "/status burning",
    "/status investigating x",
    "/status skip no",
    "!task @ada 10m command harder",
    "!task @bob look",
    "!propose",
    "!object 9 no",
    "!correct 1 other words",
    "!withdraw 77",
    "!decide",
    "/incident phase stabilise",
    "/incident rename",
    "/incident cancel false alarm",
    "ack 7",
    "/ic page @nobody",
    "remind",
)


@pytest.mark.parametrize("words", REFUSALS)
async def test_a_refusal_stores_the_line_and_its_answer_and_nothing_else(here: World, words: str) -> None:
    room = await here.under_command()
    before = [await here.rows(table) for table in (incident, timeline, outbox)]
    answer = await here.says(DAN, words, room=room, via="cli")
    assert answer.refused or (answer.card and answer.card.form), words
    assert not answer.failed
    assert [await here.rows(table) for table in (incident, timeline, outbox)] == before
    assert (await here.rows(heard))[-1]["words"] == words


async def test_rel_076_fifty_declarations_at_once_get_fifty_numbers_without_gap_or_repeat(here: World) -> None:
    words = [f"/incident sev3 Fault {n}" for n in range(50)]
    answers = await asyncio.gather(*(here.says(EVERYBODY[n % 5], each) for n, each in enumerate(words)))
    assert sorted(answer.incident or 0 for answer in answers) == list(range(1, 51))
    assert [row["id"] for row in await here.rows(incident)] == list(range(1, 51))
    assert answers[-1].card
    assert "Also open" in answers[-1].card.text


async def test_rel_074_ten_resolve_at_once_and_one_does_while_nine_are_told(here: World) -> None:
    room = await here.under_command()
    lines = [here.line(ADA, "/incident resolve No data was lost. --because sure", room=room) for _ in range(10)]
    answers = await asyncio.gather(*map(here.door.say, lines))
    assert sorted(answer.refused for answer in answers) == [False] + [True] * 9
    assert all("resolved" in answer.card.text for answer in answers if answer.refused and answer.card)
    assert (await here.incident()).phase is Phase.RESOLVED
    assert sum("Full recovery" in entry.text for entry in await here.timeline()) == 1


@pytest.mark.timeout(120)
async def test_rel_075_severities_said_at_once_by_two_ways_are_both_on_the_record(here: World) -> None:
    room = await here.under_command()
    for n in range(250):
        levels = ("sev1 worse", "sev2 better") if n % 2 else ("sev3 better", "sev2 worse")
        lines = [
            here.line(ADA, f"/incident {level}", room=room if way == "message" else "", incident=1, via=way)
            for level, way in zip(levels, ("message", "cli"), strict=True)
        ]
        await asyncio.gather(*map(here.door.say, lines))
    changes = [entry for entry in await here.timeline() if entry.type == "severity"]
    done = [
        row for row in await here.rows(heard) if row["words"].startswith("/incident sev") and row["outcome"] == "done"
    ]
    assert len(changes) == len(done) - 1
    assert (await here.incident()).severity == 2


async def test_a_version_that_is_not_the_newest_is_stale_and_never_a_lost_update(here: World) -> None:
    await here.declares()
    ours, theirs = await here.incident(), await here.incident()
    ours.title, theirs.title = "ours", "theirs"
    async with here.database.begin() as c:
        await incidents.save(c, ours)
    with pytest.raises(Stale):
        async with here.database.begin() as c:
            await incidents.save(c, theirs)
    assert (await here.incident()).title == "ours"


async def test_of_several_incidents_saved_at_once_a_stale_one_undoes_all(here: World) -> None:
    for title in ("one", "two"):
        await here.says(ADA, f"/incident sev2 {title}")
    one, two = await here.incident(1), await here.incident(2)
    two.version -= 1
    one.title = "ours"
    with pytest.raises(Stale):
        async with here.database.begin() as c:
            await incidents.save(c, one, two)
    assert (await here.incident(1)).title == "one"


async def test_reminders_that_share_a_transaction_share_its_statements(here: World) -> None:
    """Five hundred in one second are in time because of that."""
    for n in range(16):
        await here.says(ADA, f"/incident sev2 trouble {n}")
    here.now += timedelta(minutes=20)

    async def reminded(ids: range) -> list[str]:
        lines = [here.line(CLOCK, "remind", incident=id, via="clock") for id in ids]
        said: list[str] = []

        def listen(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            # One driver cannot tell of how many rows a single statement changed, so each is saved on its own there.
            if here.database.url.get_backend_name() == "sqlite" or not statement.startswith("UPDATE incident"):
                said.append(statement)

        event.listen(here.database._intake.sync_engine, "before_cursor_execute", listen)
        await asyncio.gather(*map(here.door.say, lines))
        event.remove(here.database._intake.sync_engine, "before_cursor_execute", listen)
        return said

    few, many = await reminded(range(1, 5)), await reminded(range(5, 17))
    assert any(statement.startswith("INSERT INTO outbox") for statement in few)
    assert len(many) == len(few)


async def test_a_stale_incident_in_the_door_stores_nothing_and_is_tried_again(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await here.declares()
    before = len(await here.timeline())

    async def save(*_: object) -> None:
        raise Stale("somebody else was faster")

    monkeypatch.setattr(incidents, "save", save)
    answer = await here.says(DAN, "!note it began at 13:55", room=room)
    assert answer.kept
    assert len(await here.timeline()) == before


async def test_rel_002_a_commit_that_fails_is_said_to_have_failed_and_works_when_said_again(here: World) -> None:
    room = await here.declares()
    before = len(await here.timeline())
    full = {
        "sqlite": "create trigger no_more before insert on heard begin select raise(fail, 'disk full'); end",
        "postgresql": "alter table heard add constraint no_more check (words = '') not valid",
    }
    room_again = {"sqlite": "drop trigger no_more", "postgresql": "alter table heard drop constraint no_more"}
    kind = here.database.url.get_backend_name()
    async with here.database.begin() as c:
        await c.execute(text(full[kind]))
    line = here.line(DAN, "!note it began at 13:55", room=room)
    assert (await here.door.say(line)).failed
    assert len(await here.timeline()) == before
    async with here.database.begin() as c:
        await c.execute(text(room_again[kind]))
    assert await here.door.say(line) == Answer(incident=1)
    assert len(await here.timeline()) == before + 1


async def test_rel_002_the_reply_to_a_commit_is_lost_and_the_line_counts_as_heard(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was committed is not carried out again, whatever the driver said (G2)."""
    room = await here.declares()
    engine = here.database._writer.sync_engine
    commit = engine.dialect.do_commit

    def commit_and_lose(connection: object) -> None:
        commit(connection)  # type: ignore[arg-type]
        monkeypatch.undo()
        raise OSError("the connection went away")

    monkeypatch.setattr(engine.dialect, "do_commit", commit_and_lose)
    line = here.line(DAN, "!note it began at 13:55", room=room)
    await here.door.say(line)
    assert (await here.door.say(line)).repeated
    assert [entry.text for entry in await here.timeline() if entry.type == "note"] == ["it began at 13:55"]


@pytest.mark.on("sqlite")
async def test_rel_100_another_process_holds_the_file_and_the_line_waits_its_turn(here: World) -> None:
    room = await here.declares()
    other = here.database.open(str(here.database.url))
    async with asyncio.TaskGroup() as group, other.begin() as c:
        await c.execute(text("select 1"))
        told = group.create_task(here.says(DAN, "!note it began at 13:55", room=room))
        await asyncio.sleep(0.2)
        assert not told.done()
    assert told.result() == Answer(incident=1)
    await other.close()


@pytest.mark.on("sqlite")
async def test_rel_100_held_for_too_long_the_line_is_said_not_to_be_stored_and_others_are_read(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await here.declares()
    monkeypatch.setattr(one_hop, "_PATIENCE", 0.05)
    other = here.database.open(str(here.database.url))
    async with other.begin() as c:
        await c.execute(text("select 1"))
        told = await here.says(DAN, "!note it began at 13:55", room=room)
        assert told.failed
        assert told.card
        assert "Nothing was changed" in told.card.text
        assert not (await here.says(DAN, "/incident due", room=room)).failed
    assert (await here.says(DAN, "!note it began at 13:55", room=room)) == Answer(incident=1)
    await other.close()


@pytest.mark.parametrize("after", range(1, 60, 3))
async def test_a_speaker_who_gives_up_leaves_the_door_open_for_the_next(here: World, after: int) -> None:
    """Cancelled at some step of its work, a line is heard wholly or not at all."""
    room = await here.declares()
    line = here.line(DAN, "!note half said", room=room)
    gives_up = asyncio.get_running_loop().create_task(here.door.say(line))
    for _ in range(after):
        await asyncio.sleep(0)
    gives_up.cancel()
    await asyncio.wait([gives_up])
    assert await here.says(BOB, "!note said after", room=room) == Answer(incident=1)
    await here.door.say(line)
    notes = [entry.text for entry in await here.timeline() if entry.type == "note"]
    assert sorted(notes) == ["half said", "said after"]


@pytest.mark.on("sqlite")
async def test_a_line_whose_speaker_gave_up_waiting_is_not_carried_out_hours_later(here: World) -> None:
    room = await here.declares()
    async with asyncio.TaskGroup() as group, here.database.begin():
        first = group.create_task(here.says(BOB, "!note first", room=room))
        await asyncio.sleep(0.05)
        second = group.create_task(here.says(DAN, "!note never mind", room=room))
        await asyncio.sleep(0.05)
        second.cancel()
        await asyncio.sleep(0)
    assert first.result() == Answer(incident=1)
    here.now += timedelta(hours=5)
    await here.says(CLEO, "!note hours later", room=room)
    assert [entry.text for entry in await here.timeline() if entry.type == "note"] == ["first", "hours later"]


@pytest.mark.parametrize("after", range(1, 90, 6))
async def test_whoever_gives_up_when_it_is_their_turn_to_lead_leaves_nobody_waiting(here: World, after: int) -> None:
    room = await here.declares()
    told = [
        asyncio.get_running_loop().create_task(here.says(EVERYBODY[n], f"!note finding {n}", room=room))
        for n in range(4)
    ]
    for _ in range(after):
        await asyncio.sleep(0)
    told[1].cancel()
    async with asyncio.timeout(10):
        await asyncio.wait(told)
    # Whose commit went on without its leader is told so, as after any lost reply to a commit.
    given = [replace(task.result(), repeated=False) for task in (told[0], *told[2:])]
    assert given == [Answer(incident=1)] * 3
    assert await here.says(BOB, "!note said after", room=room) == Answer(incident=1)
    notes = [entry.text for entry in await here.timeline() if entry.type == "note"]
    assert sorted(set(notes) - {"finding 1"}) == ["finding 0", "finding 2", "finding 3", "said after"]
    assert len(notes) == len(set(notes))
