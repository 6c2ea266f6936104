"""A chat that fails by plan, and the world around it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import cast

import pytest
from crash.flaky import FlakyChat, Plan
from crash.points import Repeating
from crash.world import ON_CALL, World, world
from structlog.testing import capture_logs

from scheduler.chat import Chat
from storage.database import Database


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """The tracebacks of failures that were planned."""
    with capture_logs():
        yield


@pytest.fixture
def plan() -> Plan:
    """Nothing goes wrong until a test says so."""
    return Plan()


@pytest.fixture
async def here(tmp_path: Path, plan: Plan) -> AsyncIterator[World]:
    """On a chat that shows twice what it is told twice, as most do."""

    def flaky(chat: Chat, database: Database) -> Chat:
        return cast(Chat, FlakyChat(cast(Chat, Repeating(chat, database)), plan))

    async with world(tmp_path, settings=ON_CALL, wrap=flaky) as begun:
        yield begun
