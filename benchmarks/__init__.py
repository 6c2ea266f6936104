"""The figures of docs/benchmarks.md, measured: `python -m benchmarks [ONLY]`."""

import sys
from pathlib import Path

# The stand-in for Slack is kept with the tests.
sys.path.append(str(Path(__file__).parents[1] / "tests"))
