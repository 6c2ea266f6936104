"""Public posts: rows are only ever added; what customers have read stays readable (CHN-6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter
from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.components import ComponentState
from incidents.records import Wording
from storage import facts, turns
from storage.tables import publication as table
from storage.turns import Turn

_REWORDINGS = "publications_reworded"


@dataclass(frozen=True, slots=True)
class Record:
    """What stays the same in every channel (CHN-4). ``name`` is the public title without its stage.

    ``texts`` holds every language, the one it was written in (``language``) first.
    """

    name: str
    language: str
    texts: dict[str, Wording]
    components: dict[str, ComponentState]
    template: str
    started_at: datetime
    next_update_at: datetime | None = None
    ends_at: datetime | None = None
    """For maintenance: the end of its window."""


@dataclass(frozen=True, slots=True)
class Publication:
    """One post. ``subject`` is `incident:42` or `maintenance:3`, ``number`` its revision."""

    subject: str
    number: int
    kind: str
    stage: str
    posted_at: datetime
    record: Record


@cache
def _shape() -> TypeAdapter[Record]:
    return TypeAdapter(Record)


async def add(c: AsyncConnection, posts: Sequence[Publication]) -> None:
    """From here to the commit nobody else adds one: whoever has read up to a number asks only for higher ones."""
    await turns.take(c, Turn.PUBLICATIONS)
    rows: list[Mapping[str, object]] = [
        {
            "subject": post.subject,
            "number": post.number,
            "kind": post.kind,
            "stage": post.stage,
            "posted_at": post.posted_at,
            "record": _shape().dump_json(post.record).decode(),
        }
        for post in posts
    ]
    await c.execute(insert(table), rows)


async def newest_id(c: AsyncConnection) -> int:
    """Grows with every post: what is made from posts is old when this has changed."""
    return (await c.execute(select(func.max(table.c.id)))).scalar() or 0


async def rewordings(c: AsyncConnection) -> int:
    """How often words of posts were masked: what was made before is to be made anew, and nothing of it kept (TL-8)."""
    return int(await facts.get(c, _REWORDINGS) or 0)


async def after(c: AsyncConnection, number: int) -> list[Publication]:
    """Every post whose row has a higher id than ``number``, in the order in which they were stored."""
    return await _all(c, _QUERY.where(table.c.id > number).order_by(table.c.id))


async def of_subject(c: AsyncConnection, subject: str) -> list[Publication]:
    """From the first to the newest."""
    return await _all(c, _QUERY.where(table.c.subject == subject).order_by(table.c.number))


async def since(c: AsyncConnection, moment: datetime) -> list[Publication]:
    """Every post of every subject that was posted about since then, the oldest post first."""
    recent = select(table.c.subject).where(table.c.posted_at >= moment)
    return await _all(c, _QUERY.where(table.c.subject.in_(recent)).order_by(table.c.id))


async def unfinished(c: AsyncConnection, *, final: Sequence[str]) -> list[Publication]:
    """Every post of the subjects whose newest stage is none of ``final``, the oldest post first."""
    newest = select(func.max(table.c.id)).group_by(table.c.subject)
    going_on = select(table.c.subject).where(table.c.id.in_(newest), table.c.stage.not_in(final))
    return await _all(c, _QUERY.where(table.c.subject.in_(going_on)).order_by(table.c.id))


async def reword(c: AsyncConnection, post: Publication, record: Record) -> None:
    """Only for words that had to be masked: they leave the page, everything else stays as it was read (TL-8)."""
    mine = (table.c.subject == post.subject, table.c.number == post.number)
    await c.execute(update(table).where(*mine).values(record=_shape().dump_json(record).decode()))
    await facts.put(c, _REWORDINGS, str(await rewordings(c) + 1))


_QUERY = select(table.c.subject, table.c.number, table.c.kind, table.c.stage, table.c.posted_at, table.c.record)


async def _all(c: AsyncConnection, query: Select[str, int, str, str, datetime, str]) -> list[Publication]:
    return [_publication(row) for row in await c.execute(query)]


def _publication(row: Row[str, int, str, str, datetime, str]) -> Publication:
    return Publication(row[0], row[1], row[2], row[3], row[4], _shape().validate_json(row[5]))
