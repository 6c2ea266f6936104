"""Facts about this installation that must survive a restart."""

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import setting
from storage.upsert import Upsert, taking

# Messages of a storm ask this; built once, they also keep their cache key.
_GET = select(setting.c.value).where(setting.c.name == bindparam("this"))
_GET_ALL = select(setting.c.name, setting.c.value).where(setting.c.name.in_(bindparam("these", expanding=True)))
_PUT = Upsert(setting, "name", change=taking("value"))


async def get(c: AsyncConnection, name: str) -> str | None:
    return (await c.execute(_GET, {"this": name})).scalar()


async def get_all(c: AsyncConnection, names: Collection[str]) -> dict[str, str]:
    """Those of them that are known."""
    return {row.name: row.value for row in await c.execute(_GET_ALL, {"these": list(names)})}


async def beginning(c: AsyncConnection, start: str) -> dict[str, str]:
    """Everything whose name begins so, without that beginning."""
    query = select(setting.c.name, setting.c.value).where(setting.c.name.startswith(start, autoescape=True))
    return {row.name.removeprefix(start): row.value for row in await c.execute(query)}


async def put(c: AsyncConnection, name: str, value: str) -> None:
    await c.execute(_PUT.on(c), {"name": name, "value": value})
