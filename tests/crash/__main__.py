"""python -m crash   (from the folder tests): what `make test` takes samples of, whole, on both databases.

Every point of every flow, 2,000 pairs of points (REL-089), 500 kills of a real process (REL-090).
"""

import os
import sys
from pathlib import Path

import pytest

_TESTS = Path(__file__).parents[1]
_KILLED = ("crash/test_crash_points.py", "replicas/test_killed.py")

if __name__ == "__main__":
    os.environ |= {"CRASH_EVERY_POINT": "1", "CRASH_PAIRS": "2000", "REPLICA_KILLS": "500"}
    sys.exit(pytest.main(["-q", "-n", "2", *(str(_TESTS / name) for name in _KILLED), *sys.argv[1:]]))
