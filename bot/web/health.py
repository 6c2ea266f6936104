"""Is the process up, and can it do its work? For probes and load balancers; nothing secret in either."""

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.web.site import site


async def healthy(_request: web.Request) -> web.Response:
    return web.Response(text="ok")


async def ready(request: web.Request) -> web.Response:
    """503 while the database does not answer."""
    try:
        await site(request).live.look()
    except (SQLAlchemyError, OSError):
        return web.Response(text="the database does not answer", status=503)
    return web.Response(text="ok")
