"""From a Config to an open, up-to-date database with everybody of the configuration in it."""

import asyncio
import secrets
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy.exc import DBAPIError

from bot.config import Config
from bot.lived import Note
from bot.mistake import Mistake
from storage import facts, people
from storage.damage import damage
from storage.database import Database
from storage.migrating import Newer

_KEY = "signing_key"


@asynccontextmanager
async def opened(config: Config, *, new: bool | None = None, reads: bool = False) -> AsyncIterator[Database]:
    """Raises Mistake when there is no usable database there.

    ``new``: whether an empty one may be made; None, as the configuration says and never where one was lost (REL-112).
    ``reads``: the caller can do with one that is damaged, and then has to look at its ``damage`` (REL-111).
    """
    database = Database.open(config.database)
    if why := await asyncio.to_thread(_damage, database):
        if not reads:
            raise Mistake(f"The database {place(database)} is damaged: {why}. {_RESTORE}")
        database = Database.open(config.database, damage=why)
    try:
        await _ready(database, config, new=new)
        yield database
    finally:
        await database.close()


def _damage(database: Database) -> str:
    """What it finds unreadable altogether, `_ready` finds too, and says so better."""
    with suppress(sqlite3.Error):
        return damage(database.file) if database.file else ""
    return ""


async def _ready(database: Database, config: Config, *, new: bool | None) -> None:
    try:
        if database.damage:
            if not await database.current():
                raise Mistake(f"The database {place(database)} is damaged and of another version. {_RESTORE}")
            return
        await _found(database, config, new=new)
        if database.file:
            database.file.parent.mkdir(parents=True, exist_ok=True)
            # What people say in a private incident is in there (SEC-145).
            database.file.touch(mode=0o600)
        await database.migrate()
        await introduce(database, config)
    except DBAPIError as error:
        raise Mistake(f"The database {place(database)} cannot be used: {error.orig}.") from None
    except OSError as error:
        if database.shared:
            raise Mistake(f"The database {place(database)} cannot be reached: {error}.") from None
        raise Mistake(f"The folder of {place(database)} cannot be made: {error.strerror}.") from None
    except Newer:
        raise Mistake(f"The database {place(database)} was written by a newer Sitrep; run that one.") from None


_RESTORE = "docs/operations.md says how to restore a backup."


async def _found(database: Database, config: Config, *, new: bool | None) -> None:
    """Raises Mistake where one should be, is not, and nobody said that an empty one is wanted."""
    served = Note(config.data, place(database)).read()
    if new or (served is None and config.new_database) or not await database.empty():
        return
    since = f"Sitrep last served from it on {served:%Y-%m-%d %H:%M} UTC" if served else "SITREP_NEW_DATABASE is no"
    raise Mistake(
        f"The database {place(database)} is missing or empty, and {since}: put it back in place. {_RESTORE} "
        "If you want a new, empty one: sitrep migrate --new"
    )


async def introduce(database: Database, config: Config) -> None:
    """People of the configuration are known from the start, so that they can be named before they ever speak."""
    async with database.begin() as c:
        for contact in config.settings.roster.directory.values():
            await people.save(c, contact.person, phone=contact.phone)


async def signing_key(database: Database, config: Config) -> bytes:
    """SITREP_SECRET, or a key that is made once and kept in the database."""
    if config.secret:
        return config.secret.encode()
    if database.damage:
        async with database.read() as c:
            return (await facts.get(c, _KEY) or secrets.token_urlsafe(48)).encode()
    async with database.begin() as c:
        if not (kept := await facts.get(c, _KEY)):
            kept = secrets.token_urlsafe(48)
            await facts.put(c, _KEY, kept)
    return kept.encode()


def place(database: Database) -> str:
    """Its address without the password."""
    return str(database.file) if database.file else database.url.render_as_string(hide_password=True)
