"""Posts to channels: what came of each is said through the door, and at most one marked repeat is sent (CHN-3, G3)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import structlog

from commands.line import Line
from commands.run import Answer
from incidents.consistency import Told
from incidents.person import CLOCK
from scheduler.chat import Undelivered
from scheduler.delivery import sheltered
from storage import heard, outbox
from storage.database import Database
from storage.outbox import Waiting
from templates.post import Post

log = structlog.get_logger()

TRIES = 3
"""A channel is tried this often, then a person has the text in hand (CHN-3)."""

LONGEST_WAIT = 60.0
"""Seconds: a channel that wants to be left alone for longer is given to a person, who is faster (CHN-5)."""

TEST = "test:"
"""Stands before a channel's name where its private target is meant; no name has a colon in it."""

_REPEAT = "repeat: "
"""How a row's words about itself begin once the one repeat was begun."""

Say = Callable[[Line], Awaitable[Answer]]


class Publisher(Protocol):
    """One channel outside. Every call raises Undelivered when it could not be carried out.

    With ``looks`` a post is found again by its ``op`` and never shown twice. Without, it may be repeated once, and
    then ``repeat`` asks for words that say so.
    """

    looks: bool

    async def publish(self, op: str, post: Post, *, repeat: bool) -> str: ...
    async def find(self, op: str, post: Post) -> str | None: ...
    async def read(self, ref: str) -> Told | None: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """``again_in`` is None when the row is done with; ``error`` is kept on the row."""

    state: str = "sent"
    ref: str = ""
    error: str = ""
    again_in: float | None = None


class Outlets:
    """Every channel that Sitrep posts to by itself, by its name."""

    def __init__(
        self, publishers: Mapping[str, Publisher], database: Database, say: Say, *, clock: Callable[[], datetime]
    ) -> None:
        self.publishers = publishers
        self._database = database
        self._say = say
        self._clock = clock

    async def publish(self, row: Waiting, post: Post, *, inherited: bool, answered: Callable[[str], None]) -> Outcome:
        """Try once. What came of it for good is said through the door before the row is settled.

        So a crash in between finds it said, and sends nothing a second time. ``inherited``: whoever had the row
        before died, perhaps after sending it. ``answered`` is called as soon as the channel has answered.
        """
        if (inherited or row.attempts) and await self._said(row):
            return Outcome(error="told before")
        publisher = self.publishers.get(f"{TEST}{post.channel}" if post.test else post.channel)
        if publisher is None:
            return await self._failed(row, post, "this channel is not set up; see sitrep doctor")
        unsure = inherited or _unsure(row)
        try:
            sent, repeat = await self._send(publisher, row, post, unsure=unsure)
        except Undelivered as problem:
            answered(row.op)
            return await self._not_sent(row, post, problem, repeated=_repeated(row) or (unsure and not publisher.looks))
        answered(row.op)
        await self._tell(row, post, sent=True, ref=sent, reason="may have been sent twice" if repeat else "")
        return Outcome(ref=sent)

    async def _send(self, publisher: Publisher, row: Waiting, post: Post, *, unsure: bool) -> tuple[str, bool]:
        """What arrived is found, or it is repeated; a repeat is marked before it is sent, so that there is only one."""
        once_more = _repeated(row)
        if unsure and publisher.looks and (found := await _look(publisher, row, post)):
            return found, False
        if unsure and once_more and not publisher.looks:
            raise Undelivered("no answer twice; look there before you post it by hand", permanent=True)
        repeat = (unsure or once_more) and not publisher.looks
        if repeat:
            async with self._database.begin() as c:
                await outbox.failed(c, row, error=f"{_REPEAT}{outbox.SENDING}")
        return await sheltered(publisher.publish(row.op, post, repeat=repeat)), repeat

    async def _not_sent(self, row: Waiting, post: Post, problem: Undelivered, *, repeated: bool) -> Outcome:
        log.warning(
            "not published",
            action="publish_failed",
            op=row.op,
            incident=row.incident_id,
            channel=post.channel,
            reason=problem.reason,
            unsure=problem.unsure,
        )
        tried = row.attempts + 1
        wait = problem.retry_after or 2.0**row.attempts
        if problem.permanent or tried >= TRIES or wait > LONGEST_WAIT:
            return await self._failed(row, post, problem.reason)
        error = f"{_REPEAT if repeated else ''}{outbox.SENDING if problem.unsure else problem.reason}"
        return Outcome(state="", error=error, again_in=wait)

    async def _failed(self, row: Waiting, post: Post, reason: str) -> Outcome:
        await self._tell(row, post, sent=False, reason=reason)
        log.error(
            "given up", action="dead_letter", op=row.op, incident=row.incident_id, platform="publish", reason=reason
        )
        return Outcome(state="dead", error=reason)

    async def _said(self, row: Waiting) -> bool:
        async with self._database.read() as c:
            return await heard.before(c, _delivery(row)) is not None

    async def _tell(self, row: Waiting, post: Post, *, sent: bool, ref: str = "", reason: str = "") -> None:
        fields = {
            "channel": post.channel,
            "number": str(post.number),
            "sent": "yes" if sent else "no",
            "ref": ref,
            "reason": reason,
            "maintenance": str(post.maintenance) if post.maintenance else "",
            "report": "yes" if post.kind == "report" else "",
        }
        line = Line(CLOCK, "carried", self._clock(), _delivery(row), via="clock", incident=row.incident_id or None)
        if post.test:
            line, fields = replace(line, words="tested", incident=None), {**fields, "by": post.test}
        answer = await self._say(replace(line, fields={name: value for name, value in fields.items() if value}))
        if answer.failed:
            raise Undelivered("what came of it could not be written down", unsure=True)


async def _look(publisher: Publisher, row: Waiting, post: Post) -> str | None:
    """As long as nobody could look, it may have arrived, whatever stood in the way."""
    try:
        return await sheltered(publisher.find(row.op, post))
    except Undelivered as problem:
        raise Undelivered(problem.reason, retry_after=problem.retry_after, unsure=True) from problem


def _unsure(row: Waiting) -> bool:
    """The last try may have arrived."""
    return (row.last_error or "").endswith(outbox.SENDING)


def _repeated(row: Waiting) -> bool:
    """The one repeat that is allowed was begun."""
    return (row.last_error or "").startswith(_REPEAT)


def _delivery(row: Waiting) -> str:
    return f"publish:{row.op}"
