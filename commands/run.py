"""The door: one line, one transaction, one private reply. Nothing is said to anybody before the commit."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

import structlog
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from commands.args import Args
from commands.call import Call
from commands.carrying_out import carry_out
from commands.clean import LONGEST, clean
from commands.letter import letter_of
from commands.line import Line
from commands.parse import Said
from commands.pointing import Pointing
from commands.remembered import heard_row, log_failure
from commands.settings import Settings
from commands.understanding import incident_of, refusal, said_in
from commands.unit import Unit
from commands.unstored import Calls, imagine, told
from commands.warming import warming_lines
from incidents.errors import Refused
from incidents.person import CLOCK
from storage import heard, incidents, letters
from storage.database import AGAIN_AFTER, Database, jittered
from templates import answers, stumbling
from templates.card import Card
from templates.entries import entry
from templates.packing import unpack

log = structlog.get_logger()

TOGETHER = 64
"""How many waiting lines may share one commit."""
_BREATH = 8
_AWAY = (SQLAlchemyError, OSError)
"""The database could not do it; what it finds wrong with the data itself (DataError) it always will."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``card`` is for the speaker alone. ``visible`` is False for ordinary talk: nothing was run."""

    card: Card | None = None
    refused: bool = False
    incident: int | None = None
    repeated: bool = False
    visible: bool = True
    failed: bool = False
    """Nothing was stored, by no fault of the speaker: saying it again is right."""
    kept: bool = False
    """It had no effect yet and is tried again by itself: saying it again is not needed."""
    unstored: bool = False
    """A question, answered from what could be read; nobody will know that it was asked."""


TALK = Answer(visible=False)


class _Undone(Exception):
    """Nothing of this transaction is wanted."""


class Spoiled(Exception):
    """A line failed in a transaction that others share: each is carried out again on its own."""


@dataclass(slots=True, eq=False)
class Ticket:
    """A line that waits for its answer. Two deliveries of one line are two tickets."""

    line: Line
    said: Said
    words: str
    """As typed, made storable."""
    turn: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    """Done when the answer is there, or when it is this line's turn to lead."""
    answer: Answer | None = None


class Door:
    """Every way in says its lines here. ``news`` is called after each commit, so that delivery and clock look."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        news: Callable[[], None] = lambda: None,
        calls: Calls | None = None,
    ) -> None:
        """``calls`` reaches people while nothing can be stored."""
        self._database = database
        self.settings = settings
        self._news = news
        self._calls = calls
        self._pointing = Pointing(database)
        self._waiting: list[Ticket] = []
        self._leader: Ticket | None = None

    async def say(self, line: Line) -> Answer:
        """Carry out one line. Bad input is answered, never raised; ordinary talk is not written down."""
        words = clean(line.words).text
        said = said_in(line, words)
        if said is None:
            return replace(TALK, card=await self._pointing.card(line, words, self.settings.house))
        ticket = Ticket(line.storable(), said, words)
        self._waiting.append(ticket)
        try:
            if self._leader:
                await ticket.turn
            if ticket.answer is None:
                await self._lead(ticket)
        finally:
            # A speaker who gave up waiting is not surprised hours later, when somebody else speaks.
            if ticket in self._waiting:
                self._waiting.remove(ticket)
            if self._leader is ticket:
                self._hand_on([])
        return ticket.answer or Answer(answers.bug_card("unanswered"), refused=True, failed=True)

    async def warm(self, at: datetime) -> None:
        """Carry out a few lines and undo them all, before anybody waits for an answer.

        What is made once in a process (statements, shapes, texts) takes as long as ten lines: the first reminder would
        be late, and those behind it. Nothing is kept, announced or told; where it fails, nothing is lost.
        """
        with suppress(_Undone, Spoiled, SQLAlchemyError):
            async with self._database.begin(intake=True) as c:
                for line in warming_lines(await incidents.next_id(c), at):
                    unit = Unit(c, self.settings)
                    if said := said_in(line, line.words):
                        await self._one(unit, Ticket(line, said, line.words), alone=False)
                        await unit.flush()
                raise _Undone

    async def _lead(self, ticket: Ticket) -> None:
        """Whoever is first carries out everything that waits: lines that come together share a commit."""
        self._leader = ticket
        together = self._next(ticket)
        try:
            await self._carry_out(together)
        finally:
            self._waiting = [t for t in together if t.answer is None and t is not ticket] + self._waiting
            self._hand_on([t for t in together if t.answer])

    def _hand_on(self, answered: Sequence[Ticket]) -> None:
        """Wake all who have their answer, and whoever leads next."""
        self._leader = next((t for t in self._waiting if not t.turn.done()), None)
        for ticket in (*answered, self._leader):
            if ticket and not ticket.turn.done():
                ticket.turn.set_result(None)

    def _next(self, ticket: Ticket) -> list[Ticket]:
        together, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
        if ticket not in together:
            self._waiting.remove(ticket)
            together.append(ticket)
        return together

    async def _carry_out(self, tickets: Sequence[Ticket]) -> None:
        given: list[Answer] = []
        for wait in (*AGAIN_AFTER, None):
            try:
                given = await self._transaction(tickets)
            except Exception as problem:  # also what no driver should raise: nobody else's line may be lost with it
                if wait and await self._in_passing(tickets, problem):
                    await asyncio.sleep(jittered(wait))
                    continue
                if len(tickets) > 1 and not self._database.passing(problem):
                    for ticket in tickets:
                        await self._carry_out([ticket])
                    return
                given = [await self._after_failure(ticket, problem) for ticket in tickets]
            break
        for ticket, answer in zip(tickets, given, strict=True):
            ticket.answer = answer

    async def _transaction(self, tickets: Sequence[Ticket]) -> list[Answer]:
        sources = {ticket.line.source for ticket in tickets if ticket.line.source}
        async with self._database.begin(intake=True) as c:
            unit = Unit(c, self.settings, sources)
            alone = len(tickets) == 1
            given = [await self._one(unit, tickets[0], alone=True)] if alone else await self._all(unit, tickets)
            await unit.flush()
        self._news()
        return given

    async def _all(self, unit: Unit, tickets: Sequence[Ticket]) -> list[Answer]:
        """What was told twice is found first, once nobody else can be carrying it out: it would undo all of them."""
        await unit.lock([ticket.line for ticket in tickets])
        deliveries = [ticket.line.delivery for ticket in tickets]
        known = {each: _repeated(before) for each, before in (await heard.all_before(unit.c, deliveries)).items()}
        given = []
        for ticket in tickets:
            answer = known.get(ticket.line.delivery) or await self._one(unit, ticket, alone=False)
            known[ticket.line.delivery] = replace(answer, repeated=True)
            given.append(answer)
            if len(given) % _BREATH == 0:
                # On SQLite nothing in here waits, so the loop would stand still for as long as all of them take.
                await asyncio.sleep(0)
        return given

    async def _after_failure(self, ticket: Ticket, problem: BaseException) -> Answer:
        """Heard before, or really not stored. A lost reply to COMMIT shows here as heard before."""
        if isinstance(problem, Spoiled) and problem.__cause__:
            problem = problem.__cause__
        away = isinstance(problem, _AWAY) and not isinstance(problem, DataError)
        if (isinstance(problem, IntegrityError) or not away) and (before := await self._before(ticket)):
            return _repeated(before)
        if away:
            return await self._unstored(ticket, problem)
        if ticket.line.who == CLOCK:
            # Its lines are owed as long as they have no effect, and are said again anyway.
            return _bug(ticket, problem)
        return await self._set_aside(ticket, problem)

    async def _unstored(self, ticket: Ticket, problem: BaseException) -> Answer:
        """What only asks is answered from what can be read; what calls people calls them past the memory (REL-102)."""
        reference = uuid4().hex[:8]
        # Where the commit took effect and only its answer failed, it would seem to change nothing any more.
        if before := await self._before(ticket):
            return _repeated(before)
        try:
            seen = await imagine(self._database, self.settings, ticket.line, ticket.said)
            if seen and not seen.changes:
                return Answer(seen.card, seen.refused, seen.incident, unstored=True)
            if seen and seen.pages:
                reached = await self._calls(ticket.line.delivery, seen.pages) if self._calls else ()
                log_failure(ticket.line, ticket.said.word, problem, reference)
                return Answer(told(self.settings, seen.pages, reached, reference), refused=True, failed=True)
        except Exception as another:  # whatever it is, the line was not stored, and its speaker is told so
            log.warning("nothing could be read", action="line_unread", problem=repr(another)[:200])
        return _bug(ticket, problem, failed=True)

    async def _set_aside(self, ticket: Ticket, problem: BaseException) -> Answer:
        """A fault of ours, not of the database: the line is kept, and tried again by itself (REL-013)."""
        try:
            async with self._database.begin(intake=True) as c:
                letter = await letters.keep(c, letter_of(ticket.line, ticket.words, reference=uuid4().hex[:8]))
        except _AWAY as away:
            return _bug(ticket, away, failed=True)
        log_failure(ticket.line, ticket.said.word, problem, letter.reference)
        return Answer(stumbling.kept(letter.reference), refused=True, kept=True)

    async def _before(self, ticket: Ticket) -> heard.Before | None:
        with suppress(SQLAlchemyError, OSError):  # where nobody can look, it may be said again
            async with self._database.read() as c:
                return await heard.before(c, ticket.line.delivery)
        return None

    async def _in_passing(self, tickets: Sequence[Ticket], problem: Exception) -> bool:
        """A server's moment of weakness, or another process that made the same row: begun anew it may well succeed."""
        if self._database.passing(problem):
            return True
        return len(tickets) == 1 and self._database.raced(problem) and await self._before(tickets[0]) is None

    async def _one(self, unit: Unit, ticket: Ticket, *, alone: bool) -> Answer:
        line, said = ticket.line, ticket.said
        try:
            call = Call(line, said, Args(said.args), unit, await incident_of(unit, line))
            card = await carry_out(call)
            outcome = "done" if said.known else "refused"
        except Refused as refused:
            if unit.changed() and not (unit.forget() and alone):
                raise Spoiled from refused
            call, card, outcome = None, await refusal(unit, line, refused), "refused"
        except SQLAlchemyError:
            raise
        except Exception as problem:  # a bug in one word must not silence the others
            # All of this transaction is undone, so that nothing of a word that broke off half-way stays.
            raise Spoiled from problem
        if len(line.words) > LONGEST and clean(line.words).cut:
            card = answers.cut(card, LONGEST)
        news, planned = unit.collect(now=line.at), unit.maintenances.collect(now=line.at)
        incident = call.incident.id if call and call.incident else line.incident
        if not (line.who == CLOCK and not news and not planned):
            rows = [made.text for event in news if (made := entry(event))] + planned
            kept = heard_row(line, ticket.words, incident=incident, outcome=outcome, changes=rows, card=card)
            unit.heard.append(kept)
        return Answer(card, outcome == "refused", incident)


def _repeated(before: heard.Before) -> Answer:
    """As it was answered the first time."""
    card = unpack(before.reply) if before.reply else None
    return Answer(card, before.outcome != "done", before.incident_id, repeated=True)


def _bug(ticket: Ticket, problem: BaseException, *, failed: bool = False) -> Answer:
    """Not the speaker's fault: a short reference for them, the traceback for the log, no message bodies."""
    reference = uuid4().hex[:8]
    log_failure(ticket.line, ticket.said.word, problem, reference)
    return Answer(answers.bug_card(reference), refused=True, failed=failed)
