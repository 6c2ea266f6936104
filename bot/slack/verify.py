"""Is this really from Slack, and for us? Decided on the raw bytes, before anything is parsed (SEC-001 to SEC-016).

Stands in front of Bolt, whose own check answers 500 to an unsigned `x-slack-request-timestamp: abc` (measured).
"""

import asyncio
import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from multidict import MultiMapping

from bot.hush import Hush
from bot.mistake import Mistake
from bot.slack.settings import SlackSettings
from bot.source import source

log = structlog.get_logger()

LARGEST_BODY = 1024 * 1024
_LARGEST_HEADERS = 32 * 1024
WINDOW = 300
"""Seconds that a signature is good for, either way."""

TIMESTAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
_SECONDS = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_SLOWEST_BODY = 3.0
"""Seconds; after these Slack itself has given up."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Heard = Callable[[bytes, MultiMapping[str]], Awaitable[web.StreamResponse]]
Ids = Iterator[object]


class Forged(Exception):
    """``str(error)`` is one of a few fixed reasons: nothing that was sent gets into a log (SEC-014).

    ``cut`` means that more may be on the wire, and that nobody will read it.
    """

    def __init__(self, reason: str, *, status: int = 401, cut: bool = False) -> None:
        super().__init__(reason)
        self.status = status
        self.cut = cut


def verified(raw: bytes, headers: MultiMapping[str], *, secrets: Sequence[bytes], now: float) -> None:
    """Raises Forged unless one of the ``secrets`` signed exactly these bytes within the window around ``now``."""
    if len(raw) > LARGEST_BODY:
        raise Forged("too large", status=413)
    seconds, signature = claimed(headers, now=now)
    signed = b"v0:" + seconds.encode() + b":" + raw
    keys = [secret for secret in secrets if secret]
    # Every key is tried, so that the time taken does not tell which one it was (SEC-010).
    if not any([hmac.compare_digest(signature, _sign(key, signed)) for key in keys]):
        raise Forged("wrong signature")


def _sign(key: bytes, signed: bytes) -> str:
    return "v0=" + hmac.new(key, signed, hashlib.sha256).hexdigest()


def claimed(headers: MultiMapping[str], *, now: float) -> tuple[str, str]:
    """The timestamp and the signature, well formed and in time (SEC-002, SEC-004). Raises Forged."""
    seconds = _only(headers, TIMESTAMP, _SECONDS)
    signature = _only(headers, SIGNATURE, _SIGNATURE)
    if abs(now - int(seconds)) > WINDOW:
        raise Forged("too old or too new")
    return seconds, signature


def _only(headers: MultiMapping[str], name: str, form: re.Pattern[str]) -> str:
    values = headers.getall(name, [])
    if len(values) != 1 or not form.fullmatch(values[0]):
        raise Forged(f"{name} {'malformed' if values else 'missing'}")
    return values[0]


def signed_route(handler: Heard, settings: SlackSettings, clock: Callable[[], datetime]) -> Handler:
    """The route for what Slack sends: ``handler`` gets body and headers as they came, and only genuine ones.

    Raises Mistake when there is no secret to check with (SEC-008).
    """
    secrets = settings.secrets
    if not secrets:
        raise Mistake("SLACK_SIGNING_SECRET: is needed to tell Slack's requests from forged ones.")
    hush = Hush()

    async def route(request: web.Request) -> web.StreamResponse:
        now = clock().timestamp()
        try:
            raw = await _body(request, now)
            verified(raw, request.headers, secrets=secrets, now=now)
        except Forged as forged:
            _note(hush, source(request), forged, now)
            return await _refuse(request, forged)
        return await handler(raw, request.headers)

    return route


async def _body(request: web.Request, now: float) -> bytes:
    """The bytes that were signed. When the headers alone give a forgery away, none of the body is kept."""
    if sum(len(name) + len(value) for name, value in request.raw_headers) > _LARGEST_HEADERS:
        raise Forged("headers too large", status=400, cut=True)
    if request.headers.getall("Content-Encoding", []):
        # aiohttp unpacks what it reads: these would not be the signed bytes, and perhaps a thousand times as many.
        raise Forged("compressed", cut=True)
    try:
        claimed(request.headers, now=now)
    except Forged as forged:
        await _take(request, trouble=forged)
        raise
    return await _take(request)


async def _take(request: web.Request, trouble: Forged | None = None) -> bytes:
    """Read to the end, also what is thrown away: who is still sending does not see the answer."""
    raw, size = bytearray(), 0
    try:
        async with asyncio.timeout(_SLOWEST_BODY):
            async for piece in request.content.iter_any():
                size += len(piece)
                if size <= LARGEST_BODY and not trouble:
                    raw += piece
    except (TimeoutError, ConnectionError, web.RequestPayloadError):
        # A chunk that cannot be read ends in any of these, depending on how it was cut into packets (SEC-016).
        raise Forged("incomplete body", status=400, cut=True) from None
    if size > LARGEST_BODY:
        raise Forged("too large", status=413)
    return bytes(raw)


async def _refuse(request: web.Request, forged: Forged) -> web.Response:
    response = web.Response(status=forged.status, text="This is not a request from Slack.\n")
    response.force_close()
    if forged.cut:
        # Left alone, aiohttp would go on reading for ten seconds, and log a trace when that fails (measured).
        with suppress(ConnectionError):
            await response.prepare(request)
            await response.write_eof()
        request.protocol.force_close()
    return response


def _note(hush: Hush, sender: str, forged: Forged, now: float) -> None:
    unsaid = hush.unsaid(sender, now=now)
    if unsaid is not None:
        log.warning("slack_refused", action="slack_refused", reason=str(forged), source=sender[:45], unsaid=unsaid)


def ours(payload: Mapping[str, object], settings: SlackSettings) -> bool:
    """Whether a genuine payload is about our app in our workspace; a foreign one has no effect (SEC-011).

    Every id it names must be ours, and a team it must name. What is not known yet (`SlackSettings.known_as`) is not
    compared.
    """
    teams = {id for id in _teams(payload) if id not in (None, "")}
    enterprises = {id for id in _enterprises(payload) if id not in (None, "")}
    app = payload.get("api_app_id") or settings.app_id
    return (
        len(teams) == 1
        and (not settings.team or teams == {settings.team})
        and (settings.enterprise is None or enterprises <= {settings.enterprise})
        and (not settings.app_id or app == settings.app_id)
    )


def _teams(payload: Mapping[str, object]) -> Ids:
    return _named(payload, "team")


def _enterprises(payload: Mapping[str, object]) -> Ids:
    yield from _named(payload, "enterprise")
    if isinstance(team := payload.get("team"), Mapping):
        yield _plain(team.get("enterprise_id"))


def _named(payload: Mapping[str, object], kind: str) -> Ids:
    """In a channel shared with another company the plain id may be theirs; the context's is whom it was sent to."""
    context = payload.get(f"context_{kind}_id")
    if not (payload.get("is_ext_shared_channel") is True and payload.get("context_team_id")):
        yield _plain(payload.get(f"{kind}_id"))
        part = payload.get(kind)
        yield _plain(part.get("id") if isinstance(part, Mapping) else part)
    yield _plain(context)
    for each in _authorizations(payload):
        yield _plain(each.get(f"{kind}_id") if isinstance(each, Mapping) else each)


def _authorizations(payload: Mapping[str, object]) -> Sequence[object]:
    found = payload.get("authorizations")
    return found if isinstance(found, list) else ()


def _plain(id: object) -> object:
    """An id is text or absent; anything else becomes a text that no id is."""
    return id if id is None or isinstance(id, str) else "?"


def safe_response_url(url: str, settings: SlackSettings) -> bool:
    """Whether an answer may be sent there (SEC-012). The caller must not follow redirects.

    Compared as text with the allowed beginnings: two parsers can disagree about the host of `https://a\\@b`.
    """
    api = urlsplit(settings.api_url)
    allowed = ("https://hooks.slack.com/", f"https://hooks.{api.hostname}/", f"{api.scheme}://{api.netloc}/")
    plain = url.isascii() and url.isprintable() and not set(url) & set(" \\<>\"'")
    return plain and url.startswith(allowed)
