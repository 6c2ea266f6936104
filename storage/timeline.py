"""The timeline: rows are only ever added; a correction is a row about a row (TL-1, TL-8)."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.masking import hide
from incidents.timeline import KEY_TYPES
from storage.tables import timeline as table

Change = Literal["corrected", "withdrawn", "masked", "key", "not key"]
"""What a row does to the row it refers to."""


@dataclass(frozen=True, slots=True)
class Entry:
    """``text`` is as first written; ``corrected`` how it reads now, if it was corrected.

    ``masked`` is why something of it is hidden, empty when nothing is; ``hides`` are the hidden words, an empty
    one for all of it. Both texts come without them (TL-8): the table alone still knows.
    """

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
    key: bool = False
    masked: str = ""
    hides: tuple[str, ...] = field(default=(), repr=False)

    @property
    def whole(self) -> bool:
        """Nothing of it is shown."""
        return "" in self.hides

    def hide(self, text: str) -> str:
        """Another wording of it, without what is hidden."""
        return _hidden(text, self.hides)

    @property
    def reads(self) -> str:
        """The text that counts today."""
        return self.text if self.corrected is None else self.corrected


@dataclass(slots=True)
class Changed:
    """What later rows did to an entry; ``text`` None: it was not corrected."""

    text: str | None = None
    withdrawn: bool = False
    key: bool | None = None
    masked: str = ""
    hides: tuple[str, ...] = ()


_UNCHANGED = Changed()
_MADE_HERE = ("corrected", "withdrawn", "key", "masked", "hides")
_COLUMNS = tuple(name for name in Entry.__dataclass_fields__ if name not in _MADE_HERE)


# Every line runs these; built once, they also keep their cache key.
_ADD = insert(table).execution_options(unread=True)
_OF_SOURCES = select(table.c.source).where(
    table.c.incident_id == bindparam("incident"),
    table.c.source.in_(bindparam("sources", expanding=True)),
    table.c.change == "",
)


async def add(c: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows carry ``incident_id``, ``seq`` and Entry's columns, ``change`` and ``new_text`` for corrections."""
    await c.execute(_ADD, list(rows))


def _query(incident_id: int) -> Select[Any]:
    columns = [table.c[name] for name in _COLUMNS]
    return select(*columns, table.c.change).where(table.c.incident_id == incident_id)


async def changes(c: AsyncConnection, incident_id: int) -> dict[int, Changed]:
    """What became of each changed entry."""
    query = (
        select(table.c.refers_to, table.c.change, table.c.new_text, table.c.text)
        .where(table.c.incident_id == incident_id, table.c.change != "")
        .order_by(table.c.seq)
    )
    found: dict[int, Changed] = {}
    for row in await c.execute(query):
        _apply(found.setdefault(row.refers_to, Changed()), row)
    return found


def _apply(changed: Changed, row: Row[Any, Any, Any, Any]) -> None:
    if row.change == "masked":
        changed.masked = row.text.partition(": ")[2]
        changed.hides += (row.new_text or "",)
    elif row.change == "withdrawn":
        changed.withdrawn = True
    elif row.change == "corrected":
        changed.text, changed.withdrawn = row.new_text, False
    else:
        changed.key = row.change == "key"


def _entry(row: Row[Any], changed: Mapping[int, Changed]) -> Entry:
    own = changed.get(row.seq, _UNCHANGED)
    values = {name: row._mapping[name] for name in _COLUMNS}
    if row.change in ("corrected", "withdrawn"):
        about = changed.get(row.refers_to, _UNCHANGED)
        values["text"] = _hidden_change(row.text, about.hides)
    else:
        values["text"] = _hidden(row.text, own.hides)
    corrected = None if own.text is None else _hidden(own.text, own.hides)
    key = not (row.change or own.withdrawn) and (row.type in KEY_TYPES if own.key is None else own.key)
    return Entry(**values, corrected=corrected, withdrawn=own.withdrawn, key=key, masked=own.masked, hides=own.hides)


def _hidden(text: str, hides: Sequence[str]) -> str:
    for words in hides:
        text = hide(text, words)
    return text


def _hidden_change(text: str, hides: Sequence[str]) -> str:
    """`corrected: [masked]`: what was done stays to be read."""
    done, colon, words = text.partition(": ")
    return f"{done}{colon}{_hidden(words, hides)}"


async def wordings(c: AsyncConnection, incident_id: int, entry: Entry) -> list[tuple[datetime, str]]:
    """Every text an entry has had, with what is hidden of it so far, and when each was written down."""
    own = and_(table.c.seq == entry.seq, table.c.change == "")
    corrections = and_(table.c.refers_to == entry.seq, table.c.change == "corrected")
    query = (
        select(table.c.recorded_at, table.c.text, table.c.new_text)
        .where(table.c.incident_id == incident_id, or_(own, corrections))
        .order_by(table.c.seq)
    )
    rows = await c.execute(query)
    return [(row.recorded_at, entry.hide(row.text if row.new_text is None else row.new_text)) for row in rows]


async def count(c: AsyncConnection, incident_id: int, *, key: bool = False) -> int:
    query = select(func.count()).select_from(table).where(table.c.incident_id == incident_id)
    if key:
        query = query.where(_is_key(await changes(c, incident_id)))
    return (await c.execute(query)).scalar_one()


def _is_key(changed: Mapping[int, Changed]) -> ColumnElement[bool]:
    marked = [seq for seq, own in changed.items() if own.key]
    others = [seq for seq, own in changed.items() if own.key is False or own.withdrawn]
    return and_(
        table.c.change == "",
        or_(table.c.type.in_(KEY_TYPES), table.c.seq.in_(marked)),
        table.c.seq.not_in(others),
    )


async def page(
    c: AsyncConnection, incident_id: int, *, offset: int = 0, limit: int = 50, key: bool = False
) -> list[Entry]:
    """A page in the order things happened (TL-11); ``key``: of the key events alone."""
    changed = await changes(c, incident_id)
    query = _query(incident_id)
    if key:
        query = query.where(_is_key(changed))
    ordered = query.order_by(table.c.at, table.c.seq).offset(offset).limit(limit)
    return [_entry(row, changed) for row in await c.execute(ordered)]


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
