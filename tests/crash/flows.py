"""The flows that are killed at every point: what was said before, what is said while the process dies."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from conversation import ADA, BOB, CLEO, DAN, START
from crash.points import Points, Repeating
from crash.world import ON_CALL, World, furnished, started
from databases import ready

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

DECLARE = Flow("declare", (Step(0, BOB, "/incident sev1 Checkout returns 500s", {"room": ""}),))
UPDATE = Flow("update", (Step(5, CLEO, "/status investigating Customers cannot complete checkout."),), _DECLARED)
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
)
DECLARE_ON_REPEATING = replace(DECLARE, name="declare on a chat that repeats", repeating=True)
UPDATE_ON_REPEATING = replace(UPDATE, name="update on a chat that repeats", repeating=True)


async def prepare(flow: Flow, folder: Path) -> Path:
    """The database as it stands before the flow."""
    file = folder / "before.db"
    await ready(file, furnished)
    async with started(file, settings=ON_CALL) as world:
        for number, step in enumerate(flow.before):
            _told(await take(world, step, f"before:{number}"))
            await world.delivery.drain()
    return file


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


async def carry_on(flow: Flow, file: Path, answers: Path, points: Points) -> None:
    """Start Sitrep on the file, say whatever has not been answered yet, deliver until nothing waits."""

    def watched(chat: Chat, database: Database) -> Chat:
        return points.around(cast(Chat, Repeating(chat, database)) if flow.repeating else chat)

    answered = said_so_far(answers)
    now = flow.steps[max(answered - 1, 0)].moment
    async with started(file, settings=ON_CALL, now=now, wrap=watched) as world:
        points.watch(world.database)
        await world.delivery.drain()
        for number, step in enumerate(flow.steps[answered:], start=answered):
            answer = await take(world, step, f"during:{number}")
            # Written at once: from here on the speaker believes that it was done.
            with answers.open("a") as out:
                out.write(_told(answer) + "\n")
            await world.delivery.drain()
        for _ in range(4):
            world.now += outbox.LEASE + timedelta(seconds=1)
            await world.delivery.drain()


def said_so_far(answers: Path) -> int:
    """How many steps were answered before the process died."""
    return len(answers.read_text().splitlines()) if answers.exists() else 0


def _told(answer: Answer | None) -> str:
    if answer is None:
        return "the clock"
    assert not answer.refused, answer.card
    return f"done {pack(answer.card) if answer.card else ''}"
