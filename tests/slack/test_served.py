"""Slack's route on the whole site as `serve` makes it, with its middlewares and limits: SEC-002 to SEC-016."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import databases
import pytest
import slack_bolt.request.async_request as bolt_reads
from fakes.slack.fake import FakeSlack
from sqlalchemy import func, select

from bot.config import read
from bot.opening import opened
from bot.port import listen
from bot.serve import Server, running
from bot.slack.settings import EVENTS_PATH
from storage.tables import heard

pytestmark = pytest.mark.timeout(60)

NOW = 1_933_000_000
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Served:
    """``body`` is a command, refused where it is said: each one that gets through leaves a row, and nothing else."""

    server: Server
    slack: FakeSlack
    port: int
    said: int = 0

    def body(self) -> bytes:
        self.said += 1
        ada, team = self.slack.person("ada"), self.slack.workspace.id
        fields = {
            "command": "/incident",
            "text": f"note {self.said}",
            "user_id": ada.id,
            "user_name": "ada",
            "team_id": team,
        }
        fields |= {"api_app_id": self.slack.app.id, "channel_id": self.slack.rooms.room("general").id}
        return urlencode(fields | {"trigger_id": f"{self.said}.{self.said}.abcdef", "response_url": ""}).encode()

    async def post(self, body: bytes, headers: Mapping[str, str], *, kind: str = FORM) -> int:
        url = f"http://127.0.0.1:{self.port}{EVENTS_PATH}"
        given = {"Content-Type": kind, **headers}
        async with aiohttp.ClientSession() as session, session.post(url, data=BytesIO(body), headers=given) as answer:
            await answer.read()
            return answer.status

    async def raw(self, lines: list[bytes], sent: bytes) -> bytes:
        """All that comes until the server hangs up; fails when it does not."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"\r\n".join([f"POST {EVENTS_PATH} HTTP/1.1".encode(), b"Host: x", *lines]) + b"\r\n\r\n" + sent)
        try:
            return await asyncio.wait_for(reader.read(), 15)
        finally:
            writer.close()

    async def rows(self) -> int:
        async with self.server.core.database.read() as c:
            counted = select(func.count()).select_from(heard).where(heard.c.via == "slash")
            return int((await c.execute(counted)).scalar_one())


def signed(body: bytes, *, at: str = str(NOW), secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Served]:
    async with FakeSlack(wall=lambda: float(NOW)) as slack:
        for channel in ("general", "status", "incidents"):
            slack.channel(channel, members=[slack.person("ada")])
        (tmp_path / "sitrep.toml").write_text(
            f'[slack]\nmode = "http"\napi_url = "{slack.base_url.rstrip("/")}"\n', encoding="utf-8"
        )
        secrets = {"SLACK_BOT_TOKEN": slack.app.bot_token, "SLACK_SIGNING_SECRET": SECRET}
        file = await databases.ready(tmp_path / "sitrep.db")
        config = replace(read(str(tmp_path / "sitrep.toml"), secrets), database=file, data=tmp_path)
        listener = listen("127.0.0.1", 0)
        port = listener.getsockname()[1]
        async with opened(config) as database:
            now = datetime.fromtimestamp(NOW, UTC)
            async with running(database, config, listener, now=lambda: now) as server:
                yield Served(server, slack, port)


async def test_sec_002_on_the_whole_site_five_minutes_either_way_are_the_window(site: Served) -> None:
    got = {}
    for late in (-301, -299, 0, 299, 301):
        body = site.body()
        got[late] = await site.post(body, signed(body, at=str(NOW + late)))
    assert got == {-301: 401, -299: 200, 0: 200, 299: 200, 301: 401}
    assert await site.rows() == 3


TIMES = ["abc", "9" * 5_000, "١٩٣٣٠٠٠٠٠٠", "1e9", "1933 000000", " 1933000000x", "-1933000000", "+1933000000", ""]


async def test_sec_004_on_the_whole_site_strange_times_and_signatures_are_refused_and_never_break_it(
    site: Served,
) -> None:
    body = site.body()
    for at in TIMES:
        assert await site.post(body, signed(body, at=at)) == 401, at[:20]
    good, length = signed(body), f"Content-Length: {len(body)}".encode()
    lines = [f"{name}: {value}".encode() for name, value in good.items()]
    last = [length, b"Connection: close", f"Content-Type: {FORM}".encode()]
    for name, value in good.items():
        twice = [*lines, f"{name.lower()}: {value}".encode(), *last]
        assert status(await site.raw(twice, body)) == 401, name
    for odd in (b"v0=\xff\xfe" + b"0" * 62, b"\x80" * 67, "v0=é".encode()):
        assert status(await site.raw([lines[0], b"X-Slack-Signature: " + odd, *last], body)) == 401
    nul = await site.raw([lines[0], b"X-Slack-Signature: v0=\x00" + b"0" * 63, *last], body)
    assert status(nul) in (400, 401)
    assert await site.rows() == 0
    assert await site.post(body, good) == 200
    assert await site.rows() == 1


JUNK = {
    "not UTF-8": b"\xff\xfe\x00",
    "broken payload": b"payload=%7B%22a",
    "a JSON list": b"[1, 2]",
    "deep": b"[" * 100_000,
    "double keys": b'{"a":1,"a":2}',
    "1e400": b'{"a":1e400}',
    "empty": b"",
}


@pytest.mark.parametrize("kind", [FORM, "application/json", "multipart/form-data; boundary=x"])
async def test_sec_005_on_the_whole_site_nothing_unsigned_is_parsed(
    site: Served, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By nobody: not by the site's own middlewares either, which know forms of their own."""
    parsed: list[str] = []
    body = site.body()
    sent = {*JUNK.values(), body}

    def watched(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def parse(*given: Any, **more: Any) -> Any:
            # The stand-in for Slack parses in this process too.
            first = next(iter((*given, *more.values())))
            if getattr(first, "path", "") == EVENTS_PATH or first in sent or str(first).encode() in sent:
                parsed.append(name)
            return real(*given, **more)

        return parse

    for owner, name in PARSERS:
        monkeypatch.setattr(owner, name, watched(name, getattr(owner, name)))
    for what, junk in JUNK.items():
        assert await site.post(junk, signed(junk, secret="x" * 32), kind=kind) == 401, what
        assert await site.post(junk, {}, kind=kind) == 401, what
    assert parsed == []
    assert await site.post(body, signed(body)) == 200
    assert parsed, "the parsers are not watched"


PARSERS = [
    (json, "loads"),
    (bolt_reads, "parse_body"),
    (aiohttp.web.BaseRequest, "post"),
    (aiohttp.web.BaseRequest, "json"),
    (aiohttp.web.BaseRequest, "multipart"),
    (aiohttp.web.BaseRequest, "text"),
]


def contradictory(body: bytes) -> dict[str, tuple[list[bytes], bytes]]:
    length, chunked = f"Content-Length: {len(body)}".encode(), b"Transfer-Encoding: chunked"
    chunk = f"{len(body):x}".encode() + b"\r\n" + body + b"\r\n"
    return {
        "two lengths": ([length, b"Content-Length: 1"], body),
        "a length and chunks": ([length, chunked], chunk + b"0\r\n\r\n"),
        "a negative length": ([b"Content-Length: -1"], body),
        "a length that is none": ([b"Content-Length: 4x"], body),
        "one header of 64 KB": ([length, b"X-Long: " + b"a" * 65_536], body),
        "64 KB of headers": ([length, *(f"X-{n}: {'a' * 1000}".encode() for n in range(65))], body),
        "a chunk size that is none": ([chunked], b"zz\r\n" + body + b"\r\n"),
        "a bad chunk after a good one": ([chunked], chunk + b"zz\r\n"),
        "a chunk longer than it says": ([chunked], b"1\r\n" + body + b"\r\n0\r\n\r\n"),
    }


async def test_sec_016_on_the_whole_site_a_request_that_contradicts_itself_is_refused_and_cut_off(
    site: Served,
) -> None:
    body = site.body()
    claims = [f"{name}: {value}".encode() for name, value in signed(body).items()]
    for case, (lines, sent) in contradictory(body).items():
        answer = await site.raw([*claims, f"Content-Type: {FORM}".encode(), *lines], sent)
        assert status(answer) == 400, case
    assert await site.rows() == 0
    assert await site.post(body, signed(body)) == 200, "it goes on"


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])
