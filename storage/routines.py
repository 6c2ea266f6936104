"""When each routine was last done, and what was last said of it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import facts

_DONE, _TOLD = "routine done:", "routine told:"


@dataclass(frozen=True, slots=True)
class Known:
    """``last`` is None before the first look at it."""

    last: date | None
    told: str


async def known(c: AsyncConnection, names: list[str]) -> dict[str, Known]:
    kept = await facts.get_all(c, [f"{what}{name}" for name in names for what in (_DONE, _TOLD)])
    return {name: Known(_date(kept.get(f"{_DONE}{name}")), kept.get(f"{_TOLD}{name}", "")) for name in names}


async def done(c: AsyncConnection, name: str, day: date) -> None:
    await facts.put(c, f"{_DONE}{name}", day.isoformat())


async def told(c: AsyncConnection, name: str, what: str) -> None:
    await facts.put(c, f"{_TOLD}{name}", what)


def _date(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None
