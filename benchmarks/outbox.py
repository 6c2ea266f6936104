"""How many deliveries leave in a second: from one replica on SQLite, and from three on one PostgreSQL beside one."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import asyncpg
from sqlalchemy import make_url, text

from benchmarks.crowd import fill
from benchmarks.figure import Figure
from benchmarks.outbox_replica import Shown
from benchmarks.server import ROOT, environment
from storage import incidents, outbox, rooms
from storage.database import Database
from storage.outbox import Parcel
from templates.card import Card
from templates.effect import Effect
from templates.packing import pack_effect

_REPLICA = (sys.executable, "-m", "benchmarks.outbox_replica")
_NAME = f"outbox_{os.getpid()}"
_LINE = 4 * 1024 * 1024
"""Bytes: what a replica showed comes in one line."""


@dataclass(frozen=True, slots=True)
class Run:
    """What was seen in the chat of a run."""

    rate: float
    lost: int
    doubled: int
    disordered: int


async def measure(*, lanes: int = 300, each: int = 20, rounds: int = 3, replicas: int = 3) -> list[Figure]:
    """``each`` posts wait for each of as many rooms. Without a PostgreSQL, its ratio is left out, and this is said."""
    runs: list[Run] = []
    with TemporaryDirectory() as folder:
        file = f"sqlite+aiosqlite:///{Path(folder, 'sitrep.db')}"
        alone = [await _run(file, 1, lanes, each) for _ in range(rounds)]
    runs += alone
    figures = [Figure("outbox-sqlite-rate", median(run.rate for run in alone), "1/s", 300, "higher")]
    async with _postgresql() as server:
        if server:
            pairs = [[await _run(server, many, lanes, each) for many in (1, replicas)] for _ in range(rounds)]
            runs += [run for pair in pairs for run in pair]
            ratio = median(three.rate / one.rate for one, three in pairs)
            figures.append(Figure("outbox-three-ratio", ratio, "", 1.8, "higher"))
    return [
        *figures,
        Figure("outbox-lost", sum(run.lost for run in runs), "", 0, "lower"),
        Figure("outbox-doubled", sum(run.doubled for run in runs), "", 0, "lower"),
        Figure("outbox-disordered", sum(run.disordered for run in runs), "", 0, "lower"),
    ]


@asynccontextmanager
async def _postgresql() -> AsyncIterator[str]:
    """The address of a new database on the tests' own server; empty where there is no PostgreSQL."""
    sys.path.insert(0, str(ROOT / "tests"))
    import cluster

    if why := cluster.lacking():
        print(f"Left out: three replicas, for there is {why}.", file=sys.stderr)
        yield ""
        return
    with ExitStack() as stack:
        dsn = ""
        with suppress(KeyError):  # where tests run, the server is theirs
            dsn = cluster.dsn()
        if not dsn:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="sitrep-postgres-")))
            folder.chmod(0o755)
            cluster.announce(folder)
            stack.callback(cluster.leave)
            dsn = cluster.dsn()
        connection = await asyncpg.connect(dsn)
        await connection.execute(f"drop database if exists {_NAME} with (force)")
        await connection.execute(f"create database {_NAME}")
        try:
            yield make_url(dsn).set(drivername="postgresql+asyncpg", database=_NAME).render_as_string(False)
        finally:
            await connection.execute(f"drop database if exists {_NAME} with (force)")
            await connection.close()


async def _run(url: str, replicas: int, lanes: int, each: int) -> Run:
    posts = await _prepared(url, lanes, each)
    database = Database.open(url)
    async with AsyncExitStack() as stack:
        begun = [await stack.enter_async_context(_replica(url)) for _ in range(replicas)]
        for process in begun:
            _tell(process, "go")
        while await _waiting(database):
            await asyncio.sleep(0.1)
        shown = [one for process in begun for one in await _shown(process)]
    await database.close()
    return judged(posts, shown)


async def _waiting(database: Database) -> int:
    async with database.read() as c:
        return await outbox.waiting_count(c)


async def _prepared(url: str, lanes: int, each: int) -> int:
    """Rooms, and what is to be posted there; what an earlier run left is gone. How many posts."""
    database = Database.open(url)
    await database.migrate()
    now = datetime.now(UTC)
    async with database.begin() as c:
        known = await incidents.next_id(c) - 1
        for table in ("outbox", "lane"):
            await c.execute(text(f"delete from {table}"))  # noqa: S608 - our own words
    if not known:
        await fill(database, [now] * lanes)
        async with database.begin() as c:
            for room in range(1, lanes + 1):
                await rooms.bind(c, room, platform="web", ref=f"web:{room}", name=f"inc-{room}")
    for number in range(each):
        async with database.begin() as c:
            await outbox.add(c, [_parcel(room, number) for room in range(1, lanes + 1)], now=now)
    if database.shared:
        async with database.begin() as c:
            await c.execute(text("analyze"))
    await database.close()
    return lanes * each


def _parcel(room: int, number: int) -> Parcel:
    card = Card(text=f"{number}")
    return Parcel("web", room, "post", "room", pack_effect(Effect("post", "room", card)))


@asynccontextmanager
async def _replica(url: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        *_REPLICA, url, cwd=ROOT, env=environment(), stdin=PIPE, stdout=PIPE, limit=_LINE
    )
    try:
        assert process.stdout
        assert await process.stdout.readline() == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def _tell(process: Process, word: str) -> None:
    assert process.stdin
    process.stdin.write(f"{word}\n".encode())


async def _shown(process: Process) -> list[Shown]:
    _tell(process, "stop")
    assert process.stdout
    found: list[Shown] = [
        (op, room, int(number), at) for op, room, number, at in json.loads(await process.stdout.readline())
    ]
    await process.wait()
    return found


def judged(posts: int, shown: Iterable[Shown]) -> Run:
    in_order = sorted(shown, key=lambda one: one[3])
    ops = Counter(op for op, *_ in in_order)
    rooms_said: dict[str, list[int]] = {}
    for _op, room, number, _at in in_order:
        rooms_said.setdefault(room, []).append(number)
    disordered = sum(said != sorted(said) for said in rooms_said.values())
    began, ended = in_order[0][3], in_order[-1][3]
    return Run(posts / (ended - began), posts - len(ops), ops.total() - len(ops), disordered)
