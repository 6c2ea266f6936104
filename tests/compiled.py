"""Statements are compiled once per test process instead of once per test: that was a quarter of a database test's time.

SQLAlchemy keeps compiled statements per engine and per dialect object, and every test opens two new engines. What a
statement compiles to depends on the dialect's class alone, for none of ours is given options.
"""

from typing import Any

from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache

_together: LRUCache[Any, Any] = LRUCache(2_000)


def compile_once() -> None:
    """For all engines on SQLite from now on."""
    begun = Engine.__init__

    def begin(engine: Engine, *args: Any, **options: Any) -> None:
        begun(engine, *args, **options)
        if isinstance(engine.dialect, SQLiteDialect_aiosqlite):
            engine._compiled_cache = _together

    def same(one: SQLiteDialect_aiosqlite, other: object) -> bool:
        return type(one) is type(other)

    Engine.__init__ = begin  # type: ignore[assignment, method-assign]
    SQLiteDialect_aiosqlite.__eq__ = same  # type: ignore[method-assign, assignment]
    SQLiteDialect_aiosqlite.__hash__ = lambda one: hash(type(one))  # type: ignore[assignment, method-assign]
