"""Every line that came in, once: what stops a second delivery, and the audit log (REL-003, GEN-10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import heard as table

# Every line runs these; built once, they also keep their cache key.
_ADD = insert(table).execution_options(unread=True)
_ALL_BEFORE = select(table.c.delivery, table.c.incident_id, table.c.outcome, table.c.reply).where(
    table.c.delivery.in_(bindparam("deliveries", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Before:
    """How a line was answered when it came the first time."""

    incident_id: int | None
    outcome: str
    reply: str | None


async def before(c: AsyncConnection, delivery: str) -> Before | None:
    """What became of this delivery, if it was heard already."""
    query = select(table.c.incident_id, table.c.outcome, table.c.reply).where(table.c.delivery == delivery)
    row = (await c.execute(query)).first()
    return Before(*row) if row else None


async def all_before(c: AsyncConnection, deliveries: Sequence[str]) -> dict[str, Before]:
    """Those of them that were heard already."""
    found = await c.execute(_ALL_BEFORE, {"deliveries": deliveries})
    return {row.delivery: Before(row.incident_id, row.outcome, row.reply) for row in found}


async def add(c: AsyncConnection, lines: Sequence[Mapping[str, Any]]) -> None:
    """When one was heard before, IntegrityError is raised, at the commit at the latest; nothing of the unit is kept."""
    await c.execute(_ADD, list(lines))
