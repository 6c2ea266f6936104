"""What waits and since when, in figures: no row's words, no incident's number (REL-222)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import outbox


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
