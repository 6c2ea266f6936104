"""What was said while Sitrep could not hear: read again from the history, and marked on the timeline (REL-021)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.slack import payload, refs
from bot.slack.calls import SlackFailure
from bot.slack.events import Events, NotRun
from bot.slack.listen import Ears, Stumbled, delivery
from bot.slack.payload import Message
from commands.line import Line
from incidents.person import CLOCK
from storage import facts, heard, incidents, rooms, timeline
from templates.words import clock

log = structlog.get_logger()

SEEN = "slack_seen"
"""Until when everything was heard, in seconds since 1970."""

EVERY = 30.0
"""Seconds between two notes of it. What lies between is read twice at worst, which changes nothing."""

CHECK = 300.0
"""Seconds between two light looks into the open incidents' timeline threads, for what Slack never told (REL-012)."""

AT_ONCE = 20
"""Threads of one light look: half of what Slack lets us read in a minute."""

OVERLAP = 90.0
PAGE, MOST = 200, 1000
"""Messages of one answer, and of one room in one go."""


@dataclass(slots=True)
class Found:
    """What one room's history had for us."""

    captured: int = 0
    late: list[NotRun] = field(default_factory=list)
    cut: bool = False
    """There was more than is read in one go."""

    def told(self, begun: str, ended: str) -> str:
        text = f"Not everything that was said in Slack from {begun} to {ended} reached Sitrep. "
        text += (
            f"{self.captured} {'message was' if self.captured == 1 else 'messages were'} read again from the history."
        )
        if self.cut:
            text += f" There was more: only {MOST} were looked at; the others stand in Slack alone."
        if self.late:
            listed = "; ".join(f"“{each.words[:200]}” ({each.who.name})" for each in self.late)
            text += f" Not run, because they came too late: {listed}. Say them again if they still hold."
        return text


@dataclass(slots=True)
class Gaps:
    ears: Ears
    events: Events
    zone: str
    connected: Callable[[], bool] = lambda: True
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _missed: asyncio.Event = field(default_factory=asyncio.Event)
    _behind: bool = False
    _stumbled: bool = False
    _cut: bool = False
    _checked: dict[int, float] = field(default_factory=dict)
    _check_at: float = 0.0

    def look(self) -> None:
        """A connection is there again, or something could not be stored: Slack may give up on it."""
        self._behind = True
        self._missed.set()

    async def run(self, *, every: float = EVERY) -> None:
        """Notes how far we have heard; fills what is missing when we hear again. Until cancelled."""
        while True:
            try:
                await asyncio.wait_for(self._missed.wait(), every)
            except TimeoutError:
                if not self._behind:
                    await self.ears.later.start(self._quietly(), "note")
                    continue
            self._missed.clear()
            await self.ears.later.start(self.fill(), "gap")

    async def _quietly(self) -> None:
        """Nothing is known to be missing."""
        if self.connected():
            await self._note(self.ears.now().timestamp())
            await self.check()

    async def check(self) -> None:
        """The timeline threads of open incidents, those looked at longest ago first, every five minutes.

        In HTTP mode nobody tells us that Slack gave up on an event.
        """
        now = self.ears.now().timestamp()
        if now < self._check_at or self.ears.settings.privacy == "commands":
            return
        self._check_at = now + CHECK
        async with self._turn:
            for incident, room in await self._least_checked():
                since = self._checked.get(incident, now - CHECK) - OVERLAP
                if not await self._fill(incident, room, since, only_threads=True):
                    return
                self._checked[incident] = now

    async def _least_checked(self) -> list[tuple[int, str]]:
        async with self.ears.database.read() as c:
            running = [each.id for each in await incidents.all_open(c)]
            where = await rooms.refs(c, "slack", running)
        self._checked = {each: at for each, at in self._checked.items() if each in where}
        ordered = sorted(where.items(), key=lambda each: self._checked.get(each[0], 0.0))
        return ordered[:AT_ONCE]

    async def since(self, incident: int, moment: float) -> None:
        """One incident's room, from which we were away. Read again at the next gap if Slack does not let us now."""
        if self.ears.settings.privacy == "commands":
            return
        async with self._turn:
            async with self.ears.database.read() as c:
                room = await rooms.of(c, incident, "slack")
            if room:
                await self._fill(incident, room, moment - OVERLAP)

    async def fill(self) -> None:
        """All open incidents' rooms, since the last note. One that Slack does not let us read is left for later.

        Where commands only are heard there is nothing that we may read (SEC-150).
        """
        async with self._turn:
            now = self.ears.now()
            async with self.ears.database.read() as c:
                seen = await facts.get(c, SEEN)
                running = await incidents.all_open(c)
                where = {each.id: await rooms.of(c, each.id, "slack") for each in running}
            self._behind, self._stumbled = True, False
            if seen is not None and self.ears.settings.privacy == "all":
                for incident, room in where.items():
                    if room and not await self._fill(incident, room, float(seen) - OVERLAP):
                        return
            if not self._stumbled:
                await self._note(now.timestamp())
                self._behind = False

    async def _fill(self, incident: int, room: str, since: float, *, only_threads: bool = False) -> bool:
        self._cut = False
        try:
            history = self._history(incident, room, since, only_threads=only_threads)
            found = [message async for message in history if not await self._heard(message)]
        except SlackFailure as problem:
            log.warning("gap not filled", action="slack_gap_failed", incident=incident, reason=problem.reason)
            return problem.permanent
        if found or await self._unmarked(incident):
            await self._read_again(incident, room, since + OVERLAP, found)
        return True

    async def _read_again(self, incident: int, room: str, since: float, found: Sequence[Message]) -> None:
        begun, unmarked = await self._begin(incident)
        again = Found(cut=self._cut)
        for message in sorted(found, key=lambda each: each.ts):
            try:
                told = await self.events.said(message, tell=False)
            except Stumbled:
                # The others must not wait for it; it gets its next try with the next look (REL-013).
                self._stumbled = True
                continue
            if isinstance(told, NotRun):
                again.late.append(told)
            elif told.visible and not told.repeated:
                again.captured += 1
        if unmarked:
            # Whoever began this has read some of it, and did not live to say so (REL-088).
            async with self.ears.database.read() as c:
                again.captured = await timeline.found_late(c, incident, payload.moment(begun))
        if again.captured or again.late or again.cut:
            await self._mark(incident, room, since, again, begun=begun)
        else:
            await self._put(_gap(incident), "")

    async def _unmarked(self, incident: int) -> str:
        async with self.ears.database.read() as c:
            return await facts.get(c, _gap(incident)) or ""

    async def _begin(self, incident: int) -> tuple[str, bool]:
        """When this gap's filling began, and whether an earlier run did not come to its end."""
        if known := await self._unmarked(incident):
            return known, True
        begun = f"{self.ears.now().timestamp():.6f}"
        await self._put(_gap(incident), begun)
        return begun, False

    async def _heard(self, message: Message) -> bool:
        """Nearly all was: then it costs a look and no line."""
        team = (await self.ears.workspace.me()).team
        async with self.ears.database.read() as c:
            return await heard.before(c, delivery(team, message)) is not None

    async def _history(
        self, incident: int, room: str, since: float, *, only_threads: bool = False
    ) -> AsyncIterator[Message]:
        """The room, and the replies in its timeline thread, which the history leaves out."""
        spot = refs.spot(room)
        async with self.ears.database.read() as c:
            on_timeline = await rooms.slot(c, incident, "slack", "timeline")
        threads = {spot.thread, refs.answers(on_timeline).thread if on_timeline else ""} - {""}
        asked: list[tuple[str, dict[str, str]]] = [] if spot.thread or only_threads else [("conversations.history", {})]
        asked += [("conversations.replies", {"ts": ts}) for ts in threads]
        for method, more in asked:
            async for message in self._pages(method, spot.channel, since, more):
                yield message

    async def _pages(self, method: str, channel: str, since: float, more: dict[str, str]) -> AsyncIterator[Message]:
        cursor, read = "", 0
        while read < MOST:
            given: dict[str, Any] = {**more, "channel": channel, "oldest": f"{since:.6f}", "limit": PAGE}
            said = await self.ears.workspace.call(method, **given, **({"cursor": cursor} if cursor else {}))
            for body in payload.parts(said, "messages"):
                read += 1
                message = payload.message(body, channel=channel)
                if message and float(message.ts) > since:
                    yield message
            cursor = payload.text(said, "response_metadata", "next_cursor")
            if not cursor:
                return
        self._cut = True

    async def _mark(self, incident: int, room: str, since: float, found: Found, *, begun: str) -> None:
        """By the clock's own mouth, once for each gap, and on the record."""
        now = self.ears.now()
        started = clock(payload.moment(f"{since:.6f}"), now=now, zone=self.zone)
        line = Line(
            who=CLOCK,
            words=f"note {found.told(started, clock(now, now=now, zone=self.zone))}",
            at=now,
            delivery=f"slack:gap:{room}:{begun}"[:200],
            room=room,
            via="clock",
            incident=incident,
        )
        answer = await self.ears.door.say(line)
        log.info("gap filled", action="slack_gap", incident=incident, captured=found.captured, not_run=len(found.late))
        if answer.failed:
            log.error("gap not marked", action="slack_gap_unmarked", incident=incident)
            return
        team = (await self.ears.workspace.me()).team
        for late in found.late:
            # It stands in the mark; read once more it is no news.
            named, where = delivery(team, late.message), f"slack:{late.message.channel}"
            await self.ears.audit(
                late.message.speaker, late.words, delivery=named, room=where, via="message", what="not run"
            )
        await self._put(_gap(incident), "")

    async def _note(self, moment: float) -> None:
        await self._put(SEEN, f"{moment:.6f}")

    async def _put(self, fact: str, value: str) -> None:
        async with self.ears.database.begin() as c:
            await facts.put(c, fact, value)


def _gap(incident: int) -> str:
    """The fact: since when the history is read for this incident, as long as the mark of it is not made."""
    return f"slack:gap:{incident}"
