"""How posts came about, for the reports: decisions, wording, channels that differed (KPI-8, KPI-14, KPI-15)."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import contradiction, decision, post_quality

Outcome = Literal["approved", "edited", "alone", "returned"]


@dataclass(frozen=True, slots=True)
class Decision:
    """``subject`` is `incident:42`, `report:42` or `maintenance:3`, whose incident is 0 and severity 4 (table 3.1)."""

    subject: str
    incident_id: int
    severity: int
    private: bool
    number: int
    submitted_at: datetime
    decided_at: datetime
    outcome: Outcome
    by_id: str


@dataclass(frozen=True, slots=True)
class Quality:
    """``aside`` names rules of wording, with blanks between them."""

    incident_id: int
    severity: int
    private: bool
    number: int
    posted_at: datetime
    template: str
    errors: int
    warnings: int
    aside: str


@dataclass(frozen=True, slots=True)
class Difference:
    incident_id: int
    private: bool
    rule: str
    channel: str
    found_at: datetime
    ended_at: datetime | None = None


async def decided(c: AsyncConnection, decisions: Sequence[Decision]) -> None:
    await c.execute(insert(decision), [asdict(each) for each in decisions])


async def posted(c: AsyncConnection, posts: Sequence[Quality]) -> None:
    await c.execute(insert(post_quality), [asdict(each) for each in posts])


async def differ(
    c: AsyncConnection, incident_id: int, now: Collection[tuple[str, str]], *, private: bool, at: datetime
) -> None:
    """``now`` holds rule and channel of all that differ. What no longer does has ended, what is new begins."""
    going_on = contradiction.c.ended_at.is_(None) & (contradiction.c.incident_id == incident_id)
    key = tuple_(contradiction.c.rule, contradiction.c.channel)
    query = select(contradiction.c.rule, contradiction.c.channel).where(going_on)
    known = {(rule, channel) for rule, channel in await c.execute(query)}
    if ended := known - set(now):
        await c.execute(update(contradiction).where(going_on, key.in_(sorted(ended))).values(ended_at=at))
    if begun := sorted(set(now) - known):
        made = [Difference(incident_id, private, rule, channel, at) for rule, channel in begun]
        await c.execute(insert(contradiction), [asdict(each) for each in made])


async def decisions(c: AsyncConnection, since: datetime) -> list[Decision]:
    columns = [decision.c[name] for name in Decision.__dataclass_fields__]
    query = select(*columns).where(decision.c.decided_at >= since).order_by(decision.c.id)
    return [Decision(*row) for row in await c.execute(query)]


async def qualities(c: AsyncConnection, since: datetime) -> list[Quality]:
    columns = [post_quality.c[name] for name in Quality.__dataclass_fields__]
    query = select(*columns).where(post_quality.c.posted_at >= since).order_by(post_quality.c.id)
    return [Quality(*row) for row in await c.execute(query)]


async def differences(c: AsyncConnection, incident_id: int) -> list[Difference]:
    columns = [contradiction.c[name] for name in Difference.__dataclass_fields__]
    query = select(*columns).where(contradiction.c.incident_id == incident_id).order_by(contradiction.c.id)
    return [Difference(*row) for row in await c.execute(query)]
