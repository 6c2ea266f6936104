"""A process that is told to stop hands over what it has in hand; a SQLite file is served by one process alone."""

import asyncio
import signal
import sys
from collections import Counter
from pathlib import Path

import pytest
from conversation import BOB
from replicas.nursery import Nursery
from replicas.processes import ROOT, site
from sqlalchemy import func, select

from bot.clock import real_now
from storage.tables import lane

pytestmark = [pytest.mark.on("sqlite", "postgresql"), pytest.mark.timeout(150)]


async def test_rel_091_told_to_stop_under_load_it_hands_over_and_nothing_stays_claimed(
    tmp_path: Path, nursery: Nursery
) -> None:
    async with site(tmp_path, nursery) as here:
        (first,) = await here.start(1)
        here.slack.fault("late", "chat.postMessage", times=None, seconds=1)
        for number in range(1, 4):
            await here.says(f"/incident sev3 Checkout returns {500 + number}s")
        await here.until(lambda: len(here.slack.ledger.visible(kind="message")) >= 2, within=40)
        began = asyncio.get_running_loop().time()
        first.signal(signal.SIGTERM)
        assert await first.ended() == 0, first.log
        assert asyncio.get_running_loop().time() - began <= 20
        assert not await here.idle(), "it was stopped too late to prove anything"
        async with here.database.read() as c:
            claimed = select(func.count()).where(lane.c.lease_until > real_now())
            assert (await c.execute(claimed)).scalar_one() == 0
        here.slack.faults.clear()
        await here.start(1)
        await here.until(here.idle, within=60)
        posts = Counter(effect.op for effect in here.slack.ledger.visible(kind="message") if effect.op)
        assert set(posts.values()) == {1}
        assert len(here.slack.ledger.visible(kind="pin")) == 3


@pytest.mark.on("sqlite")
async def test_rel_144_a_second_process_on_one_sqlite_file_refuses_to_start_and_says_why(
    tmp_path: Path, nursery: Nursery
) -> None:
    async with site(tmp_path, nursery) as here:
        (first,) = await here.start(1)
        second = here.replica("second")
        second.start()
        assert await second.ended() == 1
        assert f"Another Sitrep (process {first.pid}) serves from" in second.log
        assert "PostgreSQL" in second.log
        assert "Traceback" not in second.log
        # A line from a terminal is no second server: the running one delivers what comes of it.
        said = await asyncio.create_subprocess_exec(
            *("sitrep", "say", "--as", BOB.id, "/incident sev3 Checkout returns 500s"),
            env={"DATABASE_URL": here.url, "PATH": str(Path(sys.executable).parent), "PYTHONPATH": str(ROOT)},
            cwd=second.folder,
        )
        assert await said.wait() == 0
        await here.until(lambda: bool(here.slack.ledger.visible(kind="pin")), within=40)
        # However it ends, the file is free again.
        await first.killed()
        second.start()
        await second.up()
        second.signal(signal.SIGTERM)
        assert await second.ended() == 0
