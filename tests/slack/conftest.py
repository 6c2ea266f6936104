"""Slack's side of Sitrep, against the stand-in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from office import Office, office


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as begun:
        yield begun
