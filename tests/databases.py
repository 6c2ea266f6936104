"""The one place where a test's database comes from: a copy of a template that this process made once.

    database = Database.open(await ready(tmp_path / "sitrep.db"))             # all tables, nobody in them
    database = Database.open(await ready(tmp_path / "sitrep.db", furnished))  # and filled by `crash.world.furnished`

A place stands for a database as its file does: the same place is the same database, so that a restart finds it.
Which kind it is, `conftest.py` decides for each test.
"""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any, Literal

from on_server import Server

from storage.database import Database

Filling = Callable[[Database], Awaitable[None]]
Kind = Literal["sqlite", "postgresql"]


async def nobody(_database: Database) -> None:
    """All tables, and nothing in them."""


_kind: list[Kind] = ["sqlite"]
_server = Server()
_templates: dict[Filling, bytes] = {}


def use(kind: Kind) -> None:
    """From now on, and forget what the last test had."""
    _server.forget()
    _kind[0] = kind


def kind() -> Kind:
    return _kind[0]


async def ready(place: Path, filling: Filling = nobody) -> str:
    """The address of the database at this place, made if there is none. Migrating each would take 70 ms a test."""
    if _kind[0] == "postgresql":
        await _ready_on_server(place, filling)
    elif not _there(place):
        if filling not in _templates:
            _templates[filling] = await _template(filling)
        _copy(_templates[filling], place)
    return address(place)


def _there(file: Path) -> bool:
    return file.exists()


def _copy(template: bytes, file: Path) -> None:
    file.write_bytes(template)


def address(place: Path) -> str:
    if _kind[0] == "postgresql":
        return _server.address(place)
    return f"sqlite+aiosqlite:///{place}"


def duplicate(old: Path, new: Path) -> None:
    """While nobody uses it."""
    if _kind[0] == "postgresql":
        _server.duplicate(old, new)
    else:
        copyfile(old, new)


def let_go(place: Path) -> None:
    """Wait until a killed process has nothing open there any more: its last statement may still be carried out."""
    if _kind[0] == "postgresql":
        _server.let_go(place)


def spoil(place: Path) -> None:
    """Not only its rows are changed: no other test gets it."""
    if _kind[0] == "postgresql":
        _server.spoil(place)


def rows(place: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Past Sitrep's own connections; ``?`` for each value."""
    if _kind[0] == "postgresql":
        for number in range(1, len(values) + 1):
            query = query.replace("?", f"${number}", 1)
        return _server.rows(place, query, *values)
    with closing(sqlite3.connect(place, timeout=10)) as c:
        return c.execute(query, values).fetchall()


def execute(place: Path, statement: str) -> None:
    if _kind[0] == "postgresql":
        _server.execute(place, statement)
        return
    with closing(sqlite3.connect(place, timeout=10)) as c, c:
        c.execute(statement)


async def _ready_on_server(place: Path, filling: Filling) -> None:
    if _server.there(place):
        return
    if not _server.knows(filling):
        model = place.with_name(f"{place.name} as it begins")
        await _filled(address(model), filling)
        _server.template(model, filling)
    _server.copy(filling, place)


async def _template(filling: Filling) -> bytes:
    with TemporaryDirectory(prefix="sitrep-template-") as folder:
        file = Path(folder, "template.db")
        await _filled(address(file), filling)
        return file.read_bytes()  # noqa: ASYNC240 - nobody else waits for this loop


async def _filled(url: str, filling: Filling) -> None:
    database = Database.open(url)
    await database.migrate()
    await filling(database)
    # The last connection to leave writes everything into the one file.
    await database.close()
