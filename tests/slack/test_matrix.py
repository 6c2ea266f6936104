"""Who may say what, where: every kind of speaker, every word, every kind of incident (SEC-030).

Each cell is a message that takes the whole way through our listeners and the real door; only its commit is taken back.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Literal

import pytest
from fakes.slack.workspace import User
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from wire import Wire, wired

from bot.slack.answering import Answers
from bot.slack.events import Events
from bot.slack.listen import Ears
from bot.slack.payload import Message
from bot.slack.sealed import Seal
from commands.run import Answer, Door
from commands.words import WORDS
from storage.database import Database
from storage.tables import heard, incident, maintenance, outbox, timeline

pytestmark = pytest.mark.timeout(90)

Kind = Literal["open", "private", "resolved"]
Outcome = Literal["done", "refused", "nothing"]
KINDS: tuple[Kind, ...] = ("open", "private", "resolved")

STRANGERS = ("single-channel guest", "multi-channel guest", "external")
TRUSTED = ("member", "listed bot")
ACTORS = (*STRANGERS, *TRUSTED, "responder", "commander", "unlisted bot", "deactivated")
"""Bob is the responder: he speaks for a service, was called, and owns the review. Ada is the commander."""

ALL = frozenset({*TRUSTED, "responder", "commander"})
PART = frozenset({"responder", "commander"})
IC = frozenset({"commander"})
BOB = frozenset({"responder"})
FREE = frozenset(TRUSTED)
"""Who holds no role yet: neither Bob's nor Ada's goes together with another."""
NOBODY: frozenset[str] = frozenset()

LOOK = frozenset({"help", "roles", "brief", "timeline", "definition"})
"""All that guests and people of other companies may say, and only as questions; their words are captured besides."""

ANYWHERE = frozenset(
    {
        "declare",
        "who",
        "list",
        "ic",
        "help",
        "definition",
        "roles",
        "maintenance",
        "channels",
        "feedback",
        "us",
        "due",
        "routine",
        "doctor",
    }
)
"""Words that need no incident: who has no part in the private one is refused all others there."""


@dataclass(frozen=True)
class Row:
    """What is typed, and who of those who may speak at all gets it, while it is open and when it is over."""

    says: str
    open: frozenset[str] = ALL
    over: frozenset[str] = ALL
    looks: bool = False
    """Changes nothing and speaks only of the room it is said in."""


ENTRY = "ENTRY"
"""Stands for the number of Bob's own entry."""

WORK = '2041-05-12 02:00-04:00 Sign-in: move it --effect "nobody can sign in"'
"""Planned once, by Bob."""

TABLE: dict[str, list[Row]] = {
    "declare": [Row("!new sev3 Search is slow")],
    "severity": [
        Row("!severity sev1 all are affected", over=NOBODY),
        Row("!severity sev4 few are affected", IC, NOBODY),
    ],
    "major": [Row("!major", IC, NOBODY)],
    "crisis": [Row("!crisis 2 payments stay down", IC, NOBODY), Row("!crisis over", NOBODY, NOBODY)],
    "take": [Row("!take scribe", FREE, NOBODY), Row("!take ic", NOBODY, NOBODY)],
    "assign": [Row("!assign scribe @dan", IC, NOBODY), Row("!assign ic @dan", NOBODY, NOBODY)],
    "release": [Row("!release sme @bob", PART, PART), Row("!release ic", NOBODY, NOBODY)],
    "roles": [Row("!roles", looks=True)],
    "handover": [Row("!handover @bob", IC, NOBODY), Row("!handover done", NOBODY, NOBODY)],
    "status": [Row("!status investigating Customers cannot pay. Search works.", IC, NOBODY)],
    "update": [Row("!update investigating Customers cannot pay. Search works.", IC, NOBODY)],
    "maintenance": [
        Row("!maintenance"),
        Row(f"!maintenance schedule {WORK}"),
        Row("!maintenance announce 1", BOB, BOB),
        Row("!maintenance cancel 1 because it rains", BOB, BOB),
    ],
    "approve": [Row("!approve", NOBODY, NOBODY)],
    "return": [Row("!return say which regions", NOBODY, NOBODY)],
    "facts": [Row("!facts", IC, NOBODY)],
    "due": [Row("!due")],
    "steady": [Row("!steady", PART, NOBODY)],
    "breach": [Row("!breach", IC, IC), Row("!breach confirmed", IC, IC)],
    "executive": [Row("!executive", IC, NOBODY)],
    "account": [Row("!account", NOBODY, NOBODY)],
    "doctor": [Row("!doctor")],
    "leader": [Row("!leader Jane Doe", NOBODY, NOBODY)],
    "snooze": [Row("!snooze", over=NOBODY)],
    "eta": [Row("!eta"), Row("!eta 30m medium", PART, NOBODY)],
    "feedback": [Row('!feedback 3 "cannot pay"')],
    "us": [Row("!us cannot pay by card")],
    "answers": [Row("!answers")],
    "note": [Row("!note the graph bends")],
    "find": [Row("!find the cache is cold")],
    "cause": [Row("!cause the cache is cold", IC, NOBODY)],
    "action": [Row("!action worker 3 restarted")],
    "decide": [Row("!decide we roll back")],
    "todo": [Row("TODO: a better alarm")],
    "timeline": [Row("!timeline", looks=True), Row("!timeline a guest was here")],
    "correct": [Row(f"!correct {ENTRY} as it should read", PART, PART)],
    "withdraw": [Row(f"!withdraw {ENTRY}", PART, PART)],
    "key": [Row(f"!key {ENTRY}", IC, PART)],
    "mask": [Row(f"!mask {ENTRY} --because private", PART, PART)],
    "task": [Row("!task @dan 10m look at the database", IC, NOBODY)],
    "propose": [Row("!propose move the traffic", PART, NOBODY)],
    "object": [Row("!object too dangerous")],
    "brief": [Row("!brief", looks=True)],
    "phase": [Row("!phase verify", IC, NOBODY)],
    "resolve": [Row('!resolve No data was lost. --because "it is well"', IC, NOBODY)],
    "reopen": [Row("!reopen it came back", NOBODY)],
    "cancel": [Row("!cancel the probe was wrong", IC, NOBODY)],
    "review": [Row("!review @dan", NOBODY)],
    "close": [Row("!close", NOBODY, PART)],
    "rename": [Row("!rename Another title")],
    "ic": [Row("!ic"), Row("!ic @dan", NOBODY, NOBODY)],
    "page": [Row("!page @dan come")],
    "ack": [Row("!ack", BOB, BOB)],
    "who": [Row("!who @bob")],
    "list": [Row("!list")],
    "definition": [Row("!definition", looks=True)],
    "routine": [Row("!routine"), Row("!routine done drill", NOBODY, NOBODY)],
    "help": [Row("!help", looks=True)],
    "capture": [Row("written in the timeline thread")],
    "left": [Row("!left bob@example.com", NOBODY, NOBODY)],
    "remind": [Row("!remind first-notice", NOBODY, NOBODY)],
    "channels": [
        Row("!channels"),
        Row("!channels send fax", NOBODY, NOBODY),
        Row("!channels done fax", NOBODY, NOBODY),
        Row("!channels test fax", NOBODY, NOBODY),
    ],
    "carried": [Row("!carried", NOBODY, NOBODY)],
    "compare": [Row("!compare", NOBODY, NOBODY)],
    "replies": [Row("!replies", NOBODY, NOBODY)],
    "tested": [Row("!tested", NOBODY, NOBODY)],
    "audit": [Row("!audit", NOBODY, NOBODY)],
}
"""By word. What is refused to the commander too is refused by the state of things, not by rank."""


def expected(actor: str, word: str, row: Row, kind: Kind) -> Outcome:
    inside = kind != "private" or actor in PART
    if actor in STRANGERS and word == "capture":
        return "done" if inside else "nothing"
    if actor in ("unlisted bot", "deactivated") or (actor in STRANGERS and not row.looks):
        return "nothing"
    if not inside:
        free = (
            word in ANYWHERE and (row.looks or actor in row.open) and not row.says.startswith(("!ic @", "!channels "))
        )
        return "done" if free else "nothing" if word == "capture" else "refused"
    if row.looks:
        return "done"
    if word == "executive" and kind == "private":
        return "refused"  # it is told in the room of announcements
    return "done" if actor in (row.over if kind == "resolved" else row.open) else "refused"


class Undone(Exception):
    """Takes back what a cell has written."""


@dataclass
class Rehearsed:
    """The real database, whose writes are looked at and then taken back. ``rows``: how many there were."""

    real: Database
    rows: int = 0

    @asynccontextmanager
    async def begin(self, *, intake: bool = False) -> AsyncIterator[AsyncConnection]:
        with suppress(Undone):
            async with self.real.begin(intake=intake) as c:
                yield c
                self.rows = await rows(c)
                raise Undone

    def read(self) -> Any:
        return self.real.read()

    def passing(self, problem: BaseException) -> bool:
        return self.real.passing(problem)


async def rows(c: AsyncConnection) -> int:
    """Of everything but the record of what was said, where refusals stand too."""
    counted = [
        select(func.count()).select_from(table).scalar_subquery() for table in (incident, maintenance, outbox, timeline)
    ]
    return int((await c.execute(select(counted[0] + counted[1] + counted[2] + counted[3]))).scalar_one())


@dataclass
class Matrix:
    wire: Wire
    database: Rehearsed
    events: Events
    before: int
    entry: str = ""
    users: dict[str, str] = field(default_factory=dict)
    channels: dict[Kind, str] = field(default_factory=dict)
    threads: dict[Kind, str] = field(default_factory=dict)
    _number: Iterator[int] = field(default_factory=count)

    async def cell(self, actor: str, row: Row, kind: Kind) -> Outcome:
        """Whoever has no part in the private incident says it in #general."""
        inside = kind != "private" or actor in PART
        channel = self.channels[kind] if inside else self.wire.slack.rooms.room("general").id
        message = Message(
            channel=channel,
            ts=f"{self.wire.time.wall() + 1:.0f}.{next(self._number):06d}",
            user=self.users[actor],
            raw=row.says.replace(ENTRY, self.entry),
            thread_ts=self.threads[kind] if row.says == TABLE["capture"][0].says else "",
            bot={"listed bot": "BLISTED01", "unlisted bot": "BUNKNOWN1"}.get(actor, ""),
        )
        self.database.rows = self.before
        answer = await self.events.said(message, tell=False)
        assert isinstance(answer, Answer), (actor, row.says)
        assert not answer.failed, (actor, row.says)
        outcome: Outcome = "nothing" if not answer.visible else "refused" if answer.refused else "done"
        if outcome != "done":
            assert self.database.rows == self.before, f"{actor} is refused {row.says!r}, and yet it has an effect"
        return outcome


@pytest.fixture
async def matrix(tmp_path: Path) -> AsyncIterator[Matrix]:
    async with wired(tmp_path) as wire:
        database = Rehearsed(wire.core.database)
        side = wire.side
        door = Door(database, wire.core.door.settings)  # type: ignore[arg-type]
        ears = Ears(wire.core.database, door, side.workspace, side.people, side.settings, wire.time, side.later)
        session = side.workspace.web.session
        assert session
        answers = Answers(side.workspace, side.people, side.settings, session, Seal(b"0" * 32))
        begun = Matrix(wire, database, Events(ears, answers, bots=frozenset({"BLISTED01"})), before=0)
        await furnish(begun)
        async with wire.core.database.read() as c:
            begun.before = await rows(c)
        yield begun


async def furnish(matrix: Matrix) -> None:
    """Three incidents of one history: led by Ada; Bob has a part; one private, one over and under review."""
    wire = matrix.wire
    ada, bob = wire.person("ada"), wire.person("bob")
    for number, kind in enumerate(KINDS, 1):
        await wire.declare(ada, "sev3 --private Our keys are gone" if kind == "private" else f"sev3 Number {number}")
        room = await wire.room(number)
        room.members = list(dict.fromkeys([*room.members, ada.id, bob.id]))
        await ada.types(room.name, "!take ic")
        await ada.types(room.name, "!assign sme @bob checkout")
        await ada.types(room.name, "!page @bob come")
        await bob.types(room.name, "!note Bob's own entry")
        await bob.types(room.name, "!propose wait and see")
        if kind == "resolved":
            await ada.types(room.name, '!resolve No data was lost. --because "it is well"')
            await ada.types(room.name, "!review @bob")
        await wire.settle()
        matrix.channels[kind], matrix.threads[kind] = room.id, await wire.thread(number)
        entries = [entry.seq for entry in await wire.rows(number) if entry.text == "Bob's own entry"]
        assert matrix.entry in ("", str(entries[0]))
        matrix.entry = str(entries[0])
    await bob.types("general", f"!maintenance schedule {WORK}")
    await wire.settle()
    matrix.users = {**await speakers(wire), "commander": ada.id, "responder": bob.id}


async def speakers(wire: Wire) -> dict[str, str]:
    team = wire.slack.workspace.id
    bots = [User(f"UBOT0000{number}", f"robot{number}", "Robot", "", team, bot=True) for number in (1, 2)]
    for bot in bots:
        wire.slack.workspace.add_user(bot)
    gone = wire.person("dora")
    await wire.slack.rooms.deactivates(gone)
    return {
        "member": wire.person("eve").id,
        "single-channel guest": wire.person("gus", guest="single").id,
        "multi-channel guest": wire.person("gil", guest="multi").id,
        "external": wire.person("xenia", external=True).id,
        "listed bot": bots[0].id,
        "unlisted bot": bots[1].id,
        "deactivated": gone.id,
    }


def test_sec_030_no_word_is_without_a_row() -> None:
    assert set(TABLE) == set(WORDS)
    assert {word for word, of in TABLE.items() if any(row.looks for row in of)} == LOOK


async def test_sec_030_every_speaker_gets_exactly_what_the_rules_give_at_every_kind_of_incident(
    matrix: Matrix,
) -> None:
    wrong, seen = {}, 0
    for word, of in TABLE.items():
        for row in of:
            for kind in KINDS:
                for actor in ACTORS:
                    wanted, got = expected(actor, word, row, kind), await matrix.cell(actor, row, kind)
                    seen += 1
                    if got != wanted:
                        wrong[actor, row.says, kind] = f"{got} instead of {wanted}"
    assert wrong == {}
    assert seen >= len(WORDS) * len(KINDS) * len(ACTORS)
    async with matrix.wire.core.database.read() as c:
        assert await rows(c) == matrix.before
        assert (await c.execute(select(func.count()).select_from(heard))).scalar_one() > 0
