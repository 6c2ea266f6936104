"""What reaches the log when somebody sends what is no request: few short lines, and none of their words (SEC-014)."""

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog
from aiohttp import ClientSession, web

from bot import logs
from bot.slack.settings import EVENTS_PATH, SlackSettings
from bot.slack.verify import SIGNATURE, TIMESTAMP, signed_route

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
CANARY = "hunter2"
JUNK = [
    b"GET /%s HTTP/1.1\r\nHost: a\r\nbad header %s\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX-%s\x00: %s\r\n\r\n",
    b"GET / HTTP/9.%s %s\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %s%s\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: %s%s\r\n\r\n",
    b"GET /" + b"%s" * 2_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"%s" * 5_000 + b"\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%s%s\r\n",
]


@pytest.fixture(autouse=True)
def _as_served() -> Iterator[None]:
    """The logs of `sitrep serve`, and afterwards those of the tests again."""
    root, server, kept = logging.getLogger(), logging.getLogger("aiohttp.server"), structlog.get_config()
    before = root.handlers, root.level, server.filters
    logs.for_machines()
    yield
    root.handlers, root.level, server.filters = before
    structlog.configure(**kept)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A server with Slack's route and one with a bug that its own error page has, too."""

    async def heard(*_: Any) -> web.Response:
        raise AssertionError("a forged request came through")

    async def broken(request: web.Request) -> web.Response:
        raise ValueError((await request.text()) * 10)

    app = web.Application(client_max_size=2**22)
    settings = SlackSettings(signing_secret=SECRET)
    app.router.add_post(EVENTS_PATH, signed_route(heard, settings, lambda: datetime.now(UTC)))
    app.router.add_post("/broken", broken)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def _send(port: int, raw: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(raw)
        return await asyncio.wait_for(reader.readline(), 5)
    finally:
        writer.close()


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Every line of the log, each of them short and without a word of the sender's."""
    lines = capsys.readouterr().err.splitlines()
    for line in lines:
        assert len(line.encode()) <= 300, line
        assert CANARY not in line
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
async def test_sec_014_what_is_no_http_is_told_in_one_short_line(
    junk: bytes, port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await _send(port, junk.replace(b"%s", CANARY.encode()))
    assert answer.split(b" ")[1] == b"400"
    lines = _lines(capsys)
    assert [(line["action"], line["source"]) for line in lines] == [("http_unread", "127.0.0.1")]
    assert lines[0]["reason"].endswith(" 400")


async def test_sec_014_a_flood_of_it_is_ten_lines_a_minute(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    for junk in JUNK * 5:
        await _send(port, junk.replace(b"%s", CANARY.encode()))
    assert len(_lines(capsys)) == 10


async def test_sec_014_large_bodies_with_bad_signatures_leave_ten_lines(
    port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    body = (CANARY * 150_000).encode()[: 2**20]
    now = str(int(datetime.now(UTC).timestamp()))
    forged = hmac.new(b"another secret", f"v0:{now}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {TIMESTAMP: now, SIGNATURE: f"v0={forged}"}
    async with ClientSession() as session:
        for _ in range(15):
            async with session.post(f"http://127.0.0.1:{port}{EVENTS_PATH}", data=body, headers=headers) as answer:
                assert answer.status == 401
    assert [line["action"] for line in _lines(capsys)] == ["slack_refused"] * 10


async def test_sec_014_a_bug_that_reaches_the_server_is_named_by_kind_and_place(
    port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"http://127.0.0.1:{port}/broken"
    async with ClientSession() as session, session.post(url, data=CANARY * 100_000) as answer:
        assert answer.status == 500
    (line,) = _lines(capsys)
    assert line["reason"].startswith("ValueError ")
    assert "test_logs.py:" in line["reason"]
