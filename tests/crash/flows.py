"""The flows that are killed at every point: what was said before, what is said while the process dies."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from conversation import ADA, BOB, CLEO, DAN, START
from crash.ground import Ground
from crash.outside import Outside
from crash.points import Points, Repeating
from crash.world import ON_CALL, World, Wrap, as_it_is

from commands.run import Answer
from incidents.person import Person
from scheduler.chat import Chat
from storage import outbox
from storage.database import Database
from templates.packing import pack


@dataclass(frozen=True)
class Step:
    """``who`` None is the clock, which looks. ``at`` is minutes after the start; ``more`` goes into the line."""

    at: float
    who: Person | None = None
    words: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def moment(self) -> datetime:
        return START + timedelta(minutes=self.at)


@dataclass(frozen=True)
class Flow:
    name: str
    steps: tuple[Step, ...]
    before: tuple[Step, ...] = ()
    repeating: bool = False
    """Played on a chat that does not know by itself what it was told before."""
    published: bool = False
    """There are channels outside, and a folder for the status page."""
    share: int = 1
    """`make test` kills it at one in so many of the states that a kill can leave; the long proof at every point."""


@dataclass(frozen=True)
class Here:
    """All that outlives a process. ``answers`` is there once the speaker was answered."""

    ground: Ground
    answers: Path
    outside: Outside | None = None


_ROUNDS = 4
"""So often leases run out before what still waits is called lost."""


_DECLARED = (
    Step(0, BOB, "/incident sev1 Checkout returns 500s", {"room": ""}),
    Step(0.2, ADA, "ack 1", {"via": "button"}),
    Step(0.5, ADA, "!ic take ic"),
    Step(0.6, CLEO, "!ic take customer-liaison"),
)
_FIXED = (
    Step(5, CLEO, "/status investigating Customers cannot complete checkout."),
    Step(20, CLEO, "/status identified We know the cause."),
    Step(25, CLEO, "/status monitoring Most customers can pay again."),
)

DECLARE = Flow("declare", (Step(0, BOB, "/incident sev1 Checkout returns 500s", {"room": ""}),), share=3)
UPDATE = Flow(
    "update", (Step(5, CLEO, "/status investigating Customers cannot complete checkout."),), _DECLARED, share=3
)
RESOLVE = Flow(
    "resolve",
    (
        Step(60, ADA, "/incident resolve No data was lost or changed."),
        Step(60.5, CLEO, "/status resolved Everything works again."),
    ),
    _DECLARED + _FIXED,
)
NOTE = Flow("note", (Step(3, DAN, "!note deploy 7431 went out at 13:55"),), _DECLARED)
CAPTURE = Flow(
    "message in the timeline thread, then its edit",
    (
        Step(3, DAN, "why did no alert fire?", {"thread": True, "source": "web:message:900"}),
        Step(3.2, DAN, "why did none fire at 13:55?", {"source": "web:message:900", "change": "edited"}),
    ),
    _DECLARED,
)
ROLE = Flow("role change", (Step(3, DAN, "!ic take scribe"), Step(3.5, ADA, "!ic assign scribe @bob")), _DECLARED)
HANDOVER = Flow(
    "handover",
    (
        Step(3, ADA, "/incident handover @bob"),
        Step(3.2, BOB, "handover accept", {"via": "button"}),
        Step(3.4, BOB, "handover done", {"via": "button"}),
    ),
    _DECLARED,
    share=2,
)
REMINDER = Flow("reminder", (Step(10), Step(15)), _DECLARED)
ESCALATION = Flow("unanswered page", (Step(1), Step(5)), _DECLARED[:1])
_PLAN = (
    '/maintenance schedule 2031-04-03 15:00 for 2h Sign-in: move the database --effect "nobody can sign in"'
    " --backup @bob"
)
_WINDOW = 25 * 60
MAINTENANCE = Flow(
    "planned maintenance",
    (
        Step(1, DAN, "/maintenance announce 1", {"room": ""}),
        Step(_WINDOW - 60),
        Step(_WINDOW),
        Step(_WINDOW + 1, DAN, "/maintenance start 1", {"room": ""}),
        Step(_WINDOW + 100, DAN, "/maintenance extend 1 30m because copying takes longer", {"room": ""}),
        Step(_WINDOW + 160),
        Step(_WINDOW + 161, BOB, "/maintenance complete 1", {"room": ""}),
    ),
    (Step(0, DAN, _PLAN, {"room": ""}),),
    repeating=True,
    share=2,
)
PUBLISH = Flow(
    "public update on every channel",
    (
        Step(5, CLEO, "/status investigating Customers cannot complete checkout. --components Checkout=major_outage"),
        Step(20, CLEO, "/status identified We know the cause."),
    ),
    _DECLARED,
    published=True,
    share=6,
)
DECLARE_ON_REPEATING = replace(DECLARE, name="declare on a chat that repeats", repeating=True, share=1)
UPDATE_ON_REPEATING = replace(UPDATE, name="update on a chat that repeats", repeating=True, share=1)


async def prepare(flow: Flow, here: Here) -> None:
    """The database as it stands before the flow."""
    async with _living(flow, here, START, as_it_is) as world:
        for number, step in enumerate(flow.before):
            _told(await take(world, step, f"before:{number}"))
            await world.deliver()


@asynccontextmanager
async def _living(flow: Flow, here: Here, now: datetime, wrap: Wrap) -> AsyncIterator[World]:
    database = here.ground.open()
    try:
        if here.outside:
            async with here.outside.world(database, now, wrap) as world:
                yield world
        else:
            yield World(database, ON_CALL, now, wrap)
    finally:
        await database.close()


async def take(world: World, step: Step, delivery: str) -> Answer | None:
    world.now = max(world.now, step.moment)
    if step.who is None:
        world.now = step.moment
        await world.clock.look()
        return None
    more = {"room": await world.room(), **step.more}
    incident = {"incident": 1} if more.get("via") == "button" else {}
    line = world.line(step.who, step.words, delivery=delivery, at=step.moment, **more, **incident)
    return await world.door.say(line)


async def carry_on(flow: Flow, number: int, here: Here, points: Points) -> None:
    """Start Sitrep on what is there, say the flow's step unless it has been answered, deliver until nothing waits."""

    def watched(chat: Chat, database: Database) -> Chat:
        return points.around(cast(Chat, Repeating(chat, database)) if flow.repeating else chat)

    with points.watching():
        async with _living(flow, here, flow.steps[number].moment, watched) as world:
            await world.deliver()
            if not here.answers.exists():
                answer = await take(world, flow.steps[number], f"during:{number}")
                # Written at once: from here on the speaker believes that it was done.
                here.answers.write_text(_told(answer))
                await world.deliver()
            await _settled(world)


async def _settled(world: World) -> None:
    for _ in range(_ROUNDS):
        if await _nothing_waits(world):
            return
        world.now += outbox.LEASE + timedelta(seconds=1)
        await world.deliver()


async def _nothing_waits(world: World) -> bool:
    async with world.database.read() as c:
        return await outbox.waiting_count(c) == 0


def _told(answer: Answer | None) -> str:
    if answer is None:
        return "the clock"
    assert not answer.refused, answer.card
    return f"done {pack(answer.card) if answer.card else ''}"
