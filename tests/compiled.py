"""Statements are compiled once per test process instead of once per test: that was a quarter of a database test's time.

SQLAlchemy keeps compiled statements per engine and per dialect object, and every test opens two new engines. What a
statement compiles to depends on the dialect's class alone, for none of ours is given options.
"""

from typing import Any

from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache

_OURS = (SQLiteDialect_aiosqlite, PGDialect_asyncpg)
_together: LRUCache[Any, Any] = LRUCache(2_000)


def compile_once() -> None:
    """For all engines from now on, on either database."""
    begun = Engine.__init__

    def begin(engine: Engine, *args: Any, **options: Any) -> None:
        begun(engine, *args, **options)
        if isinstance(engine.dialect, _OURS):
            engine._compiled_cache = _together

    def same(one: object, other: object) -> bool:
        return type(one) is type(other)

    Engine.__init__ = begin  # type: ignore[assignment, method-assign]
    for dialect in _OURS:
        dialect.__eq__ = same  # type: ignore[method-assign]
        dialect.__hash__ = lambda one: hash(type(one))  # type: ignore[assignment, method-assign]
