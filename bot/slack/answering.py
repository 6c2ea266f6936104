"""The door's private answer on its way back to the speaker: acknowledged with it, beside it, or directly."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog

from bot.slack import modal, sealed
from bot.slack.calls import SlackFailure
from bot.slack.dialect import Message, messages
from bot.slack.payload import Message as Written
from bot.slack.payload import is_direct
from bot.slack.people import Slackers
from bot.slack.settings import SlackSettings
from bot.slack.verify import safe_response_url
from bot.slack.workspace import Workspace
from templates.card import Card

log = structlog.get_logger()

IN_TIME = 2.5
"""Seconds of Slack's three after which somebody who waits is told that we are working on it (REL-008)."""

SOON = 0.9
"""Seconds after which whoever typed a command reads that we are working on it: nothing else shows that it was heard."""

WORKING = "Working on it. The answer follows here."
_MANY = 2_000
_TRIES = 3
_NOT_SEEN_THERE = frozenset({"user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived"})

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the answer, and where: in a channel (perhaps in a thread), or directly where ``channel`` is empty."""

    user: str
    channel: str = ""
    thread_ts: str = ""
    response_url: str = ""
    trigger_id: str = ""
    room: str = ""
    until: float = field(default_factory=lambda: asyncio.get_running_loop().time() + IN_TIME, compare=False)
    """By then Slack wants to be answered, on the loop's clock."""


def reader_of(written: Written) -> Reader:
    return Reader(written.user, written.channel, written.thread_ts if written.in_thread else "")


@dataclass(slots=True)
class Answers:
    """``session`` is the one that all calls share."""

    workspace: Workspace
    people: Slackers
    settings: SlackSettings
    session: aiohttp.ClientSession
    seal: sealed.Seal
    _given: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _forms: OrderedDict[tuple[str, int | None, str], Card] = field(default_factory=OrderedDict)

    def first(self, delivery: str) -> bool:
        """Whether this delivery is answered for the first time: what Slack delivers again is answered once."""
        if delivery in self._given:
            return False
        self._given[delivery] = None
        while len(self._given) > _MANY:
            self._given.popitem(last=False)
        return True

    async def shown(self, card: Card, incident: int | None) -> list[Message]:
        return messages(card, await self.people.known(card), incident=incident)

    async def body(self, card: Card, incident: int | None) -> list[Json]:
        """What an acknowledgement or a response_url takes; several where one is too short."""
        return [_content(each) | {"response_type": "ephemeral"} for each in await self.shown(card, incident)]

    async def privately(self, to: Reader, card: Card, incident: int | None) -> None:
        """For this person's eyes: beside what they wrote, or directly where they cannot see it there."""
        self.remember(to.user, card, incident)
        for each in await self.shown(card, incident):
            if to.channel and not is_direct(to.channel) and await self._beside(to, each):
                continue
            await self._directly(to, each)

    async def _beside(self, to: Reader, said: Message) -> bool:
        thread = {"thread_ts": to.thread_ts} if to.thread_ts else {}
        try:
            await self._patiently("chat.postEphemeral", channel=to.channel, user=to.user, **thread, **_content(said))
        except SlackFailure as problem:
            if problem.code in _NOT_SEEN_THERE:
                return False
            raise
        return True

    async def _directly(self, to: Reader, said: Message) -> None:
        channel = to.channel
        if not is_direct(channel):
            opened = await self.workspace.call("conversations.open", users=to.user)
            channel = str(opened["channel"]["id"])
        await self._patiently("chat.postMessage", paced=channel, channel=channel, **_content(said))

    async def _patiently(self, method: str, **args: Any) -> None:
        """Where Slack asks for a pause it gets it; an answer whose fate is unknown is not sent twice (class C)."""
        for _ in range(_TRIES):
            try:
                await self.workspace.call(method, **args)
            except SlackFailure as problem:
                if problem.unsure or problem.permanent or problem.retry_after is None:
                    raise
                await asyncio.sleep(problem.retry_after)
            else:
                return

    async def respond(self, to: Reader, card: Card, incident: int | None) -> None:
        """By the address that came with a command; within half an hour, five times. Else as a private message."""
        if not safe_response_url(to.response_url, self.settings):
            await self.privately(to, card, incident)
            return
        self.remember(to.user, card, incident)
        for each in await self.body(card, incident):
            await self.post(to.response_url, each)

    async def post(self, url: str, body: Json) -> None:
        async with self.session.post(url, json=body, allow_redirects=False) as answer:
            if answer.status != 200:
                log.warning("answer not taken", action="slack_answer_refused", status=answer.status)

    async def open_form(self, to: Reader, card: Card, incident: int | None) -> bool:
        """False when the trigger is used up: three seconds are over, or somebody was quicker (REL-009)."""
        self.remember(to.user, card, incident)
        try:
            async with asyncio.timeout_at(to.until):
                view = await self.view(to, card, incident)
                await self.workspace.call("views.open", trigger_id=to.trigger_id, view=view)
        except (SlackFailure, sealed.Broken, TimeoutError) as problem:
            log.info("form not opened", action="slack_form_late", problem=str(problem)[:100])
            return False
        return True

    async def view(self, to: Reader, card: Card, incident: int | None) -> Json:
        """The form as a modal. What goes round through Slack is sealed for this person (SEC-033)."""
        if card.form is None:
            raise ValueError("a card without a form")
        known = await self.people.known(card)
        made = modal.view(card.form, known, incident=incident, room=to.room, notice=card.text)
        return made | {"private_metadata": self.seal.put(str(made["private_metadata"]), to.user)}

    def remember(self, user: str, card: Card, incident: int | None) -> None:
        """The form itself, for its button: saying its line again would open an empty one."""
        if card.form is None:
            return
        self._forms[user, incident, card.form.says] = card
        while len(self._forms) > _MANY:
            self._forms.popitem(last=False)

    def remembered(self, user: str, incident: int | None, says: str) -> Card | None:
        return self._forms.get((user, incident, says))


def _content(said: Message) -> Json:
    return {"text": said.text, "blocks": said.blocks}


def values(view: Mapping[str, Any]) -> str:
    """What was filled in, in one order, to tell one sending from another."""
    return json.dumps(view.get("state"), sort_keys=True, default=str)
