"""Every promise that was kept or broken, for good: what the reports count (KPI-2, KPI-3, KPI-11, KPI-12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.promises import Settled
from storage.tables import promise as table


@dataclass(frozen=True, slots=True)
class Kept:
    """A settled promise with what it is counted by."""

    incident: int
    severity: int
    private: bool
    settled: Settled


@dataclass(frozen=True, slots=True)
class Past:
    """A row as it is shown; ``owner`` may be empty."""

    incident_id: int
    private: bool
    kind: str
    name: str
    due_at: datetime
    settled_at: datetime
    kept: bool
    done: bool
    late_seconds: int
    owner: str


async def add(c: AsyncConnection, settled: Sequence[Kept]) -> None:
    await c.execute(insert(table), [_row(each) for each in settled])


def _row(each: Kept) -> dict[str, object]:
    what = each.settled
    return {
        "incident_id": each.incident,
        "severity": int(each.severity),
        "private": each.private,
        "kind": what.deadline.kind,
        "name": what.deadline.name,
        "due_at": what.deadline.due_at,
        "settled_at": what.at,
        "kept": what.kept,
        "done": what.done,
        "late_seconds": what.late_seconds,
        "owner_id": what.owner.id if what.owner else "",
        "owner": what.owner.name if what.owner else "",
    }


async def newest(c: AsyncConnection, *, limit: int = 50) -> list[Past]:
    """What was settled last, first; callers leave out what the reader may not see."""
    columns = [table.c[name] for name in Past.__dataclass_fields__]
    query = select(*columns).order_by(table.c.id.desc()).limit(limit)
    return [Past(*row) for row in await c.execute(query)]


async def shares(c: AsyncConnection, since: datetime) -> dict[str, tuple[int, int]]:
    """By kind of deadline: how many were kept, of how many that were due since then.

    Private incidents count nowhere: whoever reads this may not know of them (G9).
    """
    kept = func.sum(case((table.c.kept, 1), else_=0))
    query = (
        select(table.c.kind, kept, func.count())
        .where(table.c.due_at >= since, table.c.private.is_(False))
        .group_by(table.c.kind)
        .order_by(table.c.kind)
    )
    return {kind: (int(good), total) for kind, good, total in await c.execute(query)}
