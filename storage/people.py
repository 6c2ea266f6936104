"""Everybody Sitrep knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.person import Person
from storage.tables import person as table
from storage.upsert import Upsert, taking


def _change(new: Any) -> Mapping[str, Any]:
    phone = case((new["phone"] == "", table.c.phone), else_=new["phone"])
    return {**taking("name", "handle", "active")(new), "phone": phone}


_SAVE = Upsert(table, "id", change=_change)


@dataclass(frozen=True, slots=True)
class Known:
    person: Person
    phone: str
    active: bool


def _person(row: tuple[str, str, str]) -> Person:
    return Person(*row)


async def get(c: AsyncConnection, id: str) -> Person | None:
    query = select(table.c.id, table.c.name, table.c.handle).where(table.c.id == id, table.c.active)
    row = (await c.execute(query)).first()
    return _person(tuple(row)) if row else None


async def anyone(c: AsyncConnection, id: str) -> Person | None:
    """Whoever has this id, even somebody who has left."""
    row = (await c.execute(select(table.c.id, table.c.name, table.c.handle).where(table.c.id == id))).first()
    return _person(tuple(row)) if row else None


async def by_handle(c: AsyncConnection, handle: str) -> Person | None:
    """By the name after the @, or by the id itself; case does not matter."""
    wanted = handle.lower()
    query = select(table.c.id, table.c.name, table.c.handle).where(
        (table.c.handle == wanted) | (table.c.id == wanted), table.c.active
    )
    row = (await c.execute(query)).first()
    return _person(tuple(row)) if row else None


async def handles_like(c: AsyncConnection, start: str) -> set[str]:
    """Every handle that begins so, of people who have left too: a handle is never given twice."""
    query = select(table.c.handle).where(table.c.handle.startswith(start, autoescape=True))
    return set((await c.execute(query)).scalars())


async def everybody(c: AsyncConnection) -> list[Person]:
    query = select(table.c.id, table.c.name, table.c.handle).where(table.c.active).order_by(table.c.handle)
    return [_person(tuple(row)) for row in await c.execute(query)]


async def save(c: AsyncConnection, person: Person, *, phone: str = "") -> None:
    """Add somebody or bring the name up to date; an empty phone leaves the known one."""
    values = {"id": person.id, "name": person.name, "handle": person.handle.lower(), "active": True, "phone": phone}
    await c.execute(_SAVE.on(c), values)


async def set_active(c: AsyncConnection, id: str, *, active: bool) -> None:
    """Somebody left, or came back."""
    await c.execute(update(table).where(table.c.id == id, table.c.active != active).values(active=active))
