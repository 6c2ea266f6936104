"""Planned maintenance in Slack: by `/incident maintenance`, by `!maintenance`, by buttons in private."""

from datetime import timedelta
from pathlib import Path

import pytest
from conversation import START
from wire import wired

from storage import maintenances

pytestmark = pytest.mark.timeout(60)

BEGINS = START + timedelta(days=2)
PLAN = f'maintenance schedule {BEGINS:%Y-%m-%d %H:%M} for 2h Sign-in: move it --effect "nobody can sign in"'


async def test_from_the_plan_to_the_end_in_slack(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        dan = wire.person("dan")
        assert (await dan.slash("#general", f"/incident {PLAN}")).acked
        await wire.settle()
        assert wire.slack.screen("status") == []
        await dan.types("general", "!maintenance announce 1")
        await wire.settle()
        assert "Scheduled - maintenance of Sign-in" in "\n".join(wire.slack.screen("status"))
        wire.time.now = BEGINS
        await wire.settle()
        assert (await dan.presses("Start", where="@sitrep")).acked
        await wire.settle()
        await wire.wait(minutes=116)
        assert (await dan.presses("Complete", where="@sitrep")).acked
        await wire.settle()
        said = "\n".join(wire.slack.screen("status"))
        assert "In progress - maintenance of Sign-in" in said
        assert "Completed - maintenance of Sign-in" in said
        async with wire.core.database.read() as c:
            found = await maintenances.by_id(c, 1)
        assert found
        assert found.stage == "completed"


async def test_a_guest_plans_nothing(tmp_path: Path) -> None:
    async with wired(tmp_path) as wire:
        guest = wire.person("gus", guest="single")
        await guest.slash("#general", f"/incident {PLAN}")
        await wire.settle()
        async with wire.core.database.read() as c:
            assert await maintenances.listed(c) == []
