"""Who listens to the fake in its own tests: an app over HTTP that writes everything down, and a Socket Mode client."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
from fakes.slack.fake import FakeSlack
from fakes.slack.refusal import Json
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient


@asynccontextmanager
async def listening(slack: FakeSlack) -> AsyncIterator["Bot"]:
    bot = Bot(slack.app.signing_secret)
    served = web.Application()
    served.router.add_post("/slack/events", bot.serve)
    runner = web.AppRunner(served, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.listens_at(f"http://127.0.0.1:{runner.addresses[0][1]}")
    try:
        yield bot
    finally:
        await slack.outgoing.close()
        await runner.cleanup()


class Bot:
    """An app that writes down what Slack sends and answers as the test says."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self.heard: list[web.Request] = []
        self.bodies: list[Json] = []
        self.answer: Callable[[Json], Any] = lambda body: web.Response()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        stamp = request.headers["X-Slack-Request-Timestamp"]
        digest = hmac.new(self._secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
        assert request.headers["X-Slack-Signature"] == f"v0={digest}"
        body = read(raw, request.content_type)
        self.heard.append(request)
        self.bodies.append(body)
        said = self.answer(body)
        answer: web.StreamResponse = await said if asyncio.iscoroutine(said) else said
        return answer


def read(raw: bytes, kind: str) -> Json:
    if kind == "application/json":
        body: Json = json.loads(raw)
        return body
    form = {key: values[0] for key, values in parse_qs(raw.decode(), keep_blank_values=True).items()}
    return json.loads(form["payload"]) if "payload" in form else form


class Phone:
    """The real Socket Mode client, with two things to go wrong: it may not acknowledge."""

    def __init__(self, slack: FakeSlack) -> None:
        web_client = AsyncWebClient(token=slack.app.app_token, base_url=slack.base_url)
        self.client = SocketModeClient(app_token=slack.app.app_token, web_client=web_client, ping_interval=0.05)
        self.client.socket_mode_request_listeners.append(self._hear)
        self.heard: list[Json] = []
        self.silent = False
        self.answer: Json | None = None

    async def opens(self) -> None:
        await self.client.connect()  # type: ignore[no-untyped-call]

    async def hangs_up(self) -> None:
        await self.client.close()  # type: ignore[no-untyped-call]

    async def _hear(self, client: Any, request: Any) -> None:
        self.heard.append(request.payload)
        if not self.silent:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, self.answer))


async def eventually(holds: Callable[[], object], seconds: float = 5.0) -> None:
    for _ in range(int(seconds / 0.01)):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"it did not happen in {seconds} s")
