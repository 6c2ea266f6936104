"""Answers to apprise's requests are read up to a limit, and their status is kept (SEC-092, SEC-094)."""

import time
from typing import Any

import requests
import requests.sessions
from requests.adapters import HTTPAdapter

from bot.publish.guard import current
from bot.publish.numbered import meant

_CHUNK = 16_384


class BoundedAdapter(HTTPAdapter):
    """Reads the answer itself, so that neither an endless nor a packed one is ever held in memory."""

    most = 1_000_000
    within = 10.0

    def send(self, request: Any, *arguments: Any, **named: Any) -> requests.Response:
        answer = super().send(request, *arguments, **{**named, "proxies": {}})
        body = bytearray()
        ends = time.monotonic() + self.within
        for chunk in answer.raw.stream(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > self.most or time.monotonic() > ends:
                answer.close()
                break
        answer._content, answer._content_consumed = bytes(body[: self.most]), True
        answer.status_code, number = meant(request.url or "", answer.status_code, answer.content)
        if watch := current():
            watch.statuses.append(answer.status_code)
            watch.number = number or watch.number
            watch.retry_after = _seconds(answer.headers.get("Retry-After", ""))
        return answer


def install() -> None:
    """Nobody but apprise uses requests here: every session it makes takes this adapter."""
    setattr(requests.sessions, "HTTPAdapter", BoundedAdapter)  # noqa: B010 - it is no public name of theirs


def _seconds(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
