"""Lines that failed by a fault of ours, until they work or are given up (REL-013)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import heard
from storage.tables import letter as table


@dataclass(frozen=True, slots=True)
class Letter:
    """``line`` is the whole line, ``words`` what was said. ``tries`` counts the one that is under way, too."""

    delivery: str
    at: datetime
    who: str
    room: str
    words: str
    line: str
    reference: str
    tries: int = 1


async def keep(c: AsyncConnection, letter: Letter) -> Letter:
    """To be tried again at once. The one that is kept already, if this delivery came before."""
    columns = [table.c[name] for name in Letter.__dataclass_fields__]
    known = (await c.execute(select(*columns).where(table.c.delivery == letter.delivery))).first()
    if known:
        return Letter(*known)
    values = {name: getattr(letter, name) for name in Letter.__dataclass_fields__}
    await c.execute(insert(table).values(**values, next_at=letter.at))
    return letter


async def due(c: AsyncConnection, now: datetime, *, limit: int = 50) -> Sequence[Letter]:
    columns = [table.c[name] for name in Letter.__dataclass_fields__]
    query = select(*columns).where(table.c.next_at <= now).order_by(table.c.at, table.c.delivery).limit(limit)
    return [Letter(*row) for row in await c.execute(query)]


async def waiting(c: AsyncConnection) -> int:
    return (await c.execute(select(func.count()).select_from(table))).scalar_one()


async def claim(c: AsyncConnection, letter: Letter, *, next_at: datetime) -> bool:
    """Counted before it is tried, so that what ends the whole process is given up, too. False: another has it."""
    mine = update(table).where(table.c.delivery == letter.delivery, table.c.tries == letter.tries)
    return (await c.execute(mine.values(tries=letter.tries + 1, next_at=next_at))).rowcount == 1


async def drop(c: AsyncConnection, letter: Letter) -> None:
    await c.execute(delete(table).where(table.c.delivery == letter.delivery))


async def said_again(c: AsyncConnection, letter: Letter) -> bool:
    """Whether the same person has said the same there meanwhile, and was heard."""
    query = select(heard.c.id).where(
        heard.c.who == letter.who,
        heard.c.room == letter.room,
        heard.c.words == letter.words,
        heard.c.at >= letter.at,
        heard.c.delivery != letter.delivery,
    )
    return (await c.execute(query.limit(1))).first() is not None
