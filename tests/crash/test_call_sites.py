"""No wait for the database or the network without a crash point (REL-094): read from the source, then tried out.

Whoever waits for something new writes down here by what it is watched (and how that is tried), or why nothing is lost.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest
from aiohttp import ClientSession, web
from crash.call_sites import foreign
from crash.points import Points
from databases import kind, ready
from fakes.publishers.hooks import served
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import text

from bot.publish.http import call
from storage.database import Database

WATCHED = {
    "statement": {"c.execute", "c.run_sync", "c.stream", "connection.run_sync", "file.execute_fetchall"},
    "connect": {"_reader.connect", "_writer.connect", "alone.connect", "c.get_raw_connection"},
    "commit": {"_intake.begin", "_writer.begin", "connection.commit", "engine.begin"},
    "past SQLAlchemy": {"connection.add_listener", "connection.fetchval"},
    "request": {"session.get", "session.post", "shared.request", "client.api_call", "web.api_call"},
    "websocket": {"each.send_json", "session.ws_connect"},
    "thread": {"asyncio.to_thread", "loop.run_in_executor"},
}
NOTHING_TO_LOSE = {
    "asyncio's own": {"TaskGroup", "gather", "shield", "sleep", "timeout", "timeout_at", "wait_for"},
    "ours, by another name": {
        *("FakeSlack", "app.async_dispatch", "calls.session", "connection.leave", "examine_slack", "exported", "guest"),
        *(
            "handler",
            "http.session",
            "make_link",
            "next_stop",
            "self._calls",
            "self._sleep",
            "self.announcements",
            "self.handler",
        ),
        *("self.sleep", "then", "ticket.work", "work", "…"),
    },
    "the rest of an answer, or of a request, that is there": {
        *("content.iter_any", "content.iter_chunked", "content.read", "request.json", "request.post"),
    },
    "what is told to a browser or to Slack of what is stored": {
        *("response.prepare", "response.write", "response.write_eof", "to_aiohttp_response"),
    },
    "begun or ended with the process": {"aiohttp.ClientSession", "engine.dispose", "runner.cleanup", "runner.setup"},
}


def test_rel_094_no_call_goes_outside_without_a_crash_point() -> None:
    known = set().union(*WATCHED.values(), *NOTHING_TO_LOSE.values())
    known |= {f"asyncio.{name}" for name in NOTHING_TO_LOSE["asyncio's own"]}
    found = foreign()
    assert sorted(site.where for site in found if site.call.startswith("c.execute"))[:1], "nothing was read"
    unwatched = [f"{site.where} waits for {site.call}" for site in found if site.call not in known]
    assert unwatched == []
    gone = set().union(*WATCHED.values()) - {site.call for site in found}
    assert gone == set(), "watched, and never called"


def test_rel_094_what_is_new_is_found(tmp_path: Path) -> None:
    (tmp_path / "storage").mkdir()
    (tmp_path / "storage" / "new.py").write_text(
        "async def ours(): ...\n"
        "async def f(redis, group, c):\n"
        "    await ours()\n"
        "    await redis.publish('x')\n"
        "    group.create_task(redis.get('y'))\n"
        "    async for row in c.ours(): ...\n"
    )
    assert {site.call for site in foreign(tmp_path)} == {"redis.publish", "redis.get", "c.ours"}


Try = Callable[[], Awaitable[object]]


async def _passed(work: Try) -> list[str]:
    points = Points()
    with points.watching():
        await work()
    return [point.partition(": ")[2] for point in points.passed]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database.open(await ready(tmp_path / "sitrep.db"))
    yield opened
    await opened.close()


@pytest.mark.on("sqlite", "postgresql")
async def test_whatever_the_database_is_asked_is_watched(database: Database) -> None:
    async def asked() -> None:
        async with database.begin() as c:
            await c.execute(text("delete from setting"))
            await c.run_sync(lambda connection: connection.execute(text("select 2")))
        async with database.read() as c, c.stream(text("select 3")) as rows:
            await rows.fetchall()

    passed = await _passed(asked)
    assert [point for point in passed if "rollback" not in point and "ping" not in point] == [
        *("connect", "delete from setting", "select 2", "before commit", "after commit"),
        *("connect", "select 3"),
    ]
    assert passed[-2:] == ["before rollback", "after rollback"]


@pytest.mark.on("postgresql")
async def test_what_goes_past_sqlalchemy_is_watched(database: Database) -> None:
    connection: asyncpg.Connection = await asyncpg.connect(str(database.url.set(drivername="postgresql")))
    try:
        assert kind() == "postgresql"
        assert await _passed(lambda: connection.fetchval("select 1")) == ["before ask", "after ask"]
        listening = await _passed(lambda: connection.add_listener("sitrep", lambda *_: None))
        assert listening == ["before listen", "after listen"]
    finally:
        await connection.close()


async def _heard(request: web.Request) -> web.StreamResponse:
    if request.headers.get("Upgrade"):
        link = web.WebSocketResponse()
        await link.prepare(request)
        await link.receive()
        await link.close()
        return link
    return web.json_response({"ok": True})


async def test_whatever_goes_over_the_network_is_watched() -> None:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", _heard)
    async with served(app) as base, ClientSession() as session:
        slack = AsyncWebClient("xoxb-1", f"{base}/", session=session, retry_handlers=[])

        async def linked() -> None:
            async with session.ws_connect(base) as link:
                await link.send_json({})

        for work, names in (
            (lambda: session.get(base), ["before GET", "after GET"]),
            (lambda: session.post(base), ["before POST", "after POST"]),
            (lambda: call(session, "PATCH", base, headers={}), ["before PATCH", "after PATCH"]),
            (lambda: slack.api_call("api.test"), ["before POST", "after POST"]),
            (linked, ["before GET", "after GET", "before send", "after send"]),
        ):
            assert await _passed(work) == names


async def test_work_in_other_threads_is_watched() -> None:
    begun = ["before a thread's work", "after a thread's work"]
    assert await _passed(lambda: asyncio.to_thread(int)) == begun
    with ThreadPoolExecutor(1) as pool:
        assert await _passed(lambda: asyncio.get_running_loop().run_in_executor(pool, int)) == begun
