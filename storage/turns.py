"""What several processes on one database do in turn, and how they wake each other. SQLite's writers queue anyway."""

from enum import IntEnum
from uuid import uuid4

from sqlalchemy import func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

CHANNEL = "sitrep"
ME = uuid4().hex
"""This process, so that it is not woken by itself."""
_OURS = 51740
"""Sets our locks apart from those of other programs in the same database."""


class Turn(IntEnum):
    """``NUMBERS``: no two incidents get the same number, and none is left out (REL-076).

    The others keep the order of row ids the order of commits: who asks for everything after a number would otherwise
    miss for ever what got a lower one and was committed later.
    """

    MIGRATION = 1
    NUMBERS = 2
    CHANGES = 3
    PUBLICATIONS = 4
    ROUTINES = 5


async def take(c: AsyncConnection, turn: Turn) -> None:
    """Wait until nobody else has it; it ends with the unit of work."""
    if c.dialect.name == "postgresql":
        await c.execute(select(func.pg_advisory_xact_lock(literal(_OURS), literal(int(turn)))))


async def wake(c: AsyncConnection) -> None:
    """The commit of this unit wakes the other processes."""
    if c.dialect.name == "postgresql":
        await c.execute(select(func.pg_notify(CHANNEL, ME)))
