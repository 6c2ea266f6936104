"""sitrep.toml is read again while work is under way: whole or not at all (REL-145)."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from conversation import ADA, BOB, START
from structlog.testing import capture_logs
from web.browser import house

from bot.config import read
from bot.core import Core
from bot.reloading import Reloading, on_hangup
from commands.line import Line
from commands.run import Answer
from incidents.incident import Incident
from storage import incidents, people

FILE = """[organisation]
name = "Example"
services = ["Checkout"]
[severity.sev2]
cadence = 30
"""
CHANGED = (
    FILE.replace("Example", "Example Ltd").replace("30", "20") + '[[people]]\nemail = "gil@example.com"\nname = "Gil"\n'
)


class Running:
    def __init__(self, file: Path, core: Core, reloading: Reloading) -> None:
        self.file = file
        self.core = core
        self.reloading = reloading
        self._lines = 0

    async def says(self, words: str, who: object = ADA, **more: object) -> Answer:
        self._lines += 1
        return await self.core.door.say(Line(who, words, START, f"cli:{self._lines}", via="cli", **more))  # type: ignore[arg-type]

    async def incident(self, number: int) -> Incident:
        async with self.core.database.read() as c:
            found = await incidents.by_id(c, number)
        assert found
        return found

    async def reads(self, text: str) -> bool:
        self.file.write_text(text, encoding="utf-8")
        return await self.reloading.reload()


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Running]:
    file = tmp_path / "sitrep.toml"
    file.write_text(FILE, encoding="utf-8")
    config = read(str(file), {})
    async with house(tmp_path, settings=config.settings) as running:
        reloading = Reloading(config, running.database, running.core, running.public, lambda: read(str(file), {}))
        yield Running(file, running.core, reloading)


def every(incident: Incident) -> float:
    """Minutes between two updates of a SEV-2, as this incident has them."""
    due = incident.next_update_due()
    assert due
    return (due - START).total_seconds() / 60


async def _handing_over(here: Running) -> None:
    assert (await here.says("/incident sev2 Checkout returns 500s")).incident == 1
    assert not (await here.says("take ic", incident=1)).refused
    assert not (await here.says("status investigating Customers cannot pay.", incident=1)).refused
    assert not (await here.says("handover @bob", incident=1)).refused


async def _handed_over(here: Running) -> None:
    for words in ("handover accept", "handover done"):
        assert not (await here.says(words, BOB, incident=1)).refused
    assert (await here.incident(1)).commander == BOB


async def test_rel_145_a_good_file_is_taken_and_what_is_under_way_goes_on(here: Running) -> None:
    await _handing_over(here)
    assert await here.reads(CHANGED)
    await _handed_over(here)
    begun = await here.incident(1)
    assert every(begun) == 30, "the numbers in force were copied onto it (GEN-1)"
    assert (await here.says("/incident sev2 Search is slow")).incident == 2
    assert not (await here.says("status investigating Search is slow.", incident=2)).refused
    assert every(await here.incident(2)) == 20
    async with here.core.database.read() as c:
        assert await people.get(c, "gil@example.com"), "who is named from now on can be named"
    await here.reloading.public.look()
    tree = here.reloading.public.tree
    assert tree
    assert tree.snapshot.house.organisation == "Example Ltd"


BAD = {
    "a wrong value": (CHANGED.replace("20", "-5"), "sitrep.toml:5: severity.sev2.cadence"),
    "a misspelt key": (CHANGED.replace("services", "servces"), "sitrep.toml:3: organisation.servces"),
    "no TOML": (CHANGED + "[[[", "sitrep.toml:9"),
    "what the process was built with": (CHANGED + "[web]\nport = 9000\n", "port, base_url: takes effect at the next"),
}


@pytest.mark.parametrize("how", BAD)
async def test_rel_145_a_bad_file_is_refused_whole_and_the_log_says_why(here: Running, how: str) -> None:
    await _handing_over(here)
    before, text, told = here.core.door.settings, *BAD[how]
    with capture_logs() as logs:
        assert not await here.reads(text)
    assert here.core.door.settings is before
    assert here.reloading.config.settings.house.organisation == "Example"
    (line,) = [line for line in logs if line["action"] == "config_refused"]
    assert told in line["problem"]
    await _handed_over(here)
    assert await here.reads(CHANGED), "once it is put right"


async def test_rel_145_without_a_database_nothing_is_taken(here: Running) -> None:
    def away() -> None:
        raise OSError("no database")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(here.core.database, "begin", away)
        assert not await here.reads(CHANGED)
    assert here.core.door.settings.house.organisation == "Example"


async def test_rel_145_the_signal_reads_the_file_again(here: Running) -> None:
    async with on_hangup(here.reloading):
        here.file.write_text(CHANGED, encoding="utf-8")
        os.kill(os.getpid(), signal.SIGHUP)
        async with asyncio.timeout(10):
            while here.core.door.settings.house.organisation != "Example Ltd":  # noqa: ASYNC110 - a file has no event
                await asyncio.sleep(0.01)
