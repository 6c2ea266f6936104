"""Which chat room is which incident's, and where its slotted messages stand."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import facts
from storage.tables import incident, posted, room
from storage.upsert import Upsert, taking

_KEEP_SLOT = Upsert(posted, "incident_id", "platform", "slot", change=taking("ref"))


async def bind(c: AsyncConnection, incident_id: int, *, platform: str, ref: str, name: str) -> None:
    """The incident lives in this room from now on. Binding the same room again changes nothing."""
    if await of(c, incident_id, platform) != ref:
        await c.execute(insert(room).values(platform=platform, ref=ref, incident_id=incident_id, name=name))


async def of(c: AsyncConnection, incident_id: int, platform: str) -> str | None:
    """The room's reference on that platform, None while it is not open yet."""
    return (await c.execute(_OF, {"incident": incident_id, "on": platform})).scalar()


# Every row that leaves asks this; built once, it also keeps its cache key.
_OF = select(room.c.ref).where(room.c.incident_id == bindparam("incident"), room.c.platform == bindparam("on"))


# Of all rows that are about to leave, at once.
_OF_ALL = select(room.c.incident_id, room.c.platform, room.c.ref).where(
    room.c.incident_id.in_(bindparam("incidents", expanding=True)),
    room.c.platform.in_(bindparam("platforms", expanding=True)),
)
_SLOTS = select(posted.c.incident_id, posted.c.platform, posted.c.slot, posted.c.ref).where(
    posted.c.incident_id.in_(bindparam("incidents", expanding=True)),
    posted.c.platform.in_(bindparam("platforms", expanding=True)),
    posted.c.slot.in_(bindparam("slots", expanding=True)),
)


async def of_all(
    c: AsyncConnection, incidents: Collection[int], platforms: Collection[str]
) -> dict[tuple[int, str], str]:
    """(incident, platform) -> the room's reference, where there is one."""
    found = await c.execute(_OF_ALL, {"incidents": list(incidents), "platforms": list(platforms)})
    return {(row.incident_id, row.platform): row.ref for row in found}


async def slots(
    c: AsyncConnection, incidents: Collection[int], platforms: Collection[str], names: Collection[str]
) -> dict[tuple[int, str, str], str]:
    """(incident, platform, slot) -> the message in it, where one stands."""
    asked = {"incidents": list(incidents), "platforms": list(platforms), "slots": list(names)}
    found = await c.execute(_SLOTS, asked)
    return {(row.incident_id, row.platform, row.slot): row.ref for row in found}


async def rename(c: AsyncConnection, platform: str, ref: str, name: str) -> None:
    """The platform calls the room otherwise now."""
    await c.execute(update(room).where(room.c.platform == platform, room.c.ref == ref).values(name=name))


async def refuse(c: AsyncConnection, incident_id: int, platform: str, reason: str) -> None:
    """It gets no room there, whatever is tried."""
    await facts.put(c, f"no room:{platform}:{incident_id}", reason)


async def refused(c: AsyncConnection, incident_id: int, platform: str) -> str | None:
    """Why it gets no room there, None while it may still get one."""
    return await facts.get(c, f"no room:{platform}:{incident_id}")


async def name_of(c: AsyncConnection, incident_id: int, platform: str) -> str:
    """What its room is really called there; empty while there is none."""
    query = select(room.c.name).where(room.c.incident_id == incident_id, room.c.platform == platform)
    return (await c.execute(query)).scalar() or ""


async def incident_of(c: AsyncConnection, platform: str, ref: str) -> int | None:
    """Whose room it is, None for any other."""
    query = select(room.c.incident_id).where(room.c.platform == platform, room.c.ref == ref)
    return (await c.execute(query)).scalar()


async def refs(c: AsyncConnection, platform: str, incidents: Iterable[int]) -> dict[int, str]:
    """Incident id -> its room's reference, of those that have one there."""
    query = select(room.c.incident_id, room.c.ref).where(
        room.c.platform == platform, room.c.incident_id.in_(list(incidents))
    )
    return {row.incident_id: row.ref for row in await c.execute(query)}


async def in_threads(c: AsyncConnection, platform: str) -> int:
    """How many open incidents live in a thread there. Private ones never do, and are not counted either (SEC-038)."""
    running = select(incident.c.id).where(incident.c.open, ~incident.c.private)
    query = select(func.count()).where(
        room.c.platform == platform, room.c.ref.like("%:%:%"), room.c.incident_id.in_(running)
    )
    return (await c.execute(query)).scalar_one()


async def names(c: AsyncConnection, platform: str) -> dict[int, str]:
    """Incident id -> the name its room really got there."""
    query = select(room.c.incident_id, room.c.name).where(room.c.platform == platform)
    return {row.incident_id: row.name for row in await c.execute(query)}


async def slot(c: AsyncConnection, incident_id: int, platform: str, slot: str) -> str | None:
    """The message in a slot, None while nothing stands there."""
    query = select(posted.c.ref).where(
        posted.c.incident_id == incident_id, posted.c.platform == platform, posted.c.slot == slot
    )
    return (await c.execute(query)).scalar()


async def incident_at(c: AsyncConnection, platform: str, ref: str) -> int | None:
    """Whose slotted message this is, None for any other."""
    query = select(posted.c.incident_id).where(posted.c.platform == platform, posted.c.ref == ref)
    return (await c.execute(query)).scalar()


async def keep_slot(c: AsyncConnection, incident_id: int, platform: str, slot: str, ref: str) -> None:
    await keep_slots(c, {(incident_id, platform, slot): ref})


async def keep_slots(c: AsyncConnection, stand: Mapping[tuple[int, str, str], str]) -> None:
    """As `slots` tells them. Always in the same order, so that two processes never wait for each other."""
    named = ("incident_id", "platform", "slot")
    if stand:
        await c.execute(
            _KEEP_SLOT.on(c), [{**dict(zip(named, at, strict=True)), "ref": stand[at]} for at in sorted(stand)]
        )
