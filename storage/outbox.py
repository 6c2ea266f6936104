"""What is still to leave: rows in lanes, one lane for each incident and destination, so that order holds within it.

A worker leases a lane, sends its rows in order and gives it back. A lane whose lease ran out was held by a
worker that died: whoever takes it over looks before it sends again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, case, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import turns
from storage.tables import lane, outbox
from storage.upsert import Upsert

LEASE = timedelta(seconds=20)
"""So long after its holder died a lane is taken over; whoever is alive prolongs it in time."""

SENDING = "sending"
"""What a row for a channel says of itself when it may have arrived."""

BESIDE = ("topic", "pin")
"""What is done beside the posts of a room, not between them."""

# Every line runs these; built once, they also keep their cache key.
_ADD = insert(outbox).execution_options(unread=True)


def _grown(new: Any) -> Mapping[str, Any]:
    """What waits already may be more urgent than what comes."""
    urgent = and_(lane.c.pending > 0, lane.c.rank < new["rank"])
    return {"pending": lane.c.pending + new["pending"], "rank": case((urgent, lane.c.rank), else_=new["rank"])}


_GROW = Upsert(lane, "name", change=_grown)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One thing to make visible. ``op`` names this intent for ever, however often it is tried.

    What belongs to no incident has 0 for its number and says in ``about`` what it belongs to.
    """

    platform: str
    incident_id: int
    kind: str
    place: str
    payload: str
    slot: str = ""
    rank: int = 5
    about: str = ""

    @property
    def lane(self) -> str:
        """The thread stands in the room and follows it, so both are one lane. Topic and pins hold nobody up."""
        lane = "room" if self.place == "thread" else self.place
        return f"{self.platform}:{self.about or self.incident_id}:{lane}{'+' if self.kind in BESIDE else ''}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row as the worker reads it."""

    id: int
    op: str
    incident_id: int
    kind: str
    place: str
    slot: str
    payload: str
    attempts: int
    created_at: datetime
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send from one lane until the lease runs out. ``inherited``: its last holder died."""

    lane: str
    token: str
    inherited: bool
    failures: int

    @property
    def platform(self) -> str:
        return self.lane.partition(":")[0]


async def add(c: AsyncConnection, parcels: Sequence[Parcel], *, now: datetime) -> None:
    """In the transaction of the change that made them; only its commit makes them real."""
    rows = [
        {
            "lane": parcel.lane,
            "op": uuid4().hex,
            "incident_id": parcel.incident_id,
            "kind": parcel.kind,
            "place": parcel.place,
            "slot": parcel.slot,
            "payload": parcel.payload,
            "created_at": now,
            "state": "pending",
            "attempts": 0,
        }
        for parcel in parcels
    ]
    # The lanes first: whoever holds a lane adds to it alone, so that its rows are in the order of the commits.
    await c.execute(_GROW.on(c), _lanes(parcels, now=now))
    await c.execute(_ADD, rows)
    await turns.wake(c)


def _lanes(parcels: Sequence[Parcel], *, now: datetime) -> list[dict[str, object]]:
    """Always in the same order, so that two processes never wait for each other."""
    ranks: dict[str, list[int]] = {}
    for parcel in parcels:
        ranks.setdefault(parcel.lane, []).append(parcel.rank)
    return [
        {"name": name, "pending": len(found), "rank": min(found), "not_before": now, "failures": 0}
        for name, found in sorted(ranks.items())
    ]


def _free(now: datetime, platforms: Collection[str]) -> ColumnElement[bool]:
    unleased = lane.c.lease_until.is_(None) | (lane.c.lease_until <= now)
    ours = or_(*(lane.c.name.startswith(f"{platform}:") for platform in platforms))
    return and_(lane.c.pending > 0, lane.c.not_before <= now, unleased, ours)


async def any_free(c: AsyncConnection, now: datetime, *, platforms: Collection[str]) -> bool:
    """A look that takes no lock, so that an idle worker never disturbs a writer."""
    query = select(lane.c.name).where(_free(now, platforms)).limit(1)
    return (await c.execute(query)).first() is not None


async def claim(c: AsyncConnection, *, now: datetime, limit: int, platforms: Collection[str]) -> list[Lease]:
    """Take up to ``limit`` lanes of these platforms, the most urgent first.

    A process that cannot speak to a platform leaves its lanes to one that can. Two statements: one would claim
    too many on PostgreSQL.
    """
    query = (
        select(lane.c.name, lane.c.lease_until, lane.c.failures)
        .where(_free(now, platforms))
        .order_by(lane.c.rank, lane.c.not_before, lane.c.name)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = (await c.execute(query)).all()
    if not rows:
        return []
    token = uuid4().hex
    names = [row.name for row in rows]
    await c.execute(update(lane).where(lane.c.name.in_(names)).values(lease_until=now + LEASE, token=token))
    return [Lease(row.name, token, row.lease_until is not None, row.failures) for row in rows]


async def prolong(c: AsyncConnection, tokens: Mapping[str, str], *, now: datetime) -> set[str]:
    """The lanes, of these, whose token is still the one that was written there."""
    held = and_(lane.c.name.in_(list(tokens)), lane.c.token.in_(set(tokens.values())))
    query = update(lane).where(held).values(lease_until=now + LEASE).returning(lane.c.name)
    return set((await c.execute(query)).scalars())


async def release(c: AsyncConnection, tokens: Mapping[str, str], *, now: datetime) -> None:
    """Let go in the middle of a row: its lease runs out at once, so that the next holder looks before it sends."""
    held = and_(lane.c.name.in_(list(tokens)), lane.c.token.in_(set(tokens.values())))
    await c.execute(update(lane).where(held).values(lease_until=now))
    await turns.wake(c)


async def keep(c: AsyncConnection, lease: Lease, *, until: datetime) -> None:
    """Nobody takes the lane over before; who does so then looks before it sends."""
    held = (lane.c.name == lease.lane, lane.c.token == lease.token, lane.c.lease_until < until)
    await c.execute(update(lane).where(*held).values(lease_until=until))


async def rows(c: AsyncConnection, lease: Lease, *, limit: int = 20) -> list[Waiting]:
    """The lane's next rows, in order."""
    return (await rows_of(c, [lease], limit=limit))[lease.lane]


async def rows_of(c: AsyncConnection, leases: Sequence[Lease], *, limit: int = 20) -> dict[str, list[Waiting]]:
    """The next rows of several lanes at once."""
    columns = [outbox.c[name] for name in Waiting.__dataclass_fields__]
    place = func.row_number().over(partition_by=outbox.c.lane, order_by=outbox.c.id).label("turn")
    pending = (
        select(outbox.c.lane.label("of_lane"), place, *columns)
        .where(outbox.c.lane.in_([lease.lane for lease in leases]), outbox.c.state == "pending")
        .subquery()
    )
    query = select(pending).where(pending.c.turn <= limit).order_by(pending.c.id)
    found: dict[str, list[Waiting]] = {lease.lane: [] for lease in leases}
    for lane_of, _turn, *values in await c.execute(query):
        found[lane_of].append(Waiting(*values))
    return found


async def going_before(c: AsyncConnection, row: Waiting, places: Collection[str], *, about: str = "") -> set[str]:
    """The ops of what is on its way there for the first time, of the same incident and before ``row``.

    ``about`` is what a row of no incident belongs to.
    """
    query = select(outbox.c.op).where(
        outbox.c.incident_id == row.incident_id,
        outbox.c.id < row.id,
        outbox.c.place.in_(places),
        outbox.c.state == "pending",
        outbox.c.attempts == 0,
        *((outbox.c.lane.contains(f":{about}:", autoescape=True),) if about else ()),
    )
    return set((await c.execute(query)).scalars())


async def waits(c: AsyncConnection, row: Waiting) -> bool:
    """It was not settled yet."""
    query = select(outbox.c.id).where(outbox.c.id == row.id, outbox.c.state == "pending")
    return (await c.execute(query)).first() is not None


async def refs_of(c: AsyncConnection, ops: Collection[str]) -> dict[str, str]:
    """Where the messages of these rows stand, of those that were shown."""
    query = select(outbox.c.op, outbox.c.ref).where(outbox.c.op.in_(ops), outbox.c.state == "sent", outbox.c.ref != "")
    return {row.op: row.ref for row in await c.execute(query) if row.ref}


async def failed(c: AsyncConnection, row: Waiting, *, error: str, lease: Lease | None = None) -> bool:
    """It was tried in vain. False when the ``lease`` was lost: then nothing was written."""
    this = update(outbox).where(outbox.c.id == row.id)
    if lease:
        this = this.where(exists().where(lane.c.name == lease.lane, lane.c.token == lease.token))
    return (await c.execute(this.values(attempts=row.attempts + 1, last_error=error))).rowcount == 1


async def give_back(
    c: AsyncConnection, lease: Lease, *, not_before: datetime, failures: int = 0, unseen: bool = False
) -> None:
    """Let go of the lane; nobody works on it before ``not_before``. Where it was inherited ``unseen``, it still is."""
    await c.execute(
        update(lane)
        .where(lane.c.name == lease.lane, lane.c.token == lease.token)
        .values(lease_until=not_before if unseen else None, token=None, not_before=not_before, failures=failures)
    )


async def next_try(c: AsyncConnection) -> datetime | None:
    """When a lane that waits may be looked into again."""
    query = select(func.min(lane.c.not_before)).where(lane.c.pending > 0)
    earliest: datetime | None = (await c.execute(query)).scalar()
    return earliest


async def untouched(c: AsyncConnection, since: datetime) -> int:
    """How many lanes could have been worked on since then, and nobody did: delivery stands still (REL-221)."""
    query = (
        select(func.count())
        .select_from(lane)
        .where(
            lane.c.pending > 0,
            lane.c.failures == 0,
            lane.c.not_before <= since,
            lane.c.lease_until.is_(None) | (lane.c.lease_until <= since),
        )
    )
    return (await c.execute(query)).scalar_one()


async def waiting_count(c: AsyncConnection) -> int:
    query = select(func.count()).select_from(outbox).where(outbox.c.state == "pending")
    return (await c.execute(query)).scalar_one()
