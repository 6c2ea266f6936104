"""Several processes on one PostgreSQL: one is killed, one stopped in the middle; what they held goes on elsewhere."""

import signal
from collections import Counter
from pathlib import Path

import pytest
from replicas.nursery import Nursery
from replicas.processes import Site, site

from storage import outbox

pytestmark = [pytest.mark.on("postgresql"), pytest.mark.timeout(150)]

LEASE = 3.0
"""Seconds; a seventh of what it is, so that nobody waits for the rest."""
TITLES = ("Checkout returns 500s", "Search finds nothing")


def posts(here: Site) -> Counter[str]:
    return Counter(effect.op for effect in here.slack.ledger.visible(kind="message") if effect.op)


def pinned(here: Site) -> int:
    return len(here.slack.ledger.visible(kind="pin"))


async def test_rel_092_what_a_killed_and_a_stopped_replica_held_is_taken_over_and_shown_once(
    tmp_path: Path, nursery: Nursery
) -> None:
    async with site(tmp_path, nursery, lease=LEASE) as here:
        killed, stopped, heir = await here.start(3)
        stopped.signal(signal.SIGSTOP)
        heir.signal(signal.SIGSTOP)
        # Each post reaches Slack, and is shown; its answer comes when the sender is no more there to hear it.
        here.slack.fault("late", "chat.postMessage", times=2, seconds=1)
        await here.says(f"/incident sev3 {TITLES[0]}")
        await here.until(lambda: len(posts(here)) >= 1, within=40)
        killed.signal(signal.SIGKILL)
        stopped.signal(signal.SIGCONT)
        here.slack.fault("late", "chat.postMessage", times=2, seconds=1)
        shown = len(posts(here))
        await here.says(f"/incident sev3 {TITLES[1]}")
        await here.until(lambda: len(posts(here)) > shown, within=40)
        stopped.signal(signal.SIGSTOP)
        heir.signal(signal.SIGCONT)
        took = await here.until(here.idle, within=60)
        stopped.signal(signal.SIGCONT)
        await here.says(f"/incident sev3 {TITLES[0]} again")
        await here.until(here.idle, within=60)
        # Of the thirty seconds, ten are for what is left once the lease has run out.
        assert took <= 30 - (outbox.LEASE.total_seconds() - LEASE)
        assert set(posts(here).values()) == {1}
        assert pinned(here) == 3
