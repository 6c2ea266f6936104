"""Sitrep dies at every call to Slack, before it or right after it took effect; the next run finishes what it left.

tests/crash kills real processes at every step of the database; here Slack is the stand-in, and what people see counts.
"""

import os
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import databases
import pytest
from crash.world import furnished
from fakes.slack.fake import FakeSlack
from fakes.slack.ledger import Effect
from sqlalchemy import select
from wire import Time, Wire, _introduce, _populate, connected

from bot.slack import calls, workspace
from storage.database import Database
from storage.tables import outbox

pytestmark = pytest.mark.timeout(120)


EVERY = int(os.environ.get("SITREP_KILL_EVERY", "3"))
"""Of an odd number, so that deaths before a call and after one take turns. SITREP_KILL_EVERY=1 dies at all of them."""


class Killed(BaseException):
    """Nothing of ours catches it; whatever this run still had in memory is gone."""


async def drained(wire: Wire) -> bool:
    """False when it was killed; the calls that were under way beside the deadly one ended with it."""
    try:
        await wire.core.delivery.drain()
    except BaseExceptionGroup as ended:
        if ended.split(Killed)[1]:
            raise
        return False
    return True


@dataclass
class Life:
    """``left`` steps until it ends; a call is two, one before and one after it took effect at Slack."""

    left: float = float("inf")
    steps: int = 0
    real: Callable[..., Awaitable[Any]] = field(default=calls.call)

    async def call(self, web: object, method: str, **args: object) -> Any:
        self._step()
        answer = await self.real(web, method, **args)
        self._step()
        return answer

    def _step(self) -> None:
        self.steps += 1
        if self.steps > self.left:
            raise Killed


_ID = re.compile(r"\b[CU][A-Z0-9]{8,}\b")
"""Of rooms and people, drawn anew in each run."""

Act = Callable[[Wire], Awaitable[None]]


async def declares(wire: Wire) -> None:
    assert (await wire.person("ada").slash("#general", "/incident sev1 Checkout returns 500s")).acked


async def led(wire: Wire) -> None:
    await declares(wire)
    await wire.settle()
    room = await wire.room()
    assert (await wire.person("ada").slash(room.name, "/ic take ic")).acked
    assert (await wire.person("cleo").slash(room.name, "/ic take customer-liaison")).acked
    await wire.settle()


async def updates(wire: Wire) -> None:
    words = "/incident status investigating Customers cannot pay. Search works."
    assert (await wire.person("cleo").slash((await wire.room()).name, words)).acked


async def hands_over(wire: Wire) -> None:
    assert (await wire.person("ada").slash((await wire.room()).name, "/ic assign scribe @bob")).acked
    assert (await wire.person("ada").slash((await wire.room()).name, "/incident handover @bob")).acked


async def resolves(wire: Wire) -> None:
    words = '/incident resolve No data was lost. --because "it is well"'
    assert (await wire.person("ada").slash((await wire.room()).name, words)).acked


async def nothing(wire: Wire) -> None:
    return None


FLOWS: dict[str, tuple[Act, Act, int]] = {
    "rel_080 declare": (nothing, declares, 20),
    "rel_081 update": (led, updates, 4),
    "rel_082 resolve": (led, resolves, 4),
    "rel_087 role": (led, hands_over, 4),
}
"""What was before, what is killed, and how many steps that takes at least."""


@asynccontextmanager
async def ready(folder: Path) -> Any:
    file = folder / "sitrep.db"
    await databases.ready(file, furnished)
    time = Time()
    database = Database.open(databases.address(file))
    async with FakeSlack(wall=time.wall) as slack:
        slack.limits.off()
        _populate(slack)
        await _introduce(database)

        def run() -> Any:
            return connected(slack, database, time, "socket")

        yield slack, database, run
    await database.close()


def where(slack: FakeSlack, effect: Effect) -> str:
    """A direct conversation has another id in each run."""
    channel = slack.workspace.channels[effect.channel_id]
    if channel.kind != "im":
        return channel.name
    return ",".join(sorted(slack.workspace.users[user].name for user in channel.members if user != slack.app.user_id))


async def played(
    folder: Path, life: Life, before: Act, act: Act, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[tuple[str, str, str]], dict[str, Any]]:
    """What everybody sees in the end: (kind, channel, text) without what was edited; and what is doubled."""
    async with ready(folder) as (slack, database, run), AsyncExitStack() as stack:
        wire = await stack.enter_async_context(run())
        await before(wire)
        await act(wire)
        await slack.settle()
        await wire.side.later.quiet()
        with monkeypatch.context() as patch:
            patch.setattr(workspace, "call", life.call)
            assert await drained(wire) == (life.steps <= life.left), "it outlived its end"
        await stack.aclose()
        again = await stack.enter_async_context(run())
        for _ in range(3):
            await again.wait(seconds=61)
        async with database.read() as c:
            states = set((await c.execute(select(outbox.c.state).where(outbox.c.lane.startswith("slack:")))).scalars())
        assert states <= {"sent", "superseded"}, states
        commanders = [holder for holder in (await again.incident()).holders if holder.role.value == "ic"]
        assert len(commanders) <= 1
        seen = [
            (effect.kind, where(slack, effect), _ID.sub("…", effect.text))
            for effect in slack.ledger
            if effect.kind in ("create", "message", "pin", "invite")
        ]
        return sorted(seen), slack.ledger.duplicates()


@pytest.mark.parametrize("name", FLOWS)
async def test_rel_080_rel_081_rel_082_rel_087_killed_at_any_call_to_slack_nothing_is_lost_or_doubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before, act, least = FLOWS[name]

    async def run(number: int, left: float) -> Any:
        folder = tmp_path / str(number)
        folder.mkdir()
        life = Life(left)
        return await played(folder, life, before, act, monkeypatch), life.steps

    (whole, doubled), steps = await run(0, float("inf"))
    assert doubled == {}
    assert steps >= least, "the seams are not watched"
    for left in range(0, steps, EVERY):
        (seen, doubled), taken = await run(left + 1, left)
        assert taken > left, "it was not killed"
        assert doubled == {}, f"doubled when killed at step {left}"
        lost, more = Counter(whole) - Counter(seen), Counter(seen) - Counter(whole)
        assert (lost, more) == (Counter(), Counter()), f"killed at step {left}"
