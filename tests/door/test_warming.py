"""A fresh process warms itself before anybody waits, and leaves no trace of it."""

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
    made: list[str] = []
    event.listen(
        here.database._writer.sync_engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, _values, context, _many: (
            made.append(statement) if context.compiled and context.cache_hit.name == "CACHE_MISS" else None
        ),
    )
    await here.door.warm(here.now)
    assert any(statement.startswith("INSERT INTO incident") for statement in made)
    made.clear()
    await here.says(ADA, "/incident sev2 Checkout returns 500s")
    assert not [statement for statement in made if "INTO incident" in statement or "INTO timeline" in statement]


async def test_a_word_that_breaks_does_not_keep_sitrep_from_starting(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_call: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(WORDS["remind"], "carry_out", broken)
    before = await _everything(here)
    await here.door.warm(here.now)
    assert await _everything(here) == before


async def test_nor_does_a_database_that_takes_nothing(here: World) -> None:
    async with here.database.begin() as c:
        await c.execute(
            text("create trigger full before insert on incident begin select raise(fail, 'disk full'); end")
        )
    await here.door.warm(here.now)
