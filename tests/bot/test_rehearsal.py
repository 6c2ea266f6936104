"""Whole stories through the real core: who saw what, and at which minute."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.rehearsal import perform
from bot.rehearsal_print import jsonl, text
from bot.rehearsal_script import parse
from bot.rehearsal_steps import ScriptError

STORIES = Path(__file__).parents[2] / "rehearsals"
ROOM = "#inc-1-checkout-returns-500s"
Effect = dict[str, Any]


async def play(source: str) -> list[Effect]:
    moments, ends = await perform(parse(source))
    return [json.loads(line) for line in jsonl(moments, ends)]


@pytest.fixture(scope="module")
def example() -> list[Effect]:
    return asyncio.run(play((STORIES / "example.txt").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def sev1() -> list[Effect]:
    return asyncio.run(play((STORIES / "sev1.txt").read_text(encoding="utf-8")))


def seen(effects: list[Effect], clock: str, to: str, words: str = "", kind: str = "") -> list[Effect]:
    return [
        effect
        for effect in effects[:-1]
        if effect["at"] == f"2031-04-02T{clock}Z"
        and effect["to"] == to
        and words in effect["text"]
        and kind in ("", effect["kind"])
    ]


def when(effects: list[Effect], to: str, words: str, kind: str = "") -> list[str]:
    """The minutes at which somebody saw these words."""
    fits = [e for e in effects[:-1] if e["to"] == to and words in e["text"] and kind in ("", e["kind"])]
    return [effect["at"][11:16] for effect in fits]


@pytest.fixture(scope="module")
def maintenance() -> list[Effect]:
    return asyncio.run(play((STORIES / "maintenance.txt").read_text(encoding="utf-8")))


def test_planned_maintenance_is_played_from_the_plan_to_the_end(maintenance: list[Effect]) -> None:
    titles = [effect["text"].partition("\n")[0] for effect in maintenance[:-1] if effect["to"] == "#status"]
    assert titles == [
        "Scheduled - maintenance of Sign-in, 2031-04-06",
        "Scheduled - maintenance of Sign-in, 2031-04-06",
        "In progress - maintenance of Sign-in",
        "In progress - maintenance of Sign-in extended",
        "Verifying - maintenance of Sign-in",
        "Completed - maintenance of Sign-in",
        "Scheduled - maintenance of Payments, 2031-04-06",
        "Scheduled - maintenance of Payments, 2031-04-06",
        "In progress - maintenance of Payments",
    ]
    assert when(maintenance, "@bob", "Nobody has answered") == ["02:40"]
    assert when(maintenance, "@dan", "at least 24 h before", kind="refused") == ["03:00"]
    assert when(maintenance, "@dan", "is still open", kind="refused") == ["18:21"]


def test_every_effect_has_its_six_fields(example: list[Effect]) -> None:
    for effect in example[:-1]:
        assert list(effect) == ["at", "to", "kind", "slot", "text", "buttons"]
        assert effect["to"][0] in "#@"
    assert list(example[-1]) == ["kind", "incidents"]


def test_declaring_opens_the_room_and_pins_the_headline_at_once(example: list[Effect]) -> None:
    assert seen(example, "14:00:00", ROOM, kind="open")
    assert seen(example, "14:00:00", ROOM, "@ops", kind="invite")
    headline = seen(example, "14:00:00", ROOM, "SEV-1 / P0", kind="post")[0]
    assert headline["slot"] == "headline"
    assert "Take command" in headline["buttons"]
    assert seen(example, "14:00:00", ROOM, kind="pin")[0]["slot"] == "headline"


def test_cad_2_the_room_asks_for_a_commander_before_the_five_minutes_are_over(example: list[Effect]) -> None:
    asked = seen(example, "14:02:00", ROOM, "14:05 UTC, in 3 min", kind="post")
    assert asked[0]["buttons"] == ["Take command"]
    assert when(example, ROOM, "Who is in command?") == ["14:02"]


def test_role_6_whoever_takes_a_role_gets_its_card_privately(example: list[Effect]) -> None:
    assert seen(example, "14:01:00", "@comms", "Customer Liaison", kind="private")
    assert seen(example, "14:04:00", "@ic", "Incident Commander", kind="private")
    assert seen(example, "14:04:00", ROOM, "Incident Lead", kind="topic")


def test_cad_3_the_first_notice_is_asked_for_ten_minutes_before_it_is_due(example: list[Effect]) -> None:
    assert when(example, "@comms", "first public notice is due at 14:15 UTC") == ["14:05"]


def test_the_first_notice_is_posted_and_promises_the_next_one(example: list[Effect]) -> None:
    [post] = seen(example, "14:06:00", "#status", kind="post")
    assert "Customers cannot complete checkout" in post["text"]
    assert "Next update by 14:35 UTC" in post["text"]
    assert "SEV-" not in post["text"]


def test_cad_7_the_liaison_is_reminded_15_10_5_and_0_minutes_before_and_the_commander_after_5(
    example: list[Effect],
) -> None:
    assert when(example, "@comms", "The next public update", kind="private") == [
        "14:20",
        "14:25",
        "14:30",
        "14:35",
        "14:40",
        "14:45",
    ]
    assert seen(example, "14:40:00", ROOM, "5 min overdue: @comms\nIt has not gone out; @ic", kind="post")


def test_an_edited_message_of_the_thread_corrects_its_entry(example: list[Effect]) -> None:
    [incident] = example[-1]["incidents"]
    [todo] = [row for row in incident["timeline"] if row["type"] == "todo"]
    assert todo == {
        "at": "2031-04-02T14:03:00Z",
        "type": "todo",
        "text": "why did no alert fire at 13:55?",
        "actor": "On-call Engineer",
    }
    assert [row["type"] for row in incident["timeline"]].count("correction") == 1


def test_the_end_says_how_the_incident_stands(example: list[Effect]) -> None:
    [incident] = example[-1]["incidents"]
    assert incident["severity"] == "SEV-1 / P0"
    assert incident["stage"] == "investigating"
    assert incident["roles"] == {"customer-liaison": "Comms Liaison", "ic": "Incident Lead"}
    assert incident["next_update_due"] == "2031-04-02T14:35:00Z"
    assert incident["updates"] == 1


def test_a_whole_sev1_goes_from_declare_to_close(sev1: list[Effect]) -> None:
    [incident] = sev1[-1]["incidents"]
    assert (incident["phase"], incident["stage"]) == ("closed", "resolved")
    assert incident["roles"]["ic"] == "Bob Lindqvist"
    assert incident["deadlines"] == []
    assert [task["state"] for task in incident["tasks"]] == ["done"]
    stages = [e["text"].partition(" ")[0] for e in sev1[:-1] if e["to"] == "#status"]
    assert stages == ["Investigating", "Identified", "Monitoring", "Monitoring", "Resolved"]


def test_cmd_12_both_commanders_are_paged_at_once_and_the_first_answer_is_enough(sev1: list[Effect]) -> None:
    assert when(sev1, "@ada", "you are called", kind="page") == ["14:00", "14:01"]
    assert when(sev1, "@bob", "you are called", kind="page") == ["14:00", "14:01"]
    assert when(sev1, "@eve", "you are called", kind="page") == []


def test_a_missed_promise_reaches_the_commander_and_then_the_duty_manager(sev1: list[Effect]) -> None:
    overdue = "public update was due at 14:40 UTC"
    assert when(sev1, "@cleo", overdue) == ["14:45", "14:50"]
    assert when(sev1, "@ada", overdue) == ["14:45", "14:50"]
    assert when(sev1, "@eve", overdue) == ["14:50"]


def test_a_task_that_runs_over_is_asked_for_once_its_time_is_up(sev1: list[Effect]) -> None:
    assert when(sev1, ROOM, "@dan, what did you find?") == ["14:22"]
    assert when(sev1, "@ada", "The time for task 1 is up", kind="private") == ["14:22"]


def test_nobody_objected_so_the_proposal_is_carried_after_thirty_seconds(sev1: list[Effect]) -> None:
    assert seen(sev1, "14:29:30", ROOM, "roll back deploy 7431", kind="post")


def test_a_withdrawn_entry_stays_on_the_record_as_withdrawn(sev1: list[Effect]) -> None:
    [incident] = sev1[-1]["incidents"]
    [gone] = [row for row in incident["timeline"] if row.get("withdrawn")]
    assert gone["text"] == "the search team says that it is not them"


def test_a_restart_shows_nothing_twice_and_loses_no_reminder(sev1: list[Effect]) -> None:
    source = (STORIES / "sev1.txt").read_text(encoding="utf-8")
    assert asyncio.run(play(source.replace("\nrestart\n", "\n"))) == sev1


def test_the_same_script_gives_the_same_bytes() -> None:
    source = (STORIES / "example.txt").read_text(encoding="utf-8")
    one, other = (asyncio.run(perform(parse(source))) for _ in range(2))
    assert list(jsonl(*one)) == list(jsonl(*other))
    assert list(text(*one, zone="UTC")) == list(text(*other, zone="UTC"))


HEAD = "cast: ic = Lead <ic@example.com>, ops = Ops <ops@example.com>\nstart: 2031-04-02 14:00 UTC\n"


async def test_rel_121_after_two_days_down_one_message_tells_all() -> None:
    effects = await play(
        HEAD + "14:00 ops in #general: /incident sev1 Checkout returns 500s\n"
        "14:01 ic in room: /incident take ic\n"
        "down until 2031-04-04 14:00\n"
    )
    after = [e for e in effects[:-1] if e["at"].startswith("2031-04-04") and e["kind"] in ("post", "page")]
    assert len([e for e in after if e["to"] == ROOM]) == 1


async def test_a_form_is_filled_in_and_sent() -> None:
    effects = await play(
        HEAD + "14:00 ops in #general: /incident sev1 Checkout returns 500s\n"
        '14:01 ic fills "Note" in room: text = error rate at 40 %; at = 13:58\n'
        '14:02 ic fills "Take a role" in room: Role = scribe\n'
    )
    [incident] = effects[-1]["incidents"]
    assert incident["roles"] == {"scribe": "Lead"}
    [note] = [row for row in incident["timeline"] if row["type"] == "note"]
    assert (note["at"], note["text"]) == ("2031-04-02T13:58:00Z", "error rate at 40 %")


IMPOSSIBLE = [
    ("14:00 ops in room: !note x\n", 3, "there is no incident yet"),
    ("14:00 ops edits last: x\n", 3, "ops has written no message that still stands"),
    (
        '14:00 ops in #general: /incident sev1 x\n14:01 ic presses "Eject" in room\n',
        4,
        "ic sees no button “Eject” in room",
    ),
    ("14:00 ops in #general: /incident sev1 x\n14:01 ic in room 2: hello\n", 4, "incident 2 has no room"),
    ('14:00 ops in #general: /incident sev1 x\n14:01 ic fills "Note" in room: colour = red\n', 4, "no field “colour”"),
    ('14:00 ops in #general: /incident sev1 x\n14:01 ic fills "Eject" in room: text = x\n', 4, "nor a form"),
]


@pytest.mark.parametrize(("source", "number", "reason"), IMPOSSIBLE, ids=[reason for _, _, reason in IMPOSSIBLE])
async def test_what_cannot_be_played_is_told_with_its_line(source: str, number: int, reason: str) -> None:
    with pytest.raises(ScriptError) as error:
        await perform(parse(HEAD + source))
    assert (error.value.number, reason in error.value.reason) == (number, True), error.value.reason


async def test_a_button_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(ScriptError, match="“Take command”, “Take a role”"):
        await perform(parse(HEAD + '14:00 ops in #general: /incident sev1 x\n14:00 ic presses "Eject" in room\n'))
