"""Our own webhook: the whole record as JSON, signed with the time of sending as Standard Webhooks describes (SEC-098).

Class C like other webhooks, but the same post always has the same `webhook-id`, so that a receiver drops a repeat.
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from bot.mistake import Mistake
from bot.publish.egress import Egress, Forbidden
from bot.publish.http import send
from incidents.consistency import Told
from templates.post import Post

_PREFIX = "whsec_"
_SHORTEST = 24
_PORTS = frozenset({80, 443, 8080, 8443})


@dataclass(frozen=True, slots=True)
class Key:
    """A signing key and the host that it was entered for."""

    host: str
    secret: bytes


def trouble(url: str, secret: str, egress: Egress) -> str:
    """Why it cannot be used, as the end of a sentence that repeats neither; empty when it can (SEC-095, SEC-098)."""
    return misleading(url, egress) or _no_key((urlsplit(url).hostname or "").rstrip(".").lower(), secret)


def misleading(url: str, egress: Egress) -> str:
    """Why the address itself cannot be used, empty when it can (SEC-093, SEC-096)."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip(".").lower(), parts.port
    except ValueError:
        return "is no address that can be read"
    if parts.scheme not in ("https", *(("http",) if egress.networks else ())) or not host:
        return "must begin with https://"
    if parts.username or parts.password:
        return "must not hold a user's name"
    if port and port not in _PORTS and not egress.networks:
        return "must not name an unusual port"
    try:
        egress.check_host(host)
    except Forbidden as problem:
        return str(problem)
    return ""


def _no_key(host: str, secret: str) -> str:
    found = keys(secret)
    if not found:
        return f"needs a signing key: HOST:{_PREFIX}… with at least {_SHORTEST} bytes in base64"
    if not any(key.host == host for key in found):
        return "leads to another host than its signing key was made for; make a new key for the new host"
    return ""


def keys(secret: str) -> list[Key]:
    """Of `hooks.example.com:whsec_…`; several, with blanks between them, while one replaces another."""
    found = []
    for word in secret.split():
        host, _, coded = word.partition(":")
        try:
            key = base64.b64decode(coded.removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            continue
        if coded.startswith(_PREFIX) and len(key) >= _SHORTEST and host:
            found.append(Key(host.rstrip(".").lower(), key))
    return found


class Webhook:
    """One address. A key for another host signs nothing here: whoever changes the host enters a new one (SEC-098)."""

    looks = False

    def __init__(
        self,
        url: str,
        secret: str,
        egress: Egress,
        shared: aiohttp.ClientSession,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Raises Mistake, which repeats neither address nor key."""
        if why := trouble(url, secret, egress):
            raise Mistake(f"its address {why}")
        host = (urlsplit(url).hostname or "").rstrip(".").lower()
        self._url = url
        self._keys = [key.secret for key in keys(secret) if key.host == host]
        self._shared = shared
        self._clock = clock

    async def publish(self, op: str, post: Post, *, repeat: bool) -> str:
        body = json.dumps(self._content(post, repeat=repeat), ensure_ascii=False, separators=(",", ":")).encode()
        at = str(int(self._clock()))
        signatures = " ".join(signature(key, op, at, body) for key in self._keys)
        headers = {"webhook-id": op, "webhook-timestamp": at, "webhook-signature": signatures}
        await send(self._shared, self._url, headers={**headers, "Content-Type": "application/json"}, body=body)
        return ""

    async def find(self, op: str, post: Post) -> str | None:
        return None

    async def read(self, ref: str) -> Told | None:
        return None

    def _content(self, post: Post, *, repeat: bool) -> dict[str, object]:
        """An incident's own number counts private ones too, so it goes out only as a name that tells nothing."""
        kind, number = ("maintenance", post.maintenance) if post.maintenance else ("incident", post.incident)
        named = hmac.new(self._keys[0], f"{kind}:{number}".encode(), hashlib.sha256).hexdigest()[:16]
        ends = {"ends_at": post.ends_at.isoformat()} if post.ends_at else {}
        return {
            "type": post.kind,
            kind: named,
            "number": post.number,
            "stage": post.stage,
            "name": post.name,
            "title": post.title,
            "body": post.body,
            "language": post.language,
            "components": post.components,
            "started_at": post.started_at.isoformat(),
            "posted_at": post.posted_at.isoformat(),
            "link": post.link,
            "repeat": repeat,
            **ends,
        }


def signature(key: bytes, op: str, at: str, body: bytes) -> str:
    signed = b".".join((op.encode(), at.encode(), body))
    return f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"
