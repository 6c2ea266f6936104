"""Incidents: one row each, the state as JSON beside the columns that lists are made from."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter
from sqlalchemy import Row, Select, bindparam, func, insert, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.incident import Incident
from storage import turns
from storage.tables import deadline, room
from storage.tables import incident as table
from storage.turns import Turn


class Stale(Exception):
    """The incident was changed by somebody else since it was loaded; nothing was written."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list of incidents."""

    id: int
    title: str
    severity: int
    phase: str
    stage: str | None
    private: bool
    declared_at: datetime


# Every line runs these. Built once, they also keep their cache key: a third of the time of building them each time.
_BY_ROOM = (
    select(table.c.version, table.c.state)
    .join(room, room.c.incident_id == table.c.id)
    .where(room.c.platform == bindparam("platform"), room.c.ref == bindparam("ref"))
)
_LOCK_BY_ROOM = _BY_ROOM.with_for_update(of=table)
_BY_ID = select(table.c.version, table.c.state).where(table.c.id == bindparam("id"))
_LOCK_BY_ID = _BY_ID.with_for_update()
_BY_IDS = select(table.c.version, table.c.state).where(table.c.id.in_(bindparam("ids", expanding=True)))
_SAVE = update(table).where(table.c.id == bindparam("this"), table.c.version == bindparam("loaded"))


@cache
def _shape() -> TypeAdapter[Incident]:
    return TypeAdapter(Incident)


async def next_id(c: AsyncConnection) -> int:
    """The number the next incident gets: no gap, no repeat (REL-076). Only inside a write unit."""
    await turns.take(c, Turn.NUMBERS)
    return ((await c.execute(select(func.max(table.c.id)))).scalar() or 0) + 1


async def by_id(c: AsyncConnection, id: int, *, lock: bool = False) -> Incident | None:
    return await _one(c, _LOCK_BY_ID if lock else _BY_ID, id=id)


async def by_ids(c: AsyncConnection, ids: Collection[int]) -> list[Incident]:
    """Those of them that there are. Whoever means to change them took their `lock` first."""
    return [_decode(row) for row in await c.execute(_BY_IDS, {"ids": list(ids)})]


async def by_room(c: AsyncConnection, platform: str, ref: str, *, lock: bool = False) -> Incident | None:
    """The incident whose room this is."""
    return await _one(c, _LOCK_BY_ROOM if lock else _BY_ROOM, platform=platform, ref=ref)


async def _one(c: AsyncConnection, query: Select[int, str], **values: object) -> Incident | None:
    row = (await c.execute(query, values)).first()
    return _decode(row) if row else None


def _decode(row: Row[int, str]) -> Incident:
    found = _shape().validate_json(row.state)
    found.version = row.version
    return found


def _columns(incident: Incident) -> dict[str, object]:
    return {
        "title": incident.title,
        "severity": int(incident.severity),
        "phase": incident.phase.value,
        "stage": incident.stage.value if incident.stage else None,
        "open": incident.phase.active,
        "private": incident.private,
        "declared_at": incident.clocks.declared_at,
        "state": _shape().dump_json(incident, exclude={"news", "version", "fulfilled"}).decode(),
    }


async def lock(c: AsyncConnection, ids: Collection[int], rooms: Collection[tuple[str, str]]) -> None:
    """Take all of these incidents' rows, always in the same order: two processes never wait for each other.

    SQLite has one writer at a time.
    """
    if c.dialect.name == "sqlite" or not (ids or rooms):
        return
    of_rooms = select(room.c.incident_id).where(tuple_(room.c.platform, room.c.ref).in_(list(rooms)))
    these = or_(table.c.id.in_(list(ids)), table.c.id.in_(of_rooms))
    await c.execute(select(table.c.id).where(these).order_by(table.c.id).with_for_update())


async def add(c: AsyncConnection, incident: Incident) -> None:
    incident.version = 1
    await c.execute(insert(table).values(id=incident.id, version=1, **_columns(incident)))


async def save(c: AsyncConnection, *changed: Incident) -> None:
    """Write them back. Raises Stale when somebody else was faster with one of them."""
    rows = [_row(incident) for incident in changed]
    if c.dialect.supports_sane_multi_rowcount:
        written = (await c.execute(_SAVE, rows)).rowcount
    else:
        written = sum([(await c.execute(_SAVE, row)).rowcount for row in rows])
    if written != len(changed):
        raise Stale(f"of the incidents {[incident.id for incident in changed]} only {written} are as they were loaded")
    for incident in changed:
        incident.version += 1


def _row(incident: Incident) -> dict[str, object]:
    loaded = incident.version
    return {"this": incident.id, "loaded": loaded, "version": loaded + 1, **_columns(incident)}


async def listed(c: AsyncConnection, *, still_open: bool = True, limit: int = 200) -> list[Listed]:
    """The newest first; callers leave out what the reader may not see."""
    wanted = [table.c[name] for name in Listed.__dataclass_fields__]
    query = select(*wanted).order_by(table.c.id.desc()).limit(limit)
    if still_open:
        query = query.where(table.c.open)
    return [Listed(*row) for row in await c.execute(query)]


async def newest_open(c: AsyncConnection, *, most: int) -> list[Incident]:
    query = select(table.c.version, table.c.state).where(table.c.open).order_by(table.c.id.desc()).limit(most)
    return [_decode(row) for row in await c.execute(query)]


async def owing(c: AsyncConnection, *, limit: int = 200) -> list[Incident]:
    """Those that owe something, also when they are over, the longest due first."""
    first = (
        select(deadline.c.incident_id, func.min(deadline.c.due_at).label("first"))
        .group_by(deadline.c.incident_id)
        .order_by("first")
        .limit(limit)
        .subquery()
    )
    query = select(table.c.version, table.c.state).join(first, first.c.incident_id == table.c.id)
    return [_decode(row) for row in await c.execute(query.order_by(first.c.first, table.c.id))]


async def next_open(c: AsyncConnection, *, after: int, limit: int) -> list[Incident]:
    """Open ones in the order of their numbers, a few at a time."""
    query = select(table.c.version, table.c.state).where(table.c.open, table.c.id > after)
    return [_decode(row) for row in await c.execute(query.order_by(table.c.id).limit(limit))]


async def all_open(c: AsyncConnection) -> list[Incident]:
    query = select(table.c.version, table.c.state).where(table.c.open).order_by(table.c.id)
    return [_decode(row) for row in await c.execute(query)]
