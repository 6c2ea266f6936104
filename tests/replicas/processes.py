"""Real `sitrep serve` processes on one PostgreSQL, and a Slack that all of them speak to."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp
from aiohttp.test_utils import unused_port
from conversation import ADA, SETTINGS
from crash.world import furnished
from databases import ready
from fakes.slack.fake import FakeSlack
from replicas.nursery import ENDED, Nursery

from bot.clock import real_now
from commands.line import Line
from commands.run import Answer, Door
from storage import outbox
from storage.database import Database

ROOT = Path(__file__).parents[2]


@dataclass
class Replica:
    """One process, in a folder of its own."""

    folder: Path
    url: str
    slack: FakeSlack
    nursery: Nursery
    lease: float
    port: int = field(default_factory=unused_port)
    pid: int = 0

    def start(self) -> None:
        self.folder.mkdir(exist_ok=True)
        toml = f'[slack]\nmode = "http"\napi_url = "{self.slack.base_url.rstrip("/")}"\n'
        (self.folder / "sitrep.toml").write_text(toml)
        secrets = {
            "SLACK_BOT_TOKEN": self.slack.app.bot_token,
            "SLACK_SIGNING_SECRET": self.slack.app.signing_secret,
            "DATABASE_URL": self.url,
        }
        own = {"SITREP_PORT": str(self.port), "SITREP_HOST": "127.0.0.1"}
        self.pid = self.nursery.born(self.folder, {**os.environ, **own, **secrets}, self.lease)

    async def up(self) -> None:
        async with aiohttp.ClientSession() as session:
            for _ in range(1200):
                assert self.code is None, self.log
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}/healthz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.025)
        raise AssertionError("it did not come up")

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    @property
    def code(self) -> int | None:
        """None while it runs."""
        ended = self.folder / ENDED
        return int(ended.read_text()) if ended.exists() else None

    async def ended(self) -> int:
        while self.code is None:  # noqa: ASYNC110 - it is another process's
            await asyncio.sleep(0.01)
        return self.code

    async def killed(self) -> None:
        self.signal(signal.SIGKILL)
        await self.ended()

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()


@dataclass
class Site:
    """``says`` goes through a door of the test's own: as if one more replica had heard it."""

    folder: Path
    url: str
    database: Database
    door: Door
    slack: FakeSlack
    nursery: Nursery
    lease: float
    replicas: list[Replica] = field(default_factory=list)
    lines: int = 0

    async def start(self, count: int) -> list[Replica]:
        """All at once."""
        new = [self.replica(f"replica {n + len(self.replicas)}") for n in range(count)]
        self.replicas += new
        for replica in new:
            replica.start()
        for replica in new:
            await replica.up()
        return new

    def replica(self, name: str) -> Replica:
        return Replica(self.folder / name, self.url, self.slack, self.nursery, self.lease)

    async def says(self, words: str, **more: Any) -> Answer:
        self.lines += 1
        return await self.door.say(Line(ADA, words, real_now(), f"line:{self.lines}", **more))

    async def until(self, true: Callable[[], bool] | Callable[[], Awaitable[bool]], *, within: float) -> float:
        """Seconds that it took."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while loop.time() - began < within:
            found = true()
            if found if isinstance(found, bool) else await found:
                return loop.time() - began
            await asyncio.sleep(0.05)
        raise AssertionError(f"not within {within} s; {self.told()}")

    async def idle(self) -> bool:
        async with self.database.read() as c:
            return await outbox.waiting_count(c) == 0

    def told(self) -> str:
        return "\n".join(replica.log[-1500:] for replica in self.replicas)

    async def __aenter__(self) -> "Site":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for replica in self.replicas:
            if replica.code is None:
                await replica.killed()


@asynccontextmanager
async def site(folder: Path, nursery: Nursery, *, lease: float = outbox.LEASE.total_seconds()) -> AsyncIterator[Site]:
    url = await ready(folder / "sitrep.db", furnished)
    database = Database.open(url)
    async with FakeSlack() as slack:
        # Half a minute of waiting for Slack's leave would prove nothing here.
        slack.limits.tiers = slack.limits.per_channel = False
        for channel in ("status", "incidents"):
            slack.channel(channel)
        slack.person("ada")
        door = Door(database, replace(SETTINGS, platforms=("web", "slack")))
        async with Site(folder, url, database, door, slack, nursery, lease) as begun:
            yield begun
    await database.close()
