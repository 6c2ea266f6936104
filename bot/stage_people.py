"""What people do in the web room, without a browser: write, press, fill in, edit, delete, mark."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.rehearsal_steps import Place
from bot.stage_play import Play
from bot.transcript import Spoken
from commands.clean import clean
from commands.line import Line, Via
from commands.run import TALK, Answer
from incidents.person import CLOCK, Person
from storage import rooms as known_rooms
from storage import web, web_messages
from storage.web import WebRoom
from storage.web_messages import Message
from templates.card import Button, Card, Form
from templates.packing import pack, unpack

ROOM = Place("room")
EMOJI = {"pushpin": "📌", "eyes": "👀", "white_check_mark": "✅", "thumbsup": "👍", "+1": "👍", "heavy_check_mark": "✔"}


class Impossible(Exception):
    """The play cannot go on like this: no such room, no such button. A sentence for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the script as it really is."""

    room: WebRoom | None
    thread: int | None = None
    incident: bool = False
    on_timeline: bool = False

    @property
    def ref(self) -> str:
        return self.room.ref if self.room else ""


class People:
    """``last`` is what each person wrote last; the newest of all stands under the empty name."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.last: dict[str, int] = {}

    async def says(self, who: Person, words: str, place: Place = ROOM) -> Answer:
        """As typed into a composer: a slash command leaves no message, all else is a message first."""
        spot = await self._spot(place)
        self._spoken(who, spot, words)
        delivery, slash = self.play.delivery_id(), words.lstrip().startswith("/")
        source = "" if slash else await self._keep(who, words, spot, delivery)
        if not slash and not (spot.incident or spot.room is None or words.lstrip().startswith("!")):
            return TALK
        line = self._line(who, words, spot, delivery, via="slash" if slash else "message", source=source)
        return await self._answered(line, spot)

    async def presses(self, who: Person, label: str, place: Place = ROOM) -> Answer:
        spot = await self._spot(place)
        message, button = await self._button(who, label, spot, place)
        self._spoken(who, spot, f"presses “{button.label}”")
        return await self._speak(who, message, button.says, via="button")

    async def fills(self, who: Person, label: str, fields: Mapping[str, str], place: Place = ROOM) -> Answer:
        """Press the button, then send the form it brings; with no such button, the newest form this person has."""
        spot = await self._spot(place)
        found = await self._find(who, label, spot)
        if found:
            self._spoken(who, spot, f"presses “{found[1].label}”")
            answer = await self._speak(who, found[0], found[1].says, via="button")
            if answer.card is None or answer.card.form is None:
                raise Impossible(f"“{label}” brings no form to {who.handle}")
        message, form = await self._form(who, spot, label)
        given = _filled(form, fields)
        self._spoken(who, spot, "sends " + "; ".join(f"{name} = {value}" for name, value in given.items() if value))
        return await self._speak(who, message, form.says, via="form", fields=given)

    async def edits(self, who: Person, words: str) -> Answer:
        message = await self._last(who)
        async with self.play.database.begin() as c:
            await web_messages.rewrite(c, message.id, text=words, edited_at=self.play.now)
        return await self._changed(who, message, words, "edited", f"edits the last message: {words}")

    async def deletes(self, who: Person) -> Answer:
        message = await self._last(who)
        async with self.play.database.begin() as c:
            await web_messages.withdraw(c, message.id, at=self.play.now)
        return await self._changed(who, message, "", "deleted", "deletes the last message")

    async def reacts(self, who: Person, emoji: str) -> Answer:
        """Mark what anybody wrote last."""
        message = await self._message(self.last.get(""))
        sign = EMOJI.get(emoji, emoji)
        spot = await self._where(message)
        self._spoken(who, spot, f"reacts {sign} to “{message.text}”")
        async with self.play.database.begin() as c:
            added = await web_messages.react(c, message.id, who.id, sign)
        settings = self.play.settings
        if not added or sign not in (settings.pin_emoji, settings.key_emoji) or not spot.incident:
            return TALK
        line = self._line(who, message.text, spot, self.play.delivery_id(), via="reaction", source=message.source)
        change: Literal["new", "starred"] = "starred" if sign == settings.key_emoji else "new"
        line = replace(line, author=message.author, written_at=message.at, change=change)
        return await self._answered(line, spot)

    async def _changed(
        self, who: Person, message: Message, words: str, change: Literal["edited", "deleted"], shown: str
    ) -> Answer:
        spot = await self._where(message)
        self._spoken(who, spot, shown)
        line = self._line(who, words, spot, self.play.delivery_id(), via="message", source=message.source)
        return await self._answered(replace(line, change=change), spot)

    async def _speak(self, who: Person, message: Message, says: str, *, via: Via, **more: Any) -> Answer:
        spot = await self._where(message)
        line = self._line(who, says, spot, self.play.delivery_id(), via=via)
        return await self._answered(replace(line, incident=message.incident_id, **more), spot)

    def _line(self, who: Person, words: str, spot: Spot, delivery: str, *, via: Via, source: str = "") -> Line:
        return Line(
            who=who,
            words=words,
            at=self.play.now,
            delivery=delivery,
            room=spot.ref,
            via=via,
            thread=spot.on_timeline,
            source=source,
        )

    def _spoken(self, who: Person, spot: Spot, words: str) -> None:
        where = f"#{spot.room.name}" if spot.room else "@sitrep"
        where += " (thread)" if spot.thread else ""
        self.play.transcript.append(Spoken(self.play.now, f"@{who.handle}", where, words))

    async def _keep(self, who: Person, words: str, spot: Spot, delivery: str) -> str:
        async with self.play.database.begin() as c:
            said = await web_messages.say(
                c,
                f"said:{delivery}",
                author=who.id,
                at=self.play.now,
                room_id=spot.room.id if spot.room else None,
                # As the web room stores it: what a browser sends may hold what no database takes.
                text=clean(words).text,
                thread_of=spot.thread,
                private_to=None if spot.room else who.id,
            )
        self.last[who.id] = self.last[""] = said
        return f"web:message:{said}"

    async def _answered(self, line: Line, spot: Spot) -> Answer:
        """The answer is kept as the web room keeps it, so that its buttons and forms can be used."""
        answer = await self.play.say(line)
        if answer.card:
            async with self.play.database.begin() as c:
                await web_messages.say(
                    c,
                    f"answer:{line.delivery}",
                    author=CLOCK.id,
                    at=self.play.now,
                    room_id=spot.room.id if spot.room else None,
                    card=pack(answer.card),
                    private_to=line.who.id,
                    thread_of=spot.thread,
                    incident_id=answer.incident or line.incident,
                    slot="answer",
                )
        await self.play.settle()
        return answer

    async def _spot(self, place: Place) -> Spot:
        if place.kind == "direct":
            return Spot(None)
        if place.kind == "channel":
            return await self._channel(place.name)
        number = place.number or await self.play.newest()
        if number is None:
            raise Impossible("there is no incident yet, so there is no room")
        async with self.play.database.read() as c:
            ref = await known_rooms.of(c, number, "web")
            room = await web.by_id(c, int(ref.removeprefix("web:"))) if ref else None
            root = await known_rooms.slot(c, number, "web", "timeline")
        if room is None:
            raise Impossible(f"incident {number} has no room")
        if place.kind == "thread" and root is None:
            raise Impossible(f"incident {number} has no timeline thread")
        in_thread = place.kind == "thread"
        return Spot(room, int(root) if in_thread and root else None, incident=True, on_timeline=in_thread)

    async def _channel(self, name: str) -> Spot:
        """Any other room is there as soon as somebody speaks in it."""
        async with self.play.database.begin() as c:
            room = await web.by_name(c, name) or await web.make(c, name, at=self.play.now)
            return Spot(room, incident=await web.is_incident(c, room))

    async def _where(self, message: Message) -> Spot:
        async with self.play.database.read() as c:
            room = await web.by_id(c, message.room_id) if message.room_id else None
            root = await web_messages.get(c, message.thread_of) if message.thread_of else None
            incident = room is not None and await web.is_incident(c, room)
        on_timeline = incident and root is not None and root.slot == "timeline"
        return Spot(room, message.thread_of, incident=incident, on_timeline=on_timeline)

    async def _last(self, who: Person) -> Message:
        return await self._message(self.last.get(who.id), who)

    async def _message(self, id: int | None, who: Person | None = None) -> Message:
        async with self.play.database.read() as c:
            message = await web_messages.get(c, id) if id else None
        if message is None or message.deleted_at:
            raise Impossible(f"{who.handle if who else 'nobody'} has written no message that still stands")
        return message

    async def _button(self, who: Person, label: str, spot: Spot, place: Place) -> tuple[Message, Button]:
        if found := await self._find(who, label, spot):
            return found
        labels = [f"“{button.label}”" async for _, card in self._cards(who, spot) for button in card.buttons]
        there = ", ".join(dict.fromkeys(labels)) or "no buttons at all"
        raise Impossible(f"{who.handle} sees no button “{label}” in {place.text}; there are {there}")

    async def _find(self, who: Person, label: str, spot: Spot) -> tuple[Message, Button] | None:
        """The newest card wins, as it does for the eye."""
        async for message, card in self._cards(who, spot):
            for button in card.buttons:
                if button.label.casefold() == label.casefold():
                    return message, button
        return None

    async def _form(self, who: Person, spot: Spot, label: str) -> tuple[Message, Form]:
        async for message, card in self._cards(who, spot):
            if card.form and message.private_to == who.id:
                return message, card.form
        raise Impossible(f"{who.handle} has neither a button “{label}” nor a form")

    async def _cards(self, who: Person, spot: Spot) -> AsyncIterator[tuple[Message, Card]]:
        """What this person can see there and in the direct conversation, the newest first."""
        found: dict[int, Message] = {}
        async with self.play.database.read() as c:
            messages = await web_messages.direct(c, who.id)
            if spot.room:
                messages += await web_messages.in_room(c, spot.room.id, who.id)
                headline = await web_messages.in_slot(c, spot.room.id, "headline")
                messages += [m for m in [await web_messages.get(c, headline or 0)] if m]
            if spot.thread:
                messages += await web_messages.in_thread(c, spot.thread, who.id)
        found = {message.id: message for message in messages if message.card and not message.deleted_at}
        for _, message in sorted(found.items(), reverse=True):
            yield message, unpack(message.card or "{}")


def _filled(form: Form, given: Mapping[str, str]) -> dict[str, str]:
    """Every field as the form shows it, with the given ones in place; a field goes by its name or its label."""
    names = {field.name.casefold(): field.name for field in form.fields}
    names |= {field.label.casefold(): field.name for field in form.fields}
    unknown = [name for name in given if name.casefold() not in names]
    if unknown:
        raise Impossible(f"the form has no field “{unknown[0]}”; it has {', '.join(f.name for f in form.fields)}")
    filled = {field.name: field.value for field in form.fields}
    return filled | {names[name.casefold()]: value for name, value in given.items()}
