"""Which benchmarks there are, and one after the other: a line for each figure, and all of them in latest.json."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    slack_declare,
    slack_events,
    slack_http,
    start,
    status_page,
    storm,
    timeline,
)
from benchmarks.figure import HEADING, Figure, keep, row

LATEST = Path(__file__).parent / "latest.json"


@dataclass(frozen=True, slots=True)
class Benchmark:
    measure: Callable[[], Coroutine[Any, Any, list[Figure]]]
    figures: tuple[str, ...]


BENCHMARKS: Mapping[str, Benchmark] = {
    "door": Benchmark(door.measure, ("door-1", "door-20", "door-20-p99")),
    "declare": Benchmark(declare.measure, ("declare-calls", "declare-usable-ms", "declare-all-ms")),
    "publish": Benchmark(publish.measure, ("publish-last-ms",)),
    "render": Benchmark(render.measure, ("render-update-ms",)),
    "reminders": Benchmark(reminders.measure, ("reminders-look", "reminders-late-p99", "reminders-memory")),
    "storm": Benchmark(storm.measure, ("storm-first-try-p99", "storm-lost", "storm-doubled", "storm-memory")),
    "outbox": Benchmark(
        outbox.measure,
        ("outbox-sqlite-rate", "outbox-three-ratio", "outbox-lost", "outbox-doubled", "outbox-disordered"),
    ),
    "crashes": Benchmark(crashes.measure, ("crash-pairs", "crash-lost", "crash-doubled")),
    "full": Benchmark(full.measure, ("start-full-ready", "reminder-closed-ratio")),
    "timeline": Benchmark(timeline.measure, ("timeline-export",)),
    "slack-http": Benchmark(
        slack_http.measure, ("slack-http-1", "slack-http-10", "slack-http-50", "slack-http-p99-ratio")
    ),
    "slack-events": Benchmark(
        slack_events.measure, ("slack-events-lost", "slack-events-doubled", "slack-events-p99", "slack-events-max")
    ),
    "slack-declare": Benchmark(slack_declare.measure, ("slack-declare-usable-ms", "slack-declare-all-ms")),
    "status-page": Benchmark(
        status_page.measure,
        ("status-page-rate", "status-page-p99", "status-page-1000-p99", "status-page-lines-ms"),
    ),
    "lint": Benchmark(lint.measure, ("lint-600", "lint-linear")),
    "start": Benchmark(start.measure, ("help", "serve-ready")),
}


def main(words: Sequence[str], benchmarks: Mapping[str, Benchmark] = BENCHMARKS, *, latest: Path = LATEST) -> int:
    """The exit code: 0 whether goals are met or not, 2 for a name there is not. A broken benchmark raises."""
    only = words[0] if words else ""
    chosen = [each for name, each in benchmarks.items() if only in ("", name, *each.figures)]
    if not chosen or len(words) > 1:
        print(f"There is no benchmark {' '.join(words)!r}. There are: {_names(benchmarks)}.", file=sys.stderr)
        return 2
    print(HEADING, flush=True)
    found: list[Figure] = []
    for benchmark in chosen:
        for figure in asyncio.run(benchmark.measure()):
            if figure.name == only or only not in benchmark.figures:
                found.append(figure)
                print(row(figure), flush=True)
        keep(found, latest)
    return 0


def _names(benchmarks: Mapping[str, Benchmark]) -> str:
    return ", ".join([*benchmarks, *(figure for each in benchmarks.values() for figure in each.figures)])
