"""What happens in channels: messages, edits, deletions, reactions; each becomes a line or nothing."""

from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from bot.sheltered import Broken, sheltered
from bot.slack import changes, payload
from bot.slack.access import VISITORS
from bot.slack.answering import Answers, Reader, reader_of
from bot.slack.changes import Change, Looks
from bot.slack.listen import (
    TOO_OLD,
    Ears,
    Spot,
    Stumbled,
    Unheard,
    captured,
    delivery,
    outside_threads,
    read,
    spoken,
)
from bot.slack.marks import Marks
from bot.slack.payload import Message, Payload
from bot.slack.stumbles import PASSING, Stumbles, Told
from commands.line import Line
from commands.parse import Said
from commands.pointing import is_question
from commands.run import TALK, Answer
from incidents.person import CLOCK, Person
from storage import heard, incidents, timeline
from templates.card import Button, Card

log = structlog.get_logger()

_LONGEST_AGAIN = 1_000
_FIRST_SIGNS = ("!", "<@", "todo:")


@dataclass(frozen=True, slots=True)
class NotRun:
    """A command that came too late: who wrote it, and how it reads."""

    message: Message
    who: Person
    words: str


@dataclass(slots=True)
class Events:
    ears: Ears
    answers: Answers
    bots: Collection[str] = field(default_factory=frozenset)
    """Ids of other bots and workflows whose words count like people's (SEC-053)."""
    marks: Marks = field(init=False)
    _looks: Looks = field(init=False)
    stumbles: Stumbles = field(init=False)

    def __post_init__(self) -> None:
        self.marks = Marks(self.ears.workspace, self.ears.later)
        self._looks = Looks(self.ears.database)
        self.stumbles = Stumbles(self.ears, self.answers)

    async def message(self, event: Payload) -> None:
        """The event `message`: somebody's words, or that a message was changed."""
        subtype = payload.text(event, "subtype")
        if subtype == "message_changed":
            await self._sheltered(event, self._edited)
        elif subtype == "message_deleted":
            await self._sheltered(event, self._deleted)
        elif said := payload.message(event):
            await self.said(said)

    async def _sheltered(self, event: Payload, work: Callable[[Payload], Awaitable[None]]) -> None:
        channel, stamp = payload.id_of(event, "channel"), payload.ts_of(event, "ts")
        of = payload.ts_of(event, "message", "ts") or payload.ts_of(event, "deleted_ts")
        user = payload.id_of(event, "message", "edited", "user") or payload.id_of(event, "previous_message", "user")
        told = Told(f"slack:changed:{channel}:{of}:{stamp}", Reader(user, channel), "your change of a message")
        await self.stumbles.sheltered(told, lambda: work(event))

    async def person(self, event: Payload) -> None:
        """Somebody's profile, or whether they are still with us (SEC-051, REL-059)."""
        user = payload.part(event, "user")
        if not payload.id_of(user, "id"):
            return
        known = await self.ears.people.learn(user)
        if known.kind == "gone":
            await self._vacate(known.person)

    async def _vacate(self, gone: Person) -> None:
        """Somebody whose account is closed leads nothing any more, and people hear of it at once (REL-059)."""
        async with self.ears.database.read() as c:
            held = [each.id for each in await incidents.all_open(c) if each.roles_of(gone)]
        for incident in held:
            delivery = f"left:{incident}:{gone.id}:{self.ears.now().timestamp()}"[:200]
            words = f"left {gone.id}"
            await self.ears.door.say(
                Line(CLOCK, words, self.ears.now(), delivery=delivery, via="clock", incident=incident)
            )

    async def said(self, message: Message, *, tell: bool = True) -> NotRun | Answer:
        """``tell``: answer its author; the filling of a gap tells all of them together (REL-021).

        Raises Unheard when nothing was stored, Stumbled when that is a fault of ours over this message alone.
        """
        work = self._said(message, tell=tell)
        done = await sheltered(work, action="slack_stumbled", passing=PASSING, source=message.source)
        if not isinstance(done, Broken):
            return done
        if await self.stumbles.over(await self.stumbles.message(message), done.reference):
            raise Stumbled
        return TALK

    async def _said(self, message: Message, *, tell: bool) -> NotRun | Answer:
        if not await self._listens(message):
            return TALK
        in_thread = message.thread_ts if message.in_thread else ""
        if not (in_thread or _is_spoken_to_us(message)):
            return await self._asked(message, tell=tell)
        spot = await self.ears.spot(message.channel, in_thread) if in_thread else outside_threads(message.channel)
        words = await self.ears.words(message.raw)
        said = None if message.quoted else read(words, "message")
        if said is None and not spot.on_timeline:
            return await self._asked(message, tell=tell)
        who = await self.ears.people.person(message.speaker)
        if said and self.ears.now() - payload.moment(message.ts) > TOO_OLD:
            return await self._not_run(NotRun(message, who, words), tell=tell)
        return await self._spoken(message, spot, who, words, said, tell=tell)

    async def _listens(self, message: Message) -> bool:
        """Talk costs nothing, neither a look into the database nor a question to Slack, unless it asks something."""
        if message.bot and message.bot not in self.bots:
            return False
        me = await self.ears.workspace.me()
        if message.speaker in ("", me.user, me.bot) or message.bot == me.bot != "":
            return False
        return message.in_thread or _is_spoken_to_us(message) or is_question(message.raw)

    async def _asked(self, message: Message, *, tell: bool) -> Answer:
        """Whoever looks on in an incident's room and asks is told where to (AUD-13). Talk never fails."""
        now = self.ears.now()
        late = now - payload.moment(message.ts) > TOO_OLD
        if late or not tell or message.quoted or not is_question(message.raw):
            return TALK
        with suppress(*PASSING):
            spot = await self.ears.spot(message.channel)
            asking = await self.ears.people.slacker(message.speaker) if spot.incident else None
            # Visitors may not be where the news is.
            if asking and asking.kind == "member":
                team = (await self.ears.workspace.me()).team
                line = spoken(message, asking.person, message.raw, room=spot.room, team=team, at=now)
                answer = await self.ears.say(line)
                self._tell(message, answer, tell=tell)
                return answer
        return TALK

    async def _spoken(
        self, message: Message, spot: Spot, who: Person, words: str, said: Said | None, *, tell: bool
    ) -> Answer:
        author = await self._author(message) if said is None else who
        refused = await self.ears.refusal(message.speaker, said) if said else None
        if refused or author is None:
            self._tell(message, Answer(refused, refused=True) if refused else TALK, tell=tell)
            return TALK
        team, now = (await self.ears.workspace.me()).team, self.ears.now()
        line = (spoken if said else captured)(message, author, words, room=spot.room, team=team, at=now)
        answer = await self.ears.say(line)
        await self._catch_up(message)
        self._tell(message, answer, tell=tell)
        return answer

    async def _author(self, message: Message) -> Person | None:
        """Whose entry it becomes. A visitor's words are on the record as a visitor's; they grant nothing (SEC-030).

        None for a closed account. Raises Unheard while Slack does not say who it is: it is delivered again.
        """
        found = await self.ears.people.slacker(message.speaker)
        if found.kind == "unknown":
            raise Unheard
        if found.kind == "gone":
            return None
        mark = VISITORS.get(found.kind)
        return replace(found.person, name=f"{found.person.name} ({mark})") if mark else found.person

    def _tell(self, message: Message, answer: Answer, *, tell: bool) -> None:
        """A small mark that it was done, and the answer, if there is one; neither holds up the acknowledgement."""
        if not self.answers.first(message.source):
            return
        if answer.visible and not answer.refused:
            self.marks.put(message.channel, message.ts)
        if answer.card and tell:
            answered = self.answers.privately(reader_of(message), answer.card, answer.incident)
            self.ears.later.start(answered, "answer")

    async def _not_run(self, late: NotRun, *, tell: bool) -> NotRun | Answer:
        """What was heard in time and is only told again is no news."""
        team = (await self.ears.workspace.me()).team
        async with self.ears.database.read() as c:
            if await heard.before(c, delivery(team, late.message)):
                return TALK
        log.info("not run", action="slack_too_late", source=late.message.source)
        if tell and self.answers.first(late.message.source):
            card = not_run_card(late, self.ears.now(), delivery(team, late.message))
            self.ears.later.start(self.answers.privately(reader_of(late.message), card, None), "not run")
        return late

    async def _edited(self, event: Payload) -> None:
        """Only the words count: previews and counters of replies are no edits (REL-065)."""
        new, old = payload.part(event, "message"), payload.part(event, "previous_message")
        if payload.text(new, "subtype") == "tombstone":
            # Deleted, with replies below it: so Slack says it then.
            await self._deleted({**event, "deleted_ts": payload.ts_of(new, "ts")})
            return
        message = payload.message(new, channel=payload.id_of(event, "channel"))
        if message is None or message.bot or payload.words(new) == payload.words(old):
            return
        stamp = payload.ts_of(new, "edited", "ts") or payload.ts_of(event, "ts")
        by = payload.id_of(new, "edited", "user") or message.user
        change = Change(stamp, await self.ears.words(message.raw), by)
        await self._changed(await self.ears.spot(message.channel, message.thread_ts), message.source, change)

    async def _deleted(self, event: Payload) -> None:
        channel, ts = payload.id_of(event, "channel"), payload.ts_of(event, "deleted_ts")
        by, thread_ts = (payload.text(event, "previous_message", key) for key in ("user", "thread_ts"))
        if channel and ts and by and not payload.text(event, "previous_message", "bot_id"):
            spot = await self.ears.spot(channel, thread_ts)
            await self._changed(spot, f"slack:{channel}:{ts}", Change(changes.LAST, "", by))

    async def _changed(self, spot: Spot, source: str, change: Change) -> None:
        """Kept first, then carried out if the message is known: one of the two that race sees the other (REL-073)."""
        if spot.incident is None or not change.stamp:
            return
        async with self.ears.database.begin() as c:
            newest = await changes.keep(c, source, change)
        if newest:
            await self._carry_out(spot, source, change)

    async def _catch_up(self, message: Message) -> None:
        """Its edit or its deletion may have come before the message itself (REL-073)."""
        if change := await self._looks.newest(message.source):
            spot = await self.ears.spot(message.channel, message.thread_ts)
            await self._carry_out(spot, message.source, change)

    async def _carry_out(self, spot: Spot, source: str, change: Change) -> None:
        """What was overtaken meanwhile, perhaps in another process, the door drops (REL-072)."""
        async with self.ears.database.read() as c:
            known = await timeline.by_source(c, spot.incident or 0, source)
            newest = await changes.newest(c, source)
        if known and newest == change:
            await self._change(spot, source, change)

    async def _change(self, spot: Spot, source: str, change: Change) -> None:
        line = Line(
            who=await self.ears.people.person(change.by),
            words=change.text,
            at=self.ears.now(),
            delivery=f"{source}:{change.stamp}",
            room=spot.room,
            source=source,
            change="deleted" if change.deleted else "edited",
            written_at=payload.moment(change.stamp),
        )
        await self.ears.say(line)


def _is_spoken_to_us(message: Message) -> bool:
    return message.raw.lstrip()[:5].lower().startswith(_FIRST_SIGNS)


def not_run_card(late: NotRun, now: datetime, key: str) -> Card:
    """Shown with a button, so that it can still be meant (REL-071); however often it is pressed, it runs once."""
    minutes = int((now - payload.moment(late.message.ts)).total_seconds() // 60)
    text = f"You wrote “{late.words[:300]}” {minutes} minutes ago; it reached me only now, so it was not run."
    again = (Button("Run it now", says=late.words, key=key),) if len(late.words) <= _LONGEST_AGAIN else ()
    return Card(text=text, buttons=again, tone="warn")
