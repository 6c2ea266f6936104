"""What is still to leave: rows in lanes, one lane for each incident and destination, so that order holds within it.

A worker leases a lane, sends its rows in order and gives it back. A lane whose lease ran out was held by a
worker that died: whoever takes it over looks before it sends again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import lane, outbox

LEASE = timedelta(seconds=60)

SENDING = "sending"
"""What a row for a channel says of itself when it may have arrived."""

BESIDE = ("topic", "pin")
"""What is done beside the posts of a room, not between them."""

# Every line runs these; built once, they also keep their cache key.
_ADD = insert(outbox).execution_options(unread=True)
_RANK = bindparam("urgency", type_=Integer)
_GROW = (
    update(lane)
    .where(lane.c.name.in_(bindparam("these", expanding=True)))
    .values(
        pending=lane.c.pending + bindparam("more"),
        # What waits already may be more urgent than what comes.
        rank=case((and_(lane.c.pending > 0, lane.c.rank < _RANK), lane.c.rank), else_=_RANK),
    )
)


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
    await c.execute(_ADD, rows)
    for (rank, count), names in _alike(parcels).items():
        await _more(c, names, rank, count, now=now)


def _alike(parcels: Sequence[Parcel]) -> dict[tuple[int, int], list[str]]:
    """Lanes by the rank and the number of what they get: the same on each platform, mostly."""
    ranks: dict[str, list[int]] = {}
    for parcel in parcels:
        ranks.setdefault(parcel.lane, []).append(parcel.rank)
    alike: dict[tuple[int, int], list[str]] = {}
    for name in sorted(ranks):
        alike.setdefault((min(ranks[name]), len(ranks[name])), []).append(name)
    return alike


async def _more(c: AsyncConnection, names: Sequence[str], rank: int, count: int, *, now: datetime) -> None:
    grown = (await c.execute(_GROW, {"these": names, "more": count, "urgency": rank})).rowcount
    if grown == len(names):
        return
    there = set((await c.execute(select(lane.c.name).where(lane.c.name.in_(names)))).scalars()) if grown else set()
    new = {"pending": count, "rank": rank, "not_before": now, "failures": 0}
    await c.execute(insert(lane), [{"name": name, **new} for name in names if name not in there])


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


async def rows(c: AsyncConnection, lease: Lease, *, limit: int = 20) -> list[Waiting]:
    """The lane's next rows, in order."""
    columns = [outbox.c[name] for name in Waiting.__dataclass_fields__]
    query = (
        select(*columns)
        .where(outbox.c.lane == lease.lane, outbox.c.state == "pending")
        .order_by(outbox.c.id)
        .limit(limit)
    )
    return [Waiting(*row) for row in await c.execute(query)]


async def rows_of(c: AsyncConnection, leases: Sequence[Lease], *, limit: int = 20) -> dict[str, list[Waiting]]:
    """The next rows of several lanes at once; of each as `rows` gives them."""
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


async def settle(
    c: AsyncConnection,
    lease: Lease,
    row: Waiting,
    *,
    state: str,
    now: datetime,
    ref: str = "",
    error: str = "",
) -> bool:
    """The row is `sent`, `dead` or `superseded`. False when the lease was lost: then nothing was written."""
    held = update(lane).where(lane.c.name == lease.lane, lane.c.token == lease.token)
    if (await c.execute(held.values(pending=lane.c.pending - 1, failures=0))).rowcount == 0:
        return False
    await c.execute(
        update(outbox)
        .where(outbox.c.id == row.id)
        .values(state=state, sent_at=now, ref=ref, last_error=error, attempts=row.attempts + 1)
    )
    return True


async def going_before(c: AsyncConnection, row: Waiting, places: Collection[str]) -> set[str]:
    """The ops of what is on its way there for the first time, of the same incident and before ``row``."""
    query = select(outbox.c.op).where(
        outbox.c.incident_id == row.incident_id,
        outbox.c.id < row.id,
        outbox.c.place.in_(places),
        outbox.c.state == "pending",
        outbox.c.attempts == 0,
    )
    return set((await c.execute(query)).scalars())


async def ref_of(c: AsyncConnection, op: str) -> str | None:
    """Where the message of that row stands; None as long as it was not shown."""
    query = select(outbox.c.ref).where(outbox.c.op == op, outbox.c.state == "sent", outbox.c.ref != "")
    return (await c.execute(query)).scalar()


async def failed(c: AsyncConnection, row: Waiting, *, error: str) -> None:
    await c.execute(update(outbox).where(outbox.c.id == row.id).values(attempts=row.attempts + 1, last_error=error))


async def give_back(c: AsyncConnection, lease: Lease, *, not_before: datetime, failures: int = 0) -> None:
    """Let go of the lane; nobody looks into it before ``not_before``."""
    await c.execute(
        update(lane)
        .where(lane.c.name == lease.lane, lane.c.token == lease.token)
        .values(lease_until=None, token=None, not_before=not_before, failures=failures)
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
