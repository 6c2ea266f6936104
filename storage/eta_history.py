"""How long repairs took and what was expected of them: one row for each resolved incident (ETA-8)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import eta_history as table

ENOUGH = 50
"""The newest incidents tell more of how we work now than those of years ago."""


@dataclass(frozen=True, slots=True)
class Repair:
    """``component`` is a configured name, or empty. ``raw_at`` is the first estimate, ``public_at`` the first told."""

    incident_id: int
    component: str
    severity: int
    detected_at: datetime
    repaired_at: datetime
    raw_at: datetime | None = None
    public_at: datetime | None = None
    announced_at: datetime | None = None
    reports: int = 0

    @property
    def minutes(self) -> int:
        return max(1, int((self.repaired_at - self.detected_at).total_seconds()) // 60)


async def keep(c: AsyncConnection, repairs: Sequence[Repair]) -> None:
    """What was reopened and resolved again has its last end only."""
    await c.execute(delete(table).where(table.c.incident_id.in_([each.incident_id for each in repairs])))
    await c.execute(insert(table), [asdict(each) for each in repairs])


async def like(c: AsyncConnection, *, component: str, severity: int, but: int) -> list[Repair]:
    """The newest of the same component; where none is named, of the same severity."""
    same = table.c.component == component if component else table.c.severity == severity
    columns = [table.c[name] for name in Repair.__dataclass_fields__]
    query = select(*columns).where(same, table.c.incident_id != but)
    rows = await c.execute(query.order_by(table.c.repaired_at.desc(), table.c.incident_id.desc()).limit(ENOUGH))
    return [Repair(*row) for row in rows]
