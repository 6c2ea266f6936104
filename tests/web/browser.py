"""A browser without a screen: a real client against the real server on loopback, with cookies, token and origin."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiohttp import ClientResponse, ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer, unused_port
from databases import ready
from yarl import URL

from bot.core import Core, assemble
from bot.public_settings import PublicPage
from bot.source import Networks
from bot.web.app import Demo, WebConfig, make_app
from bot.web.public.keeper import Keeper
from bot.web.session import invite
from commands.settings import Settings
from incidents.person import Person
from storage import people
from storage import web as rooms
from storage.database import Database
from storage.web import WebRoom

ADA = Person(id="ada@example.com", name="Ada Okafor", handle="ada")
BOB = Person(id="bob@example.com", name="Bob Lindqvist", handle="bob")
EVE = Person(id="eve@example.com", name="Eve Tanaka", handle="eve")
KEY = b"a key for tests"
START = datetime(2031, 4, 2, 14, 0, tzinfo=UTC)


@dataclass
class House:
    """One running Sitrep; ``now`` is its clock."""

    core: Core
    config: WebConfig
    app: web.Application
    public: Keeper
    now: datetime = START
    elapsed: float = 0.0
    """The monotonic clock of the status page, in seconds."""
    advanced: list[int] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.core.database

    async def link(self, person: Person) -> str:
        return await invite(self.database, KEY, person.id, base_url=self.config.base_url, now=self.now)

    async def declare(self, browser: "Browser", words: str = "sev2 Checkout is down") -> WebRoom:
        """An incident with an open room."""
        answer = await browser.say("direct", f"/incident {words}")
        assert not answer["refused"]
        await self.core.delivery.drain()
        async with self.database.read() as c:
            views = await rooms.rooms(c, browser.person.id)
        return max((view.room for view in views if view.incident), key=lambda room: room.id)


@asynccontextmanager
async def house(
    folder: Path,
    *,
    demo: bool = False,
    people_in: tuple[Person, ...] = (ADA, BOB, EVE),
    proxies: Networks = (),
    start: datetime = START,
    settings: Settings | None = None,
) -> AsyncIterator[House]:
    database = Database.open(await ready(folder / "sitrep.db"))
    async with database.begin() as c:
        for person in people_in:
            await people.save(c, person)
    port = unused_port()
    address = f"http://127.0.0.1:{port}"
    config = WebConfig(
        base_url=address, host="127.0.0.1", port=port, zone="Europe/Berlin", key=KEY, trusted_proxies=proxies
    )
    running: list[House] = []

    async def advance(minutes: int) -> None:
        running[0].advanced.append(minutes)
        running[0].now += timedelta(minutes=minutes)

    def now() -> datetime:
        return running[0].now if running else start

    def elapsed() -> float:
        return running[0].elapsed if running else 0.0

    settings = settings or Settings()
    core = assemble(database, settings, now=now)
    public = Keeper(database, replace(settings.house, base_url=address), PublicPage(), clock=now, monotonic=elapsed)
    await public.look()
    played = Demo(cast=people_in, advance=advance) if demo else None
    app = make_app(
        database=database, door=core.door, live=core.live, config=config, clock=now, demo=played, public=public
    )
    running.append(House(core, config, app, public, now=start))
    server = TestServer(app, host="127.0.0.1", port=port)
    await server.start_server(access_log=None)
    try:
        yield running[0]
    finally:
        await server.close()
        await database.close()


class Browser:
    """Sends what a browser sends. Headers of one's own replace them; None leaves one out."""

    def __init__(self, house: House, client: ClientSession) -> None:
        self.house = house
        self.client = client
        self.person = ADA
        self.csrf = ""

    async def sign_in(self, person: Person) -> "Browser":
        self.person = person
        token = (await self.house.link(person)).partition("token=")[2]
        page = await self.text(await self.get(f"/join?token={token}"))
        fields = {"csrf": hidden(page, "csrf"), "token": token, "next": "/"}
        answer = await self.send("POST", "/join", data=fields)
        assert answer.status == 303
        await self.load()
        return self

    async def load(self, path: str = "/") -> dict[str, Any]:
        """Open a page and take its token; answers what it tells its scripts."""
        page = await self.text(await self.get(path))
        found = re.search(r'<script type="application/json" id="state">(.*?)</script>', page, re.DOTALL)
        assert found, page[:400]
        state: dict[str, Any] = json.loads(found[1])
        self.csrf = state["csrf"]
        return state

    async def get(self, path: str, headers: dict[str, str] | None = None) -> ClientResponse:
        return await self.client.get(self.house.config.base_url + path, headers=headers, allow_redirects=False)

    async def send(
        self, method: str, path: str, *, headers: dict[str, str | None] | None = None, **body: Any
    ) -> ClientResponse:
        usual = {"Origin": self.house.config.origin, "X-CSRF-Token": self.csrf or None}
        wanted = {name: value for name, value in (usual | (headers or {})).items() if value is not None}
        url = URL(self.house.config.base_url + path, encoded=True)
        return await self.client.request(method, url, headers=wanted, allow_redirects=False, **body)

    async def say(self, room: int | str, text: str, **more: Any) -> dict[str, Any]:
        said = {"text": text, "delivery": delivery()} | more
        told: dict[str, Any] = await self.json("POST", f"/api/rooms/{room}/messages", said)
        return told

    async def json(self, method: str, path: str, values: dict[str, Any] | None = None) -> Any:
        answer = await (self.get(path) if method == "GET" else self.send(method, path, json=values))
        told = await answer.json()
        assert answer.status == 200, (answer.status, told)
        return told

    @staticmethod
    async def text(answer: ClientResponse) -> str:
        return await answer.text()


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page[:400]
    return found[1]


def delivery() -> str:
    return str(uuid4())


@asynccontextmanager
async def browser(house: House, person: Person | None = None) -> AsyncIterator[Browser]:
    jar = CookieJar(unsafe=True, treat_as_secure_origin=URL(house.config.base_url).origin())
    async with ClientSession(cookie_jar=jar) as client:
        opened = Browser(house, client)
        yield await opened.sign_in(person) if person else opened


def routes(house: House) -> list[tuple[str, str]]:
    """Every (method, path) the application answers, with stand-ins for what varies."""
    found = []
    for route in house.app.router.routes():
        info = route.get_info()
        path = info.get("path") or info.get("formatter") or ""
        path = path.replace("{path}", "summary.json" if path.startswith("/api/v2") else "history")
        for name, value in (("{name}", "general"), ("{room}", "1"), ("{message}", "1"), ("{hash}", "x")):
            path = path.replace(name, value)
        found.append((route.method, path.replace("/static/x/general", "/static/x/app.js")))
    return found
