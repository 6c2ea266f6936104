"""The harness of the benchmarks: what it prints, what it keeps, and that every benchmark measures what it says."""

import json
from collections.abc import Awaitable
from pathlib import Path

import pytest

from benchmarks import (
    crashes,
    declare,
    door,
    full,
    lint,
    outbox,
    publish,
    reminders,
    render,
    run,
    slack_declare,
    slack_events,
    slack_http,
    start,
    status_page,
    storm,
    timeline,
)
from benchmarks.figure import Figure
from benchmarks.run import BENCHMARKS, Benchmark, main
from benchmarks.stage import percentile

DOCUMENTED = Path(__file__).parents[2] / "docs" / "benchmarks.md"


async def _speed() -> list[Figure]:
    return [Figure("fast", 0.75, "ratio", 0.6, "higher"), Figure("slow", 0.5, "ratio", 0.6, "higher")]


async def _wait() -> list[Figure]:
    return [Figure("wait", 3.14159, "s", 2, "lower")]


INVENTED = {"speed": Benchmark(_speed, ("fast", "slow")), "patience": Benchmark(_wait, ("wait",))}


@pytest.fixture
def latest(tmp_path: Path) -> Path:
    return tmp_path / "latest.json"


@pytest.mark.parametrize(("value", "better", "met"), [(1, "lower", True), (3, "lower", False), (1, "higher", False)])
def test_a_goal_is_met_from_its_own_side(value: float, better: str, met: bool) -> None:
    assert Figure("x", value, "ms", 2, "lower" if better == "lower" else "higher").met is met


def test_a_figure_at_its_goal_meets_it() -> None:
    assert Figure("x", 2, "ms", 2, "lower").met
    assert Figure("x", 2, "ms", 2, "higher").met


def test_the_table_has_a_line_for_each_figure_and_says_which_goal_is_missed(
    latest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], INVENTED, latest=latest) == 0
    heading, *rows = capsys.readouterr().out.splitlines()
    assert heading.split() == ["figure", "measured", "goal"]
    assert [line.split() for line in rows] == [
        ["fast", "0.75", "ratio", ">=", "0.6", "met"],
        ["slow", "0.5", "ratio", ">=", "0.6", "NOT", "MET"],
        ["wait", "3.14", "s", "<=", "2", "NOT", "MET"],
    ]


def test_latest_json_holds_every_figure(latest: Path) -> None:
    main([], INVENTED, latest=latest)
    kept = json.loads(latest.read_text(encoding="utf-8"))
    assert [each["name"] for each in kept] == ["fast", "slow", "wait"]
    assert kept[2] == {"name": "wait", "value": 3.142, "unit": "s", "goal": 2, "better": "lower", "met": False}


@pytest.mark.parametrize(("only", "names"), [("speed", ["fast", "slow"]), ("slow", ["slow"]), ("wait", ["wait"])])
def test_one_benchmark_or_one_figure_can_be_asked_for(only: str, names: list[str], latest: Path) -> None:
    assert main([only], INVENTED, latest=latest) == 0
    assert [each["name"] for each in json.loads(latest.read_text(encoding="utf-8"))] == names


def test_an_unknown_name_is_refused_with_the_names_there_are(latest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spede"], INVENTED, latest=latest) == 2
    assert "speed, patience, fast, slow, wait" in capsys.readouterr().err
    assert not latest.exists()


def test_a_broken_benchmark_is_not_passed_over(latest: Path) -> None:
    async def broken() -> list[Figure]:
        raise AssertionError("the door said no")

    with pytest.raises(AssertionError, match="the door said no"):
        main([], {**INVENTED, "broken": Benchmark(broken, ("never",))}, latest=latest)
    assert len(json.loads(latest.read_text(encoding="utf-8"))) == 3


def test_every_figure_is_explained() -> None:
    told = DOCUMENTED.read_text(encoding="utf-8")
    assert [figure for each in BENCHMARKS.values() for figure in each.figures if f"`{figure}`" not in told] == []


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile(list(range(1, 101)), 0.99) == 99
    assert percentile([7.0], 0.99) == 7.0


async def _names(measured: Awaitable[list[Figure]]) -> tuple[str, ...]:
    figures = await measured
    assert all(figure.value > 0 for figure in figures)
    return tuple(figure.name for figure in figures)


async def test_the_door_is_measured() -> None:
    assert await _names(door.measure(rounds=1, lines=20)) == run.BENCHMARKS["door"].figures


async def test_a_declaration_is_measured() -> None:
    assert await _names(declare.measure(rounds=1, call=0.001)) == run.BENCHMARKS["declare"].figures


async def test_an_update_is_written_for_every_channel_in_every_language() -> None:
    assert await _names(render.measure(rounds=1)) == run.BENCHMARKS["render"].figures


async def test_publishing_is_measured_to_the_last_channel() -> None:
    assert await _names(publish.measure(rounds=1, call=0.001)) == run.BENCHMARKS["publish"].figures


async def test_a_command_from_slack_is_measured_beside_a_bare_handler() -> None:
    assert await _names(slack_http.measure(rounds=1, requests=60)) == run.BENCHMARKS["slack-http"].figures


async def test_rel_011_a_storm_of_events_is_measured_and_none_is_lost_or_doubled() -> None:
    lost, doubled, p99, longest = await slack_events.measure(events=60, seconds=0.5, again=0.1)
    assert (lost.name, doubled.name, p99.name, longest.name) == run.BENCHMARKS["slack-events"].figures
    assert (lost.value, doubled.value) == (0, 0)
    assert 0 < p99.value <= longest.value


async def test_a_declaration_in_slack_is_measured() -> None:
    assert await _names(slack_declare.measure(rounds=1, call=0.001)) == run.BENCHMARKS["slack-declare"].figures


async def test_rel_182_the_status_page_is_measured_while_lines_are_spoken() -> None:
    figures = await status_page.measure(seconds=0.5)
    assert tuple(figure.name for figure in figures) == run.BENCHMARKS["status-page"].figures
    assert all(figure.value > 0 for figure in figures[:3])


async def test_reminders_are_measured() -> None:
    assert await _names(reminders.measure(crowd=20, due=3, looks=2)) == run.BENCHMARKS["reminders"].figures


async def test_a_storm_of_reminders_is_measured_and_none_is_lost_or_doubled() -> None:
    late, lost, doubled, memory = await storm.measure(crowd=40, due=20, watched=0.1, lead=1.5)
    assert (late.name, lost.name, doubled.name, memory.name) == run.BENCHMARKS["storm"].figures
    assert (lost.value, doubled.value) == (0, 0)
    assert late.value > 0 < memory.value


async def test_deliveries_of_several_replicas_are_measured_and_none_is_lost_doubled_or_out_of_order() -> None:
    rate, ratio, *faults = await outbox.measure(lanes=6, each=3, rounds=1, replicas=2)
    assert (rate.name, ratio.name, *(each.name for each in faults)) == run.BENCHMARKS["outbox"].figures
    assert [each.value for each in faults] == [0, 0, 0]
    assert rate.value > 0 < ratio.value


def test_what_a_chat_was_given_is_judged() -> None:
    shown = [("a", "web:1", 0, 1.0), ("b", "web:1", 2, 2.0), ("c", "web:1", 1, 3.0), ("c", "web:1", 1, 5.0)]
    judged = outbox.judged(5, shown)
    assert (judged.lost, judged.doubled, judged.disordered) == (2, 1, 1)


@pytest.mark.parametrize(
    ("problem", "doubled"),
    [
        ("note, step 0, killed at (3,): I3 one op is shown twice: [('a',)]", True),
        ("note, step 0, killed at (3,): posts: 3 rows instead of 2", True),
        ("note, step 0, killed at (3,): posts: 1 rows instead of 2", False),
        ("note, step 0, killed at (3,): I12 something was not delivered: [('web:1:room', 'post')]", False),
    ],
)
def test_what_a_kill_left_is_lost_or_doubled(problem: str, doubled: bool) -> None:
    assert crashes.doubled(problem) is doubled


async def test_a_full_database_is_measured() -> None:
    measured = full.measure(sent=40, waiting=20, owed=50, closed=8, rounds=1)
    assert await _names(measured) == run.BENCHMARKS["full"].figures


async def test_an_export_is_measured() -> None:
    assert await _names(timeline.measure(entries=20, times=1)) == run.BENCHMARKS["timeline"].figures


async def test_a_lint_is_measured() -> None:
    assert await _names(lint.measure(times=1)) == run.BENCHMARKS["lint"].figures


async def test_a_start_is_measured() -> None:
    assert await _names(start.measure(helps=1, serves=1)) == run.BENCHMARKS["start"].figures
