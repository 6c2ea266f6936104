"""The door, on a new file."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from crash.world import World, world
from structlog.testing import capture_logs


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """The tracebacks of failures that were planned."""
    with capture_logs():
        yield


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as begun:
        yield begun
