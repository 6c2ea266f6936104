"""Alembic, run from inside the program: an operator never needs to know it."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import URL, Connection

from storage import turns
from storage.turns import Turn


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return made


def upgrade(connection: Connection) -> None:
    """Run every migration that this database has not seen."""
    if at_head(connection):
        return
    made = config()
    made.attributes["connection"] = connection
    command.upgrade(made, "head")


async def in_turn(url: URL) -> None:
    """On a server: of several processes that start together one does it, and the others wait and find it done."""
    from storage import postgres

    engine = postgres.patient(url)
    async with engine.begin() as connection:
        await turns.take(connection, Turn.MIGRATION)
        await connection.run_sync(upgrade)


def at_head(connection: Connection) -> bool:
    """Does this database have exactly the tables this program expects?"""
    present = MigrationContext.configure(connection).get_current_revision()
    return present == _head()


def untouched(connection: Connection) -> bool:
    return MigrationContext.configure(connection).get_current_revision() is None


@cache
def _head() -> str | None:
    """The files of a package do not change while it runs, and reading all of them takes 7 ms."""
    return ScriptDirectory.from_config(config()).get_current_head()
