"""One real Chromium for all tests of a worker: starting it takes longer than most of what they do in it."""

import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
_QUIET = (
    *("--headless", "--no-sandbox", "--no-first-run", "--disable-gpu", "--hide-scrollbars", "--mute-audio"),
    *("--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows"),
    *("--disable-renderer-backgrounding", "--disable-popup-blocking", "--password-store=basic"),
    # A desk with a mouse; without it a headless one has nothing to point with.
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)
_PATIENCE = 60.0


@pytest.fixture(scope="session")
def chromium_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where it takes orders. Each test opens contexts of its own in it: nothing of one is seen by another."""
    home: Path = tmp_path_factory.mktemp("chromium")
    words = [PROGRAM, *_QUIET, "--remote-debugging-port=0", f"--user-data-dir={home}", "about:blank"]
    # A session of its own: its launcher starts others, and all of them end together.
    with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True) as process:
        assert process.stderr
        try:
            for line in process.stderr:
                if found := re.search(rb"listening on (ws://\S+)", line):
                    break
            else:
                pytest.fail("Chromium ended before it took orders")
            yield found[1].decode()
        finally:
            os.killpg(process.pid, 9)
            process.stderr.close()


@pytest.fixture
async def chromium(chromium_address: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.connect_over_cdp(chromium_address)
        yield opened
        for context in opened.contexts:
            await context.close()
        await opened.close()
