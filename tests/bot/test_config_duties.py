"""What the organisation owes by law, and what it asks itself before it posts (CAD-9, CAD-25)."""

import asyncio
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from databases import ready

from bot.config import read
from bot.config_errors import ConfigError
from bot.opening import opened
from bot.port import listen
from bot.serve import up
from storage import routines
from storage.database import Database

DAN = '[[people]]\nname = "Dan"\nemail = "dan@example.com"\n'
DUTY = '[[regulatory]]\nname = "Tell the regulator"\nhours = 72\ncontact = "dan@example.com"\n'
DRILL = '[[routine]]\nname = "Drill"\nevery = "quarter"\nowner = "dan@example.com"\n'


def test_cad_25_duties_are_the_organisations_own_with_a_contact_it_knows(tmp_path: Path) -> None:
    file = tmp_path / "sitrep.toml"
    file.write_text(DAN + DUTY + 'trigger = "personal data"\n[posting]\ncriteria = ["Do they pay for it?"]\n' + DRILL)
    policy = read(str(file), {}).settings.policy
    (duty,) = policy.regulatory
    assert (duty.name, duty.hours, duty.contact.name, duty.trigger) == (
        "Tell the regulator",
        72,
        "Dan",
        "personal data",
    )
    (drill,) = read(str(file), {}).settings.routines
    assert (drill.name, drill.every, drill.owner.name) == ("Drill", "quarter", "Dan")
    assert policy.posting_criteria == ("Do they pay for it?",)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (DUTY, "sitrep.toml:4: regulatory[1].contact: must be the e-mail of somebody under"),
        (DAN + DUTY.replace("72", "0"), "sitrep.toml:6: regulatory[1].hours"),
        (DAN + DRILL * 2, "sitrep.toml:9: routine[2].name: must be there once"),
        (DRILL, "sitrep.toml:4: routine[1].owner: must be the e-mail of somebody under"),
        (DAN + DUTY + 'trigger = "Persönliches"\n', "must be a few lower-case words such as personal data"),
    ],
)
def test_cad_25_a_duty_that_nobody_could_be_reminded_of_is_refused_with_its_line(
    tmp_path: Path, text: str, line: str
) -> None:
    file = tmp_path / "sitrep.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as refused:
        read(str(file), {})
    assert line in str(refused.value)


async def test_cad_24f_a_server_looks_after_what_is_done_again_and_again(tmp_path: Path) -> None:
    file = tmp_path / "sitrep.toml"
    file.write_text(DAN + DRILL)
    url = await ready(tmp_path / "sitrep.db")
    config = replace(read(str(file), {}), database=url, data=tmp_path)
    async with opened(config) as database, up(database, config, listen("127.0.0.1", 0)):
        for _ in range(1_000):
            if await first_seen(database):
                return
            await asyncio.sleep(0.01)
    raise AssertionError("nobody looked")


async def first_seen(database: Database) -> date | None:
    async with database.read() as c:
        return (await routines.known(c, ["Drill"]))["Drill"].last
