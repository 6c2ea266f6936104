"""A chat gave a room another reference: room and slots follow; what is on the record keeps the old one (REL-057)."""

from sqlalchemy import Column, ColumnElement, delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import posted, room


async def incidents_in(c: AsyncConnection, platform: str, ref: str) -> list[int]:
    """Whose room this is, or who has a thread in it."""
    query = select(room.c.incident_id).where(room.c.platform == platform, _within(room.c.ref, ref))
    return list((await c.execute(query)).scalars())


async def rooms(c: AsyncConnection, platform: str, old: str, new: str) -> None:
    await c.execute(
        update(room).where(room.c.platform == platform, _within(room.c.ref, old)).values(_to(room.c.ref, old, new))
    )


async def messages(c: AsyncConnection, platform: str, old: str, new: str) -> None:
    """Where the messages in slots stand."""
    where = (posted.c.platform == platform, _within(posted.c.ref, old))
    await c.execute(update(posted).where(*where).values(_to(posted.c.ref, old, new)))


async def elsewhere(c: AsyncConnection, incident_id: int, platform: str, ref: str) -> None:
    """It lives in another room now; what stood in slots of the old one is begun anew (REL-054)."""
    await c.execute(update(room).where(room.c.platform == platform, room.c.incident_id == incident_id).values(ref=ref))
    old = posted.c.slot.in_(["headline", "timeline"])
    await c.execute(delete(posted).where(posted.c.platform == platform, posted.c.incident_id == incident_id, old))


def _within(column: Column[str], ref: str) -> ColumnElement[bool]:
    return (column == ref) | column.startswith(f"{ref}:", autoescape=True)


def _to(column: Column[str], old: str, new: str) -> dict[Column[str], ColumnElement[str]]:
    return {column: literal(new).concat(func.substr(column, len(old) + 1))}
