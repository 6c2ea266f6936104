"""The real process, killed without a warning; Slack is a process of its own and remembers what everybody saw."""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from fakes.slack.refusal import Json
from fakes.slack.remote import RemoteSlack, remote_slack

pytestmark = pytest.mark.timeout(30)

ROOT = Path(__file__).parents[2]
SAID = "!incident sev1 Checkout returns 500s"


@asynccontextmanager
async def serving(folder: Path, port: int, app: Mapping[str, str]) -> AsyncIterator["asyncio.subprocess.Process"]:
    """`sitrep serve` in HTTP mode, up when this begins; killed at the end, if it still lives."""
    own = {"SITREP_PORT": str(port), "SITREP_HOST": "127.0.0.1", "PYTHONPATH": str(ROOT)}
    secrets = {"SLACK_BOT_TOKEN": app["bot_token"], "SLACK_SIGNING_SECRET": app["signing_secret"]}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve"),
        cwd=folder,
        env={**os.environ, **own, **secrets},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await up(port, process)
        yield process
    finally:
        if process.returncode is None:
            os.kill(process.pid, signal.SIGKILL)
        await process.wait()


async def up(port: int, process: "asyncio.subprocess.Process") -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(400):
            assert process.returncode is None, "it ended by itself"
            try:
                async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.025)
    raise AssertionError("it did not come up")


async def quiet(slack: RemoteSlack) -> list[Json]:
    """All effects, once it is pinned and announced and nothing new is seen for two of delivery's rounds."""
    before: list[Json] = []
    still = 0
    for _ in range(200):
        await asyncio.sleep(0.1)
        now = await slack.ledger()
        still = still + 1 if len(now) == len(before) else 0
        seen = {(effect["kind"], effect["channel"]) for effect in now}
        if still >= 20 and ("message", "incidents") in seen and "pin" in {kind for kind, _ in seen}:
            return now
        before = now
    raise AssertionError(f"it did not come to an end: {[(e['kind'], e['channel']) for e in before]}")


def a_minute_later(folder: Path) -> None:
    """What the dead process held is free again, as it would be after the lease."""
    with closing(sqlite3.connect(folder / "data" / "sitrep.db")) as c, c:
        c.execute("update lane set lease_until = '2000-01-01 00:00:00.000000' where token is not null")


def count(effects: list[Json], kind: str, channel: str, text: str = "") -> int:
    return len([e for e in effects if (e["kind"], e["channel"]) == (kind, channel) and text in e["text"]])


def rows(folder: Path, query: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "data" / "sitrep.db", timeout=10)) as c:
        return c.execute(query, values).fetchall()


async def until(folder: Path, texts: list[str]) -> None:
    """Until all of them are on the timeline, and a little longer, for one that might come twice."""
    for _ in range(200):
        found = {text for (text,) in rows(folder, "select text from timeline")}
        if found >= set(texts):
            await asyncio.sleep(1)
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"lost: {set(texts) - found}")


@pytest.mark.timeout(120)
async def test_rel_088_messages_of_the_thread_around_two_kills_stand_once_on_the_timeline(tmp_path: Path) -> None:
    """One acknowledged just before the kill, some under way while it falls, one written while nothing runs."""
    async with remote_slack() as slack:
        await slack.ask("limits", tiers=False, per_channel=False, retry_after=[0.5, 2.0, 4.0])
        for channel in ("general", "incidents", "status"):
            await slack.ask("channel", name=channel, members=["ada"])
        port, room = unused_port(), "inc-1-checkout-returns-500s"
        (tmp_path / "sitrep.toml").write_text(
            f'[slack]\nmode = "http"\napi_url = "{slack.app["base_url"].rstrip("/")}"\n', encoding="utf-8"
        )
        await slack.ask("listens", url=f"http://127.0.0.1:{port}")
        async with serving(tmp_path, port, slack.app) as sitrep:
            await slack.do("ada", "types", "#general", SAID)
            await quiet(slack)
            ((ref,),) = rows(tmp_path, "select ref from posted where slot = 'timeline' and platform = 'slack'")
            thread = str(ref).split(":")[1]
            said = await slack.do("ada", "types", room, "acknowledged", thread=thread)
            os.kill(sitrep.pid, signal.SIGKILL)
            assert [attempt["status"] for attempt in said["attempts"]] == [200]
        await slack.do("ada", "types", room, "while nothing ran", thread=thread)
        a_minute_later(tmp_path)
        under_way = [f"under way {number}" for number in range(8)]
        async with serving(tmp_path, port, slack.app) as sitrep, asyncio.TaskGroup() as group:
            for words in under_way:
                group.create_task(slack.do("ada", "types", room, words, thread=thread))
            await asyncio.sleep(0.03)
            os.kill(sitrep.pid, signal.SIGKILL)
        a_minute_later(tmp_path)
        wanted = ["acknowledged", "while nothing ran", *under_way]
        async with serving(tmp_path, port, slack.app):
            await until(tmp_path, wanted)
    kept = [text for (text,) in rows(tmp_path, "select text from timeline") if text in wanted]
    assert sorted(map(str, kept)) == sorted(wanted)


async def test_rel_001_killed_right_after_our_200_a_signed_event_is_handled_exactly_once(tmp_path: Path) -> None:
    async with remote_slack() as slack:
        await slack.ask("limits", tiers=False, per_channel=False)
        for channel in ("general", "incidents", "status"):
            await slack.ask("channel", name=channel, members=["ada"])
        port = unused_port()
        (tmp_path / "sitrep.toml").write_text(
            f'[slack]\nmode = "http"\napi_url = "{slack.app["base_url"].rstrip("/")}"\n', encoding="utf-8"
        )
        await slack.ask("listens", url=f"http://127.0.0.1:{port}")
        async with serving(tmp_path, port, slack.app) as sitrep:
            said = await slack.do("ada", "types", "#general", SAID)
            os.kill(sitrep.pid, signal.SIGKILL)
            assert [attempt["status"] for attempt in said["attempts"]] == [200]
            assert await sitrep.wait() == -signal.SIGKILL
            assert not await slack.ledger(kind="pin"), "it was killed too late to prove anything"
        a_minute_later(tmp_path)
        async with serving(tmp_path, port, slack.app):
            effects = await quiet(slack)
        room = "inc-1-checkout-returns-500s"
        assert [e["channel"] for e in effects if e["kind"] == "create"] == [room]
        assert (count(effects, "pin", room), count(effects, "message", "incidents", "Checkout returns 500s")) == (1, 1)
        posts = [e["op"] for e in effects if e["kind"] == "message" and e["op"]]
        assert len(posts) == len(set(posts))
    with closing(sqlite3.connect(tmp_path / "data" / "sitrep.db")) as c:
        assert c.execute("select count(*) from heard where words = ?", (SAID,)).fetchone() == (1,)
        assert c.execute("select count(*) from incident").fetchone() == (1,)
