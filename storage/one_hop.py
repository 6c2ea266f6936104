"""aiosqlite under SQLAlchemy with one trip to its thread for each statement.

SQLAlchemy's own adapter makes up to four: open a cursor, execute, fetch, close; and a transaction's BEGIN is a
statement of its own. A trip costs more than the statement it carries, and a spoken line is half a dozen statements.
Everything here goes through what the two libraries offer: a connection class of our own for `sqlite3`, aiosqlite's
`execute_fetchall`, and SQLAlchemy's `module` argument for the driver.
"""

import sqlite3
import time
from collections import deque
from collections.abc import Iterable
from typing import Any, cast

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util.concurrency import await_

_PATIENCE = 5.0
"""Seconds that a unit waits for another process to finish its own."""
_LOOK = 0.001
"""Seconds between two looks."""
_COMMIT = "COMMIT"


class _Trip(str):
    """A statement with those that go ahead of it: the transaction's BEGIN, and statements whose outcome nobody reads.

    They travel with the statement and not beside it: a unit that is cancelled between the two would leave a statement
    outside any transaction, carried out at once.
    """

    __slots__ = ("ahead", "many", "opening")

    opening: str
    many: bool
    """Its values are a list: it is carried out for each of them."""
    ahead: list[tuple[str, Any, bool]]


class _Rows(list[Any]):
    """All rows of a statement, with what its cursor knew about them."""

    __slots__ = ("description", "lastrowid", "rowcount")

    arraysize = 1

    def __init__(self, rows: Iterable[Any] = (), cursor: sqlite3.Cursor | None = None) -> None:
        super().__init__(rows)
        self.description = cursor and cursor.description
        self.rowcount = cursor.rowcount if cursor else -1
        self.lastrowid = cursor and cursor.lastrowid


class _Statement(sqlite3.Cursor):
    """Lives in aiosqlite's thread only: what it found leaves it all at once."""

    def fetchall(self) -> _Rows:
        return _Rows(super().fetchall(), self)


def _begin(cursor: sqlite3.Cursor, opening: str) -> None:
    """Take the file, waiting up to 5 seconds for another process.

    SQLite's own waiting soon looks every 100 ms only: beside a neighbour who writes without pause it starves.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            cursor.execute(opening)
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_LOOK)
        else:
            return


class _File(sqlite3.Connection):
    def cursor(self, factory: Any = _Statement) -> Any:
        return super().cursor(factory)

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        cursor = self.cursor()
        if not isinstance(sql, _Trip):
            return cast(sqlite3.Cursor, cursor.execute(sql, parameters))
        try:
            if sql.opening:
                _begin(cursor, sql.opening)
            for statement, values, many in sql.ahead:
                (cursor.executemany if many else cursor.execute)(statement, values)
            return cast(sqlite3.Cursor, (cursor.executemany if sql.many else cursor.execute)(sql, parameters))
        finally:
            if sql == _COMMIT and self.in_transaction:
                # It failed; SQLAlchemy holds a transaction for ended once its commit was tried.
                self.rollback()


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """Nothing stays open between two calls, so there is nothing to close."""

    __slots__ = ("unread",)

    _awaitable_cursor_close = False
    _adapt_connection: "OneHopConnection"
    _cursor: Any

    def __init__(self, adapt_connection: "OneHopConnection") -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection.driver_connection
        self._cursor = _Rows()
        self._rows = deque()
        self.unread = False

    @property
    def description(self) -> Any:
        return self._cursor.description

    async def _execute_async(self, operation: str, parameters: Any) -> None:
        connection = self._adapt_connection
        if self.unread:
            connection.ahead.append((operation, parameters, False))
            return
        async with connection._execute_mutex:
            self._cursor = await connection.file.execute_fetchall(connection.trip(operation), parameters)
            self._rows = deque(self._cursor)

    async def _executemany_async(self, operation: str, seq_of_parameters: Any) -> None:
        connection = self._adapt_connection
        if self.unread:
            connection.ahead.append((operation, seq_of_parameters, True))
            return
        async with connection._execute_mutex:
            trip = connection.trip(operation, many=True)
            self._cursor = await connection.file.execute_fetchall(trip, seq_of_parameters)

    def close(self) -> None:
        self._rows.clear()


class OneHopConnection(AsyncAdapt_aiosqlite_connection):
    """What SQLAlchemy holds for one open SQLite file."""

    __slots__ = ("_opening", "ahead")

    _cursor_cls: Any = _Cursor

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self._opening = ""
        self.ahead: list[tuple[str, Any, bool]] = []

    @property
    def file(self) -> aiosqlite.Connection:
        """Its owner and its thread."""
        return cast(aiosqlite.Connection, self.driver_connection)

    def begin_with(self, opening: str) -> None:
        """The next statement begins a transaction with ``opening``; a unit that says nothing begins none."""
        self._opening = opening

    def trip(self, statement: str, *, many: bool = False) -> str:
        """``statement``, with all that goes ahead of it."""
        if not self._opening and not self.ahead and not many:
            return statement
        trip = _Trip(statement)
        trip.many = many
        trip.opening, self._opening = self._opening, ""
        trip.ahead, self.ahead = self.ahead, []
        return trip

    async def leave(self) -> None:
        """What waits goes now."""
        async with self._execute_mutex:
            await self.file.execute_fetchall(self.trip(""))

    def cursor(self, server_side: bool = False) -> Any:
        """One that reads bit by bit finds everything done that was said before."""
        if server_side:
            await_(self.leave())
        return super().cursor(server_side)

    def commit(self) -> None:
        """The statements nobody reads go along. Nothing begun, nothing to commit."""
        if self.ahead:
            try:
                await_(self.file.execute_fetchall(self.trip(_COMMIT)))
            except ValueError as closed:
                self._handle_exception(closed)
        elif not self._opening:
            super().commit()
        self._opening = ""

    def rollback(self) -> None:
        """Also after a cancelled statement: it has been carried out before this is."""
        self._opening = ""
        self.ahead.clear()
        super().rollback()


def carry(_connection: object, cursor: Any, *said: Any) -> None:
    """A listener of SQLAlchemy's: the execution option `unread` reaches the cursor.

    Such a statement's outcome is nobody's business, so it goes with the next one, or with the commit; what is wrong
    with it is raised there.
    """
    context = said[2]
    if context is not None and context.execution_options.get("unread"):
        cursor.unread = True


class OneHop(AsyncAdapt_aiosqlite_dbapi):
    """The driver module for ``create_async_engine(…, module=…)``."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arguments: Any, **settings: Any) -> OneHopConnection:
        """A file opened by aiosqlite, whose connections are ours."""
        adapted = super().connect(*arguments, factory=_File, **settings)
        return OneHopConnection(self, adapted.driver_connection)
