"""Is the process up, and can it do its work? For probes and load balancers; nothing secret in either."""

import asyncio
import hmac

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from yarl import URL

from bot.source import is_direct
from bot.web.site import is_loopback, site

PATIENCE = 5.0
"""Seconds for a database that answers neither yes nor no; a timeout is an OSError, too."""
METRICS = "text/plain; version=0.0.4; charset=utf-8"


async def healthy(_request: web.Request) -> web.Response:
    return web.Response(text="ok")


async def ready(request: web.Request) -> web.Response:
    """503 while the database does not answer; `ok`, or `degraded` and what is wrong with the chats (REL-220).

    Trouble with a chat is 200 all the same: who takes us off the net for it takes the web room away too (G7).
    """
    here = site(request)
    try:
        async with asyncio.timeout(PATIENCE):
            await here.live.look()
            troubles = await here.troubles() if here.troubles else []
    except (SQLAlchemyError, OSError):
        return web.Response(text="the database does not answer", status=503)
    return web.Response(text="\n".join(["degraded", *troubles]) if troubles else "ok")


async def metrics(request: web.Request) -> web.Response:
    """For whoever knows the token; without one, for this very machine. Nobody else finds anything here (SEC-149)."""
    here = site(request)
    if here.metrics is None or not _may_read(request, here.config.metrics_token):
        raise web.HTTPNotFound
    return web.Response(body=await here.metrics(), headers={"Content-Type": METRICS})


def _may_read(request: web.Request, token: str) -> bool:
    given = request.headers.get("Authorization", "")
    if token:
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    # By this machine's own name only: the page of another site may lead a browser here, under a name of its own.
    return is_direct(request) and is_loopback(_host(request.host))


def _host(header: str) -> str:
    try:
        return URL(f"//{header}").host or ""
    except ValueError:
        return ""
