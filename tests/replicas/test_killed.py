"""A real process, killed at random moments of its work and of its start, while people speak (REL-090)."""

import asyncio
import os
import random
from collections import Counter
from pathlib import Path

import pytest
from replicas.nursery import Nursery
from replicas.processes import site
from sqlalchemy import select

from storage.tables import timeline

KILLS = int(os.environ.get("REPLICA_KILLS", "2"))
"""500 in `make soak`, on both databases."""
_FEW = 20
"""Incidents in all: what is said later is said in one that is there."""

_WHERE = ("sqlite", "postgresql") if KILLS > 2 else ("sqlite",)

pytestmark = [pytest.mark.on(*_WHERE), pytest.mark.timeout(100 + 10 * KILLS)]


async def test_rel_090_killed_again_and_again_under_load_it_loses_and_doubles_nothing(
    tmp_path: Path, nursery: Nursery
) -> None:
    chance, declared = random.Random(90), 0
    async with site(tmp_path, nursery, lease=2) as here:
        (victim,) = await here.start(1)
        for number in range(1, KILLS + 1):
            if declared < _FEW:
                assert not (await here.says(f"/incident sev3 Checkout returns {500 + number}s")).refused
                declared += 1
            said = await here.says(f"note finding {number}", incident=number % declared + 1, via="button")
            assert not said.refused
            await asyncio.sleep(chance.uniform(0, 1.2))
            await victim.killed()
            victim.start()
        await victim.up()
        await here.until(here.idle, within=60)
        shown = here.slack.ledger.visible
        posts = Counter(each.op for each in shown(kind="message") if each.op)
        assert [op for op, many in posts.items() if many > 1] == []
        assert len(shown(kind="create")) == declared
        assert len(shown(kind="pin")) == declared
        async with here.database.read() as c:
            kept = (await c.execute(select(timeline.c.text).where(timeline.c.text.startswith("finding ")))).scalars()
            assert sorted(kept) == sorted(f"finding {number}" for number in range(1, KILLS + 1))
