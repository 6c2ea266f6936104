"""Coming in and leaving: /join with a one-time link, /logout, and in the demo changing places."""

import secrets

from aiohttp import web

from bot.source import source
from bot.web import session
from bot.web.security import join_cookie, join_token, local_path
from bot.web.site import SESSION, SITE, Demo, Site, site

REFUSAL = "This sign-in link is not valid. Each link works once, for a day; ask for a new one."
MINUTES = (5, 15, 30)


async def offer(request: web.Request) -> web.Response:
    """Looking at the link does not use it up: chats open every link to preview it."""
    here, token = site(request), request.query.get("token", "")
    found = await session.invited(here, token)
    if found is None:
        _count(request)
        raise web.HTTPForbidden(text=REFUSAL)
    secret = request.cookies.get(join_cookie(here.config)) or secrets.token_urlsafe(16)
    values = {"person": found[0], "token": token, "next": local_path(request.query.get("next", "/"))}
    values |= {"csrf": join_token(here, secret), "organisation": here.config.organisation}
    response = web.Response(text=here.dialect.page("join.html", **values), content_type="text/html")
    response.set_cookie(
        join_cookie(here.config),
        secret,
        path="/",
        max_age=3600,
        secure=here.config.secure,
        httponly=True,
        samesite="Strict",
    )
    return response


async def join(request: web.Request) -> web.Response:
    _count(request)
    here, form = site(request), await request.post()
    found = await session.invited(here, str(form.get("token", "")))
    if found is None or not await session.accept(here, found[1]):
        raise web.HTTPForbidden(text=REFUSAL)
    _, secret = await session.begin(request, found[0].id)
    return _signed_in(here, secret, str(form.get("next", "/")))


def _count(request: web.Request) -> None:
    """Forged links and sign-ins are counted, per address (SEC-109)."""
    here = site(request)
    if not here.quota.take(source(request), at=here.clock()):
        raise web.HTTPTooManyRequests(text="Too many sign-ins from here. Wait a minute.", headers={"Retry-After": "60"})


def _signed_in(here: Site, secret: str, path: str) -> web.Response:
    response = _go(path)
    session.set_cookie(here.config, response, secret)
    return response


def _go(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": local_path(path)})


async def logout(request: web.Request) -> web.Response:
    """Browsers forget what they stored of us, too."""
    here = site(request)
    page = here.dialect.page(
        "notice.html", status=200, sentence="You are signed out.", organisation=here.config.organisation
    )
    response = web.Response(text=page, content_type="text/html", headers={"Clear-Site-Data": '"cache", "storage"'})
    await session.end(request, response)
    return response


async def play(request: web.Request) -> web.Response:
    """Be another one of the demo's cast, under a new session."""
    cast = {person.id: person for person in _demo(request).cast}
    form = await request.post()
    person = cast.get(str(form.get("person", "")))
    if person is None:
        raise web.HTTPBadRequest(text="Nobody of that name plays here.")
    _, secret = await session.begin(request, person.id)
    return _signed_in(site(request), secret, str(form.get("next", "/")))


async def advance(request: web.Request) -> web.Response:
    """Move the demo's time."""
    move = _demo(request).advance
    form = await request.post()
    minutes = str(form.get("minutes", ""))
    if minutes not in map(str, MINUTES):
        raise web.HTTPBadRequest(text="Time moves by 5, 15 or 30 minutes.")
    await move(int(minutes))
    site(request).live.nudge()
    if request.headers.get("X-CSRF-Token"):
        return web.json_response({"now": site(request).clock().isoformat()})
    return _go(str(form.get("next", "/")))


def _demo(request: web.Request) -> Demo:
    demo = request.config_dict[SITE].demo
    if demo is None or SESSION not in request:
        raise web.HTTPNotFound
    return demo
