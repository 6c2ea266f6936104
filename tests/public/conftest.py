"""A running Sitrep with a status page."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from public.press import HOUSE
from web.browser import Browser, House, browser, house

from commands.settings import Settings


@pytest.fixture
async def sitrep(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path, settings=Settings(house=HOUSE)) as running:
        yield running


@pytest.fixture
async def reader(sitrep: House) -> AsyncIterator[Browser]:
    """Somebody who is not signed in."""
    async with browser(sitrep) as opened:
        yield opened
