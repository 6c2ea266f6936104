"""The web room put together: every address it answers, and what stands in front of them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.source import TRUSTED
from bot.web import complete, failures, health, join, listen, live, pages, security, static, unfinished
from bot.web.chat import WebChat
from bot.web.dialect import Dialect
from bot.web.public import answers
from bot.web.public.keeper import Keeper
from bot.web.quota import Quota
from bot.web.security import Handler
from bot.web.site import SITE, Demo, Site, WebConfig
from bot.web.wake import Live
from commands.run import Door
from storage import people
from storage.database import Database

__all__ = ["Demo", "Live", "WebConfig", "make_app"]

LARGEST_BODY = 256 * 1024


def make_app(
    *,
    database: Database,
    door: Door,
    live: Live,
    config: WebConfig,
    clock: Callable[[], datetime],
    demo: Demo | None = None,
    guests: Mapping[str, Handler] | None = None,
    troubles: Callable[[], Awaitable[list[str]]] | None = None,
    public: Keeper | None = None,
    metrics: Callable[[], Awaitable[bytes]] | None = None,
) -> web.Application:
    """``guests`` are paths that other platforms send to. They check each request themselves, and have no sessions.

    ``troubles`` says what is wrong with the chats, for /readyz; ``public`` keeps the status page, without it there is
    none. ``metrics`` are for /metrics, where there is nothing without them.
    """
    middlewares = [failures.told, _passing(guests or {}), security.gate, security.known]
    app = web.Application(middlewares=middlewares, client_max_size=LARGEST_BODY)
    dialect = Dialect(config.zone, static=static.address())
    app[SITE] = Site(database, door, live, config, clock, dialect, Quota(), demo, troubles, metrics)
    app[TRUSTED] = config.trusted_proxies
    # Known to the router as well, since it makes a whole answer of each path that it does not know.
    app.add_routes([*ROUTES, *(web.post(path, guest) for path, guest in (guests or {}).items())])
    if public:
        app[answers.KEEPER] = public
        app.add_routes(answers.routes())
    app.on_response_prepare.append(security.dress)
    app.cleanup_ctx.append(_furnished)
    app.on_shutdown.append(_close)
    return app


def _passing(guests: Mapping[str, Handler]) -> Middleware:
    @web.middleware
    async def passing(request: web.Request, handler: Handler) -> web.StreamResponse:
        guest = guests.get(request.path) if request.method == "POST" else None
        return await (guest or handler)(request)

    return passing


ROUTES = [
    web.get("/", pages.home),
    web.get("/rooms/{name}", pages.room),
    web.get("/direct", pages.direct),
    web.get("/promises", pages.promised),
    web.get("/join", join.offer),
    web.post("/join", join.join),
    web.post("/logout", join.logout),
    web.get("/live", live.live, allow_head=False),
    web.get("/api/rail", pages.rail),
    web.get("/api/rooms/{room}/messages", pages.older),
    web.post("/api/rooms/{room}/messages", listen.say),
    web.get("/api/messages/{message}", pages.source),
    web.patch("/api/messages/{message}", listen.edit),
    web.delete("/api/messages/{message}", listen.delete),
    web.get("/api/messages/{message}/thread", pages.thread),
    web.post("/api/messages/{message}/reactions", listen.react),
    web.post("/api/press", listen.press),
    web.post("/api/forms", listen.send),
    web.post("/api/read", pages.read),
    web.get("/api/complete", complete.complete),
    web.post("/demo/cast", join.play),
    web.post("/demo/advance", join.advance),
    web.get("/healthz", health.healthy),
    web.get("/readyz", health.ready),
    web.get("/metrics", health.metrics),
    web.get("/static/{hash}/{name}", static.serve),
]


async def _furnished(app: web.Application) -> AsyncIterator[None]:
    """The rooms that are always there, the demo's cast, and whatever a crash left undone."""
    site = app[SITE]
    if site.database.damage:
        yield
        return
    await WebChat(site.database, live=site.live, clock=site.clock).furnish()
    if site.demo:
        async with site.database.begin() as c:
            for person in site.demo.cast:
                await people.save(c, person)
    await unfinished.carry_on(site)
    yield


async def _close(app: web.Application) -> None:
    """Let go of the open browsers: they come back by themselves."""
    app[SITE].live.close()
