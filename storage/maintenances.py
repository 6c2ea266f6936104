"""Planned maintenance: one row each, the state as JSON beside the columns that are searched; and its log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.maintenance import Maintenance, MaintenanceStage
from storage import turns
from storage.incidents import Stale
from storage.tables import maintenance as table
from storage.tables import maintenance_entry as log
from storage.turns import Turn

_QUERY = select(table.c.version, table.c.wake_at, table.c.state)
_OVER = [stage.value for stage in MaintenanceStage if stage.final]


@dataclass(frozen=True, slots=True)
class Logged:
    seq: int
    at: datetime
    actor: str
    text: str


@cache
def _shape() -> TypeAdapter[Maintenance]:
    return TypeAdapter(Maintenance)


async def next_id(c: AsyncConnection) -> int:
    """Only inside a write unit."""
    await turns.take(c, Turn.NUMBERS)
    return ((await c.execute(select(func.max(table.c.id)))).scalar() or 0) + 1


async def by_id(c: AsyncConnection, id: int, *, lock: bool = False) -> Maintenance | None:
    query = _QUERY.where(table.c.id == id)
    row = (await c.execute(query.with_for_update() if lock else query)).first()
    return _decode(row) if row else None


async def listed(c: AsyncConnection, *, over: int = 0) -> list[Maintenance]:
    """All that are not over, the next first; then the ``over`` newest that are."""
    going_on = _QUERY.where(table.c.stage.not_in(_OVER)).order_by(table.c.starts_at, table.c.id)
    ended = _QUERY.where(table.c.stage.in_(_OVER)).order_by(table.c.starts_at.desc(), table.c.id.desc()).limit(over)
    rows = [*(await c.execute(going_on)), *(await c.execute(ended))]
    return [_decode(row) for row in rows]


def _decode(row: Row[int, datetime | None, str]) -> Maintenance:
    found = _shape().validate_json(row[2])
    found.version, found.wake_at = row[0], row[1]
    return found


def _columns(maintenance: Maintenance) -> dict[str, object]:
    return {
        "stage": maintenance.stage.value,
        "starts_at": maintenance.starts_at,
        "wake_at": maintenance.wake_at,
        "state": _shape().dump_json(maintenance, exclude={"news", "version", "wake_at"}).decode(),
    }


async def add(c: AsyncConnection, maintenance: Maintenance) -> None:
    maintenance.version = 1
    await c.execute(insert(table).values(id=maintenance.id, version=1, **_columns(maintenance)))


async def save(c: AsyncConnection, maintenance: Maintenance) -> None:
    """Write it back. Raises Stale when somebody else was faster."""
    loaded = maintenance.version
    query = update(table).where(table.c.id == maintenance.id, table.c.version == loaded)
    done = await c.execute(query.values(version=loaded + 1, **_columns(maintenance)))
    if done.rowcount != 1:
        raise Stale(f"maintenance {maintenance.id} is no longer at version {loaded}")
    maintenance.version += 1


async def write_down(c: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add to the log."""
    await c.execute(insert(log), list(rows))


async def read_log(c: AsyncConnection, id: int) -> list[Logged]:
    query = select(log.c.seq, log.c.at, log.c.actor, log.c.text).where(log.c.maintenance_id == id).order_by(log.c.seq)
    return [Logged(*row) for row in await c.execute(query)]


async def past(c: AsyncConnection, now: datetime, *, limit: int = 200) -> list[tuple[int, datetime]]:
    """Those past their wake time, the longest overdue first."""
    query = select(table.c.id, table.c.wake_at).where(table.c.wake_at <= now).order_by(table.c.wake_at).limit(limit)
    return [(row[0], row[1]) for row in await c.execute(query)]


async def put_off(c: AsyncConnection, id: int, since: datetime, *, until: datetime) -> None:
    """Look again only then."""
    late = (table.c.id == id, table.c.wake_at <= since)
    await c.execute(update(table).where(*late).values(wake_at=until))
