"""A real `sitrep demo` process and a real Chromium; the pictures it takes are left in tests/browser/shots."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import pytest
from aiohttp import ClientError, ClientSession
from aiohttp.test_utils import unused_port
from chromium import PROGRAM, chromium, chromium_address

__all__ = ["PROGRAM", "SHOTS", "chromium", "chromium_address"]
SHOTS = Path(__file__).parent / "shots"
_ROOT = Path(__file__).parents[2]
_ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join([str(_ROOT), str(_ROOT / "tests")])}
"""This working copy, whatever is installed."""


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a demo that is ready."""
    async with _running(unused_port(), "--keep", str(tmp_path / "demo")) as address:
        yield address


@pytest.fixture
async def slack_demo() -> AsyncIterator[str]:
    """The address of a stand-in for Slack with Sitrep in it."""
    async with _running(unused_port(), "--slack") as address:
        yield address


@asynccontextmanager
async def _running(port: int, *words: str) -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--no-open", "--port", str(port), *words, env=_ENVIRONMENT
    )
    try:
        await _ready(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def _ready(url: str) -> None:
    async with ClientSession() as client:
        started = monotonic()
        while monotonic() - started < 20:
            try:
                async with client.get(url) as answer:
                    if answer.status == 200:
                        return
            except ClientError:
                await asyncio.sleep(0.1)
    raise TimeoutError(url)
