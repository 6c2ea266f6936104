"""The language of rehearsals: what it can say, and how it tells what it does not understand."""

from datetime import UTC, datetime

import pytest

from bot.rehearsal_script import parse
from bot.rehearsal_steps import (
    Deletes,
    Edits,
    Fills,
    Place,
    Presses,
    Reacts,
    Restarts,
    Says,
    ScriptError,
    Waits,
)

HEAD = (
    "cast: ic = Incident Lead <ic@example.com>, ops = On-call Engineer <Ops@example.com>\nstart: 2031-04-02 14:00 UTC\n"
)


def test_every_kind_of_line_is_understood() -> None:
    script = parse(
        HEAD + "# a comment\n\n"
        "roster: primary = ic, backup = ops\n"
        "14:00 ops in #general: /incident sev1 Checkout: it returns 500s\n"
        '14:01 ic presses "Take command" in room\n'
        "14:02 ops in thread 2: TODO: why?\n"
        "14:03 ops in @sitrep: !ic\n"
        "14:04 ops edits last: TODO: why now?\n"
        "14:05 ops deletes last\n"
        "14:06 ic reacts :pushpin: to last\n"
        '14:07 ic fills "Post update" in room 2: stage = identified; text = it is known; so it is\n'
        "wait until 14:40\n"
        "wait 20 min\n"
        "restart\n"
        "down until 2031-04-04 09:00\n"
    )
    ic, ops = script.cast["ic"], script.cast["ops"]
    assert script.roster == {"primary": ic, "backup": ops}
    assert ops.id == "ops@example.com"
    assert [step.action for step in script.steps] == [
        Says(ops, Place("channel", name="general"), "/incident sev1 Checkout: it returns 500s"),
        Presses(ic, "Take command", Place("room")),
        Says(ops, Place("thread", number=2), "TODO: why?"),
        Says(ops, Place("direct", name="sitrep"), "!ic"),
        Edits(ops, "TODO: why now?"),
        Deletes(ops),
        Reacts(ic, "pushpin"),
        Fills(ic, "Post update", Place("room", number=2), {"stage": "identified", "text": "it is known; so it is"}),
        Waits(),
        Waits(),
        Restarts(),
        Waits(down=True),
    ]
    assert [step.at.strftime("%d %H:%M") for step in script.steps[-4:]] == [
        "02 14:40",
        "02 15:00",
        "02 15:00",
        "04 09:00",
    ]


def test_times_past_midnight_go_on_to_the_next_day() -> None:
    script = parse("cast: a = A <a@b.pl>\nstart: 2031-04-02 23:50 UTC\n23:55 a in #x: one\n00:05:30 a in #x: two\n")
    assert [step.at for step in script.steps] == [
        datetime(2031, 4, 2, 23, 55, tzinfo=UTC),
        datetime(2031, 4, 3, 0, 5, 30, tzinfo=UTC),
    ]


def test_times_are_read_in_the_zone_of_the_start() -> None:
    script = parse("cast: a = A <a@b.pl>\nstart: 2031-04-02 14:00 Europe/Warsaw\n14:30 a in #x: one\n")
    assert script.start == datetime(2031, 4, 2, 12, 0, tzinfo=UTC)
    assert script.steps[0].at == datetime(2031, 4, 2, 12, 30, tzinfo=UTC)


WRONG = [
    ("", 1, "the script has no line “start:"),
    ("start: 2031-04-02 14:00 UTC\n", 1, "the script has no line “cast:"),
    ("cast: ic\nstart: 2031-04-02 14:00 UTC\n", 1, "“ic” is not written like"),
    ("cast: ic = A <a@b.pl>, ic = B <b@b.pl>\n", 1, "ic is in the cast twice"),
    ("cast: a = A <a@b.pl>\n14:00 a in #x: hello\n", 2, "“start:” must come before"),
    ("start: yesterday\n", 1, "the start is written like"),
    ("start: 2031-04-02 14:00 Nowhere/Land\n", 1, "the start is written like"),
    ("start: 2031-02-30 14:00 UTC\n", 1, "the start is written like"),
    ("start: 2031-04-02 14:00 ../etc/passwd\n", 1, "the start is written like"),
    (HEAD + "14:00 opps in #x: hello\n", 3, "nobody in the cast is called opps; did you mean ops?"),
    (HEAD + "14:00 ops in kitchen: hello\n", 3, "“kitchen” is no place"),
    (HEAD + "14:00 ops in @stranger: hello\n", 3, "“@stranger” is no place"),
    (HEAD + "14:10 ops in #x: hello\n14:05 ops in #x: hello\n", 4, "14:05 is before 14:10"),
    (HEAD + "25:00 ops in #x: hello\n", 3, "“25:00” is no time"),
    (HEAD + "14:00 ops shouts\n", 3, "“ops shouts” is not understood"),
    (HEAD + "soon ops in #x: hello\n", 3, "is no line of a rehearsal"),
    (HEAD + "wait 5 parsecs\n", 3, "“parsecs” is no unit of time"),
    (HEAD + "wait until then\n", 3, "“then” is no time"),
    (HEAD + "roster: king = ic\n", 3, "the roster has no “king”"),
    (HEAD + '14:00 ic fills "Note": hello\n', 3, "“hello” is not written like: field = value"),
]


@pytest.mark.parametrize(("source", "number", "reason"), WRONG, ids=[reason[:30] for _, _, reason in WRONG])
def test_a_wrong_line_is_told_with_its_number(source: str, number: int, reason: str) -> None:
    with pytest.raises(ScriptError) as error:
        parse(source)
    assert error.value.number == number
    assert reason in error.value.reason
