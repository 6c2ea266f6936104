"""What repeats an entry outside the timeline: what was or will be shown, answers, the lines heard (TL-8).

The timeline is never rewritten; these are copies of what it says, and follow it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import web_messages
from storage.tables import heard, outbox, web_message
from storage.web_messages import Message

_WITH_WORDS = ("post", "edit", "private", "page", "topic")
_OF_THE_WEB = "web:message:"


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the outbox, sent or not."""

    id: int
    lane: str
    op: str
    kind: str
    place: str
    slot: str
    payload: str
    state: str
    ref: str | None

    @property
    def platform(self) -> str:
        return self.lane.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Heard:
    id: int
    delivery: str
    at: datetime
    who: str
    words: str
    changes: str
    reply: str | None


async def shown(c: AsyncConnection, incident_id: int) -> list[Shown]:
    """All that the incident made visible or is about to, in order."""
    columns = [outbox.c[name] for name in Shown.__dataclass_fields__]
    query = select(*columns).where(outbox.c.incident_id == incident_id, outbox.c.kind.in_(_WITH_WORDS))
    return [Shown(*row) for row in await c.execute(query.order_by(outbox.c.id))]


async def say_otherwise(c: AsyncConnection, row: Shown, payload: str) -> None:
    await c.execute(update(outbox).where(outbox.c.id == row.id).values(payload=payload))


async def answers(c: AsyncConnection, incident_id: int) -> list[tuple[int, str]]:
    """The private answers that stand in the web room, with their cards."""
    query = select(web_message.c.id, web_message.c.card).where(
        web_message.c.incident_id == incident_id, web_message.c.slot == "answer", web_message.c.card.is_not(None)
    )
    return [(row.id, row.card) for row in await c.execute(query)]


async def answer_otherwise(c: AsyncConnection, message: int, card: str) -> None:
    await web_messages.rewrite(c, message, card=card)


async def typed(c: AsyncConnection, *, source: str = "", delivery: str = "") -> Message | None:
    """What somebody wrote in the web room, by where an entry says it stands or by the line it became."""
    number = await web_messages.find(c, f"said:{delivery}") if delivery else None
    if source.startswith(_OF_THE_WEB):
        number = int(source.removeprefix(_OF_THE_WEB))
    message = await web_messages.get(c, number) if number else None
    return message if message and not message.card and not message.deleted_at else None


async def type_otherwise(c: AsyncConnection, message: Message, text: str) -> None:
    """Its author did not edit it, so it gets no mark that says so."""
    await web_messages.rewrite(c, message.id, text=text, edited_at=message.edited_at)


async def lines(c: AsyncConnection, incident_id: int, moments: Sequence[datetime]) -> list[Heard]:
    """The lines heard at these moments, and all whose answer is kept."""
    columns = [heard.c[name] for name in Heard.__dataclass_fields__]
    wanted = or_(heard.c.at.in_(moments), heard.c.reply.is_not(None))
    query = select(*columns).where(and_(heard.c.incident_id == incident_id, wanted))
    return [Heard(*row) for row in await c.execute(query)]


async def hear_otherwise(c: AsyncConnection, line: Heard) -> None:
    values = {"words": line.words, "changes": line.changes, "reply": line.reply}
    await c.execute(update(heard).where(heard.c.id == line.id).values(**values))
