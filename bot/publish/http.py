"""Our own calls to providers: one session, checked addresses, no redirects, short answers (SEC-090 to SEC-094)."""

import json
import socket
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.publish.egress import Egress, Forbidden
from scheduler.chat import Undelivered

WITHIN = 10.0
MOST = 1_000_000


def session(egress: Egress) -> aiohttp.ClientSession:
    """Every address is checked in the moment in which it is connected to, however its name was looked up."""

    def checked(address: Any) -> socket.socket:
        family, kind, protocol, _, place = address
        egress.check(str(place[0]))
        return socket.socket(family=family, type=kind, proto=protocol)

    connector = aiohttp.TCPConnector(socket_factory=checked)
    timeout = aiohttp.ClientTimeout(total=WITHIN, sock_connect=4.0)
    made = aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False)
    # It would say a PUT again by itself whose answer was lost, and subscribers would hear it twice: we look first (G3).
    setattr(made, "_retry_connection", False)  # noqa: B010 - it has no public name
    return made


async def call(
    shared: aiohttp.ClientSession,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    content: Mapping[str, Any] | None = None,
) -> Any:
    """The answer's JSON; None when there is no such thing (404).

    Raises Undelivered, whose words never repeat what the provider wrote.
    """
    answer, body = await _exchange(shared, method, url, headers=headers, json=content)
    return None if answer.status == 404 else _json(answer, body)


async def send(shared: aiohttp.ClientSession, url: str, *, headers: Mapping[str, str], body: bytes) -> None:
    """These bytes, as they were signed; what is answered does not matter. Raises Undelivered."""
    answer, _ = await _exchange(shared, "POST", url, headers=headers, data=body)
    _check(answer)


async def fetch(shared: aiohttp.ClientSession, url: str) -> bytes:
    """What stands there. Raises Undelivered."""
    answer, body = await _exchange(shared, "GET", url)
    _check(answer)
    return body


async def _exchange(
    shared: aiohttp.ClientSession, method: str, url: str, **more: Any
) -> tuple[aiohttp.ClientResponse, bytes]:
    try:
        async with shared.request(method, url, allow_redirects=False, **more) as answer:
            return answer, await _read(answer)
    except Forbidden as problem:
        raise Undelivered(str(problem), permanent=True) from None
    except aiohttp.ClientConnectorError as problem:
        if isinstance(problem.__cause__, Forbidden) or isinstance(problem.os_error, Forbidden):
            raise Undelivered(str(problem.os_error), permanent=True) from None
        raise Undelivered("could not be reached") from None
    except (aiohttp.ClientError, TimeoutError, OSError) as problem:
        raise Undelivered(f"no answer ({type(problem).__name__})", unsure=True) from None


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(16_384):
        body += chunk
        if len(body) > MOST:
            answer.close()
            raise Undelivered("its answer is too long", unsure=True)
    return bytes(body)


def _check(answer: aiohttp.ClientResponse) -> None:
    status = answer.status
    if status in (420, 429):
        after = answer.headers.get("Retry-After", "")
        raise Undelivered("too many at once", retry_after=float(after) if after.isdigit() else None)
    if status >= 500:
        raise Undelivered(f"failed there (HTTP {status})", unsure=True)
    if status >= 300:
        raise Undelivered(f"refused (HTTP {status})", permanent=True)


def _json(answer: aiohttp.ClientResponse, body: bytes) -> Any:
    _check(answer)
    try:
        return json.loads(body or b"null")
    except ValueError:
        raise Undelivered("its answer is not JSON", unsure=True) from None
