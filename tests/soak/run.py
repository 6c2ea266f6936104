"""Two real `sitrep serve` on one PostgreSQL, killed with -9 again and again, while people speak in Slack's stand-in."""

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import aiohttp
import asyncpg
import cluster
from aiohttp.test_utils import unused_port
from fakes.slack.remote import RemoteSlack, remote_slack
from soak.figures import verdict, waiting

ROOT = Path(__file__).parents[2]
DRAINED_WITHIN = 120.0
_UP_WITHIN = 60.0


@dataclass
class Replica:
    """One `sitrep serve`; ``process`` is its present life."""

    port: int
    folder: Path
    environment: dict[str, str]
    process: "asyncio.subprocess.Process | None" = None

    async def start(self) -> None:
        with (self.folder / f"{self.port}.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "serve"), cwd=self.folder, env=self.environment, stdout=log, stderr=log
            )
        until = time.monotonic() + _UP_WITHIN
        async with aiohttp.ClientSession() as session:
            while time.monotonic() < until:
                assert self.process.returncode is None, f"it ended by itself: {self.folder}/{self.port}.log"
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}/healthz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.05)
        raise AssertionError("it did not come up")

    async def kill(self) -> None:
        if self.process and self.process.returncode is None:
            os.kill(self.process.pid, signal.SIGKILL)
            await self.process.wait()


@dataclass
class Soak:
    slack: RemoteSlack
    replicas: list[Replica]
    chance: random.Random
    acknowledged: list[str] = field(default_factory=list)
    said: int = 0
    kills: int = 0

    async def speak(self, until: float) -> None:
        """A new incident now and then, findings all the time."""
        while time.monotonic() < until:
            self.said += 1
            declares = self.said % 25 == 1
            words = f"!incident sev{self.chance.choice('123')} Checkout fails {self.said}"
            words = words if declares else f"!note finding {self.said}"
            rooms = [each["channel"] for each in await self.slack.ledger(kind="create")]
            room = "general" if declares or not rooms else rooms[-1]
            told = await self.slack.do("ada", "types", f"#{room}", words)
            if told["acked"] and (declares or rooms):
                self.acknowledged.append(words)
            await asyncio.sleep(self.chance.uniform(0.05, 0.4))

    async def strike(self, until: float) -> None:
        """One after the other, so that somebody always listens."""
        while time.monotonic() + 5 < until:
            await asyncio.sleep(self.chance.uniform(2, 8))
            victim = self.chance.randrange(len(self.replicas))
            other = self.replicas[1 - victim]
            # A killed replica is killed while Slack speaks to it; its balancer finds out a moment later.
            await self.slack.ask("listens", url=f"http://127.0.0.1:{self.replicas[victim].port}")
            await asyncio.sleep(self.chance.uniform(0.5, 2))
            await self.replicas[victim].kill()
            self.kills += 1
            await self.slack.ask("listens", url=f"http://127.0.0.1:{other.port}")
            await asyncio.sleep(self.chance.uniform(0, 30 if self.chance.random() < 0.2 else 2))
            await self.replicas[victim].start()


async def soak(seconds: float, seed: int) -> dict[str, float]:
    """Raises AssertionError where a replica does not come up again."""
    cluster.announce(Path(mkdtemp(prefix="sitrep-postgresql-")))
    try:
        async with _started(seed) as (it, dsn):
            began = time.monotonic()
            async with asyncio.TaskGroup() as group:
                group.create_task(it.speak(began + seconds))
                group.create_task(it.strike(began + seconds))
            drained = await _drained(dsn)
            took = time.monotonic() - began
            found = await verdict(dsn, it.acknowledged, await it.slack.ledger())
            rate = found["sent"] / took
            return {"seconds": took, "kills": it.kills, "drained after": drained, "deliveries/s": rate, **found}
    finally:
        cluster.leave()


async def _drained(dsn: str) -> float:
    began = time.monotonic()
    while await waiting(dsn) and time.monotonic() - began < DRAINED_WITHIN:  # noqa: ASYNC110 - it is another process's
        await asyncio.sleep(0.5)
    return time.monotonic() - began


@asynccontextmanager
async def _started(seed: int) -> AsyncIterator[tuple[Soak, str]]:
    server = await asyncio.to_thread(cluster.dsn)
    name = f"soak_{os.getpid()}"
    c = await asyncpg.connect(server)
    await c.execute(f"create database {name}")
    await c.close()
    dsn = f"{server.rpartition('/')[0]}/{name}"
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="sitrep-soak-")))
        slack = await stack.enter_async_context(remote_slack(seed=seed))
        await slack.ask("limits", tiers=False, per_channel=False, retry_after=[0.5, 1, 2, 4, 8])
        for channel in ("general", "incidents", "status"):
            await slack.ask("channel", name=channel, members=["ada"])
        api = str(slack.app["base_url"]).rstrip("/")
        (folder / "sitrep.toml").write_text(f'[slack]\nmode = "http"\napi_url = "{api}"\n', encoding="utf-8")
        replicas = [Replica(port, folder, _environment(port, dsn, slack)) for port in (unused_port(), unused_port())]
        for replica in replicas:
            stack.push_async_callback(replica.kill)
            await replica.start()
        await slack.ask("listens", url=f"http://127.0.0.1:{replicas[0].port}")
        yield Soak(slack, replicas, random.Random(seed)), dsn


def _environment(port: int, dsn: str, slack: RemoteSlack) -> dict[str, str]:
    return {
        **os.environ,
        "SITREP_PORT": str(port),
        "SITREP_HOST": "127.0.0.1",
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": dsn.replace("postgresql://", "postgresql+asyncpg://"),
        "SLACK_BOT_TOKEN": slack.app["bot_token"],
        "SLACK_SIGNING_SECRET": slack.app["signing_secret"],
    }
