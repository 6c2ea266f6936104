"""From a Config to an open, up-to-date database with everybody of the configuration in it."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DBAPIError

from bot.config import Config
from bot.mistake import Mistake
from storage import facts, people
from storage.database import Database
from storage.migrating import Newer

_KEY = "signing_key"


@asynccontextmanager
async def opened(config: Config) -> AsyncIterator[Database]:
    """Raises Mistake when there is no usable database there."""
    database = Database.open(config.database)
    try:
        await _ready(database, config)
        yield database
    finally:
        await database.close()


async def _ready(database: Database, config: Config) -> None:
    try:
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


async def introduce(database: Database, config: Config) -> None:
    """People of the configuration are known from the start, so that they can be named before they ever speak."""
    async with database.begin() as c:
        for contact in config.settings.roster.directory.values():
            await people.save(c, contact.person, phone=contact.phone)


async def signing_key(database: Database, config: Config) -> bytes:
    """SITREP_SECRET, or a key that is made once and kept in the database."""
    if config.secret:
        return config.secret.encode()
    async with database.begin() as c:
        if not (kept := await facts.get(c, _KEY)):
            kept = secrets.token_urlsafe(48)
            await facts.put(c, _KEY, kept)
    return kept.encode()


def place(database: Database) -> str:
    """Its address without the password."""
    return str(database.file) if database.file else database.url.render_as_string(hide_password=True)
