"""Alembic, run from inside the program: an operator never needs to know it.

It is loaded only where there is something to do: it takes a tenth of the time of a start.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.engine import URL, Connection

from storage import turns
from storage.turns import Turn

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"


class Newer(Exception):
    """The database was written by a program that knows more migrations than this one."""


def config() -> "Config":
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(_MIGRATIONS))
    return made


def upgrade(connection: Connection) -> None:
    """Run every migration that this database has not seen. Raises Newer."""
    if at_head(connection):
        return
    from alembic import command
    from alembic.util import CommandError

    made = config()
    made.attributes["connection"] = connection
    try:
        command.upgrade(made, "head")
    except CommandError as problem:
        raise Newer(str(problem)) from problem


async def in_turn(url: URL) -> None:
    """On a server: of several processes that start together one does it, and the others wait and find it done."""
    from storage import postgres

    engine = postgres.patient(url)
    async with engine.begin() as connection:
        await turns.take(connection, Turn.MIGRATION)
        await connection.run_sync(upgrade)


def at_head(connection: Connection) -> bool:
    """Does this database have exactly the tables this program expects?"""
    return _present(connection) == [head()]


def untouched(connection: Connection) -> bool:
    """Has no migration ever run here?"""
    return not _present(connection)


def _present(connection: Connection) -> list[str]:
    if not inspect(connection).has_table("alembic_version"):
        return []
    return list(connection.execute(text("select version_num from alembic_version")).scalars())


@cache
def head() -> str:
    """The newest migration: their files are named after their numbers."""
    return max(file.stem for file in (_MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]
