"""How long a declarer waits for a usable room, when every call to the chat takes 150 ms."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.figure import Figure
from benchmarks.stage import DAN, opened, settings
from commands.line import Line
from commands.run import Door
from incidents.person import Person
from scheduler.chat import Place, Room
from scheduler.delivery import Delivery
from storage import outbox
from storage.database import Database
from templates.card import Card


async def measure(*, rounds: int = 5, call: float = 0.15) -> list[Figure]:
    """``call`` is what each call to the chat takes, in seconds."""
    seen = [await _declare(call) for _ in range(rounds)]
    return [
        Figure("declare-calls", max(each.calls_until_usable for each in seen), "calls", 2, "lower"),
        Figure("declare-usable-ms", 1000 * median(each.usable for each in seen), "ms", 600, "lower"),
        Figure("declare-all-ms", 1000 * median(each.all for each in seen), "ms", 1500, "lower"),
    ]


@dataclass(frozen=True, slots=True)
class Call:
    """One call to the chat. ``turn`` is its place in the longest row of calls of which each awaited the one before."""

    kind: str
    ended: float
    turn: int
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declared:
    began: float
    calls: Sequence[Call]

    @property
    def _invited(self) -> Call:
        return next(call for call in self.calls if call.kind == "invite" and DAN.id in call.people)

    @property
    def calls_until_usable(self) -> int:
        return self._invited.turn

    @property
    def usable(self) -> float:
        """Seconds from the line to the declarer being in the open room."""
        return self._invited.ended - self.began

    @property
    def all(self) -> float:
        return max(call.ended for call in self.calls) - self.began


async def _declare(call: float) -> Declared:
    """A SEV-1 through the real door and the real delivery, into a slow chat."""
    with TemporaryDirectory() as folder:
        async with opened(Path(folder, "declare.db")) as database:
            chat, configured = SlowChat(call), settings()
            delivery = Delivery(database, {"web": chat}, configured.house, clock=_now)
            door = Door(database, configured, news=delivery.nudge)
            async with asyncio.TaskGroup() as group:
                running = group.create_task(delivery.run())
                # Delivery is idle, as it is when nothing is going on.
                await asyncio.sleep(0.05)
                began = time.perf_counter()
                line = Line(DAN, "/incident sev1 Checkout returns 500s", _now(), "declare", via="slash")
                answer = await door.say(line)
                assert not answer.refused, answer
                await _everything_left(database)
                running.cancel()
    return Declared(began, chat.calls)


async def _everything_left(database: Database) -> None:
    async with asyncio.timeout(60):
        waiting = 1
        while waiting:
            await asyncio.sleep(0.02)
            async with database.read() as c:
                waiting = await outbox.waiting_count(c)


class SlowChat:
    """Takes everything, after a while, and keeps what was asked of it."""

    platform = "web"

    def __init__(self, call: float) -> None:
        self.calls: list[Call] = []
        self._call = call

    async def open(self, op: str, *, name: str, private: bool, incident: int) -> Room:
        await self._take("open")
        return Room("web:1", name)

    async def invite(self, op: str, room: str, people: Sequence[Person]) -> None:
        await self._take("invite", *(person.id for person in people))

    async def topic(self, op: str, room: str, text: str) -> None:
        await self._take("topic")

    async def post(self, op: str, place: Place, card: Card, *, slot: str, incident: int) -> str:
        return await self._take("post")

    async def edit(self, op: str, ref: str, card: Card) -> None:
        await self._take("edit")

    async def pin(self, op: str, ref: str) -> None:
        await self._take("pin")

    async def private(self, op: str, place: Place, card: Card, *, incident: int, page: bool) -> str:
        return await self._take("private")

    async def find(self, op: str, place: Place) -> str | None:
        await self._take("find")
        return None

    async def _take(self, kind: str, *people: str) -> str:
        """Its turn comes after everything that had ended when it began."""
        turn = 1 + max((call.turn for call in self.calls), default=0)
        await asyncio.sleep(self._call)
        self.calls.append(Call(kind, time.perf_counter(), turn, people))
        return str(len(self.calls))


def _now() -> datetime:
    return datetime.now(UTC)
