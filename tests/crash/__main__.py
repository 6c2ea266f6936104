"""python -m crash   (from the folder tests): every point of every flow on both databases, and 2,000 pairs (REL-089)."""

import os
import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    os.environ |= {"CRASH_EVERY_POINT": "1", "CRASH_PAIRS": "2000"}
    sys.exit(pytest.main(["-q", "-n", "2", str(Path(__file__).parent), *sys.argv[1:]]))
