"""What is said in the web room becomes a line; the door's answer becomes a private message."""

from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web

from bot.web import asked
from bot.web.complete import SLASHES
from bot.web.site import Site, person, site
from commands.clean import clean
from commands.line import Line, Via
from commands.run import Answer
from incidents.person import CLOCK, Person
from storage import web as rooms
from storage import web_messages as messages
from storage.web import WebRoom
from storage.web_messages import Message
from templates import plain
from templates.card import Card, FieldKind
from templates.packing import pack, unpack

ON_THE_TIMELINE = "✅"
LONGEST_FIELD = 12_000
REACTION = 8
"""Code points of the longest emoji: a family with skin tones."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was said: a room, or nowhere for a direct conversation; perhaps in a thread."""

    room: WebRoom | None
    thread: Message | None = None
    incident: bool = False

    @property
    def ref(self) -> str:
        return self.room.ref if self.room else ""

    @property
    def on_timeline(self) -> bool:
        return self.incident and self.thread is not None and self.thread.slot == "timeline"

    def listens_to(self, text: str) -> bool:
        """Elsewhere only what looks like a command is worth asking the door about."""
        return self.incident or self.room is None or text[0] in "/!"


async def say(request: web.Request) -> web.Response:
    """POST /api/rooms/{room}/messages {text, thread?, delivery}"""
    here, body, who = site(request), await asked.body(request), person(request)
    text, delivery = body.text("text"), body.delivery(who)
    if not text:
        raise web.HTTPBadRequest(text="There is nothing in it.")
    place = await _place(request, body.number("thread"))
    if text.startswith("/") and text.split(maxsplit=1)[0].lower() not in SLASHES:
        raise web.HTTPBadRequest(text=f"Commands begin with {', '.join(SLASHES)}. To say this, put a word in front.")
    said = None if text.startswith("/") else await _keep(request, place, text, delivery)
    if not place.listens_to(text):
        return web.json_response({"message": said})
    via: Via = "slash" if said is None else "message"
    source = f"web:message:{said}" if said else ""
    line = line_of(here, person(request), text, delivery, place, via=via, source=source)
    answer = await here.door.say(line)
    if said and place.on_timeline:
        await tick(here, said, answer)
    return await _answered(request, line, answer, place, message=said)


async def _place(request: web.Request, thread: int | None) -> Place:
    async with site(request).database.read() as c:
        room = await asked.room(c, request)
        parent = await asked.message(c, request, thread) if thread is not None else None
        incident = room is not None and await rooms.is_incident(c, room)
    if parent and (room is None or parent.room_id != room.id or parent.thread_of or parent.private_to):
        raise web.HTTPBadRequest(text="This message has no thread.")
    return Place(room, parent, incident)


async def _keep(request: web.Request, place: Place, text: str, delivery: str) -> int:
    """Store the words before anything is done about them; a repeat finds them there (REL-188)."""
    here, who = site(request), person(request)
    async with here.database.begin() as c:
        said = await messages.say(
            c,
            f"{messages.SAID}{delivery}",
            author=who.id,
            at=here.clock(),
            room_id=place.room.id if place.room else None,
            text=text,
            thread_of=place.thread.id if place.thread else None,
            private_to=None if place.room else who.id,
        )
        if not place.thread:
            await rooms.mark_read(c, who.id, place.room.id if place.room else rooms.DIRECT, said)
    here.live.nudge()
    return said


async def edit(request: web.Request) -> web.Response:
    """PATCH /api/messages/{message} {text, delivery}"""
    body = await asked.body(request)
    text = body.text("text")
    if not text or text.startswith("/"):
        raise web.HTTPBadRequest(text="A message cannot become empty or a command. Delete it instead.")
    return await _change(request, body, "edited", text)


async def delete(request: web.Request) -> web.Response:
    """DELETE /api/messages/{message} {delivery}"""
    return await _change(request, await asked.body(request), "deleted", "")


async def _change(
    request: web.Request, body: asked.Body, change: Literal["edited", "deleted"], text: str
) -> web.Response:
    here, who = site(request), person(request)
    delivery = body.delivery(who)
    async with here.database.begin() as c:
        # A deletion whose answer was lost is said again, so that the timeline hears of it.
        message = await asked.message(c, request, deleted_too=change == "deleted")
        if message.author.id != who.id or message.card:
            raise web.HTTPForbidden(text="Only your own words can be changed.")
        if change == "edited":
            await messages.rewrite(c, message.id, text=text, edited_at=here.clock())
        elif not message.deleted_at:
            await messages.withdraw(c, message.id, at=here.clock())
    here.live.nudge()
    place = await where(here, message)
    line = line_of(here, who, text, delivery, place, source=message.source, change=change)
    answer = await here.door.say(line)
    return await _answered(request, line, answer, place, message=message.id)


async def react(request: web.Request) -> web.Response:
    """POST /api/messages/{message}/reactions {emoji, delivery}: 📌 is for the timeline (TL-4), ⭐ for key events."""
    here, body, who = site(request), await asked.body(request), person(request)
    emoji, delivery = body.text("emoji", limit=60), body.delivery(who)
    if not emoji or len(emoji) > REACTION or any(sign.isascii() for sign in emoji):
        raise web.HTTPBadRequest(text="This is no emoji.")
    async with here.database.begin() as c:
        message = await asked.message(c, request)
        # A pin stays: the timeline forgets nothing. All else comes and goes.
        pinned = emoji == here.config.pin_emoji or None
        there = await messages.react(c, message.id, who.id, emoji, on=pinned)
    here.live.nudge()
    place = await where(here, message)
    starred = there and emoji == here.config.key_emoji
    if not (pinned or starred) or not place.incident or message.card or message.private_to:
        return web.json_response({"message": message.id})
    marked: dict[str, Any] = {"author": message.author, "written_at": message.at, "source": message.source}
    marked["change"] = "starred" if starred else "new"
    line = line_of(here, who, message.text, delivery, place, via="reaction", **marked)
    answer = await here.door.say(line)
    if pinned:
        await tick(here, message.id, answer)
    return await _answered(request, line, answer, place, message=message.id)


async def press(request: web.Request) -> web.Response:
    """POST /api/press {message, says, delivery}: only what a button of the stored card says is said."""
    body = await asked.body(request)
    says, delivery = body.text("says"), body.delivery(person(request))
    message, card = await _card(request, body)
    pressed = next((button for button in card.buttons if button.says == says), None)
    if pressed is None:
        raise web.HTTPConflict(text="This button is gone; the card has changed since.")
    return await _speak(request, message, says, pressed.key or delivery, via="button")


async def send(request: web.Request) -> web.Response:
    """POST /api/forms {message, fields, delivery}: only fields of the stored form are taken."""
    body = await asked.body(request)
    given, delivery = body.texts("fields"), body.delivery(person(request))
    message, card = await _card(request, body)
    if card.form is None:
        raise web.HTTPConflict(text="This form is gone; the card has changed since.")
    kinds = {field.name: field.kind for field in card.form.fields}
    fields = {name: _field(given[name], kind) for name, kind in kinds.items() if name in given}
    return await _speak(request, message, card.form.says, delivery, via="form", fields=fields)


def _field(text: str, kind: FieldKind) -> str:
    """A person may be typed with the @ that people know from everywhere."""
    typed = clean(text, limit=LONGEST_FIELD).text.strip()
    return typed.removeprefix("@") if kind == "person" else typed


async def _card(request: web.Request, body: asked.Body) -> tuple[Message, Card]:
    wanted = body.number("message")
    async with site(request).database.read() as c:
        message = await asked.message(c, request, -1 if wanted is None else wanted)
    if message.card is None:
        raise web.HTTPNotFound
    return message, unpack(message.card)


async def _speak(
    request: web.Request, message: Message, says: str, delivery: str, *, via: Via, **more: Any
) -> web.Response:
    here = site(request)
    place = await where(here, message)
    line = line_of(here, person(request), says, delivery, place, via=via, incident=message.incident_id, **more)
    answer = await here.door.say(line)
    if via == "form" and message.private_to and (answer.kept or not answer.refused):
        async with here.database.begin() as c:
            await messages.react(c, message.id, CLOCK.id, ON_THE_TIMELINE, on=True)
    return await _answered(request, line, answer, place, message=None)


async def where(here: Site, message: Message) -> Place:
    async with here.database.read() as c:
        room = await rooms.by_id(c, message.room_id) if message.room_id else None
        parent = await messages.get(c, message.thread_of) if message.thread_of else None
        return Place(room, parent, room is not None and await rooms.is_incident(c, room))


def line_of(here: Site, who: Person, text: str, delivery: str, place: Place, **more: Any) -> Line:
    more = {"thread": place.on_timeline} | more
    return Line(who=who, words=text, at=here.clock(), delivery=delivery, room=place.ref, **more)


async def tick(here: Site, message: int, answer: Answer) -> None:
    """A small mark: this is on the timeline."""
    if answer.visible and not answer.refused:
        async with here.database.begin() as c:
            await messages.react(c, message, CLOCK.id, ON_THE_TIMELINE, on=True)


async def _answered(
    request: web.Request, line: Line, answer: Answer, place: Place, *, message: int | None
) -> web.Response:
    """The answer is stored, so that it is still there after a reload, and comes to the browser like any message."""
    if answer.failed:
        raise web.HTTPServiceUnavailable(text=plain.text(answer.card) if answer.card else "Not carried out. Try again.")
    here = site(request)
    stored = await tell(here, line, answer.card, place, incident=answer.incident) if answer.card else None
    here.live.nudge()
    told: dict[str, Any] = {"message": message, "answer": stored, "refused": answer.refused}
    if answer.card:
        told |= {"form": answer.card.form is not None, "html": here.dialect.card(answer.card, line.who)}
    return web.json_response(told)


async def tell(
    here: Site, line: Line, card: Card, place: Place, *, incident: int | None = None, kind: str = messages.ANSWER
) -> int:
    """A private message to the speaker, where they spoke; once for each line."""
    async with here.database.begin() as c:
        return await messages.say(
            c,
            f"{kind}{line.delivery}",
            author=CLOCK.id,
            at=here.clock(),
            room_id=place.room.id if place.room else None,
            card=pack(card),
            private_to=line.who.id,
            thread_of=place.thread.id if place.thread else None,
            incident_id=incident or line.incident,
            slot="answer",
        )
