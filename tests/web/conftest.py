"""A running Sitrep, and people in front of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from web.browser import ADA, BOB, Browser, House, browser, house


@pytest.fixture
async def sitrep(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as running:
        yield running


@pytest.fixture
async def ada_browser(sitrep: House) -> AsyncIterator[Browser]:
    async with browser(sitrep, ADA) as opened:
        yield opened


@pytest.fixture
async def bob_browser(sitrep: House) -> AsyncIterator[Browser]:
    async with browser(sitrep, BOB) as opened:
        yield opened


@pytest.fixture
async def nobody(sitrep: House) -> AsyncIterator[Browser]:
    """A browser that is not signed in."""
    async with browser(sitrep) as opened:
        yield opened
