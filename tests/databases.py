"""The one place where a test's database comes from: a copy of a template that this process made once.

    database = Database.open(await ready(tmp_path / "sitrep.db"))             # all tables, nobody in them
    database = Database.open(await ready(tmp_path / "sitrep.db", furnished))  # and filled by `crash.world.furnished`

A place stands for a database as its file does: the same place is the same database, so that a restart finds it.
Only the functions below `ready` know that it is a file. A server would have a database for each place, named after it,
and copy the template by itself (`create database … template …`).
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.database import Database

Filling = Callable[[Database], Awaitable[None]]


async def nobody(_database: Database) -> None:
    """All tables, and nothing in them."""


_templates: dict[Filling, bytes] = {}


async def ready(place: Path, filling: Filling = nobody) -> str:
    """The address of the database at this place, made if there is none. Migrating each would take 70 ms a test."""
    if not _there(place):
        if filling not in _templates:
            _templates[filling] = await _template(filling)
        _copy(_templates[filling], place)
    return address(place)


def address(place: Path) -> str:
    return f"sqlite+aiosqlite:///{place}"


def _there(place: Path) -> bool:
    return place.exists()


def _copy(template: bytes, place: Path) -> None:
    place.write_bytes(template)


async def _template(filling: Filling) -> bytes:
    with TemporaryDirectory(prefix="sitrep-template-") as folder:
        file = Path(folder, "template.db")
        database = Database.open(address(file))
        await database.migrate()
        await filling(database)
        # The last connection to leave writes everything into the one file.
        await database.close()
        return file.read_bytes()  # noqa: ASYNC240 - nobody else waits for this loop
