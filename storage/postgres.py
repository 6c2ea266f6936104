"""PostgreSQL: its connections, and what it alone needs. The only module that knows asyncpg."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from storage.turns import CHANNEL

_STOPPED_FOR = 5.0
"""Seconds: whoever stops in the middle of a unit must not hold an incident's row for longer than a lane's lease.

It ends before those who wait for the row lose patience.
"""
_SETTINGS = {
    "application_name": "sitrep",
    "idle_in_transaction_session_timeout": str(int(_STOPPED_FOR * 1000)),
    "lock_timeout": "10000",
    # The same where its machine is gone: the server notices by itself and lets the row go.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "2",
}
_CONNECT_WITHIN = 5.0
_ANSWER_WITHIN = 30.0
_STILL_THERE = 5.0
_THROW_OUT = """
select count(pg_terminate_backend(pid)) from pg_stat_activity
where datname = current_database() and usename = current_user and application_name = 'sitrep'
and state = 'active' and wait_event = 'ClientRead' and state_change < now() - make_interval(secs => $1)
"""
"""Between the two halves of a statement (asyncpg prepares it first) a session is not idle, and no timeout ends it."""
_RESTED = 1.0
"""Seconds after which a connection is asked whether it is still there before it is used again: that takes three trips
to the server, more than most units of ours. Where it went within the second, the unit is begun anew (`passing`)."""

_GONE = ("57P01", "57P02", "57P03", "25006", "25P03")
"""It is shut down, starts up, only reads (a standby), or threw us out: the connection is of no more use."""
_THERE_ALREADY = "23505"
_AGAIN = (*_GONE, "40001", "40P01", "53300", "55P03")
"""These, and what it could not put in order with what others did, has no connection left for, or waits for too long."""


def engine(url: URL, *, size: int, wait: float, reads: bool = False) -> AsyncEngine:
    """Up to ``size`` connections. ``reads``: each block sees the database as it was when it began."""
    more: dict[str, Any] = {"isolation_level": "REPEATABLE READ"} if reads else {}
    given = {"timeout": _CONNECT_WITHIN, "command_timeout": _ANSWER_WITHIN, "server_settings": _SETTINGS}
    made = create_async_engine(url, pool_size=size, max_overflow=0, pool_timeout=wait, connect_args=given, **more)
    _told_apart(made)
    _asked_after_a_rest(made)
    return made.execution_options(postgresql_readonly=True) if reads else made


def patient(url: URL) -> AsyncEngine:
    """For migrations: one connection, and as much time as they take."""
    settings = {"application_name": "sitrep migrate"}
    made = create_async_engine(
        url, poolclass=NullPool, connect_args={"timeout": _CONNECT_WITHIN, "server_settings": settings}
    )
    _told_apart(made)
    return made


def _told_apart(made: AsyncEngine) -> None:
    """A server that is away shows as an OSError, and a connection that is of no more use is thrown away."""

    @event.listens_for(made.sync_engine, "do_connect")
    def connect(dialect: Any, _record: object, args: tuple[Any, ...], words: dict[str, Any]) -> Any:
        try:
            return dialect.connect(*args, **words)
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
            raise ConnectionError(str(problem)) from problem

    @event.listens_for(made.sync_engine, "handle_error")
    def useless(context: ExceptionContext) -> None:
        if _state(context.original_exception) in _GONE:
            context.is_disconnect = True


def _asked_after_a_rest(made: AsyncEngine) -> None:
    engine = made.sync_engine

    @event.listens_for(engine, "checkout")
    def ask(connection: Any, record: ConnectionPoolEntry, _fairy: object) -> None:
        rested = record.info.get("rests since")
        if rested is None or time.monotonic() - rested < _RESTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except (engine.dialect.loaded_dbapi.Error, OSError) as problem:
            raise InvalidatePoolError(str(problem)) from problem

    @event.listens_for(engine, "checkin")
    def rest(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["rests since"] = time.monotonic()


def passing(problem: BaseException) -> bool:
    """Whether the same unit may well succeed when it is begun anew, on another connection if need be."""
    if isinstance(problem, DBAPIError):
        return problem.connection_invalidated or _state(problem.orig) in _AGAIN
    return isinstance(problem, ConnectionError)


def raced(problem: BaseException) -> bool:
    return isinstance(problem, DBAPIError) and _state(problem.orig) == _THERE_ALREADY


def _state(problem: BaseException | None) -> str:
    state = getattr(problem, "sqlstate", None)
    return state if isinstance(state, str) else ""


async def listen(url: URL, heard: Callable[[str], None], *, connected: Callable[[], None]) -> None:
    """Call ``heard`` with whatever another process says after its commits. Raises OSError when the connection ends."""
    alone = create_async_engine(url, poolclass=NullPool, connect_args={"timeout": _CONNECT_WITHIN})
    _told_apart(alone)
    ended = asyncio.Event()
    async with alone.connect() as c:
        connection: asyncpg.Connection = (await c.get_raw_connection()).driver_connection
        connection.add_termination_listener(lambda _: ended.set())
        await connection.add_listener(CHANNEL, lambda _c, _pid, _channel, who: heard(who))
        connected()
        while not ended.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), _STILL_THERE)
            await _still_there(connection)


async def _still_there(connection: "asyncpg.Connection") -> None:
    """A connection that was cut somewhere on its way says nothing, and looks like one on which nothing is said.

    What is asked on it throws out whoever stopped in the middle of a statement, for all replicas (REL-092).
    """
    try:
        await connection.fetchval(_THROW_OUT, _STOPPED_FOR, timeout=_CONNECT_WITHIN)
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
        raise ConnectionError("nobody wakes us any more") from problem
