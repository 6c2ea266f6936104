"""Who somebody is on a platform: `slack` and `U024BE7LH` is ada@example.com."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.person import Person
from storage.tables import alias, person
from storage.upsert import Upsert, taking

_BIND = Upsert(alias, "platform", "ref", change=taking("person_id"))


async def person_of(c: AsyncConnection, platform: str, ref: str) -> Person | None:
    """The person behind a platform's user id, None for one who has never been seen."""
    query = (
        select(person.c.id, person.c.name, person.c.handle)
        .join(alias, alias.c.person_id == person.c.id)
        .where(alias.c.platform == platform, alias.c.ref == ref)
    )
    row = (await c.execute(query)).first()
    return Person(*row) if row else None


async def refs_of(c: AsyncConnection, platform: str, people: Iterable[str]) -> dict[str, str]:
    """Person id -> user id on that platform; those it does not know are left out."""
    query = select(alias.c.person_id, alias.c.ref).where(
        alias.c.platform == platform, alias.c.person_id.in_(list(people))
    )
    return {row.person_id: row.ref for row in await c.execute(query)}


async def bind(c: AsyncConnection, platform: str, ref: str, person_id: str) -> None:
    await c.execute(_BIND.on(c), {"platform": platform, "ref": ref, "person_id": person_id})
