"""What a platform must offer, and the one place where something becomes visible on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from incidents.person import Person
from storage.outbox import Waiting
from templates.card import Card
from templates.effect import Effect


@dataclass(frozen=True, slots=True)
class Room:
    """A room as the platform made it; ``name`` may have got a suffix."""

    ref: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is shown: a room (by ``ref``, or by ``name`` for the organisation's own rooms), a person."""

    room: str = ""
    thread: str = ""
    person: str = ""
    name: str = ""


class Undelivered(Exception):
    """The platform did not take it. ``unsure``: it may have, look before sending again.

    ``tries``: give up when it was tried this often (REL-042); None as long as the platform may only be away.
    ``tell``: somebody has to do something about it, so people hear of it while it is still being tried (GEN-8).
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        unsure: bool = False,
        tries: int | None = None,
        tell: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after
        self.unsure = unsure
        self.tries = tries
        self.tell = tell


class NoRoom(Undelivered):
    """The incident has no room on this platform and gets none: what belongs there is dead, and people know why."""


class Chat(Protocol):
    """What a platform must offer. Every call raises Undelivered when it could not be carried out.

    ``incident`` is 0 for what belongs to none. ``edit`` returns the new reference where the message was gone and had
    to be posted anew (REL-063).
    """

    platform: str

    async def open(self, op: str, *, name: str, private: bool, incident: int) -> Room: ...
    async def invite(self, op: str, room: str, people: Sequence[Person]) -> None: ...
    async def topic(self, op: str, room: str, text: str) -> None: ...
    async def post(self, op: str, place: Place, card: Card, *, slot: str, incident: int) -> str: ...
    async def edit(self, op: str, ref: str, card: Card) -> str | None: ...
    async def pin(self, op: str, ref: str) -> None: ...
    async def private(self, op: str, place: Place, card: Card, *, incident: int, page: bool) -> str: ...
    async def find(self, op: str, place: Place) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one row: the message's reference, the room that was opened."""

    ref: str = ""
    room: Room | None = None


async def hand_over(chat: Chat, row: Waiting, effect: Effect, place: Place, *, in_slot: str | None) -> Sent:
    """The one place where something becomes visible outside."""
    op, incident = row.op, row.incident_id
    if row.kind == "open":
        return Sent(room=await chat.open(op, name=effect.text, private=effect.private, incident=incident))
    if row.place in ("room", "thread") and not place.room:
        raise Undelivered("the room is not open yet")
    if row.kind == "invite":
        await chat.invite(op, place.room, effect.people)
    elif row.kind == "topic":
        await chat.topic(op, place.room, effect.text)
    elif row.kind == "pin":
        if not in_slot:
            raise Undelivered("nothing stands there to pin", retry_after=1)
        await chat.pin(op, in_slot)
    else:
        return await _show(chat, row, effect.card or Card(), place, in_slot=in_slot)
    return Sent()


async def _show(chat: Chat, row: Waiting, card: Card, place: Place, *, in_slot: str | None) -> Sent:
    if row.kind in ("private", "page"):
        page = row.kind == "page"
        return Sent(ref=await chat.private(row.op, place, card, incident=row.incident_id, page=page))
    if row.kind == "edit" and not in_slot:
        # What was never shown needs no other words.
        return Sent()
    if in_slot:
        return Sent(ref=await chat.edit(row.op, in_slot, card) or in_slot)
    return Sent(ref=await chat.post(row.op, place, card, slot=row.slot, incident=row.incident_id))
