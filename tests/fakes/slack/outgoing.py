"""What Slack sends to the app: signed HTTP or Socket Mode, three seconds to answer, events again and again."""

import asyncio
import hashlib
import hmac
import json
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp
from fakes.slack.app import App
from fakes.slack.clock import Clock
from fakes.slack.refusal import Json
from fakes.slack.workspace import Workspace

What = Literal["events_api", "slash_commands", "interactive"]
TO_ACKNOWLEDGE = 3.0
RETRY_AFTER = (0.0, 60.0, 300.0)
EVENTS_PER_HOUR = 30_000
FOREVER = 1e9


@dataclass
class Attempt:
    """`failure` is Slack's word for what went wrong, empty when the app acknowledged in time."""

    at: float
    number: int
    failure: str = ""
    status: int = 0
    body: str = ""
    took: float = 0.0
    no_retry: bool = False

    @property
    def answer(self) -> Any:
        """What the app said: JSON where it is JSON, else its words."""
        try:
            return json.loads(self.body) if self.body else {}
        except ValueError:
            return self.body


@dataclass(eq=False)
class Delivery:
    what: What
    payload: Json
    attempts: list[Attempt] = field(default_factory=list)
    first: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def acked(self) -> bool:
        return any(not attempt.failure for attempt in self.attempts)

    @property
    def event(self) -> Json:
        event: Json = self.payload.get("event", {})
        return event

    @property
    def answer(self) -> Any:
        return self.attempts[-1].answer if self.attempts else {}


Offer = Callable[[What, Json, int, str], Awaitable[Attempt]]
"""Socket Mode's side: sends one envelope and waits for its acknowledgement."""


class Outgoing:
    """Set `url` for HTTP; without it everything goes to the Socket Mode connections."""

    def __init__(self, app: App, workspace: Workspace, clock: Clock, offer: Offer) -> None:
        self._app = app
        self._workspace = workspace
        self._clock = clock
        self._offer = offer
        self.url = ""
        self.paths: dict[What, str] = dict.fromkeys(("events_api", "slash_commands", "interactive"), "/slack/events")
        self.retry_after = RETRY_AFTER
        self.events_per_hour = EVENTS_PER_HOUR
        self.held: list[Delivery] | None = None
        self.deliveries: list[Delivery] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._trying = 0
        self._due: list[float] = []
        self._sent: deque[float] = deque()
        self._warned: set[int] = set()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    def envelope(self, event: Json) -> Json:
        team, me = self._workspace.id, self._app.user_id
        authorization = {"team_id": team, "user_id": me, "is_bot": True, "enterprise_id": None}
        return {
            "type": "event_callback",
            "token": self._app.verification_token,
            "team_id": team,
            "context_team_id": team,
            "context_enterprise_id": None,
            "api_app_id": self._app.id,
            "event": event,
            "event_id": self._workspace.ids.new("Ev"),
            "event_time": int(self._clock.now()),
            "authorizations": [authorization | {"is_enterprise_install": False}],
            "is_ext_shared_channel": False,
        }

    def tell(self, event: Json) -> Delivery | None:
        """Sends an event in the background; above 30,000 an hour only `app_rate_limited` is sent, once a minute."""
        if self._over_the_hour():
            return self._rate_limited()
        return self.start(Delivery("events_api", self.envelope(event)))

    def start(self, delivery: Delivery) -> Delivery:
        self.deliveries.append(delivery)
        if self.held is not None:
            self.held.append(delivery)
            delivery.first.set()
            return delivery
        task = asyncio.get_running_loop().create_task(self._deliver(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return delivery

    async def release(self, order: Callable[[list[Delivery]], list[Delivery]] = list) -> None:
        """Sends what was held back, in the order the test wants."""
        held, self.held = self.held or [], None
        for delivery in order(held):
            delivery.first.clear()
            self.deliveries.remove(delivery)
            await self.start(delivery).first.wait()

    async def ask(self, what: What, payload: Json) -> Delivery:
        """Commands and presses: once, never again."""
        delivery = Delivery(what, payload)
        self.deliveries.append(delivery)
        await self.attempt(delivery, 0, "")
        delivery.first.set()
        delivery.done.set()
        return delivery

    async def settle(self) -> None:
        """Until nothing is under way; waits for the next retry by moving the clock to it."""
        while self._tasks:
            if self._due and not self._trying:
                self._clock.advance(max(0.0, min(self._due) - self._clock.now()))
            await asyncio.sleep(0.002)

    async def _deliver(self, delivery: Delivery) -> None:
        reason = ""
        try:
            for number in range(len(self.retry_after) + 1):
                if number:
                    await self._wait_for_retry(self.retry_after[number - 1])
                attempt = await self.attempt(delivery, number, reason)
                delivery.first.set()
                if not attempt.failure or attempt.no_retry:
                    return
                reason = attempt.failure
        finally:
            delivery.first.set()
            delivery.done.set()

    async def _wait_for_retry(self, seconds: float) -> None:
        due = self._clock.now() + seconds
        self._due.append(due)
        try:
            await self._clock.sleep(seconds)
        finally:
            self._due.remove(due)

    async def attempt(self, delivery: Delivery, number: int, reason: str) -> Attempt:
        self._trying += 1
        begun = self._clock.now()
        try:
            if self.url:
                attempt = await self._post(delivery, number, reason)
            else:
                attempt = await self._offer(delivery.what, delivery.payload, number, reason)
        finally:
            self._trying -= 1
        attempt.at, attempt.took = begun, self._clock.now() - begun
        delivery.attempts.append(attempt)
        return attempt

    async def _post(self, delivery: Delivery, number: int, reason: str) -> Attempt:
        body = encoded(delivery.what, delivery.payload)
        kind = "application/json" if delivery.what == "events_api" else "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        headers |= self.signature(body)
        if number:
            headers |= {"x-slack-retry-num": str(number), "x-slack-retry-reason": reason}
        try:
            return await self._clock.within(TO_ACKNOWLEDGE, self._send(delivery.what, body, headers, number))
        except TimeoutError:
            return Attempt(0, number, "http_timeout")
        except aiohttp.TooManyRedirects:
            return Attempt(0, number, "too_many_redirects")
        except (aiohttp.ClientError, OSError):
            return Attempt(0, number, "connection_failed")

    async def _send(self, what: What, body: bytes, headers: dict[str, str], number: int) -> Attempt:
        async with self.session().post(
            self.url + self.paths[what], data=body, headers=headers, max_redirects=2
        ) as answer:
            text = await answer.text(errors="replace")
            failure = "" if 200 <= answer.status < 300 else "http_error"
            no_retry = answer.status != 200 and answer.headers.get("x-slack-no-retry") == "1"
            return Attempt(0, number, failure, answer.status, text, no_retry=no_retry)

    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=None)
            )
        return self._session

    def signature(self, body: bytes, *, at: float | None = None, secret: str = "") -> dict[str, str]:
        stamp = str(int(self._clock.wall() if at is None else at))
        key = (secret or self._app.signing_secret).encode()
        digest = hmac.new(key, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    def _over_the_hour(self) -> bool:
        now = self._clock.now()
        while self._sent and self._sent[0] <= now - 3600:
            self._sent.popleft()
        self._sent.append(now)
        return len(self._sent) > self.events_per_hour

    def _rate_limited(self) -> Delivery | None:
        minute = int(self._clock.now()) // 60 * 60
        if minute in self._warned:
            return None
        self._warned.add(minute)
        return self.tell_rate_limited(minute)

    def tell_rate_limited(self, minute: int) -> Delivery:
        payload = {
            "type": "app_rate_limited",
            "token": self._app.verification_token,
            "team_id": self._workspace.id,
            "minute_rate_limited": minute,
            "api_app_id": self._app.id,
        }
        return self.start(Delivery("events_api", payload))


def encoded(what: What, payload: Json) -> bytes:
    """The bytes that are signed: JSON, a form, or a form with JSON in it."""
    if what == "events_api":
        return json.dumps(payload).encode()
    if what == "slash_commands":
        return urlencode(payload).encode()
    return urlencode({"payload": json.dumps(payload)}).encode()
