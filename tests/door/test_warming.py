"""A fresh process warms itself before anybody waits, and leaves no trace of it."""

from datetime import timedelta
from typing import Any

import pytest
from conversation import ADA
from crash.world import World
from sqlalchemy import event, select, text

from commands.words import WORDS
from storage.columns import metadata


async def _everything(here: World) -> dict[str, list[Any]]:
    async with here.database.read() as c:
        return {table.name: list(await c.execute(select(table))) for table in metadata.sorted_tables}


async def test_nothing_is_left_of_it(here: World) -> None:
    await here.declares()
    before = await _everything(here)
    await here.door.warm(here.now)
    assert await _everything(here) == before
    assert await here.declares()


async def test_the_first_reminder_finds_its_statements_made(here: World) -> None:
    """All that a declaration and a reminder write was written once before."""
    said: list[str] = []

    def listen(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        # How many names it is given does not make it another statement.
        said.append(statement.partition(" IN ")[0])

    event.listen(here.database._intake.sync_engine, "before_cursor_execute", listen)
    await here.door.warm(here.now)
    warmed = set(said)
    said.clear()
    await here.says(ADA, "/incident sev2 Checkout returns 500s")
    here.now += timedelta(minutes=8)
    await here.clock.look()
    written = {statement for statement in said if statement.startswith(("INSERT", "UPDATE", "DELETE"))}
    assert len(written) > 5
    assert written <= warmed


async def test_a_word_that_breaks_does_not_keep_sitrep_from_starting(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_call: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(WORDS["remind"], "carry_out", broken)
    before = await _everything(here)
    await here.door.warm(here.now)
    assert await _everything(here) == before


@pytest.mark.on("sqlite")
async def test_nor_does_a_database_that_takes_nothing(here: World) -> None:
    async with here.database.begin() as c:
        await c.execute(text("create trigger no before insert on incident begin select raise(fail, 'full'); end"))
    before = await _everything(here)
    await here.door.warm(here.now)
    assert await _everything(here) == before
