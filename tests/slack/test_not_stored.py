"""What could not be stored, over the wire: Slack gets no acknowledgement, tells it again, and it takes effect once."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any, cast

import pytest
from structlog.testing import capture_logs
from wire import Mode, Wire, wired

from storage import one_hop

pytestmark = pytest.mark.timeout(60)

LONG = "it hurts " + "x" * 2_500
"""More than the pages that are there have room for."""


@pytest.fixture(params=["socket", "http"])
async def wire(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Wire]:
    async with wired(tmp_path, cast(Mode, request.param)) as begun:
        yield begun


@asynccontextmanager
async def locked(wire: Wire) -> AsyncIterator[None]:
    """Another process writes for longer than we wait."""
    assert wire.core.database.file
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(one_hop, "_PATIENCE", 0.1)
        with closing(sqlite3.connect(wire.core.database.file, timeout=10, isolation_level=None)) as c:
            c.execute("begin immediate")
            yield
            c.execute("rollback")


@asynccontextmanager
async def full(wire: Wire) -> AsyncIterator[None]:
    """The file may not grow by a single page."""
    async with wire.core.database._writer.connect() as c:
        pages = (await c.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await c.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        await c.rollback()
    yield
    async with wire.core.database._writer.connect() as c:
        await c.exec_driver_sql("PRAGMA max_page_count=1073741823")
        await c.rollback()


@asynccontextmanager
async def lost(_wire: Wire) -> AsyncIterator[None]:
    """The file goes away under the connection, just as it is about to commit."""
    execute = one_hop._Statement.execute

    def gone(cursor: one_hop._Statement, sql: str, values: Any = ()) -> sqlite3.Cursor:
        if sql == "COMMIT":
            raise sqlite3.OperationalError("disk I/O error")
        return execute(cursor, sql, values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(one_hop._Statement, "execute", gone)
        yield


FAILING: dict[str, Callable[[Wire], Any]] = {"locked": locked, "full": full, "lost": lost}


async def unacknowledged(wire: Wire, typing: Awaitable[Any], logs: list[Any]) -> Any:
    """Slack's three seconds pass once it is certain that there will be no acknowledgement."""
    done = asyncio.ensure_future(typing)
    while not done.done():
        if wire.side.sockets and [line for line in logs if line["action"] == "slack_unheard"]:
            wire.slack.clock.advance(3.1)
        await asyncio.sleep(0.01)
    return await done


@pytest.mark.parametrize("how", FAILING)
async def test_rel_002_locked_full_or_lost_it_is_not_acknowledged_and_has_one_effect_when_told_again(
    wire: Wire, how: str
) -> None:
    bob, room = wire.person("bob"), await wire.declare(wire.person("ada"))
    await bob.types(room.name, "!roles")
    await wire.settle()
    # The first retry is not at once, or it would come while nothing can be stored yet.
    wire.slack.outgoing.retry_after = (60.0, 300.0, 300.0)
    before = len(await wire.rows())
    async with AsyncExitStack() as stack:
        logs = stack.enter_context(capture_logs())
        await stack.enter_async_context(FAILING[how](wire))
        said = await unacknowledged(wire, bob.types(room.name, f"!note {LONG}"), cast(list[Any], logs))
        (first,) = said.deliveries[0].attempts
        assert first.failure, "it was acknowledged"
        assert first.status == (503 if wire.side.settings.mode == "http" else 0)
        assert len(await wire.rows()) == before
    await wire.settle()
    assert [each.acked for each in said.deliveries] == [True]
    assert (await wire.texts()).count(LONG) == 1
    assert (await wire.again(said.deliveries[0])).acked
    assert (await wire.texts()).count(LONG) == 1


async def test_rel_102_whoever_is_called_while_nothing_can_be_stored_hears_of_it_once(tmp_path: Path) -> None:
    async with wired(tmp_path, "http") as wire:
        ada, bob = wire.person("ada"), wire.person("bob")
        await wire.declare(ada)
        with capture_logs():
            async with full(wire):
                said = await ada.slash("#inc-1-checkout-returns-500s", f"/incident page @bob Payments {LONG}")
                await wire.again(said)
        (called,) = [message for message in bob.sees("@sitrep") if "you are called" in str(message.blocks)]
        assert "Sitrep cannot store anything now" in str(called.blocks)
        assert "On my way" not in str(called.blocks)
        assert "Called all the same: Bob" in said.answer["text"]
        assert not any(page.people for page in (await wire.incident()).pages)
