"""A Slack of our own on this machine: Web API, Events API and Socket Mode over loopback.

async with FakeSlack() as slack:
    ada = slack.person("ada")
    slack.channel("general", members=[ada])
    slack.listens_at("http://127.0.0.1:8080")        # without it: Socket Mode
    await ada.types("#general", "!ic sev1 Checkout down")
    assert slack.ledger.visible("#inc-1-checkout-down", kind="pin")
"""

import json
from collections.abc import Callable, Iterable
from types import TracebackType

from aiohttp import web
from fakes.slack.app import App
from fakes.slack.clock import Clock
from fakes.slack.core import Core
from fakes.slack.faults import Faults
from fakes.slack.happenings import Happenings
from fakes.slack.housekeeping import Housekeeping
from fakes.slack.ledger import Ledger
from fakes.slack.limits import Limits
from fakes.slack.names import Ids
from fakes.slack.outgoing import Outgoing, What
from fakes.slack.person import Person
from fakes.slack.refusal import Refusal
from fakes.slack.replies import responded
from fakes.slack.sockets import Sockets
from fakes.slack.triggers import ResponseUrls, Triggers
from fakes.slack.views import Views
from fakes.slack.web import WebApi
from fakes.slack.workspace import Channel, Guest, User, Workspace

_LARGEST_BODY = 2**22


class FakeSlack:
    """State and driver are usable at once; the network is there from `async with` on.

    `wall` is the bot's clock where that is a stepped one. `rooms` does what administrators do.
    """

    def __init__(self, *, seed: int = 1, wall: Callable[[], float] | None = None, port: int = 0) -> None:
        ids = Ids(seed)
        self.clock = Clock(wall)
        self.workspace = Workspace(self.clock, ids)
        bot, owner = self._first_users(ids)
        self.app = App(ids, user_id=bot.id)
        self.ledger = Ledger()
        self.limits = Limits(self.clock)
        self.faults = Faults(seed)
        self.fault = self.faults.fault
        self.happenings = Happenings(self.workspace, self.app, self.clock)
        self.sockets = Sockets(self.app, self.clock, ids, seed)
        self.core = Core(
            clock=self.clock,
            workspace=self.workspace,
            app=self.app,
            ledger=self.ledger,
            limits=self.limits,
            faults=self.faults,
            happenings=self.happenings,
            triggers=Triggers(self.clock, ids),
            response_urls=ResponseUrls(self.clock, ids),
            views=Views(ids),
            new_socket_url=self.sockets.new_url,
        )
        self.policy = self.core.policy
        self.outgoing = Outgoing(self.app, self.workspace, self.clock, self.sockets.offer)
        self.happenings.tell = self.outgoing.tell
        self.rooms = Housekeeping(self.core, self.outgoing, owner.id)
        self.people: dict[str, Person] = {}
        self.workspace.add_channel("general", "public", creator=owner.id).general = True
        self.more_routes: Callable[[web.Application], None] = lambda served: None
        self._web = WebApi(self.core)
        self._port = port
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None

    def _first_users(self, ids: Ids) -> tuple[User, User]:
        team = self.workspace.id
        bot = User(ids.new("U"), "sitrep", "Sitrep", "", team, bot=True)
        owner = User(ids.new("U"), "owner", "The Owner", "owner@example.com", team, admin=True)
        return self.workspace.add_user(bot), self.workspace.add_user(owner)

    async def __aenter__(self) -> "FakeSlack":
        served = web.Application(client_max_size=_LARGEST_BODY)
        served.router.add_route("*", "/api/{method}", self._web.serve)
        served.router.add_get("/link/", self.sockets.serve)
        for kind in ("commands", "actions", "app"):
            served.router.add_post(f"/{kind}/{{team}}/{{key}}", self._respond)
        self.more_routes(served)
        self._runner = web.AppRunner(served, shutdown_timeout=0.1)
        await self._runner.setup()
        await self.up()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.outgoing.close()
        self._web.close()
        await self.sockets.close()
        if self._runner:
            await self._runner.cleanup()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/api/"

    async def up(self) -> None:
        """Listens; after `down` on the same port as before."""
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await self._site.start()
        self._port = self._runner.addresses[0][1]
        self.core.base = f"http://127.0.0.1:{self._port}"
        self.sockets.base = f"ws://127.0.0.1:{self._port}"

    async def down(self) -> None:
        """Connections are refused, and those that are open end."""
        assert self._runner is not None
        if self._site:
            await self._site.stop()
            self._site = None
        for handler in list(self._runner.server.connections if self._runner.server else []):
            if handler.transport is not None:
                handler.transport.abort()

    def listens_at(self, url: str, **paths: str) -> None:
        """HTTP mode. Each kind of traffic may have a path of its own: events_api, slash_commands, interactive."""
        self.outgoing.url = url.rstrip("/")
        known: list[What] = ["events_api", "slash_commands", "interactive"]
        self.outgoing.paths.update({kind: paths[kind] for kind in known if kind in paths})

    def person(
        self,
        handle: str,
        *,
        name: str = "",
        email: str = "",
        guest: Guest = "",
        external: bool = False,
        admin: bool = False,
    ) -> Person:
        """The same person for the same handle."""
        if handle not in self.people:
            team = self.workspace.ids.new("T") if external else self.workspace.id
            user = User(
                id=self.workspace.ids.new("U"),
                name=handle,
                real_name=name or handle.title(),
                email=email or f"{handle}@example.com",
                team=team,
                guest=guest,
                external=external,
                admin=admin,
            )
            self.people[handle] = Person(self.core, self.outgoing, self.workspace.add_user(user))
        return self.people[handle]

    def channel(
        self, name: str, *, private: bool = False, members: Iterable[Person] = (), with_app: bool = True
    ) -> Channel:
        """One that was there before; nobody is told."""
        known = self.workspace.channel_named(name)
        people = [person.id for person in members] + ([self.app.user_id] if with_app else [])
        if known is None:
            known = self.workspace.add_channel(
                name.removeprefix("#"), "private" if private else "public", creator=(people or [self.app.user_id])[0]
            )
        known.members = list(dict.fromkeys([*known.members, *people]))
        return known

    def screen(self, channel: str) -> list[str]:
        """The texts that stand in a room now, after edits and deletions."""
        return [message.text for message in self.rooms.room(channel).messages.values()]

    def goes_wrong(self, words: str) -> None:
        """`slack.goes_wrong("1st chat.postMessage loses its reply")`: see `fakes.plan` and `Faults`."""
        self.faults.add(words)

    async def settle(self) -> None:
        """Until every event is delivered or given up; the waits between retries are skipped."""
        await self.outgoing.settle()

    async def _respond(self, request: web.Request) -> web.Response:
        try:
            said = json.loads(await request.read())
            responded(self.core, self.core.response_urls.use(request.match_info["key"]), said)
        except Refusal as refusal:
            gone = refusal.code in ("used_url", "expired_url")
            return web.json_response(refusal.as_json(), status=404 if gone else 400)
        except (ValueError, AttributeError):
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        return web.Response(text="ok")
