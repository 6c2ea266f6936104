"""How long somebody waits for `sitrep --help`, and for `sitrep serve` to answer."""

import subprocess
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.figure import Figure
from benchmarks.server import SITREP, environment, serving


async def measure(*, helps: int = 7, serves: int = 3) -> list[Figure]:
    """Each start is a process of its own; medians, since the first one also warms the disk's cache."""
    return [
        Figure("help", median(_help() for _ in range(helps)), "s", 0.3, "lower"),
        Figure("serve-ready", median([await _serve() for _ in range(serves)]), "s", 2, "lower"),
    ]


def _help() -> float:
    began = time.perf_counter()
    subprocess.run([*SITREP, "--help"], env=environment(), stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


async def _serve() -> float:
    """The dearest start: the first one, which makes the database."""
    with TemporaryDirectory() as folder:
        async with serving(Path(folder)) as server:
            return server.ready
