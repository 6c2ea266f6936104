"""What has not been sent, for an operator: what waits, what was given up, and that once more."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import turns
from storage.tables import lane, outbox


@dataclass(frozen=True, slots=True)
class Told:
    """A row as an operator sees it: without its words."""

    op: str
    lane: str
    incident_id: int
    kind: str
    state: str
    created_at: datetime
    last_error: str | None


async def unsent(c: AsyncConnection, *, limit: int = 500) -> list[Told]:
    """What waits and what was given up, the oldest first."""
    columns = [outbox.c[name] for name in Told.__dataclass_fields__]
    query = select(*columns).where(outbox.c.state.in_(("pending", "dead"))).order_by(outbox.c.id).limit(limit)
    return [Told(*row) for row in await c.execute(query)]


async def again(c: AsyncConnection, op: str, *, now: datetime) -> bool:
    """Try once more what was given up; whoever sends it looks first. False when there is no such row."""
    dead = (outbox.c.op == op, outbox.c.state == "dead")
    name = (await c.execute(select(outbox.c.lane).where(*dead))).scalar()
    if name is None:
        return False
    # As if its last holder had died: perhaps it did arrive.
    waits = {"pending": lane.c.pending + 1, "not_before": now, "failures": 0}
    expired = func.coalesce(lane.c.lease_until, now, type_=lane.c.lease_until.type)
    await c.execute(update(lane).where(lane.c.name == name).values(**waits, lease_until=expired))
    anew = {"state": "pending", "attempts": 0, "created_at": now, "last_error": None}
    await c.execute(update(outbox).where(*dead).values(**anew))
    await turns.wake(c)
    return True
