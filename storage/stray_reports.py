"""What customers reported while nobody knew of an incident (FB-4, INC-8)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import stray_report as table


@dataclass(frozen=True, slots=True)
class Stray:
    """``count`` customers said it; who they are is not kept."""

    at: datetime
    who: str
    count: int
    symptom: str
    component: str = ""
    region: str = ""
    channel: str = ""


async def add(c: AsyncConnection, reports: Sequence[Stray]) -> None:
    await c.execute(insert(table), [asdict(each) for each in reports])


async def since(c: AsyncConnection, moment: datetime) -> list[Stray]:
    columns = [table.c[name] for name in Stray.__dataclass_fields__]
    query = select(*columns).where(table.c.at > moment).order_by(table.c.id)
    return [Stray(*row) for row in await c.execute(query)]
