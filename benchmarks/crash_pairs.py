"""`python -m benchmarks.crash_pairs SHARE`, with the tests in the path: every SHARE-th point of every flow, as JSON."""

import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from crash import flows
from crash.flows import Flow
from crash.harness import here, problems, stages

_PUBLISHED = 4
"""What a life costs with all channels outside, in lives without."""


@dataclass(slots=True)
class Killed:
    points: int = 0
    pairs: int = 0
    problems: list[str] = field(default_factory=list)


def killed(flow: Flow, share: int) -> Killed:
    """In a folder of its own, in memory where there is such a place."""
    memory, found = Path("/dev/shm"), Killed()  # noqa: S108 - the folder made in it is ours alone
    every = share * (_PUBLISHED if flow.published else 1)
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder, here(flow, Path(folder)) as place:
        for stage in stages(flow, place):
            found.points += len(stage.points)
            for point in range(1, len(stage.points) + 1, every):
                found.problems += problems(stage, place, (point,))
                found.pairs += 1
    return found


def flows_there_are() -> Iterator[Flow]:
    for one in vars(flows).values():
        if isinstance(one, Flow):
            yield one


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    share = int(sys.argv[1])
    print(json.dumps([asdict(killed(flow, share)) for flow in flows_there_are()]))
