"""Statements are compiled once per test process instead of once per test: that was a quarter of a database test's time.

SQLAlchemy keeps compiled statements per engine and per dialect object, and every test opens two new engines. What a
statement compiles to depends on the dialect's class alone, for none of ours is given options.
"""

from typing import Any

from sqlalchemy import event
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.util import LRUCache

_OURS = (SQLiteDialect_aiosqlite, PGDialect_asyncpg)
_together: LRUCache[Any, Any] = LRUCache(2_000)


def compile_once() -> None:
    """For all engines of ours from now on."""

    def same(one: object, other: object) -> bool:
        return type(one) is type(other)

    def number(one: object) -> int:
        return hash(type(one))

    for dialect in _OURS:
        type.__setattr__(dialect, "__eq__", same)
        type.__setattr__(dialect, "__hash__", number)
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    if isinstance(connection.dialect, _OURS):
        connection.engine._compiled_cache = _together
