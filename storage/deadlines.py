"""Deadlines: when to look at which incident next. What is owed is on the incident; these rows only wake the clock."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.records import NEVER, Deadline
from storage import turns
from storage.tables import deadline as table
from storage.tables import maintenance

Owed = Mapping[str, Deadline]

# Every reminder runs these; built once, they also keep their cache key.
_DROP = delete(table).where(table.c.incident_id == bindparam("of"), table.c.name == bindparam("called"))
_DROP = _DROP.execution_options(unread=True)
_ADD = insert(table).execution_options(unread=True)


async def replace(c: AsyncConnection, changes: Iterable[tuple[int, Owed, Owed]]) -> None:
    """Of each incident, what was owed and what is: make the rows say the latter, touching only what differs."""
    gone: list[dict[str, object]] = []
    new: list[dict[str, object]] = []
    for id, before, after in changes:
        gone += [{"of": id, "called": name} for name, old in before.items() if after.get(name) != old]
        new += [_row(id, deadline) for name, deadline in after.items() if before.get(name) != deadline]
    if gone:
        await c.execute(_DROP, gone)
    if new:
        await c.execute(_ADD, new)
        await turns.wake(c)


def _row(incident_id: int, owed: Deadline) -> dict[str, object]:
    return {"incident_id": incident_id, "name": owed.name, "due_at": owed.due_at, "wake_at": owed.wake_at}


async def next_wake(c: AsyncConnection) -> datetime | None:
    """When the clock looks next, at an incident or at planned maintenance."""
    earliest = select(
        select(func.min(table.c.wake_at)).where(table.c.wake_at < NEVER).scalar_subquery(),
        select(func.min(maintenance.c.wake_at)).scalar_subquery(),
    )
    return min((moment for moment in (await c.execute(earliest)).one() if moment), default=None)


async def past(c: AsyncConnection, now: datetime, *, limit: int = 200) -> list[tuple[int, datetime]]:
    """Incidents with something past its wake time, the longest overdue first, each once."""
    # Grouped only afterwards: a plain GROUP BY makes SQLite read the whole table along its primary key.
    late = (
        select(table.c.incident_id, table.c.wake_at)
        .where(table.c.wake_at <= now)
        .order_by(table.c.wake_at)
        .limit(10 * limit)
        .subquery()
    )
    since = func.min(late.c.wake_at).label("since")
    query = select(late.c.incident_id, since).group_by(late.c.incident_id).order_by("since").limit(limit)
    return [(row.incident_id, row.since) for row in await c.execute(query)]


async def due_to_be_told(c: AsyncConnection, since: datetime) -> int:
    """How many reminders have waited since then: nobody looks, or something keeps them from being given."""
    query = select(func.count()).select_from(table).where(table.c.wake_at <= since)
    return (await c.execute(query)).scalar_one()


async def read(c: AsyncConnection, ids: Collection[int]) -> dict[int, dict[str, tuple[datetime, datetime]]]:
    """The rows of these incidents as they are: by name, when each is due and when it wakes."""
    query = select(table).where(table.c.incident_id.in_(ids))
    found: dict[int, dict[str, tuple[datetime, datetime]]] = {}
    for row in await c.execute(query):
        found.setdefault(row.incident_id, {})[row.name] = (row.due_at, row.wake_at)
    return found


async def rewrite(c: AsyncConnection, incident_id: int, owed: Owed) -> None:
    """Make the rows say what the incident says, whatever they said before."""
    await c.execute(delete(table).where(table.c.incident_id == incident_id))
    await replace(c, [(incident_id, {}, owed)])


async def put_off(c: AsyncConnection, incident_id: int, since: datetime, *, until: datetime) -> None:
    """Look again only then; what is owed on the incident stays as it is."""
    late = (table.c.incident_id == incident_id, table.c.wake_at <= since)
    await c.execute(update(table).where(*late).values(wake_at=until))
