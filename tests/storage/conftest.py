"""An open database with all its tables and nobody in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from crash.world import address, blank

from storage.database import Database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    file = tmp_path / "sitrep.db"
    file.write_bytes(await blank())
    opened = Database.open(address(file))
    yield opened
    await opened.close()
