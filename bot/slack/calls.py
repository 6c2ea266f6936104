"""One call to Slack's Web API, and what its answer means for whoever wanted something done."""

import json
import math
from collections.abc import Mapping
from typing import Any, Literal

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import codes
from scheduler.chat import Undelivered

TIMEOUT = 15.0
"""Seconds for a whole call; an answer that takes longer may still have been work done (REL-037)."""

USUAL_PAUSE, LONGEST_PAUSE = 30.0, 900.0
STRANGE_TRIES = 3
"""So often an answer that we do not know is tried again (REL-042)."""

Hold = Literal["", "method", "all"]


class SlackFailure(Undelivered):
    """``code`` is Slack's word for it, empty where it gave none; ``hold`` says what has to wait because of it."""

    def __init__(
        self,
        reason: str,
        *,
        code: str = "",
        hold: Hold = "",
        answer: Mapping[str, Any] | None = None,
        permanent: bool = False,
        retry_after: float | None = None,
        unsure: bool = False,
        tries: int | None = None,
        tell: bool = False,
    ) -> None:
        super().__init__(reason, permanent=permanent, retry_after=retry_after, unsure=unsure, tries=tries, tell=tell)
        self.code = code
        self.hold = hold
        self.answer: Mapping[str, Any] = answer or {}


def session() -> aiohttp.ClientSession:
    """The one session all calls share: a session for each call would open a connection for each."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT, sock_connect=5.0))


def client(token: str, shared: aiohttp.ClientSession, *, base_url: str = "") -> AsyncWebClient:
    """Never repeats a call by itself: after a dropped reply the SDK's own retry made two posts (REL-046)."""
    web = AsyncWebClient(token=token, session=shared, timeout=int(TIMEOUT), retry_handlers=[])
    if base_url:
        web.base_url = base_url
    return web


async def call(web: AsyncWebClient, method: str, **args: object) -> dict[str, Any]:
    """The answer, if Slack said ok.

    Everything goes as a form: Slack takes it for each method, JSON only for those that write.
    Raises SlackFailure, which says whether the work may be done all the same, and when to try again.
    """
    form = {key: _written(value) for key, value in args.items() if value is not None}
    try:
        said = (await web.api_call(method, data=form)).data
    except SlackApiError as problem:
        raise _answered(method, problem.response) from None
    except (aiohttp.ClientSSLError, aiohttp.ServerFingerprintMismatch) as problem:
        reason = f"Slack's certificate is not trusted here ({type(problem).__name__})"
        raise SlackFailure(reason, hold="all", retry_after=USUAL_PAUSE) from None
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as problem:
        raise SlackFailure(f"Slack cannot be reached ({type(problem).__name__})") from None
    except (aiohttp.ClientError, TimeoutError, OSError) as problem:
        raise SlackFailure(f"no answer from Slack ({type(problem).__name__})", unsure=True) from None
    except (ValueError, AttributeError) as problem:
        # The SDK stumbles over a body that is neither an object nor broken JSON: a list, plain words, bad UTF-8.
        raise SlackFailure(f"no sense in Slack's answer ({type(problem).__name__})", unsure=True) from None
    return dict(said) if isinstance(said, Mapping) else {}


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _answered(method: str, response: Any) -> SlackFailure:
    """``response`` is the SDK's answer, or aiohttp's own where the body was no JSON."""
    status: int = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    said = getattr(response, "data", None)
    said = said if isinstance(said, Mapping) else {}
    code = str(said.get("error") or "")
    if status == 429 or code in codes.LIMITED:
        return _limited(method, pause(response.headers.get("Retry-After")))
    if status == 413:
        return refused(method, "msg_too_long", said)
    if not code or status >= 500:
        return SlackFailure(f"Slack answered {status} without saying what became of {method}", unsure=True)
    return refused(method, code, said)


def _limited(method: str, seconds: float) -> SlackFailure:
    reason = f"delayed by Slack: {method} may go on in {seconds:.0f} s"
    return SlackFailure(reason, code="ratelimited", hold="method", retry_after=seconds)


def pause(header: str | None) -> float:
    """Seconds to wait, whatever the header says: at least one, at most a quarter of an hour (REL-031)."""
    try:
        seconds = float(header or "")
    except ValueError:
        return USUAL_PAUSE
    if not math.isfinite(seconds):
        return USUAL_PAUSE
    return min(max(seconds, 1.0), LONGEST_PAUSE)


def refused(method: str, code: str, said: Mapping[str, Any]) -> SlackFailure:
    """What ok: false with this code means."""
    if code in codes.UNSURE:
        return SlackFailure(f"Slack failed at {method}: {code}", code=code, answer=said, unsure=True)
    if code in codes.NO_TOKEN:
        reason = f"Slack refuses Sitrep's token: {code}"
        return SlackFailure(reason, code=code, answer=said, hold="all", retry_after=60.0)
    if code == "missing_scope":
        scope = str(said.get("needed") or "a scope")[:100]
        reason = f"Sitrep's Slack app lacks the scope {scope} for {method}; add it and install the app again"
        return SlackFailure(reason, code=code, answer=said, permanent=True)
    if code in codes.FORBIDDEN:
        return SlackFailure(f"Slack does not allow {method}: {code}", code=code, answer=said, permanent=True)
    if code in codes.PERMANENT:
        return SlackFailure(f"Slack refused {method}: {code}", code=code, answer=said, permanent=True)
    return SlackFailure(f"Slack refused {method}: {code[:80]}", code=code, answer=said, tries=STRANGE_TRIES)
