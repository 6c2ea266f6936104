"""sitrep doctor: does what is owed leave? Read from the database, whether a server runs or not (REL-224)."""

import sqlite3
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import real_now
from bot.config import Config
from bot.doctor import Finding
from storage import backlog, deadlines, letters, migrating, restored
from storage.database import Database

_LONG = timedelta(minutes=5)
_LATELY = timedelta(days=1)


async def examine(config: Config) -> AsyncIterator[Finding]:
    """Nothing where there is no database of this version; another check says so."""
    database = Database.open(config.database)
    try:
        if database.file and not database.file.exists():
            return
        async with database.read() as c:
            if await c.run_sync(migrating.at_head):
                async for finding in _stands(c, real_now()):
                    yield finding
    except (DBAPIError, sqlite3.Error, OSError):
        return
    finally:
        await database.close()


async def _stands(c: AsyncConnection, now: datetime) -> AsyncIterator[Finding]:
    well = True
    async for finding in _wrong(c, now):
        well = False
        yield finding
    if well:
        yield Finding("ok", "outbox", "nothing waits for long, and nothing was given up since yesterday")


async def _wrong(c: AsyncConnection, now: datetime) -> AsyncIterator[Finding]:
    if since := await restored.held(c):
        text = f"nothing leaves: this is a copy of {since:%Y-%m-%d %H:%M} UTC; sitrep outbox --release"
        yield Finding("error", "outbox", text)
    for platform, waiting in sorted((await backlog.by_platform(c)).items()):
        if now - waiting.since > _LONG:
            reason = await backlog.reason(c, platform) or "nobody tries: is sitrep serve running?"
            text = f"{waiting.rows} for {platform} wait, the oldest for {_minutes(now - waiting.since)}: {reason[:120]}"
            yield Finding("warning", "outbox", text)
    if dead := await backlog.given_up(c, since=now - _LATELY):
        yield Finding("warning", "outbox", f"{dead} given up since yesterday; sitrep outbox lists them")
    if (due := await deadlines.next_wake(c)) and now - due > _LONG:
        text = f"a reminder is {_minutes(now - due)} late; sitrep serve does not run, or its log says clock_stuck"
        yield Finding("error", "clock", text)
    if kept := await letters.waiting(c):
        text = f"{kept} failed by a fault of Sitrep’s own and are tried again; its log says line_failed"
        yield Finding("warning", "lines", text)


def _minutes(gap: timedelta) -> str:
    return f"{int(gap.total_seconds()) // 60} min"
