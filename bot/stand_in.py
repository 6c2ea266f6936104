"""Where the stand-in for Slack lies: among the tests here, inside this package where it was installed from a wheel."""

import sys
from pathlib import Path

SHIPPED = Path(__file__).parent / "shipped"


def reachable() -> None:
    """Before `sitrep demo --slack` imports it. The path is this process's alone; nobody else's imports change."""
    if SHIPPED.is_dir() and str(SHIPPED) not in sys.path:
        sys.path.insert(0, str(SHIPPED))
