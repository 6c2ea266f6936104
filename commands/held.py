"""An incident while a transaction has it in hand, and how all of them are written back at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.incident import Incident
from incidents.records import Deadline
from storage import deadlines, incidents


@dataclass(slots=True)
class Held:
    """An incident in this transaction; ``deadlines`` are as the database has them."""

    incident: Incident
    deadlines: dict[str, Deadline]
    promised: dict[str, Deadline]
    """The deadlines as the line before left them."""
    new: bool = False
    dirty: bool = False


async def save(c: AsyncConnection, changed: Sequence[Held]) -> None:
    """Raises Stale when another process was faster with one of them."""
    for held in changed:
        if held.new:
            await incidents.add(c, held.incident)
    if known := [held.incident for held in changed if not held.new]:
        await incidents.save(c, *known)
    await deadlines.replace(c, [(held.incident.id, held.deadlines, held.incident.deadlines) for held in changed])
    for held in changed:
        held.deadlines = dict(held.incident.deadlines)
        held.new = held.dirty = False
