"""Sitrep's side of Slack put together: what comes in by Socket Mode or HTTP goes through Bolt to its listener."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import aiohttp
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import links
from bot.alarm import Alarm, Send
from bot.mistake import Mistake
from bot.slack import calls
from bot.slack.answering import Answers
from bot.slack.bolt import Bolt, Listeners
from bot.slack.calls import SlackFailure
from bot.slack.channels import Channels
from bot.slack.chat import SlackChat
from bot.slack.events import Events
from bot.slack.gaps import Gaps
from bot.slack.hearing import DEAF, Hearing
from bot.slack.holds import Holds
from bot.slack.home import Home
from bot.slack.interactions import Interactions
from bot.slack.later import Later
from bot.slack.listen import Ears
from bot.slack.people import Slackers
from bot.slack.pins import Pins
from bot.slack.posts import Sleep
from bot.slack.refuge import Renew
from bot.slack.sealed import Seal
from bot.slack.settings import EVENTS_PATH, SlackSettings
from bot.slack.socket import Sockets
from bot.slack.verify import Handler, signed_route
from bot.slack.vocabulary import vocabulary
from bot.slack.workspace import Workspace
from commands.run import Door
from incidents.incident import Incident
from storage import backlog, facts, letters, outbox, rooms
from storage.database import Database
from storage.outbox import Parcel
from templates.house import House
from templates.kept import moved
from templates.packing import pack_effect

log = structlog.get_logger()

PATHS = (EVENTS_PATH, "/slack/commands", "/slack/interactive")
BURST = 4
"""The messages a declaration puts into its new room. Slack means one a second on average and lets short bursts pass;
where it does not, its 429 is kept to."""

_GLANCE = 15.0
"""Seconds between two looks whether Slack still knows us, so that /readyz is true in a quiet hour too (REL-220)."""

_SOON, _AGAIN = 5.0, 60.0
"""Seconds until Slack is asked again who we are."""


class Slack:
    """``chat`` is for delivery; `running` hears what people say. ``session`` is shared by all calls."""

    def __init__(
        self,
        settings: SlackSettings,
        house: House,
        database: Database,
        session: aiohttp.ClientSession,
        *,
        now: Callable[[], datetime],
        holds: Holds | None = None,
        sleep: Sleep = asyncio.sleep,
        send: Send | None = None,
    ) -> None:
        """``send`` reaches those who look after Sitrep when Slack does not (REL-040)."""
        self.settings = settings
        self.alarm = Alarm(database, settings.administrators, now, send)
        self.house = house
        web = calls.client(settings.bot_token, session, base_url=settings.api_url)
        self.workspace = Workspace(web, holds=holds or Holds(burst=BURST))
        spelled = vocabulary(settings.commands, settings.privacy)
        self.people = Slackers(self.workspace, database, web_room=house.web_room, spelled=spelled)
        self.chat = SlackChat(
            self.workspace,
            self.people,
            database,
            channels=_own(settings, house),
            announce=house.announce_room,
            links=_links(settings, house),
            sleep=sleep,
            looks=settings.privacy == "all",
            pin_emoji=settings.pin_emoji,
            renew=_renewing(house, now),
        )
        self._database = database
        self._session = session
        self._now = now
        self._sleep = sleep
        echoes = settings.privacy == "all"
        self.hearing = self.workspace.hearing = Hearing(database, house, now, self._link, echoes)
        self.later = Later()
        self.gaps: Gaps | None = None
        self._stranger = False
        self._away, self._well = False, True
        self.bolt: Bolt | None = None
        self.sockets: Sockets | None = None

    def hears(self, door: Door) -> None:
        """From now on what people say goes through this door."""
        ears = Ears(self._database, door, self.workspace, self.people, self.settings, self._now, self.later)
        seal = Seal(hashlib.sha256(b"sitrep forms:" + self.settings.bot_token.encode()).digest())
        answers = Answers(self.workspace, self.people, self.settings, self._session, seal)
        events = Events(ears, answers, frozenset(self.settings.trusted_bots))
        pins = Pins(ears, answers, events)
        self.gaps = Gaps(ears, events, self.house.zone, self._connected)
        channels = Channels(ears, self.chat, self.gaps, self.house, self._sleep)
        listeners = Listeners(events, pins, Interactions(ears, answers, pins), Home(ears, self.house), channels)
        self.bolt = Bolt(self.settings, self.workspace, listeners, missed=self.gaps.look, told=self.hearing.heard)

    def routes(self) -> dict[str, Handler]:
        """What the web server passes to us in HTTP mode; Socket Mode needs no address."""
        if self.settings.mode != "http" or self.bolt is None:
            return {}
        route = signed_route(self.bolt.by_http, self.settings, self._now)
        return dict.fromkeys(PATHS, route)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Heard inside the block. While Slack is away we go on trying, and Sitrep runs all the same."""
        async with self.later, asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in self._work()]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()

    def _work(self) -> Sequence[Coroutine[Any, Any, None]]:
        if self.bolt is None or self.gaps is None:
            raise RuntimeError("nobody hears yet")
        if self.settings.mode == "http":
            self.gaps.look()
            return [self._meet(), self._watch(), self.gaps.run()]
        web = calls.client(self.settings.app_token, self._session, base_url=self.settings.api_url)
        self.sockets = Sockets(web, self._session, self.bolt.by_socket, self.later, self.gaps.look)
        return [self._meet(), self._watch(), self.gaps.run(), self.sockets.run()]

    def _connected(self) -> bool:
        return self._link() is not False and not self.hearing.deaf

    def _link(self) -> bool | None:
        """Whether there is a connection; None where there needs to be none."""
        return bool(self.sockets.open) if self.sockets else None

    async def troubles(self) -> list[str]:
        """What is wrong with Slack just now, a line each, for everybody's eyes: no ids, no names, no tokens (G10)."""
        found = [f"slack: {why}" for why in self._between()]
        async with self._database.read() as c:
            fled = await rooms.in_threads(c, "slack")
            failing = await letters.waiting(c)
        if failing:
            found.append(f"lines that failed by a fault of Sitrep’s own and are tried again: {failing}")
        if self.bolt and self.bolt.stumbled_lately():
            found.append("slack: a fault of Sitrep’s own kept it from reading what was said; see the log")
        if fled:
            found.append(f"slack: open incidents without a channel of their own: {fled}")
        return found

    def _between(self) -> Iterator[str]:
        """What stands between Slack and us."""
        if self._stranger:
            yield "the token is of another workspace than the configured one"
        if self.workspace.holds.trouble:
            yield self.workspace.holds.trouble
        if self._away:
            yield "does not answer"
        if self.hearing.deaf:
            yield DEAF
        if self._link() is False:
            yield "not connected, so nothing that is said there is heard"

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_GLANCE)
            await self.glance()
            self.later.start(self.alarm.look(self.workspace.holds.trouble), "alarm")
            self.later.start(self.listen(), "hearing")

    async def listen(self) -> None:
        """Do we hear what is said, or only think so?"""
        well, before = not self._away and not self.workspace.holds.trouble, self.hearing.deaf
        if well and not self._well:
            await self._database.done(lambda c: backlog.hurry(c, "slack", now=self._now()))
        self._well = well
        await self.hearing.look(well=well)
        if before and not self.hearing.deaf and self.gaps:
            self.gaps.look()

    async def glance(self) -> None:
        """One harmless call; what it finds stands in `troubles`."""
        try:
            await self.workspace.call("auth.test")
        except SlackFailure as problem:
            self._away = not problem.code
        else:
            self._away = False

    async def _meet(self) -> None:
        """Who we are in the workspace, asked before the first command has to wait for it."""
        while True:
            try:
                said = await self.workspace.call("auth.test")
                me = await self.workspace.me()
            except (SlackFailure, KeyError) as problem:
                log.warning("slack is away", action="slack_away", reason=str(problem)[:200])
                await asyncio.sleep(min(getattr(problem, "retry_after", None) or _SOON, _AGAIN))
                continue
            try:
                known = self.settings.known_as(said)
            except Mistake as mistake:
                # Nothing of that workspace is heard; the web room and the clock go on.
                self._stranger = True
                log.error("wrong workspace", action="slack_wrong_workspace", problem=str(mistake))
                return
            if self.bolt:
                self.bolt.settings = known
            self.later.start(self._remember(str(said.get("url") or "")), "address")
            log.info("in slack", action="slack_ready", team=me.team, mode=self.settings.mode)
            return

    async def _remember(self, url: str) -> None:
        """Where messages stand, for the links of an export, which is made without Slack (TL-4)."""
        async with self._database.begin() as c:
            await facts.put(c, links.SLACK_URL, url[:200])


def _own(settings: SlackSettings, house: House) -> dict[str, str]:
    """Where each of the organisation's rooms is here."""
    channels = settings.own_channels
    return {
        name: channels[f"{place}_channel"]
        for place, name in house.own_rooms.items()
        if name and f"{place}_channel" in channels
    }


def _links(settings: SlackSettings, house: House) -> list[tuple[str, str]]:
    """Bookmarks of every room. An address of this machine leads nowhere from anybody else's."""
    board = settings.dashboard_url or house.link_base
    return [(title, link) for title, link in (("Call", settings.call_url), ("Sitrep", board)) if link]


def _renewing(house: House, now: Callable[[], datetime]) -> Renew:
    async def renew(c: AsyncConnection, incident: Incident) -> None:
        effects = moved(incident, house, now())
        parcels = [
            Parcel("slack", incident.id, each.kind, each.to, pack_effect(each), slot=each.slot, rank=each.rank)
            for each in effects
        ]
        await outbox.add(c, parcels, now=now())

    return renew
