"""One chat for all replicas, as forgetful as Slack: told the same thing twice, it shows it twice."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from types import MappingProxyType
from typing import Any, NamedTuple, cast

import aiohttp
from fakes.plan import Outcome, Plan
from simulation.machine import Machine, Step
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.holds import GAP, Holds
from bot.slack.workspace import APART, Workspace
from incidents.person import Person
from scheduler.chat import Place, Room
from templates.card import Card
from templates.packing import pack

WRONG = 0.49 * APART
"""Seconds by which a replica's clock may be wrong, either way."""
LATE = 8.0
"""Seconds that a call whose sender was told nothing may still be on its way."""


@dataclass
class Shown:
    """A message as people see it, and the intents that made and changed it, in order."""

    op: str
    place: Place
    incident: int
    card: str
    slot: str = ""
    changed_by: list[str] = field(default_factory=list)


class Platform:
    """``effects`` is (op, kind) in the order in which things became visible."""

    def __init__(self, chance: Random, step: Step, tries: Callable[[str], int]) -> None:
        """``tries`` is how often an op was tried, as it is written down."""
        self.chance = chance
        self.step = step
        self.tries = tries
        self.plan = Plan(chance=chance)
        self.rooms: dict[str, tuple[str, int, bool, str]] = {}
        self.messages: dict[str, Shown] = {}
        self.effects: list[tuple[str, str]] = []
        self.wrong: list[str] = []
        self.not_before: dict[str, tuple[float, int]] = {}
        """When an op may be tried again, and how often it had been tried when its sender was told so."""
        self._made: dict[str, Room] = {}

    def open(self, op: str, name: str, private: bool, incident: int) -> Room:
        """Found again by its creator and tag, as the real one is."""
        if op not in self._made:
            ref = f"web:{len(self.rooms) + 1}"
            self.rooms[ref] = (name, incident, private, op)
            self._made[op] = Room(ref, name)
            self.effects.append((op, "open"))
        return self._made[op]

    def post(self, op: str, place: Place, card: Card, slot: str, incident: int) -> str:
        if any(shown.op == op for shown in self.messages.values()):
            self.wrong.append(f"I3 {op} is shown twice, in {place}")
        ref = str(len(self.messages) + 1)
        self.messages[ref] = Shown(op, place, incident, pack(card), slot)
        self.effects.append((op, "post"))
        return ref

    def edit(self, op: str, ref: str, card: Card) -> None:
        self.messages[ref].card = pack(card)
        self.messages[ref].changed_by.append(op)
        self.effects.append((op, "edit"))

    def note(self, op: str, kind: str) -> None:
        self.effects.append((op, kind))

    def find(self, op: str) -> str | None:
        return next((ref for ref, shown in self.messages.items() if shown.op == op), None)


class Connection:
    """How one replica speaks to it: `scheduler.chat.Chat`, with Slack's own holds and the meaning of its answers."""

    platform = "web"

    def __init__(self, there: Platform, machine: Machine) -> None:
        self._there = there
        self._machine = machine
        self._workspace = Workspace(cast(AsyncWebClient, self), holds=Holds(asyncio.get_running_loop().time))
        self._doing: dict[str, Callable[[], Any]] = {}
        self._not_before: dict[str, float] = {}
        self._spoke: dict[str, float] = {}

    async def open(self, op: str, *, name: str, private: bool, incident: int) -> Room:
        made: Room = await self._ask("open", op, lambda: self._there.open(op, name, private, incident))
        return made

    async def invite(self, op: str, room: str, people: Sequence[Person]) -> None:
        await self._ask("invite", op, lambda: self._there.note(op, "invite"))

    async def topic(self, op: str, room: str, text: str) -> None:
        await self._ask("topic", op, lambda: self._there.note(op, "topic"))

    async def post(self, op: str, place: Place, card: Card, *, slot: str, incident: int) -> str:
        return str(await self._say("post", op, place, lambda: self._there.post(op, place, card, slot, incident)))

    async def edit(self, op: str, ref: str, card: Card) -> None:
        await self._ask("edit", op, lambda: self._there.edit(op, ref, card))

    async def pin(self, op: str, ref: str) -> None:
        await self._ask("pin", op, lambda: self._there.note(op, "pin"))

    async def private(self, op: str, place: Place, card: Card, *, incident: int, page: bool) -> str:
        return str(await self._say("private", op, place, lambda: self._there.post(op, place, card, "", incident)))

    async def find(self, op: str, place: Place) -> str | None:
        found: str | None = await self._ask("find", op, lambda: self._there.find(op))
        return found

    async def _say(self, method: str, op: str, place: Place, do: Callable[[], Any]) -> Any:
        return await self._ask(method, op, do, channel=place.person or place.name or place.room)

    async def _ask(self, method: str, op: str, do: Callable[[], Any], *, channel: str = "") -> Any:
        call = f"{method} {op} {len(self._there.effects)}"
        self._doing[call] = do
        try:
            return (await self._workspace.call(method, paced=channel, of=call, op=op, channel=channel))["done"]
        finally:
            del self._doing[call]

    async def api_call(self, method: str, *, data: Mapping[str, str]) -> Any:
        """The call travels, takes effect or not, and its reply travels back; a dead machine hears nothing of it."""
        there, op = self._there, data["op"]
        there.step(f"{self._machine.name} chat.{method} {op}")
        self._in_time(method, op, data["channel"])
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if not self._machine.dead:
            self._send(there.plan.meet(method), self._doing[data["of"]], reply, heard=(method, op))
        return _Answer({"ok": True, "done": await reply})

    def _in_time(self, method: str, op: str, channel: str) -> None:
        """I11: who heard "later" does not call that method before; nobody does so for this op once it is written down.

        And a message a second in each channel.
        """
        now, there = asyncio.get_running_loop().time(), self._there
        until, tries = there.not_before.get(op, (0.0, 0))
        if now < self._not_before.get(method, 0.0) or (now < until and there.tries(op) > tries):
            there.wrong.append(f"I11 {method} {op} was tried before its time")
        if channel and now - self._spoke.get(channel, -GAP) < GAP:
            self._there.wrong.append(f"I11 {method} {op} comes too soon after the message before it in {channel}")
        if channel:
            self._spoke[channel] = now

    def _send(
        self,
        outcome: Outcome | None,
        do: Callable[[], Any],
        reply: "asyncio.Future[Any]",
        *,
        heard: tuple[str, str],
    ) -> None:
        loop, chance = asyncio.get_running_loop(), self._there.chance
        back = chance.uniform(0.02, 0.4) + (outcome.seconds if outcome and outcome.kind == "slow" else 0)
        lost = outcome is not None and outcome.kind in ("reply lost", "hangs")
        if outcome is None or outcome.works:
            done: asyncio.Future[Any] = loop.create_future()
            on_its_way = chance.uniform(0, LATE) if lost and chance.random() < 0.3 else back / 2
            loop.call_later(on_its_way, lambda: done.set_result(do()))
            if not lost:
                self._machine.later(back, lambda: _answer(reply, done.result()))
        if lost:
            self._machine.later(10.0, lambda: _fail(reply, TimeoutError()))
        elif outcome and not outcome.works:
            self._machine.later(back, lambda: self._refuse(outcome, reply, *heard))

    def _refuse(self, outcome: Outcome, reply: "asyncio.Future[Any]", method: str, op: str) -> None:
        if outcome.kind == "limited":
            # Counted from when the sender hears of it.
            until = asyncio.get_running_loop().time() + outcome.seconds
            self._not_before[method] = until
            self._there.not_before[op] = until, self._there.tries(op)
        _fail(reply, _problem(outcome))


class _Answer(NamedTuple):
    """Slack's, as its client hands it over."""

    data: Mapping[str, Any]
    status_code: int = 200
    headers: Mapping[str, str] = MappingProxyType({})


def _problem(outcome: Outcome) -> Exception:
    if outcome.kind == "limited":
        return SlackApiError("", _Answer({}, 429, {"Retry-After": str(outcome.seconds)}))  # type: ignore[no-untyped-call]
    if outcome.kind == "refused":
        return SlackApiError("", _Answer({"ok": False, "error": "cannot_dm_bot"}))  # type: ignore[no-untyped-call]
    return RuntimeError("a bug") if outcome.kind == "stumbles" else aiohttp.ConnectionTimeoutError()


def _answer(reply: "asyncio.Future[Any]", result: object) -> None:
    if not reply.done():
        reply.set_result(result)


def _fail(reply: "asyncio.Future[Any]", problem: Exception) -> None:
    if not reply.done():
        reply.set_exception(problem)
