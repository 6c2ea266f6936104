"""Who a Slack user is among the people that Sitrep knows, and the other way round."""

import asyncio
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.links import SLACK_URL, to_messages
from bot.slack import refs
from bot.slack.access import Standing, standing
from bot.slack.calls import SlackFailure
from bot.slack.mrkdwn import Known
from bot.slack.vocabulary import STANDARD, Words
from bot.slack.workspace import Workspace
from incidents.person import CLOCK, Person
from storage import aliases, facts, people, rooms
from storage.database import Database
from templates.card import Card
from templates.marks import spans

log = structlog.get_logger()

PLATFORM = "slack"
_ROOM = re.compile(r"inc-([0-9]{1,9})(?![0-9])")
_LONGEST_HANDLE = 60
_ONCE_MORE = 0.3
"""Seconds until Slack is asked a second time who somebody is, while they wait."""


@dataclass(frozen=True, slots=True)
class Slacker:
    """``kind`` decides what somebody may say (SEC-030): guests and people of other companies little."""

    person: Person
    kind: Standing


class Slackers:
    """Remembered in the database, so that somebody who was seen once needs no question to Slack any more."""

    def __init__(
        self,
        workspace: Workspace,
        database: Database,
        *,
        web_room: Callable[[str], str] = lambda name: "",
        spelled: Words = STANDARD,
    ) -> None:
        """``web_room``: the link to a room in the web, by its name. ``spelled``: what commands are called."""
        self._spelled = spelled
        self._workspace = workspace
        self._web_room = web_room
        self._database = database
        self._seen: dict[str, Slacker] = {}

    async def person(self, user: str) -> Person:
        return (await self.slacker(user)).person

    async def slacker(self, user: str) -> Slacker:
        """Known from now on, a bot by its bot id. While Slack does not answer, a newcomer is `unknown`, and not kept.

        Whom Slack does not want to speak of is a guest.
        """
        if found := self._seen.get(user) or await self._stored(user):
            return found
        try:
            return await self.learn(await self._asked(user))
        except SlackFailure as problem:
            log.warning("nobody known", action="slack_unknown_user", user=user, reason=problem.reason)
            kind: Standing = "guest" if problem.permanent else "unknown"
            return Slacker(Person(f"{PLATFORM}:{user}", user, user.lower()), kind)

    async def _asked(self, user: str) -> Mapping[str, Any]:
        try:
            return await self._profile(user)
        except SlackFailure as problem:
            if problem.permanent or problem.retry_after is not None:
                raise
        await asyncio.sleep(_ONCE_MORE)
        return await self._profile(user)

    async def _profile(self, user: str) -> Mapping[str, Any]:
        """Old integrations have no user, only a bot id."""
        if not user.startswith("B"):
            return dict((await self._workspace.call("users.info", user=user))["user"])
        bot = (await self._workspace.call("bots.info", bot=user))["bot"]
        return {"id": user, "name": str(bot.get("name") or user), "is_bot": True}

    async def _stored(self, user: str) -> Slacker | None:
        async with self._database.read() as c:
            person = await aliases.person_of(c, PLATFORM, user)
            kind = await facts.get(c, _fact(user))
        if person is None or kind is None:
            return None
        self._seen[user] = Slacker(person, _kind(kind))
        return self._seen[user]

    async def learn(self, user: Mapping[str, Any]) -> Slacker:
        """What Slack says of somebody, from users.info or a user_change event; who has left is no longer active."""
        id = str(user["id"])
        kind = standing(user, (await self._workspace.me()).team)
        async with self._database.begin() as c:
            person = await self._meet(c, id, user, kind)
            await facts.put(c, _fact(id), kind)
            await people.set_active(c, person.id, active=kind != "gone")
        self._seen[id] = Slacker(person, kind)
        return self._seen[id]

    async def _meet(self, c: AsyncConnection, id: str, user: Mapping[str, Any], kind: Standing) -> Person:
        """An address in the profile of another company's user or of a bot proves nothing: those keep their user id."""
        if known := await aliases.person_of(c, PLATFORM, id):
            return known
        profile = user.get("profile") or {}
        address = str(profile.get("email") or "").strip().lower()
        trusted = address and kind in ("member", "guest")
        person_id = address if trusted else f"{PLATFORM}:{id}"
        person = await people.anyone(c, person_id)
        if person is None:
            name = str(user.get("real_name") or profile.get("real_name") or user.get("name") or id)
            wanted = str(profile.get("display_name") or user.get("name") or id)
            person = Person(person_id, _clean(name)[:200] or id, await _free_handle(c, wanted or id, person_id))
            await people.save(c, person)
        await aliases.bind(c, PLATFORM, id, person.id)
        return person

    async def users(self, wanted: Iterable[Person]) -> dict[str, str]:
        """Person id -> user id, of those we have seen in Slack."""
        async with self._database.read() as c:
            return await aliases.refs_of(c, PLATFORM, [person.id for person in wanted])

    async def user(self, person: str) -> str | None:
        """The user id of one person, looked up in Slack if need be. Raises SlackFailure."""
        async with self._database.read() as c:
            known = await aliases.refs_of(c, PLATFORM, [person])
        return known.get(person) or await self._find(person)

    async def look_up(self, strangers: Sequence[Person]) -> dict[str, str]:
        """Those of them that Slack knows by their address. Raises SlackFailure when Slack wants us to wait."""
        found = {person.id: await self._find(person.id) for person in strangers}
        return {person: user for person, user in found.items() if user}

    async def _find(self, person: str) -> str | None:
        if person.startswith(f"{PLATFORM}:"):
            return person.removeprefix(f"{PLATFORM}:")
        if "@" not in person:
            return None
        try:
            said = await self._workspace.call("users.lookupByEmail", email=person)
        except SlackFailure as problem:
            if not problem.permanent:
                raise
            return None
        found = await self.learn(said["user"])
        return str(said["user"]["id"]) if found.person.id == person else None

    async def known(self, card: Card) -> Known:
        """Whom and which rooms a card names, as Slack calls them: one look into the database, none at Slack."""
        people, incidents = _named(card)
        if not people and not incidents:
            return Known(spelled=self._spelled)
        async with self._database.read() as c:
            users = await aliases.refs_of(c, PLATFORM, people) if people else {}
            opened = await rooms.refs(c, PLATFORM, incidents.values()) if incidents else {}
            missing = {name: id for name, id in incidents.items() if id not in opened}
            never = [name for name, id in missing.items() if await rooms.refused(c, id, PLATFORM) is not None]
            threads = {name: opened[id] for name, id in incidents.items() if id in opened and _is_thread(opened[id])}
            permalink = to_messages((threads and await facts.get(c, SLACK_URL)) or "")
        channels = {name: refs.spot(opened[id]).channel for name, id in incidents.items() if id in opened}
        elsewhere = {name: self._web_room(name) for name in never}
        # A channel's name would lead to the top of it; where Slack's address is not known yet, it has to do.
        elsewhere |= {name: link for name, ref in threads.items() if (link := permalink(ref))}
        return Known(people=users, rooms=channels, elsewhere=elsewhere, spelled=self._spelled)

    async def unopened(self, card: Card, incident: int) -> bool:
        """Whether the card leads to this incident's room, and there is none yet."""
        if incident not in _named(card)[1].values():
            return False
        async with self._database.read() as c:
            return await rooms.of(c, incident, PLATFORM) is None


def _is_thread(ref: str) -> bool:
    return bool(refs.spot(ref).thread)


def _named(card: Card) -> tuple[set[str], dict[str, int]]:
    """People by their ids; incidents by the names of their rooms, which may be called otherwise in Slack."""
    found = [span for text in _texts(card) for span in spans(text)]
    people = {span.ref for span in found if span.kind == "mention"}
    numbers = {span.text: _ROOM.match(span.text) for span in found if span.kind == "room"}
    return people, {name: int(number[1]) for name, number in numbers.items() if number}


def _texts(card: Card) -> Iterable[str]:
    yield from (card.title, card.text)
    for fact in (*card.folds, *card.facts):
        yield from (fact.label, fact.value)
    if card.form:
        yield card.form.intro


def _fact(user: str) -> str:
    return f"slack:kind:{user}"[:60]


def _kind(stored: str) -> Standing:
    for kind in ("member", "guest", "external", "bot", "gone"):
        if stored == kind:
            return kind
    return "guest"


def _clean(name: str) -> str:
    return " ".join("".join(c for c in name if unicodedata.category(c)[0] != "C" or c == " ").split())


async def _free_handle(c: AsyncConnection, wanted: str, person: str) -> str:
    """Lower case, from letters that can be typed after an @; a number behind where somebody else has it."""
    flat = unicodedata.normalize("NFKD", wanted).encode("ascii", "ignore").decode().lower()
    handle = re.sub(r"[^a-z0-9._-]+", "-", flat).strip("-._")[:_LONGEST_HANDLE] or "person"
    taken = {CLOCK.handle} | await people.handles_like(c, handle)
    numbers = (f"{handle}-{number}" for number in range(2, len(taken) + 3))
    return handle if handle not in taken else next(each for each in numbers if each not in taken)
