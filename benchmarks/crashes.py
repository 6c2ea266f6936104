"""A process dies at every fifth point of every flow, is started again, and is compared with one that nobody killed."""

import asyncio
import json
import os
import re
import sys
from asyncio.subprocess import PIPE

from benchmarks.figure import Figure
from benchmarks.server import ROOT, environment

_TWICE = re.compile(r"twice|two (?:rooms|messages)")
_ROWS = re.compile(r"(\d+) rows instead of (\d+)")


async def measure(*, share: int = 5) -> list[Figure]:
    """Of each flow every ``share``-th point, on SQLite; the tests have their own choice, on both databases."""
    path = os.pathsep.join(map(str, (ROOT, ROOT / "tests")))
    words = (sys.executable, "-m", "benchmarks.crash_pairs", str(share))
    process = await asyncio.create_subprocess_exec(*words, cwd=ROOT, env=environment(PYTHONPATH=path), stdout=PIPE)
    told, _ = await process.communicate()
    assert process.returncode == 0, "the crash points could not be tried"
    flows = json.loads(told.splitlines()[-1])
    wrong = [str(problem) for flow in flows for problem in flow["problems"]]
    for problem in wrong:
        print(problem, file=sys.stderr)
    twice = sum(map(doubled, wrong))
    return [
        Figure("crash-pairs", sum(flow["pairs"] for flow in flows), "", 400, "higher"),
        Figure("crash-lost", len(wrong) - twice, "", 0, "lower"),
        Figure("crash-doubled", twice, "", 0, "lower"),
    ]


def doubled(problem: str) -> bool:
    """There is more than there should be; in every other case something is missing, or is not as it should be."""
    rows = _ROWS.search(problem)
    return bool(_TWICE.search(problem)) or (rows is not None and int(rows[1]) > int(rows[2]))
