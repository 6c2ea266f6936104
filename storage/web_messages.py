"""The web chat's messages: said once per op, read by those who may."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, or_, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from incidents.person import CLOCK, Person
from storage import turns
from storage.tables import heard, person, web_message, web_reaction, web_room
from storage.turns import Turn
from storage.web import changed, visible_to

PAGE = 50
SAID, ANSWER, NOT_RUN = "said:", "answer:", "not-run:"
"""What the op of a message begins with; the delivery of the line follows."""


@dataclass(frozen=True, slots=True)
class Message:
    """``card`` is the card as JSON, empty for words. A message without a room stands in a direct conversation.

    ``reactions`` are (emoji, ids of the people) pairs; ``loud`` is a page.
    """

    id: int
    room_id: int | None
    author: Person
    at: datetime
    text: str
    op: str
    thread_of: int | None = None
    private_to: str | None = None
    card: str | None = None
    incident_id: int | None = None
    slot: str = ""
    pinned: bool = False
    loud: bool = False
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    reactions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    replies: int = 0
    last_reply_at: datetime | None = None

    @property
    def ref(self) -> str:
        return str(self.id)

    @property
    def source(self) -> str:
        return f"web:message:{self.id}"


async def say(
    c: AsyncConnection,
    op: str,
    *,
    author: str,
    at: datetime,
    room_id: int | None,
    text: str = "",
    card: str | None = None,
    thread_of: int | None = None,
    private_to: str | None = None,
    incident_id: int | None = None,
    slot: str = "",
    loud: bool = False,
) -> int:
    """The message's number; the same op again changes nothing and gives the same number (REL-188)."""
    await turns.take(c, Turn.CHANGES)
    if known := await find(c, op):
        return known
    values: dict[str, object] = {
        "room_id": room_id,
        "thread_of": thread_of,
        "private_to": private_to,
        "text": text,
        "card": card,
    }
    values |= {"author_id": author, "at": at, "incident_id": incident_id, "slot": slot, "loud": loud, "op": op}
    made = await c.execute(insert(web_message).values(pinned=False, **values).returning(web_message.c.id))
    message_id = int(made.scalar_one())
    await changed(c, room_id=room_id, message_id=message_id, private_to=private_to)
    if thread_of:
        await touched(c, thread_of)
    return message_id


async def find(c: AsyncConnection, op: str) -> int | None:
    found = (await c.execute(select(web_message.c.id).where(web_message.c.op == op))).scalar()
    return found and int(found)


async def unanswered(c: AsyncConnection, *, since: datetime) -> list[Message]:
    """What people wrote that the door never heard, or whose answer was not kept, oldest first.

    Ordinary talk is among it: the door never hears that either. Words that were changed since are their author's own.
    """
    delivery, answer = func.substr(web_message.c.op, len(SAID) + 1), web_message.alias()
    told = select(answer.c.id).where(answer.c.op == ANSWER + delivery).exists()
    finished = select(heard.c.id).where(heard.c.delivery == delivery, or_(heard.c.reply.is_(None), told)).exists()
    unchanged = and_(web_message.c.edited_at.is_(None), web_message.c.deleted_at.is_(None))
    wanted = and_(web_message.c.op.startswith(SAID), web_message.c.at >= since, unchanged, ~finished)
    not_run = select(answer.c.id).where(answer.c.op == NOT_RUN + delivery).exists()
    return await _read(c, _all().where(wanted, ~not_run).order_by(web_message.c.id))


async def touched(c: AsyncConnection, message_id: int) -> None:
    """The message looks different now."""
    found = select(web_message.c.room_id, web_message.c.private_to).where(web_message.c.id == message_id)
    row = (await c.execute(found)).one()
    await changed(c, room_id=row.room_id, message_id=message_id, private_to=row.private_to)


async def rewrite(
    c: AsyncConnection, message_id: int, *, text: str = "", card: str | None = None, edited_at: datetime | None = None
) -> None:
    """Other words or another card. ``edited_at`` is for people: Sitrep's own cards change without a mark."""
    values = {"text": text, "card": card, "edited_at": edited_at}
    await c.execute(update(web_message).where(web_message.c.id == message_id).values(**values))
    await touched(c, message_id)


async def withdraw(c: AsyncConnection, message_id: int, *, at: datetime) -> None:
    gone = {"deleted_at": at, "text": "", "card": None}
    await c.execute(update(web_message).where(web_message.c.id == message_id).values(**gone))
    await touched(c, message_id)


async def pin(c: AsyncConnection, message_id: int) -> None:
    await c.execute(update(web_message).where(web_message.c.id == message_id).values(pinned=True))
    await touched(c, message_id)


async def react(c: AsyncConnection, message_id: int, person_id: str, emoji: str, *, on: bool | None = None) -> bool:
    """Add or take back a reaction; ``on`` None turns it round. Answers whether it is there now."""
    await turns.take(c, Turn.CHANGES)
    mine = and_(
        web_reaction.c.message_id == message_id,
        web_reaction.c.person_id == person_id,
        web_reaction.c.emoji == emoji,
    )
    there = (await c.execute(select(web_reaction).where(mine))).first() is not None
    wanted = (not there) if on is None else on
    if wanted and not there:
        await c.execute(insert(web_reaction).values(message_id=message_id, person_id=person_id, emoji=emoji))
    if there and not wanted:
        await c.execute(delete(web_reaction).where(mine))
    if wanted != there:
        await touched(c, message_id)
    return wanted


async def get(c: AsyncConnection, message_id: int) -> Message | None:
    """Whoever asks: for Sitrep itself."""
    found = await _read(c, _all().where(web_message.c.id == message_id))
    return found[0] if found else None


async def seen(c: AsyncConnection, message_id: int, person_id: str) -> Message | None:
    """The message if that person may see it, else None: the caller cannot tell the two apart (SEC-047)."""
    found = await _read(c, _all().where(web_message.c.id == message_id, _may_read(person_id)))
    return found[0] if found else None


async def several(c: AsyncConnection, ids: Iterable[int], person_id: str) -> dict[int, Message]:
    found = await _read(c, _all().where(web_message.c.id.in_(set(ids)), _may_read(person_id)))
    return {message.id: message for message in found}


async def in_room(c: AsyncConnection, room_id: int, person_id: str, *, before: int | None = None) -> list[Message]:
    """The newest page, oldest first; thread replies stand in their threads."""
    statement = _all().where(web_message.c.room_id == room_id, web_message.c.thread_of.is_(None), _may_read(person_id))
    return await _page(c, statement, before)


async def in_thread(c: AsyncConnection, message_id: int, person_id: str, *, before: int | None = None) -> list[Message]:
    return await _page(c, _all().where(web_message.c.thread_of == message_id, _may_read(person_id)), before)


async def direct(c: AsyncConnection, person_id: str, *, before: int | None = None) -> list[Message]:
    """What Sitrep told this person alone, and what they said to it. Answers given in a room stay in that room."""
    return await _page(c, _all().where(_direct(person_id)), before)


def _direct(person_id: str) -> ColumnElement[bool]:
    elsewhere = or_(web_message.c.room_id.is_(None), web_message.c.slot != "answer")
    return and_(web_message.c.private_to == person_id, elsewhere, web_message.c.deleted_at.is_(None))


async def unread_direct(c: AsyncConnection, person_id: str, *, after: int) -> int:
    counted = select(func.count(web_message.c.id)).where(
        _direct(person_id), web_message.c.id > after, web_message.c.author_id != person_id
    )
    return int((await c.execute(counted.where(web_message.c.slot != "answer"))).scalar_one())


async def loud(c: AsyncConnection, person_id: str, *, after: int) -> list[Message]:
    """Pages this person has not looked at yet."""
    wanted = and_(web_message.c.private_to == person_id, web_message.c.loud, web_message.c.id > after)
    return await _read(c, _all().where(wanted).order_by(web_message.c.id))


async def in_slot(c: AsyncConnection, room_id: int, slot: str) -> int | None:
    found = select(func.max(web_message.c.id)).where(web_message.c.room_id == room_id, web_message.c.slot == slot)
    newest = (await c.execute(found)).scalar()
    return newest and int(newest)


def _all() -> Select[tuple[object, ...]]:
    statement = select(web_message, person.c.name, person.c.handle).outerjoin(
        person, person.c.id == web_message.c.author_id
    )
    return statement.outerjoin(web_room, web_room.c.id == web_message.c.room_id)


def _may_read(person_id: str) -> ColumnElement[bool]:
    """One's own private messages, and everything public in a room that is not hidden."""
    public = and_(web_message.c.private_to.is_(None), web_room.c.id.is_not(None), visible_to(person_id))
    return or_(web_message.c.private_to == person_id, public)


async def _page(c: AsyncConnection, statement: Select[tuple[object, ...]], before: int | None) -> list[Message]:
    if before is not None:
        statement = statement.where(web_message.c.id < before)
    found = await _read(c, statement.order_by(web_message.c.id.desc()).limit(PAGE))
    return found[::-1]


async def _read(c: AsyncConnection, statement: Select[tuple[object, ...]]) -> list[Message]:
    rows = (await c.execute(statement)).mappings().all()
    return await _with_marks(c, [_message(row) for row in rows])


def _message(row: RowMapping) -> Message:
    author = Person(row["author_id"], row["name"] or row["author_id"], row["handle"] or "")
    if row["author_id"] == CLOCK.id:
        author = CLOCK
    names = ("id", "room_id", "at", "text", "op", "thread_of", "private_to", "card", "incident_id", "slot", "pinned")
    values = {name: row[name] for name in (*names, "loud", "edited_at", "deleted_at")}
    return Message(author=author, **values)


async def _with_marks(c: AsyncConnection, messages: Sequence[Message]) -> list[Message]:
    ids = [message.id for message in messages]
    reactions: dict[int, dict[str, list[str]]] = {}
    found = select(web_reaction).where(web_reaction.c.message_id.in_(ids)).order_by(web_reaction.c.person_id)
    for row in await c.execute(found):
        reactions.setdefault(row.message_id, {}).setdefault(row.emoji, []).append(row.person_id)
    threads = await _threads(c, ids)
    return [_marked(message, reactions.get(message.id, {}), threads.get(message.id)) for message in messages]


def _marked(message: Message, reactions: dict[str, list[str]], thread: tuple[int, datetime] | None) -> Message:
    marks = tuple((emoji, tuple(people)) for emoji, people in sorted(reactions.items()))
    count, last = thread or (0, None)
    return replace(message, reactions=marks, replies=count, last_reply_at=last)


async def _threads(c: AsyncConnection, ids: list[int]) -> dict[int, tuple[int, datetime]]:
    parent, at = web_message.c.thread_of, web_message.c.at
    counted = (
        select(parent, func.count(), func.max(at, type_=at.type))
        .where(parent.in_(ids), web_message.c.private_to.is_(None), web_message.c.deleted_at.is_(None))
        .group_by(parent)
    )
    return {row[0]: (row[1], row[2]) for row in await c.execute(counted)}


async def newest(c: AsyncConnection) -> int:
    return int((await c.execute(select(func.max(web_message.c.id)))).scalar() or 0)
