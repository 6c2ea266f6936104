"""The timeline: rows are only ever added; a correction is a row about a row (TL-1, TL-8)."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import timeline as table


@dataclass(frozen=True, slots=True)
class Entry:
    """``text`` is as first written; ``corrected`` how it reads now, if it was corrected."""

    seq: int
    at: datetime
    recorded_at: datetime
    type: str
    text: str
    actor: str
    actor_id: str
    recorded_by: str
    source: str
    refers_to: int | None
    visibility: str
    corrected: str | None = None
    withdrawn: bool = False

    @property
    def reads(self) -> str:
        """The text that counts today."""
        return self.text if self.corrected is None else self.corrected


_COLUMNS = tuple(name for name in Entry.__dataclass_fields__ if name not in ("corrected", "withdrawn"))


# Every line runs these; built once, they also keep their cache key.
_ADD = insert(table)
_OF_SOURCES = select(table.c.source).where(
    table.c.incident_id == bindparam("incident"),
    table.c.source.in_(bindparam("sources", expanding=True)),
    table.c.change == "",
)


async def add(c: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows carry ``incident_id``, ``seq`` and Entry's columns, ``change`` and ``new_text`` for corrections."""
    await c.execute(_ADD, list(rows))


def _query(incident_id: int) -> Select[Any]:
    return select(*(table.c[name] for name in _COLUMNS)).where(table.c.incident_id == incident_id)


async def changes(c: AsyncConnection, incident_id: int) -> dict[int, tuple[str | None, bool]]:
    """For each changed entry: its present text (None: unchanged) and whether it was withdrawn."""
    query = (
        select(table.c.refers_to, table.c.change, table.c.new_text)
        .where(table.c.incident_id == incident_id, table.c.change != "")
        .order_by(table.c.seq)
    )
    found: dict[int, tuple[str | None, bool]] = {}
    for refers_to, change, new_text in await c.execute(query):
        before = found.get(refers_to, (None, False))[0]
        found[refers_to] = (before, True) if change == "withdrawn" else (new_text, False)
    return found


def _entry(row: Row[Any], changed: Mapping[int, tuple[str | None, bool]]) -> Entry:
    corrected, withdrawn = changed.get(row.seq, (None, False))
    return Entry(**row._mapping, corrected=corrected, withdrawn=withdrawn)


async def count(c: AsyncConnection, incident_id: int) -> int:
    query = select(func.count()).select_from(table).where(table.c.incident_id == incident_id)
    return (await c.execute(query)).scalar_one()


async def page(c: AsyncConnection, incident_id: int, *, offset: int = 0, limit: int = 50) -> list[Entry]:
    """A page in the order things happened (TL-11)."""
    changed = await changes(c, incident_id)
    query = _query(incident_id).order_by(table.c.at, table.c.seq).offset(offset).limit(limit)
    return [_entry(row, changed) for row in await c.execute(query)]


async def stream(c: AsyncConnection, incident_id: int) -> AsyncIterator[Entry]:
    """All of it, in the order things happened, without holding up the loop."""
    changed = await changes(c, incident_id)
    result = await c.stream(_query(incident_id).order_by(table.c.at, table.c.seq))
    async for row in result:
        yield _entry(row, changed)


async def of_sources(c: AsyncConnection, incident_id: int, sources: Collection[str]) -> set[str]:
    """Those of these messages that became an entry."""
    return set((await c.execute(_OF_SOURCES, {"incident": incident_id, "sources": list(sources)})).scalars())


async def by_source(c: AsyncConnection, incident_id: int, source: str) -> Entry | None:
    """The entry a message became, with its changes."""
    return await _first(c, incident_id, _query(incident_id).where(table.c.source == source))


async def by_seq(c: AsyncConnection, incident_id: int, seq: int) -> Entry | None:
    return await _first(c, incident_id, _query(incident_id).where(table.c.seq == seq))


async def _first(c: AsyncConnection, incident_id: int, query: Select[Any]) -> Entry | None:
    row = (await c.execute(query.where(table.c.change == "").order_by(table.c.seq))).first()
    return _entry(row, await changes(c, incident_id)) if row else None
