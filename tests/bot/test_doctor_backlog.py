"""Each fault of what waits has its line in `sitrep doctor` (REL-224)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from conversation import ADA, SETTINGS
from databases import ready
from sqlalchemy import update

from bot.clock import real_now
from bot.config import Config
from bot.doctor_backlog import examine
from commands.line import Line
from commands.run import Door
from storage import letters, outbox, restored
from storage.database import Database
from storage.letters import Letter
from storage.outbox import Parcel
from storage.tables import deadline
from storage.tables import outbox as table


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database.open(await ready(tmp_path / "sitrep.db"))
    yield opened
    await opened.close()


async def told(database: Database) -> list[str]:
    config = Config(settings=SETTINGS, database=str(database.url), data=Path(), host="", port=1)
    return [str(finding) async for finding in examine(config)]


async def waiting(database: Database, since: datetime, **changed: object) -> None:
    async with database.begin() as c:
        await outbox.add(c, [Parcel("slack", 1, "post", "room", "{}")], now=since)
        if changed:
            await c.execute(update(table).values(**changed))


async def test_rel_224_all_is_well(database: Database) -> None:
    await waiting(database, real_now())
    assert await told(database) == [
        "ok       outbox      nothing waits for long, and nothing was given up since yesterday"
    ]


async def test_rel_224_what_waits_is_told_with_its_reason(database: Database) -> None:
    long_ago = real_now() - timedelta(minutes=12, seconds=30)
    await waiting(database, long_ago)
    assert await told(database) == [
        "warning  outbox      1 for slack wait, the oldest for 12 min: nobody tries: is sitrep serve running?"
    ]
    await waiting(database, real_now(), attempts=3, last_error="Slack refuses Sitrep's token: token_revoked")
    assert "2 for slack wait, the oldest for 12 min: Slack refuses Sitrep's token" in (await told(database))[0]


async def test_rel_224_what_was_given_up_is_told_for_a_day(database: Database) -> None:
    await waiting(database, real_now(), state="dead", sent_at=real_now() - timedelta(hours=23))
    assert await told(database) == ["warning  outbox      1 given up since yesterday; sitrep outbox lists them"]
    async with database.begin() as c:
        await c.execute(update(table).values(sent_at=real_now() - timedelta(hours=25)))
    assert (await told(database))[0].startswith("ok")


async def test_rel_224_a_restored_copy_lines_that_failed_and_a_clock_that_stands(database: Database) -> None:
    now = real_now()
    await Door(database, replace(SETTINGS, platforms=("web",))).say(
        Line(ADA, "/incident sev2 Checkout returns 500s", now, "web:1", via="button")
    )
    async with database.begin() as c:
        await c.execute(update(deadline).values(wake_at=now - timedelta(minutes=20)))
        await restored.hold(c, now - timedelta(days=1))
        await letters.keep(c, Letter("web:2", now, ADA.id, "", "the red cable", "{}", "abc123"))
    lines = await told(database)
    assert [line.split()[:2] for line in lines] == [["error", "outbox"], ["error", "clock"], ["warning", "lines"]]
    assert "nothing leaves: this is a copy of" in lines[0]
    assert "a reminder is 20 min late" in lines[1]
    assert "1 failed by a fault of Sitrep’s own" in lines[2]
    assert "red cable" not in "".join(lines)
