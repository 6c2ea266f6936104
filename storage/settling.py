"""What came of rows of the outbox: sent, dead, made pointless by a newer one. Many cost hardly more than one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.outbox import Lease, Waiting
from storage.tables import lane, outbox

_HOLDERS = (
    select(lane.c.name, lane.c.token)
    .where(lane.c.name.in_(bindparam("names", expanding=True)))
    .order_by(lane.c.name)
    .with_for_update()
)
_UNSETTLED = select(outbox.c.id).where(outbox.c.id.in_(bindparam("ids", expanding=True)), outbox.c.state == "pending")
_SETTLE = update(outbox).where(outbox.c.id == bindparam("this")).execution_options(unread=True)
_LESS = update(lane).where(lane.c.name == bindparam("this")).execution_options(unread=True)
_LESS = _LESS.values(pending=lane.c.pending - bindparam("fewer"), failures=0)
_LEAVE = _LESS.values(lease_until=None, token=None, not_before=bindparam("now"))


@dataclass(frozen=True, slots=True)
class Settled:
    """A row is `sent`, `dead` or `superseded`. ``last``: the lane is given back with it."""

    lease: Lease
    row: Waiting
    state: str
    ref: str = ""
    error: str = ""
    last: bool = False


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
    """One row alone. False when the lease was lost: then nothing was written."""
    return bool(await settle_all(c, [Settled(lease, row, state, ref, error)], now=now))


async def settle_all(c: AsyncConnection, rows: Sequence[Settled], *, now: datetime) -> list[Settled]:
    """Those of them whose lease still held; of the others nothing was written.

    Said once more, because nobody heard that it was committed, it changes nothing (REL-105).
    """
    holders = {row.name: row.token for row in await c.execute(_HOLDERS, {"names": [each.lease.lane for each in rows]})}
    held = [each for each in rows if holders.get(each.lease.lane) == each.lease.token]
    fresh = set((await c.execute(_UNSETTLED, {"ids": [each.row.id for each in held]})).scalars())
    if settled := [_settled(each, now) for each in held if each.row.id in fresh]:
        await c.execute(_SETTLE, settled)
    for change, last in ((_LESS, False), (_LEAVE, True)):
        lanes = [(each.lease.lane, int(each.row.id in fresh)) for each in held if each.last == last]
        if lanes:
            await c.execute(change, [{"this": name, "fewer": fewer, "now": now} for name, fewer in lanes])
    return held


def _settled(each: Settled, now: datetime) -> dict[str, object]:
    return {
        "this": each.row.id,
        "state": each.state,
        "sent_at": now,
        "ref": each.ref,
        "last_error": each.error,
        "attempts": each.row.attempts + 1,
    }
