"""The door, on a new file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from crash.world import World, world


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as begun:
        yield begun
