"""What every part of the web room needs: the way in, the memory, the clock, and how this installation is reached."""

import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from aiohttp import web

from bot.source import Networks
from bot.web.dialect import Dialect
from bot.web.quota import Quota
from bot.web.wake import Live
from commands.run import Door
from incidents.person import Person
from storage.database import Database
from storage.web_sessions import Session


@dataclass(frozen=True, slots=True)
class WebConfig:
    """``base_url`` is how browsers reach us; ``host`` and ``port`` where we listen. ``key`` signs invitations."""

    base_url: str
    host: str
    port: int
    zone: str
    key: bytes = field(repr=False)
    organisation: str = ""
    pin_emoji: str = "📌"
    trusted_proxies: Networks = ()
    key_emoji: str = "⭐"
    metrics_token: str = field(default="", repr=False)
    """Who may read /metrics from elsewhere; empty: nobody."""

    @property
    def origin(self) -> str:
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}".lower()

    @property
    def secure(self) -> bool:
        """Browsers accept Secure cookies over https and from loopback."""
        return self.origin.startswith("https://") or is_loopback(urlsplit(self.base_url).hostname or "")

    @property
    def hosts(self) -> frozenset[str]:
        """The Host headers that mean us (SEC-107)."""
        names = {urlsplit(self.base_url).netloc.lower()}
        if is_loopback(self.host):
            names |= {f"{name}:{self.port}" for name in (self.host, "localhost", "127.0.0.1", "[::1]")}
        return frozenset(names)

    @property
    def origins(self) -> frozenset[str]:
        """The Origin headers of our own pages; at home `localhost` and `127.0.0.1` are both us."""
        scheme = self.origin.partition(":")[0]
        return frozenset(f"{scheme}://{host}" for host in self.hosts)


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class Demo:
    """No sign-in: anybody here may be anyone of the cast, and may move time."""

    cast: tuple[Person, ...]
    advance: Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Site:
    database: Database
    door: Door
    live: Live
    config: WebConfig
    clock: Callable[[], datetime]
    dialect: Dialect
    quota: Quota
    demo: Demo | None = None
    troubles: Callable[[], Awaitable[list[str]]] | None = None
    """What is wrong with the chats, a line each."""
    metrics: Callable[[], Awaitable[bytes]] | None = None


SITE = web.AppKey("site", Site)
SESSION = web.RequestKey("session", Session)


def site(request: web.Request) -> Site:
    return request.config_dict[SITE]


def person(request: web.Request) -> Person:
    return request[SESSION].person
