"""What waits for a platform as a whole: since when, in figures that tell of no incident, and that it may go now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import turns
from storage.tables import lane, outbox


async def hurry(c: AsyncConnection, platform: str, *, now: datetime) -> None:
    """The platform is back: what waits longer and longer from try to try is tried now."""
    names = select(lane.c.name).where(
        lane.c.name.startswith(f"{platform}:"), lane.c.pending > 0, lane.c.failures > 0, lane.c.lease_until.is_(None)
    )
    # In this order, as everywhere where several are taken; who has one in hand just now tries it anyway.
    found = list((await c.execute(names.order_by(lane.c.name).with_for_update(skip_locked=True))).scalars())
    if found:
        await c.execute(update(lane).where(lane.c.name.in_(found)).values(not_before=now, failures=0))
        await turns.wake(c)


@dataclass(frozen=True, slots=True)
class Backlog:
    """Of one platform; ``since`` is when its oldest row was written."""

    rows: int
    since: datetime


async def by_platform(c: AsyncConnection) -> dict[str, Backlog]:
    """Only where something waits."""
    # By lane, as the index of what waits is ordered; SQLite and PostgreSQL cut text with different functions.
    query = (
        select(outbox.c.lane, func.count().label("rows"), func.min(outbox.c.created_at).label("since"))
        .where(outbox.c.state == "pending")
        .group_by(outbox.c.lane)
    )
    found: dict[str, Backlog] = {}
    for row in await c.execute(query):
        platform = row.lane.partition(":")[0]
        before = found.get(platform, Backlog(0, row.since))
        found[platform] = Backlog(before.rows + row.rows, min(before.since, row.since))
    return found


async def reason(c: AsyncConnection, platform: str) -> str | None:
    """Why the oldest of what was tried there is still waiting; None where nothing was tried."""
    query = (
        select(outbox.c.last_error)
        .where(outbox.c.state == "pending", outbox.c.lane.startswith(f"{platform}:"), outbox.c.attempts > 0)
        .order_by(outbox.c.id)
        .limit(1)
    )
    found: str | None = (await c.execute(query)).scalar()
    return found


async def given_up(c: AsyncConnection, *, since: datetime) -> int:
    query = select(func.count()).select_from(outbox).where(outbox.c.state == "dead", outbox.c.sent_at >= since)
    return (await c.execute(query)).scalar_one()
