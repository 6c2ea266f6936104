"""People hear of what could not be delivered, or not yet."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import facts, outbox
from storage.outbox import Lease, Parcel, Waiting
from templates.answers import undelivered
from templates.packing import pack_effect, unpack_effect


def notices(chats: Collection[str], lease: Lease, row: Waiting, reason: str, *, waiting: bool = False) -> list[Parcel]:
    """In the incident's room on every one of the ``chats``, but not where that room could not be opened."""
    effect = unpack_effect(row.payload)
    card = undelivered(effect, reason, waiting=waiting)
    # What belongs to no incident has no room of its own.
    to = "room" if row.incident_id else "announce"
    about = "" if row.incident_id else lease.lane.split(":")[1]
    told = replace(effect, kind="post", to=to, slot="", people=(), text="", card=card)
    elsewhere = [platform for platform in chats if platform != lease.platform or row.kind != "open"]
    packed = pack_effect(told)
    return [Parcel(platform, row.incident_id, "post", to, packed, about=about) for platform in elsewhere]


async def tell_once(
    c: AsyncConnection, lease: Lease, row: Waiting, parcels: Sequence[Parcel], *, now: datetime
) -> None:
    """Once for each destination of an incident, however often and with how many rows it is tried."""
    known = f"told:{lease.lane}"[:60]
    if await facts.get(c, known) is None:
        await facts.put(c, known, row.op)
        await outbox.add(c, parcels, now=now)
