"""What every request must pass and every answer must carry, before any page or command is reached."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web

from bot.web import session
from bot.web.public import answers
from bot.web.site import SESSION, Site, WebConfig, site

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SAFE = frozenset({"GET", "HEAD"})
METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "DELETE"})
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
OPEN = frozenset({"/join", "/healthz", "/readyz", "/metrics"})
"""Paths that need no session; nor does anything below `/static/`."""
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked by machines of their own, under whatever name they know."""
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


async def dress(request: web.Request, response: web.StreamResponse) -> None:
    """Runs for every answer, errors and streams too (SEC-105). Only immutable assets may be kept (SEC-108)."""
    response.headers.update(answers.HEADERS if answers.owns(request.path) else HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Server"] = "Sitrep"
    if site(request).config.origin.startswith("https://"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000"


@web.middleware
async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Our host, our methods, plain bodies (SEC-107, SEC-110)."""
    if request.path not in PROBES and request.host.lower() not in site(request).config.hosts:
        raise web.HTTPMisdirectedRequest(text="This is not the address of this Sitrep.")
    if request.method not in METHODS or any(name in request.headers for name in OVERRIDES):
        raise web.HTTPMethodNotAllowed(request.method, METHODS, text="This method is not served here.")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise web.HTTPUnsupportedMediaType(text="Send the body uncompressed.")
    return await handler(request)


@web.middleware
async def known(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A session for everything that is not open, and its token for everything that changes something (SEC-100).

    The status page is read by anybody: no session is looked for there, and no cookie is set (SEC-113).
    """
    if answers.owns(request.path):
        return await handler(request)
    here = site(request)
    if found := await session.find(request):
        request[SESSION] = found
    secret = await _cast(request)
    if request.method not in SAFE:
        _check_origin(request, here.config)
        await _check_token(request)
    if not (is_open(request.path) or SESSION in request or request.match_info.http_exception):
        raise web.HTTPUnauthorized(text="You are signed out. Ask for a new sign-in link.")
    if found:
        await session.notice(here, found)
    response = await handler(request)
    if secret:
        session.set_cookie(here.config, response, secret)
    return response


def is_open(path: str) -> bool:
    return path in OPEN or path.startswith("/static/")


async def _cast(request: web.Request) -> str:
    """In the demo whoever opens a page plays the first of the cast; answers the new cookie's secret."""
    here = site(request)
    wanted = here.demo and SESSION not in request and request.method == "GET"
    if not wanted or not here.demo or is_open(request.path) or not _is_page(request):
        return ""
    request[SESSION], secret = await session.begin(request, here.demo.cast[0].id)
    return secret


def _is_page(request: web.Request) -> bool:
    served = request.match_info.http_exception is None
    return served and request.path != "/live" and not request.path.startswith("/api/")


def _check_origin(request: web.Request, config: WebConfig) -> None:
    """Our pages send no referrer, so browsers say `null` for their plain forms; Sec-Fetch-Site then tells."""
    origin = request.headers.get("Origin", "null").lower()
    fetched = request.headers.get("Sec-Fetch-Site", "" if config.secure else "same-origin")
    if origin not in config.origins and not (origin == "null" and fetched == "same-origin"):
        raise web.HTTPForbidden(text="This came from another site.")


async def _check_token(request: web.Request) -> None:
    if request.content_type not in (FORM, JSON):
        raise web.HTTPForbidden(text="Only forms and JSON are read here.")
    given = request.headers.get("X-CSRF-Token", "")
    if request.content_type == FORM:
        with suppress(ValueError):
            given = str((await request.post()).get("csrf", given))
    expected = _token(request)
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise web.HTTPForbidden(text="This page is too old. Load it again.")


def _token(request: web.Request) -> str:
    """Empty when there is neither a session nor a sign-in form: then nothing matches."""
    if request.path == "/join":
        secret = request.cookies.get(join_cookie(site(request).config), "")
        return join_token(site(request), secret) if secret else ""
    return request[SESSION].csrf if SESSION in request else ""


def join_cookie(config: WebConfig) -> str:
    return cookie_prefix(config) + "sitrep-join"


def cookie_prefix(config: WebConfig) -> str:
    return "__Host-" if config.secure else ""


def join_token(here: Site, secret: str) -> str:
    """The sign-in form has no session yet: its token is bound to a cookie that only this browser has."""
    return hmac.new(here.config.key, b"join:" + secret.encode(), hashlib.sha256).hexdigest()


def local_path(target: str) -> str:
    """``target`` if it is a path of ours, else `/` (SEC-103)."""
    plain = target.isascii() and target.isprintable() and "\\" not in target
    return target if plain and target.startswith("/") and not target.startswith("//") else "/"
