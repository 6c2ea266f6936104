"""Commands, pressed buttons, sent forms and shortcuts: all say lines, and whoever did it is told what became of it."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from bot.sheltered import Broken, sheltered
from bot.slack import carried, modal, payload
from bot.slack.answering import IN_TIME, SOON, WORKING, Answers, Json, Reader, values
from bot.slack.listen import Ears, Spot, command, outside_threads, read
from bot.slack.payload import Payload
from bot.slack.pins import Pins
from commands.clean import clean
from commands.line import Line, Via
from commands.run import Answer
from incidents.errors import Refused
from storage import incidents
from templates.answers import bug_card, refusal
from templates.card import Card
from templates.headline import headline

log = structlog.get_logger()

FOREIGN = "This button belongs to another incident than this room’s. Nothing was changed."
CLEAR: Json = {"response_action": "clear"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to show to whoever waits. ``card`` is None when all is said where everybody sees it."""

    card: Card | None = None
    incident: int | None = None
    refused: bool = False


@dataclass(slots=True)
class Interactions:
    ears: Ears
    answers: Answers
    pins: Pins
    _refusals: Counter[str] = field(default_factory=Counter)

    async def command(self, body: Payload) -> Json | None:
        """What a slash command is acknowledged with; None shows nothing. Slack never sends it again."""
        channel, trigger = payload.id_of(body, "channel_id"), payload.text(body, "trigger_id")
        to = Reader(
            payload.id_of(body, "user_id"),
            channel,
            response_url=payload.text(body, "response_url"),
            trigger_id=trigger,
        )
        if not (to.user and trigger):
            return None
        prefix = command(self.ears.settings, payload.text(body, "command"))
        raw = f"{prefix} {payload.text(body, 'text')}".strip()
        spot = outside_threads(channel)
        saying = self._say(to, spot, raw, "slash", delivery=f"slack:{trigger}")
        outcome = await self._in_time(to, saying, lambda late: self._respond(to, late), within=SOON)
        if outcome is None:
            return {"response_type": "ephemeral", "text": WORKING}
        if outcome.card is None or await self._opened(replace(to, room=spot.room), outcome):
            return None
        self.answers.remember(to.user, outcome.card, outcome.incident)
        first, *more = await self.answers.body(outcome.card, outcome.incident)
        for each in more:
            self.ears.later.start(self.answers.post(to.response_url, each), "rest of an answer")
        return first

    async def action(self, body: Payload) -> None:
        """A pressed button: it says its line in the room it stands in, or from a home or a direct message (SEC-031)."""
        action = next(iter(payload.parts(body, "actions")), {})
        name = payload.text(action, "action_id")
        to = _pressed_by(body)
        if not to.user or not (name == "form" or name.startswith("say:")):
            return
        press = self._press(to, action, delivery=f"slack:{payload.text(action, 'action_ts')}:{to.user}:{name}")
        outcome = await self._in_time(to, press, lambda late: self._shown(to, late))
        if outcome and outcome.card:
            spot = await self.ears.spot(to.channel, to.thread_ts) if outcome.card.form and to.channel else Spot("")
            await self._show(replace(to, room=spot.room), outcome)

    async def _press(self, to: Reader, action: Payload, *, delivery: str) -> Outcome:
        try:
            incident, says, key = carried.pressed(action.get("value"))
            spot = await self.ears.spot(to.channel, to.thread_ts) if to.channel else Spot("")
            await self._check(to, spot, incident)
        except Refused as refused:
            log.warning("press refused", action="slack_press_refused", user=to.user)
            said, room = clean(str(action.get("value"))).text, f"slack:{to.channel}" if to.channel else ""
            await self.ears.audit(to.user, said, delivery=delivery, room=room, via="button")
            return Outcome(refusal(refused), refused=True)
        if payload.text(action, "action_id") == "form" and (kept := self.answers.remembered(to.user, incident, says)):
            return Outcome(kept, incident)
        pressed = await self._say(to, spot, says, "button", delivery=key or delivery, incident=incident)
        return await self._with_fresh_card(pressed) if pressed.refused else pressed

    async def _with_fresh_card(self, refused: Outcome) -> Outcome:
        """The card that was pressed may be older than the incident: how it stands now, beside the reason (REL-070)."""
        if refused.incident is None or refused.card is None or refused.card.form:
            return refused
        async with self.ears.database.read() as c:
            found = await incidents.by_id(c, refused.incident)
        if found is None:
            return refused
        fresh = headline(found, self.ears.door.settings.house, self.ears.now())
        card = replace(fresh, text=refused.card.text, buttons=refused.card.buttons or fresh.buttons, tone="warn")
        return replace(refused, card=card)

    async def _check(self, to: Reader, spot: Spot, incident: int | None) -> None:
        """Raises Refused when the button cannot be this room's (SEC-031), or the incident not this person's (G9)."""
        if incident is None or incident == spot.incident:
            return
        if spot.incident is not None:
            raise Refused(FOREIGN)
        async with self.ears.database.read() as c:
            found = await incidents.by_id(c, incident)
        who = await self.ears.people.person(to.user)
        if found is None or (found.private and who.id not in found.participants()) or not self._outside(to):
            raise Refused(FOREIGN)

    def _outside(self, to: Reader) -> bool:
        """Cards about an incident stand outside its room only in direct messages and in homes."""
        return not to.channel or payload.is_direct(to.channel)

    async def submission(self, body: Payload) -> Json:
        """What a sent form is acknowledged with: errors beside its fields, another form, or that all is done."""
        view = payload.part(body, "view")
        to = Reader(payload.id_of(body, "user", "id"))
        id = payload.text(view, "id")
        sent = f"{values(view)}:{self._refusals[id]}"
        delivery = f"slack:view:{id}:{hashlib.sha256(sent.encode(errors='replace')).hexdigest()[:24]}"
        submit = self._submit(to, view, delivery=delivery, team=payload.text(body, "user", "team_id"))
        outcome = await self._in_time(to, submit, lambda late: self._shown(self._back(to, view), late))
        if outcome is None or outcome.card is None:
            return CLEAR
        if outcome.card.form:
            self._refusals[id] += 1
            again = await self.answers.view(self._back(to, view), outcome.card, outcome.incident)
            return {"response_action": "update", "view": again}
        if outcome.refused:
            self._refusals[id] += 1
            return modal.errors(view.get("blocks"), {_field(view, outcome.card): outcome.card.text})
        self.ears.later.start(self._shown(self._back(to, view), outcome), "answer to a form")
        return CLEAR

    def _back(self, to: Reader, view: Payload) -> Reader:
        """To where the form was opened."""
        try:
            room = modal.origin(payload.text(view, "private_metadata")).room
        except Refused:
            return to
        _, channel, thread_ts, *_ = [*room.split(":"), "", ""]
        return replace(to, channel=channel, thread_ts=thread_ts, room=room)

    async def _submit(self, to: Reader, view: Payload, *, delivery: str, team: str) -> Outcome:
        sealed = payload.text(view, "private_metadata")
        try:
            self.answers.seal.take(sealed, to.user)
            origin = modal.origin(sealed)
            chosen = modal.users(view.get("state"))
            people = {user: (await self.ears.people.person(user)).id for user in chosen}
            fields = modal.fields(view.get("state"), sealed, people)
        except Refused as refused:
            log.warning("form refused", action="slack_form_refused", user=to.user)
            return Outcome(refusal(refused), refused=True)
        spot = Spot(origin.room)
        more: dict[str, Any] = {"incident": origin.incident, "fields": fields, "team": team}
        return await self._say(to, spot, origin.says, "form", delivery=delivery, **more)

    async def shortcut(self, body: Payload) -> None:
        """“Declare incident”, from anywhere in Slack."""
        to = Reader(payload.id_of(body, "user", "id"), trigger_id=payload.text(body, "trigger_id"))
        if to.user and to.trigger_id:
            outcome = await self._say(to, Spot(""), "declare", "button", delivery=f"slack:{to.trigger_id}")
            await self._show(to, outcome)

    async def message_shortcut(self, body: Payload) -> None:
        """“Add to timeline”, on a message."""
        channel, trigger = payload.id_of(body, "channel", "id"), payload.text(body, "trigger_id")
        to = Reader(payload.id_of(body, "user", "id"), channel, trigger_id=trigger)
        message = payload.message(payload.part(body, "message"), channel=channel)
        if message and to.user and trigger:
            card = await self.pins.mark(message, to.user, delivery=f"slack:{trigger}")
            await self._show(to, Outcome(card))

    async def _say(
        self,
        to: Reader,
        spot: Spot,
        raw: str,
        via: Via,
        *,
        delivery: str,
        incident: int | None = None,
        fields: dict[str, str] | None = None,
        team: str = "",
    ) -> Outcome:
        """Only a command is in Slack's spelling; a button says our own words. A line that failed says so itself."""
        words = await self.ears.words(raw) if via == "slash" else raw
        if refused := await self.ears.refusal(to.user, read(words, via), team=team):
            return Outcome(refused, refused=True)
        who = await self.ears.people.person(to.user)
        line = Line(
            who=who,
            words=words,
            at=self.ears.now(),
            delivery=delivery,
            room=spot.room,
            via=via,
            incident=incident,
            fields=fields or {},
        )
        answer: Answer = await self.ears.door.say(line)
        refused_now = answer.refused and not answer.kept
        return Outcome(answer.card, answer.incident or incident or spot.incident, refused_now)

    async def _in_time(
        self,
        to: Reader,
        work: Coroutine[Any, Any, Outcome],
        then: Callable[[Outcome], Awaitable[None]],
        *,
        within: float = IN_TIME,
    ) -> Outcome | None:
        """None when it takes longer than Slack waits; what comes of it is then told by ``then`` (REL-008)."""
        until = min(to.until, asyncio.get_running_loop().time() + within)
        doing = await self.ears.in_time(_outcome(work), "line", until=until)
        if doing.done():
            return doing.result()

        async def later() -> None:
            if outcome := await doing:
                await then(outcome)

        self.ears.later.start(later(), "late answer")
        return None

    async def _opened(self, to: Reader, outcome: Outcome) -> bool:
        """A form opens by itself where there still is a trigger."""
        card = outcome.card
        return bool(card and card.form and to.trigger_id) and await self.answers.open_form(
            to, card or Card(), outcome.incident
        )

    async def _show(self, to: Reader, outcome: Outcome) -> None:
        """Within the three seconds of a press; the rest is told afterwards."""
        if outcome.card and not await self._opened(to, outcome):
            self.ears.later.start(self._shown(to, outcome), "answer")

    async def _shown(self, to: Reader, outcome: Outcome) -> None:
        """As a message; a form that came too late as its text form (REL-009)."""
        card = outcome.card
        if card:
            await self.answers.privately(to, modal.late(card.form) if card.form else card, outcome.incident)

    async def _respond(self, to: Reader, outcome: Outcome) -> None:
        """A late answer, by the command's own address."""
        if outcome.card:
            await self.answers.respond(to, outcome.card, outcome.incident)


async def _outcome(work: Awaitable[Outcome]) -> Outcome:
    """What breaks outside the door has a reference, too."""
    done = await sheltered(work, action="slack_answer_failed")
    return Outcome(bug_card(done.reference), refused=True) if isinstance(done, Broken) else done


def _pressed_by(body: Payload) -> Reader:
    """The person whom Slack authenticated, whatever a value says (SEC-034); a home or a form is no channel."""
    container = payload.part(body, "container")
    return Reader(
        payload.id_of(body, "user", "id"),
        payload.id_of(body, "channel", "id") or payload.id_of(container, "channel_id"),
        payload.ts_of(body, "message", "thread_ts") or payload.ts_of(container, "thread_ts"),
        payload.text(body, "response_url"),
        payload.text(body, "trigger_id"),
    )


def _field(view: Payload, card: Card) -> str:
    """The input that a refusal is about: the one whose content it quotes, or that it names, else the first."""
    said = card.text.casefold()
    for name, actions in payload.part(view, "state", "values").items():
        typed = [payload.text(action, "value") for action in (actions or {}).values()]
        if any(len(each) > 1 and each.casefold()[:40] in said for each in typed):
            return str(name)
    names = [payload.text(block, "block_id") for block in payload.parts(view, "blocks")]
    return next((name for name in names if len(name) > 2 and name.replace("_", " ") in said), "")
