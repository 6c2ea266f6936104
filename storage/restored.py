"""Is this the database that was last served, or an older copy of it? Then nothing leaves until somebody says so."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import facts
from storage.tables import lane, outbox

_ALIVE, _HELD = "last alive", "outbound held"


async def beat(c: AsyncConnection, now: datetime) -> None:
    await facts.put(c, _ALIVE, now.isoformat())


async def last_beat(c: AsyncConnection) -> datetime | None:
    return _moment(await facts.get(c, _ALIVE))


async def hold(c: AsyncConnection, since: datetime) -> None:
    """``since`` is when the copy was made: what waited then may have left long ago (REL-114)."""
    if await held(c) is None:
        await facts.put(c, _HELD, since.isoformat())


async def held(c: AsyncConnection) -> datetime | None:
    """Since when, None when everything may leave."""
    return _moment(await facts.get(c, _HELD))


async def release(c: AsyncConnection) -> None:
    await facts.put(c, _HELD, "")


async def drop(c: AsyncConnection, *, until: datetime) -> int:
    """Give up what waits since before ``until``; how many rows."""
    old = (outbox.c.state == "pending", outbox.c.created_at <= until)
    names = list((await c.execute(select(outbox.c.lane).where(*old).distinct())).scalars())
    # The lanes first, as everywhere: whoever has a lane in hand comes before us, or after.
    await c.execute(select(lane.c.name).where(lane.c.name.in_(names)).order_by(lane.c.name).with_for_update())
    gone = await c.execute(update(outbox).where(*old).values(state="dead", last_error="restored from a backup"))
    waiting = select(func.count()).where(outbox.c.lane == lane.c.name, outbox.c.state == "pending").scalar_subquery()
    await c.execute(update(lane).where(lane.c.name.in_(names)).values(pending=waiting))
    return gone.rowcount


def _moment(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None
