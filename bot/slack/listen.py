"""What is said in Slack becomes a line for the door; only what the door has stored is acknowledged."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog

from bot.slack.access import REFUSAL, UNKNOWN, Standing, may_speak, needs
from bot.slack.later import Later
from bot.slack.payload import Message, is_direct, moment
from bot.slack.people import Slackers
from bot.slack.refs import answers
from bot.slack.settings import SlackSettings
from bot.slack.typed import mentioned, typed
from bot.slack.workspace import Workspace
from commands import parse
from commands.line import Line, Via
from commands.parse import Said
from commands.run import Answer, Door
from commands.words import VOCABULARY
from incidents.person import Person
from storage import heard, rooms
from storage.database import Database
from templates.card import Card

log = structlog.get_logger()
T = TypeVar("T")

TOO_OLD = timedelta(minutes=5)
"""A command that comes later is shown, not run: the world has moved on (REL-021, REL-071)."""

OURSELVES = "sitrep"


class Unheard(Exception):
    """It could not be stored, so Slack must not be told that it was (REL-002)."""


class Stumbled(Unheard):
    """By a fault of ours, over this one message alone; the next try may be its last (REL-013)."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something was said: a Line's room, whose room it is, and whether this thread is its timeline."""

    room: str
    incident: int | None = None
    on_timeline: bool = False


@dataclass(slots=True)
class Ears:
    """What every listener needs."""

    database: Database
    door: Door
    workspace: Workspace
    people: Slackers
    settings: SlackSettings
    now: Callable[[], datetime]
    later: Later
    _spots: dict[tuple[str, str], Spot] = field(default_factory=dict)
    """Incidents' rooms and timelines by channel and thread; what has become one stays one, and each word asks."""

    async def say(self, line: Line) -> Answer:
        """Through the door. Raises Unheard when nothing was stored."""
        answer = await self.door.say(line)
        if answer.failed:
            raise Unheard
        return answer

    async def in_time(self, work: Coroutine[Any, Any, T], what: str, *, until: float) -> "asyncio.Task[T | None]":
        """Returns when it is done or at ``until`` on the loop's clock; the work goes on either way."""
        doing = self.later.start(work, what)
        await asyncio.wait([doing], timeout=max(0.0, until - asyncio.get_running_loop().time()))
        return doing

    async def audit(self, user: str, words: str, *, delivery: str, room: str, via: Via, what: str = "refused") -> None:
        """What never became a line is on the record of what was said, too (SEC-031), told again or not."""
        who = await self.people.person(user)
        row = {"delivery": delivery, "at": self.now(), "who": who.id, "room": room, "via": via, "words": words[:200]}
        async with self.database.begin() as c:
            if await heard.before(c, delivery) is None:
                await heard.add(c, [row | {"incident_id": None, "outcome": what, "changes": "", "reply": None}])

    async def words(self, raw: str) -> str:
        """As typed: people by the handles that commands know."""
        me = await self.workspace.me()
        handles = {me.user: OURSELVES}
        for user in mentioned(raw):
            if user not in handles:
                handles[user] = (await self.people.person(user)).handle
        return typed(raw, handles)

    async def spot(self, channel: str, thread_ts: str = "") -> Spot:
        """An incident without a room of its own lives in a thread (REL-053)."""
        if is_direct(channel):
            return outside_threads(channel)
        known = self._spots.get((channel, thread_ts))
        if known is None:
            known = await self._looked_up(channel, thread_ts)
            if known.on_timeline or (known.incident and not thread_ts):
                self._spots[channel, thread_ts] = known
        return known

    async def _looked_up(self, channel: str, thread_ts: str) -> Spot:
        room = f"slack:{channel}"
        async with self.database.read() as c:
            own = await rooms.incident_of(c, "slack", f"{room}:{thread_ts}") if thread_ts else None
            if own is not None:
                return Spot(f"{room}:{thread_ts}", own, on_timeline=True)
            incident = await rooms.incident_of(c, "slack", room)
            timeline = await rooms.slot(c, incident, "slack", "timeline") if incident and thread_ts else None
        return Spot(room, incident, on_timeline=bool(timeline) and answers(timeline or "").thread == thread_ts)

    async def refusal(self, user: str, said: Said | None, *, team: str = "") -> Card | None:
        """Why this person may not say this, if so; ``team`` is the workspace that the payload says they are of."""
        ours = (await self.workspace.me()).team
        kind: Standing = "external" if team not in ("", ours) else (await self.people.slacker(user)).kind
        if may_speak(kind, needs(said)):
            return None
        return UNKNOWN if kind == "unknown" else REFUSAL


def outside_threads(channel: str) -> Spot:
    """Enough for a command, which finds its incident by the room: it costs no look into the database."""
    return Spot("" if is_direct(channel) else f"slack:{channel}")


def read(words: str, via: Via) -> Said | None:
    return parse.read(words, VOCABULARY, via=via)


def command(settings: SlackSettings, name: str) -> str:
    """The prefix that commands know, for whatever this workspace calls it."""
    names = {settings.commands.ic: "/ic", settings.commands.status: "/status"}
    return names.get(name, "/incident")


def spoken(message: Message, who: Person, words: str, *, room: str, team: str, at: datetime) -> Line:
    """A command written as a message. The same delivery whichever event told of it (REL-006)."""
    return Line(
        who=who,
        words=words,
        at=at,
        delivery=delivery(team, message),
        room=room,
        source=message.source,
    )


def captured(message: Message, who: Person, words: str, *, room: str, team: str, at: datetime) -> Line:
    """Words of the timeline thread, for the record alone: nothing in them is ever run (SEC-055, REL-071)."""
    return Line(
        who=who,
        words=words,
        at=at,
        delivery=delivery(team, message),
        room=room,
        via="reaction",
        source=message.source,
        thread=True,
        author=who,
        written_at=min(moment(message.ts), at),
    )


def delivery(team: str, message: Message) -> str:
    return f"slack:{team}:{message.channel}:{message.ts}"
