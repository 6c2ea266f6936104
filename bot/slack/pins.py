"""Putting somebody's message on the timeline, by the configured emoji or by the shortcut "Add to timeline" (TL-4)."""

from dataclasses import dataclass

from bot.slack import payload
from bot.slack.answering import Answers, Reader
from bot.slack.calls import SlackFailure
from bot.slack.events import Events
from bot.slack.listen import Ears, Spot, Unheard
from bot.slack.payload import Message, Payload
from bot.slack.stumbles import Told
from commands.line import Line
from commands.run import Answer
from templates.card import Card

NO_ROOM = Card(text="This is not an incident’s room, so there is no timeline to put it on.", tone="warn")
UNREADABLE = Card(text="Sitrep cannot read this message. Use the shortcut “Add to timeline” on it.", tone="warn")


@dataclass(slots=True)
class Pins:
    ears: Ears
    answers: Answers
    events: Events

    async def reaction(self, event: Payload, event_id: str) -> None:
        """The event `reaction_added`; skin tones do not matter."""
        emoji = payload.text(event, "reaction").partition("::")[0]
        user, author = payload.id_of(event, "user"), payload.id_of(event, "item_user")
        channel, ts = payload.id_of(event, "item", "channel"), payload.ts_of(event, "item", "ts")
        me = await self.ears.workspace.me()
        settings = self.ears.settings
        wanted = emoji in (settings.pin_emoji, settings.key_emoji)
        if not wanted or not (user and channel and ts) or me.user in (user, author):
            return
        told = Told(f"slack:{event_id}", Reader(user, channel), "your reaction to a message")
        work = self._starred if emoji == settings.key_emoji else self._pinned
        await self.events.stumbles.sheltered(told, lambda: work(channel, ts, user, event_id))

    async def _starred(self, channel: str, ts: str, user: str, event_id: str) -> None:
        await self._star(await self.ears.spot(channel), user, f"slack:{channel}:{ts}", event_id)

    async def _pinned(self, channel: str, ts: str, user: str, event_id: str) -> None:
        spot = await self.ears.spot(channel)
        message = await self._message(channel, ts) if spot.incident is not None else None
        if spot.incident is None or (message and message.bot):
            return
        if message is None:
            self.ears.later.start(self.answers.privately(Reader(user, channel), UNREADABLE, None), "unreadable")
            return
        await self.mark(message, user, delivery=f"slack:{event_id}")

    async def _star(self, spot: Spot, user: str, source: str, event_id: str) -> None:
        """A key event, if the message is on the timeline and this person may say so (TL-8)."""
        if spot.incident is None or await self.ears.refusal(user, None):
            return
        line = Line(
            who=await self.ears.people.person(user),
            words="",
            at=self.ears.now(),
            delivery=f"slack:{event_id}",
            room=spot.room,
            via="reaction",
            source=source,
            change="starred",
        )
        answer = await self.ears.say(line)
        if answer.card:
            reader = Reader(user, spot.room.removeprefix("slack:"))
            self.ears.later.start(self.answers.privately(reader, answer.card, spot.incident), "answer")

    async def mark(self, message: Message, user: str, *, delivery: str) -> Card | None:
        """``user`` marked it. What to tell them, if anything."""
        spot = await self.ears.spot(message.channel, message.thread_ts)
        if spot.incident is None:
            return NO_ROOM
        if refused := await self.ears.refusal(user, None):
            return refused
        answer = await self.ears.say(await self._line(message, user, spot, delivery))
        self._tick(message, answer)
        return answer.card

    async def _line(self, message: Message, user: str, spot: Spot, delivery: str) -> Line:
        return Line(
            who=await self.ears.people.person(user),
            words=await self.ears.words(message.raw),
            at=self.ears.now(),
            delivery=delivery,
            room=spot.room,
            via="reaction",
            thread=spot.on_timeline,
            source=message.source,
            author=await self.ears.people.person(message.user),
            written_at=min(payload.moment(message.ts), self.ears.now()),
        )

    def _tick(self, message: Message, answer: Answer) -> None:
        if answer.visible and not answer.refused and self.answers.first(f"{message.source}:tick"):
            self.events.marks.put(message.channel, message.ts)

    async def _message(self, channel: str, ts: str) -> Message | None:
        """None when we may not read it. Raises Unheard while Slack does not answer, so that it tells us again."""
        try:
            found = await self._read("conversations.history", channel, ts)
            return found or await self._read("conversations.replies", channel, ts)
        except SlackFailure as problem:
            if problem.permanent:
                return None
            raise Unheard from problem

    async def _read(self, method: str, channel: str, ts: str) -> Message | None:
        """Replies are only among the replies; everything else is only in the history."""
        thread = {"ts": ts} if method.endswith("replies") else {}
        said = await self.ears.workspace.call(
            method, channel=channel, **thread, oldest=ts, latest=ts, inclusive=True, limit=2
        )
        found = (payload.message(each, channel=channel) for each in payload.parts(said, "messages"))
        return next((message for message in found if message and message.ts == ts), None)
