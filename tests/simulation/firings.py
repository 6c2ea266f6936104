"""Which due moments the clock's lines fired: each once, and none is left (I6)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from commands import remind
from commands.call import Call
from templates.card import Card

Slot = tuple[int, str, datetime, datetime]
"""Of which incident, by its name, when it is due, when it is told."""


class Firings:
    """``late`` are the seconds after its moment at which each slot was fired."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self._tried: dict[str, set[Slot]] = {}
        self._by: dict[Slot, str] = {}

    @contextmanager
    def watched(self) -> Iterator[None]:
        carry_out = remind.carry_out

        async def seen(call: Call) -> Card | None:
            if call.incident:
                self._fires(call)
            return await carry_out(call)

        with patch.object(remind, "carry_out", seen):
            yield

    def _fires(self, call: Call) -> None:
        """Carried out again, because nobody heard of the commit, it finds other slots; only the common ones count."""
        incident = call.incident
        assert incident
        owed = incident.deadlines.values()
        due = {(incident.id, each.name, each.due_at, each.wake_at) for each in owed if each.wake_at <= call.now}
        if due:
            self._tried[call.line.delivery] = self._tried.get(call.line.delivery, due) & due

    def committed(self, delivery: str, at: datetime) -> Iterator[str]:
        """What is wrong with that."""
        for slot in self._tried.pop(delivery, ()):
            if slot in self._by:
                yield f"I6 {slot} was fired by {self._by[slot]} and by {delivery}"
            self._by[slot] = delivery
            self.late.append((at - slot[3]).total_seconds())
