"""The web chat's rooms: who may see them, whose incident they are, what is unread."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, insert, literal, or_, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.person import Person
from storage import turns
from storage.tables import deadline, incident, person, room, web_change, web_member, web_message, web_read, web_room
from storage.turns import Turn
from storage.upsert import Upsert


def _later(new: Any) -> Mapping[str, Any]:
    newer = new["message_id"] > web_read.c.message_id
    return {"message_id": case((newer, new["message_id"]), else_=web_read.c.message_id)}


_MARK_READ = Upsert(web_read, "person_id", "room_id", change=_later)

DIRECT = 0
"""The room number under which the read mark of a direct conversation is kept."""


@dataclass(frozen=True, slots=True)
class WebRoom:
    """``op`` names the outbox row that made it; rooms that Sitrep keeps (`general`, `status`) have none."""

    id: int
    name: str
    op: str | None
    topic: str
    private: bool

    @property
    def ref(self) -> str:
        return f"web:{self.id}"


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room as one person sees it; everything from ``incident`` on is empty in a room without an incident."""

    room: WebRoom
    unread: int
    incident: int | None = None
    title: str = ""
    severity: int | None = None
    phase: str = ""
    stage: str | None = None
    open: bool = False
    due: datetime | None = None


async def by_id(c: AsyncConnection, room_id: int) -> WebRoom | None:
    return await _one(c, web_room.c.id == room_id)


async def by_name(c: AsyncConnection, name: str) -> WebRoom | None:
    return await _one(c, web_room.c.name == name)


async def by_op(c: AsyncConnection, op: str) -> WebRoom | None:
    return await _one(c, web_room.c.op == op)


async def _one(c: AsyncConnection, condition: ColumnElement[bool]) -> WebRoom | None:
    row = (await c.execute(select(web_room).where(condition))).mappings().first()
    return _room(row) if row else None


def _room(row: RowMapping) -> WebRoom:
    return WebRoom(row["id"], row["name"], row["op"], row["topic"], row["private"])


async def make(c: AsyncConnection, name: str, *, at: datetime, op: str | None = None, private: bool = False) -> WebRoom:
    statement = insert(web_room).values(name=name, op=op, topic="", private=private, created_at=at)
    made = await c.execute(statement.returning(web_room.c.id))
    room_id = int(made.scalar_one())
    await changed(c, room_id=room_id)
    return WebRoom(room_id, name, op, "", private)


async def set_topic(c: AsyncConnection, room_id: int, topic: str) -> None:
    await c.execute(update(web_room).where(web_room.c.id == room_id).values(topic=topic))
    await changed(c, room_id=room_id)


async def add_members(c: AsyncConnection, room_id: int, people: Iterable[str]) -> None:
    """Those who are in already stay in."""
    await turns.take(c, Turn.CHANGES)
    found = await c.execute(select(web_member.c.person_id).where(web_member.c.room_id == room_id))
    new = set(people) - set(found.scalars())
    if new:
        await c.execute(insert(web_member), [{"room_id": room_id, "person_id": who} for who in sorted(new)])
        await changed(c, room_id=room_id)


async def members(c: AsyncConnection, room_id: int) -> list[Person]:
    of_room = and_(web_member.c.person_id == person.c.id, web_member.c.room_id == room_id)
    rows = await c.execute(select(person.c.id, person.c.name, person.c.handle).join(web_member, of_room))
    return [Person(*row) for row in rows]


def visible_to(person_id: str) -> ColumnElement[bool]:
    """The rooms somebody may read: public ones, and private ones they were invited to (SEC-038)."""
    member = exists().where(web_member.c.room_id == web_room.c.id, web_member.c.person_id == person_id)
    return or_(web_room.c.private.is_(False), member)


async def visible(c: AsyncConnection, room_id: int, person_id: str) -> bool:
    found = await c.execute(select(web_room.c.id).where(web_room.c.id == room_id, visible_to(person_id)))
    return found.first() is not None


async def rooms(c: AsyncConnection, person_id: str, *, name: str | None = None) -> list[RoomView]:
    """Every room somebody may see, or only the one with that name."""
    shown = visible_to(person_id) if name is None else and_(visible_to(person_id), web_room.c.name == name)
    of_room = and_(room.c.platform == "web", room.c.ref == literal("web:").concat(cast(web_room.c.id, String)))
    statement = (
        select(
            web_room,
            _unread(person_id).label("unread"),
            incident.c.id.label("incident"),
            incident.c.title,
            incident.c.severity,
            incident.c.phase,
            incident.c.stage,
            incident.c.open,
            _due().label("due"),
        )
        .outerjoin_from(web_room, room, of_room)
        .outerjoin(incident, incident.c.id == room.c.incident_id)
        .where(shown)
        .order_by(web_room.c.id)
    )
    return [_view(row) for row in (await c.execute(statement)).mappings()]


def _view(row: RowMapping) -> RoomView:
    shown = WebRoom(row["id"], row["name"], row["op"], row["topic"], row["private"])
    if row["incident"] is None:
        return RoomView(shown, row["unread"])
    names = ("incident", "title", "severity", "phase", "stage", "open", "due")
    return RoomView(shown, row["unread"], **{name: row[name] for name in names})


def _unread(person_id: str) -> ColumnElement[int]:
    read = select(func.coalesce(func.max(web_read.c.message_id), 0)).where(
        web_read.c.person_id == person_id, web_read.c.room_id == web_room.c.id
    )
    return (
        select(func.count())
        .where(
            web_message.c.room_id == web_room.c.id,
            web_message.c.id > read.correlate(web_room).scalar_subquery(),
            web_message.c.author_id != person_id,
            web_message.c.private_to.is_(None),
            web_message.c.thread_of.is_(None),
            web_message.c.deleted_at.is_(None),
        )
        .correlate(web_room)
        .scalar_subquery()
    )


def _due() -> ColumnElement[datetime | None]:
    """When customers must hear from us next; the same promise that Sitrep reminds of."""
    return (
        select(func.min(deadline.c.due_at, type_=deadline.c.due_at.type))
        .where(deadline.c.incident_id == incident.c.id, deadline.c.name.in_(("update", "first-notice")))
        .correlate(incident)
        .scalar_subquery()
    )


async def is_incident(c: AsyncConnection, shown: WebRoom) -> bool:
    found = await c.execute(select(room.c.incident_id).where(room.c.platform == "web", room.c.ref == shown.ref))
    return found.first() is not None


async def people_like(c: AsyncConnection, start: str, *, limit: int) -> list[Person]:
    """People whose handle or name, first or last, begins like this."""
    names = [person.c.name.istartswith(start, autoescape=True), person.c.name.icontains(f" {start}", autoescape=True)]
    begins = or_(person.c.handle.istartswith(start, autoescape=True), *names)
    statement = select(person.c.id, person.c.name, person.c.handle).where(begins, person.c.active)
    rows = await c.execute(statement.order_by(person.c.handle).limit(limit))
    return [Person(*row) for row in rows]


async def mark_read(c: AsyncConnection, person_id: str, room_id: int, message_id: int) -> None:
    read = {"person_id": person_id, "room_id": room_id, "message_id": message_id}
    await c.execute(_MARK_READ.on(c), read)


async def read_mark(c: AsyncConnection, person_id: str, room_id: int) -> int:
    mine = and_(web_read.c.person_id == person_id, web_read.c.room_id == room_id)
    return int((await c.execute(select(web_read.c.message_id).where(mine))).scalar() or 0)


async def changed(
    c: AsyncConnection, *, room_id: int | None = None, message_id: int | None = None, private_to: str | None = None
) -> None:
    """Tell every open browser, in the order of these rows; with ``message_id`` empty the room itself changed.

    From here to the commit nobody else adds one: a browser that has seen a row would never ask for a lower one.
    """
    await turns.take(c, Turn.CHANGES)
    await turns.wake(c)
    await c.execute(insert(web_change).values(room_id=room_id, message_id=message_id, private_to=private_to))


async def last_change(c: AsyncConnection) -> int:
    return int((await c.execute(select(func.max(web_change.c.id)))).scalar() or 0)


@dataclass(frozen=True, slots=True)
class Change:
    id: int
    room_id: int | None
    message_id: int | None


async def changes(c: AsyncConnection, person_id: str, *, after: int, limit: int = 200) -> list[Change]:
    """What happened after change ``after`` that this person may see; asked anew each time (SEC-042, SEC-111)."""
    mine = web_change.c.private_to == person_id
    public = and_(web_change.c.private_to.is_(None), web_room.c.id.is_not(None), visible_to(person_id))
    statement = (
        select(web_change.c.id, web_change.c.room_id, web_change.c.message_id)
        .outerjoin(web_room, web_room.c.id == web_change.c.room_id)
        .where(web_change.c.id > after, or_(mine, public))
        .order_by(web_change.c.id)
        .limit(limit)
    )
    return [Change(*row) for row in await c.execute(statement)]
