"""How a message reads today: edits and deletions may arrive before the message itself, and in any order (REL-073)."""

import asyncio
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import facts
from storage.database import Database

LAST = "9999999999.999999"
"""The stamp of a deletion: nothing comes after it."""
_PREFIX = "change:"


@dataclass(frozen=True, slots=True)
class Change:
    """``stamp`` is when it was edited, in Slack's form; ``text`` as typed; ``by`` is the editor's user id."""

    stamp: str
    text: str
    by: str

    @property
    def deleted(self) -> bool:
        return self.stamp == LAST


@dataclass(slots=True, eq=False)
class _Look:
    sources: set[str] = field(default_factory=set)
    found: dict[str, Change] | None = None


class Looks:
    """Messages that were stored together are looked for together: in a storm one look serves a whole commit."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = asyncio.Lock()
        self._next = _Look()

    async def newest(self, source: str) -> Change | None:
        """As it stands at some moment after the call, never before."""
        look = self._next
        look.sources.add(source)
        # Whoever else was woken by the same commit still joins.
        await asyncio.sleep(0)
        async with self._turn:
            if look.found is None:
                if self._next is look:
                    self._next = _Look()
                async with self._database.read() as c:
                    look.found = await newest_of(c, look.sources)
        return look.found.get(source)


async def newest_of(c: AsyncConnection, sources: Collection[str]) -> dict[str, Change]:
    kept = await facts.get_all(c, [_name(source) for source in sources])
    return {name.removeprefix(_PREFIX): Change(**json.loads(change)) for name, change in kept.items()}


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
    return _PREFIX + source
