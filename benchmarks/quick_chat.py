"""A chat that takes everything at once."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from incidents.person import Person
from scheduler.chat import Place, Room
from templates.card import Card


class QuickChat:
    """Takes everything at once, and keeps when it first heard of an incident and how often of each message."""

    platform = "web"

    def __init__(self) -> None:
        self.first: dict[int, datetime] = {}
        self.ops: Counter[str] = Counter()

    async def open(self, op: str, *, name: str, private: bool, incident: int) -> Room:
        raise AssertionError("no room is opened here")

    async def invite(self, op: str, room: str, people: Sequence[Person]) -> None:
        raise AssertionError("nobody is invited here")

    async def topic(self, op: str, room: str, text: str) -> None:
        self._took(op, 0)

    async def post(self, op: str, place: Place, card: Card, *, slot: str, incident: int) -> str:
        return self._took(op, incident)

    async def edit(self, op: str, ref: str, card: Card) -> None:
        self._took(op, 0)

    async def pin(self, op: str, ref: str) -> None:
        self._took(op, 0)

    async def private(self, op: str, place: Place, card: Card, *, incident: int, page: bool) -> str:
        return self._took(op, incident)

    async def find(self, op: str, place: Place) -> str | None:
        return None

    def _took(self, op: str, incident: int) -> str:
        if incident:
            self.first.setdefault(incident, datetime.now(UTC))
        self.ops[op] += 1
        return op
