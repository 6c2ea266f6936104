"""Facts about this installation that must survive a restart."""

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import setting


async def get(c: AsyncConnection, name: str) -> str | None:
    return (await c.execute(select(setting.c.value).where(setting.c.name == name))).scalar()


async def beginning(c: AsyncConnection, start: str) -> dict[str, str]:
    """Everything whose name begins so, without that beginning."""
    query = select(setting.c.name, setting.c.value).where(setting.c.name.startswith(start, autoescape=True))
    return {row.name.removeprefix(start): row.value for row in await c.execute(query)}


async def put(c: AsyncConnection, name: str, value: str) -> None:
    if (await c.execute(update(setting).where(setting.c.name == name).values(value=value))).rowcount == 0:
        await c.execute(insert(setting).values(name=name, value=value))
