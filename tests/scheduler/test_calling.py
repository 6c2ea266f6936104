"""People are called although nothing can be stored: once for each line, and nobody waits for a chat that is away."""

import asyncio
from dataclasses import dataclass, field
from typing import cast

import pytest
from conversation import ADA, BOB

from scheduler import calling
from scheduler.calling import Calling
from scheduler.chat import Chat, Place, Undelivered
from templates.card import Button, Card
from templates.effect import Effect

pytestmark = pytest.mark.on("sqlite")

PAGES = [
    Effect("page", f"person:{person.id}", Card(title="You are called", buttons=(Button("On my way", says="ack 1"),)))
    for person in (ADA, BOB)
]


@dataclass
class Ringing:
    """A chat that reaches some, is silent about others and takes its time with the rest."""

    platform: str = "slack"
    fails: dict[str, Exception] = field(default_factory=dict)
    hangs: str = ""
    rung: list[tuple[str, Card]] = field(default_factory=list)

    async def private(self, op: str, place: Place, card: Card, *, incident: int, page: bool) -> str:
        assert (incident, page) == (0, True)
        assert op == f"unstored:line:1:{place.person}"
        if place.person == self.hangs:
            await asyncio.sleep(3600)
        if problem := self.fails.get(place.person):
            raise problem
        self.rung.append((place.person, card))
        return "1"


def through(*chats: Ringing) -> Calling:
    return Calling(cast(list[Chat], chats))


async def test_rel_102_who_is_called_directly_is_called_once_however_often_the_line_comes() -> None:
    chat = Ringing()
    directly = through(chat)
    assert await directly.call("line:1", PAGES) == [ADA.id, BOB.id]
    assert await directly.call("line:1", PAGES) == [ADA.id, BOB.id]
    assert [person for person, _ in chat.rung] == [ADA.id, BOB.id]
    # Nobody would be told who pressed the button.
    assert not chat.rung[0][1].buttons


async def test_rel_102_a_chat_that_fails_or_hangs_keeps_nobody_from_being_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calling, "_WITHIN", 0.01)
    first, second = Ringing(fails={ADA.id: Undelivered("away")}, hangs=BOB.id), Ringing()
    assert await through(first, second).call("line:1", PAGES) == [ADA.id, BOB.id]
    assert [person for person, _ in second.rung] == [ADA.id, BOB.id]


async def test_rel_102_whom_nobody_reached_is_not_said_to_be_called() -> None:
    broken = Ringing(fails={ADA.id: RuntimeError("a bug"), BOB.id: Undelivered("unknown", permanent=True)})
    assert await through(broken).call("line:1", PAGES) == []
    assert await through().call("line:1", PAGES) == []
