"""How a message reads today: edits and deletions may arrive before the message itself, and in any order (REL-073)."""

import json
from dataclasses import asdict, dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import facts

LAST = "9999999999.999999"
"""The stamp of a deletion: nothing comes after it."""


@dataclass(frozen=True, slots=True)
class Change:
    """``stamp`` is when it was edited, in Slack's form; ``text`` as typed; ``by`` is the editor's user id."""

    stamp: str
    text: str
    by: str

    @property
    def deleted(self) -> bool:
        return self.stamp == LAST


async def newest(c: AsyncConnection, source: str) -> Change | None:
    kept = await facts.get(c, _name(source))
    return Change(**json.loads(kept)) if kept else None


async def keep(c: AsyncConnection, source: str, change: Change) -> bool:
    """Remember it. False when a newer one is known: this one came late and changes nothing."""
    known = await newest(c, source)
    if known and _moment(known.stamp) > _moment(change.stamp):
        return False
    await facts.put(c, _name(source), json.dumps(asdict(change)))
    return True


def _moment(stamp: str) -> tuple[int, int]:
    seconds, _, micros = stamp.partition(".")
    return int(seconds), int(micros or 0)


def _name(source: str) -> str:
    return f"change:{source}"
