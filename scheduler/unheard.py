"""What delivery could not do: said in the log by its numbers alone, and to others when it was a reminder (REL-130)."""

from collections.abc import Collection, Sequence
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.phase import Phase
from scheduler.chat import Undelivered
from scheduler.notices import notices, tell_once
from storage import facts, incidents, outbox
from storage.outbox import Lease, Parcel, Waiting
from templates.answers import unheard
from templates.effect import Effect
from templates.packing import pack_effect, unpack_effect

log = structlog.get_logger()

ESCALATED_AFTER = 3
"""Tries in vain after which others hear of a reminder that is not shown (REL-130)."""


def inherited(lease: Lease) -> None:
    """Whoever had it died, or was stopped in the middle of a row."""
    log.warning("taken over", action="lane_inherited", lane=lease.lane)


def failed(lease: Lease, row: Waiting, problem: Undelivered) -> None:
    log.warning("not delivered", action="delivery_failed", reason=problem.reason, **_numbers(lease, row))


def dead(lease: Lease, row: Waiting, problem: Undelivered) -> None:
    """By op and incident, so that it can be found and sent again; never with its words (REL-223)."""
    log.error("given up", action="dead_letter", reason=problem.reason, tries=row.attempts + 1, **_numbers(lease, row))


def _numbers(lease: Lease, row: Waiting) -> dict[str, object]:
    return {"op": row.op, "incident": row.incident_id, "platform": lease.platform, "kind": row.kind}


async def told(
    c: AsyncConnection,
    chats: Collection[str],
    lease: Lease,
    rows: Sequence[Waiting],
    problem: Undelivered,
    *,
    now: datetime,
) -> None:
    """In the transaction that puts ``rows`` off, the one that was tried first.

    Reminders behind it in the same lane are as little shown as itself.
    """
    if problem.tell:
        waiting = notices(chats, lease, rows[0], problem.reason, waiting=True)
        await tell_once(c, lease, rows[0], waiting, now=now)
    if max(lease.failures, rows[0].attempts) + 1 >= ESCALATED_AFTER:
        for row in rows:
            await call_instead(c, chats, lease, row, problem, now=now)


async def call_instead(
    c: AsyncConnection, chats: Collection[str], lease: Lease, row: Waiting, problem: Undelivered, *, now: datetime
) -> None:
    """Once for each reminder; what is none is left alone."""
    effect = unpack_effect(row.payload)
    parcels = _parcels(chats, lease, row, effect, problem.reason)
    if parcels and await _still_matters(c, row) and await _first(c, row):
        log.error("not shown", action="reminder_unheard", **_numbers(lease, row))
        await outbox.add(c, parcels, now=now)


async def _still_matters(c: AsyncConnection, row: Waiting) -> bool:
    """Nobody is called because of what was resolved meanwhile (REL-128)."""
    incident = await incidents.by_id(c, row.incident_id)
    if incident is None or incident.phase.active:
        return incident is not None
    resolved = incident.clocks.resolved_at
    return resolved is not None and resolved < row.created_at and incident.phase in (Phase.RESOLVED, Phase.REVIEW)


async def _first(c: AsyncConnection, row: Waiting) -> bool:
    told = f"unheard:{row.op}"
    if await facts.get(c, told) is not None:
        return False
    await facts.put(c, told, "")
    return True


def _parcels(chats: Collection[str], lease: Lease, row: Waiting, effect: Effect, reason: str) -> list[Parcel]:
    """Loudly, to each of them on every chat, but not into the lane that is stuck."""
    card = unheard(effect, row.incident_id, lease.platform, reason)
    packed = {person: pack_effect(Effect("page", f"person:{person}", card, rank=0)) for person in effect.otherwise}
    parcels = [
        Parcel(platform, row.incident_id, "page", f"person:{person}", payload, rank=0)
        for platform in chats
        for person, payload in packed.items()
    ]
    return [parcel for parcel in parcels if parcel.lane != lease.lane]
