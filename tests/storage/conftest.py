"""An open database with all its tables and nobody in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from crash.world import furnished
from databases import ready

from storage.database import Database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database.open(await ready(tmp_path / "sitrep.db", furnished))
    yield opened
    await opened.close()
