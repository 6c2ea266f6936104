"""Is the process up, and can it do its work? For probes and load balancers; nothing secret in either."""

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.web.site import site


async def healthy(_request: web.Request) -> web.Response:
    return web.Response(text="ok")


async def ready(request: web.Request) -> web.Response:
    """503 while the database does not answer; `ok`, or `degraded` and what is wrong with the chats (REL-220).

    Trouble with a chat is 200 all the same: who takes us off the net for it takes the web room away too (G7).
    """
    here = site(request)
    try:
        await here.live.look()
        troubles = await here.troubles() if here.troubles else []
    except (SQLAlchemyError, OSError):
        return web.Response(text="the database does not answer", status=503)
    return web.Response(text="\n".join(["degraded", *troubles]) if troubles else "ok")
