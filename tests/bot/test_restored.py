"""A backup is put back: nothing that is long past leaves; `sitrep outbox` shows what waits and lets it go."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from conversation import ADA, SETTINGS
from crash.world import furnished
from databases import duplicate, execute, ready, rows

from bot import outbox as words
from bot.beats import Beats
from bot.clock import real_now
from bot.config import Config
from bot.mistake import Mistake
from commands.line import Line
from commands.run import Door
from storage.database import Database

pytestmark = pytest.mark.on("sqlite", "postgresql")

SAID = "/incident sev3 Checkout returns 500s"


async def config_at(place: Path) -> Config:
    """One data folder, whatever the database."""
    url = await ready(place, furnished)
    return Config(settings=SETTINGS, database=url, data=place.parent, host="127.0.0.1", port=1)


async def lived(config: Config, *, ago: timedelta) -> Beats:
    database = Database.open(config.database)
    beats = Beats(database, config, clock=lambda: real_now() - ago)
    await beats.start()
    await database.close()
    return beats


async def test_rel_114_of_an_older_copy_nothing_leaves_until_an_operator_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live, kept = tmp_path / "sitrep.db", tmp_path / "kept.db"
    config = await config_at(live)
    assert not (await lived(config, ago=timedelta(days=1))).held
    database = Database.open(config.database)
    await Door(database, SETTINGS).say(Line(ADA, SAID, real_now() - timedelta(days=1, minutes=1), "line:1"))
    await database.close()
    duplicate(live, kept)
    assert not (await lived(config, ago=timedelta())).held
    # The copy stands where the database stood.
    execute(live, "delete from setting")
    for name, value in rows(kept, "select name, value from setting where name = 'last alive'"):
        execute(live, f"insert into setting (name, value) values ('{name}', '{value}')")  # noqa: S608
    assert (await lived(config, ago=timedelta())).held
    # A restart changes nothing about it.
    assert (await lived(config, ago=timedelta())).held
    await words.show(config)
    assert "Nothing leaves: this is a copy of" in capsys.readouterr().out
    await words.release(config, everything=False)
    assert rows(live, "select distinct state from outbox") == [("dead",)]
    assert rows(live, "select sum(pending) from lane") == [(0,)]
    assert not (await lived(config, ago=timedelta())).held
    with pytest.raises(Mistake, match="Nothing is held back"):
        await words.release(config, everything=False)


async def test_rel_114_a_copy_on_another_machine_is_recognised_by_its_long_silence(tmp_path: Path) -> None:
    """No note stands beside it. Whoever comes back soon, or joins others that serve, is believed."""
    config = await config_at(tmp_path / "sitrep.db")
    elsewhere = replace(config, data=tmp_path / "elsewhere")
    assert not (await lived(config, ago=timedelta(minutes=110))).held
    assert not (await lived(elsewhere, ago=timedelta(minutes=51))).held
    assert (await lived(replace(config, data=tmp_path / "third"), ago=timedelta(seconds=-600))).held


async def test_what_was_given_up_is_listed_without_its_words_and_tried_once_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "sitrep.db"
    config = await config_at(place)
    database = Database.open(config.database)
    await Door(database, SETTINGS).say(Line(ADA, SAID, real_now(), "line:1"))
    await database.close()
    execute(place, "update outbox set state = 'dead', last_error = 'channel_not_found' where kind = 'open'")
    execute(place, "update lane set pending = pending - 1 where name = (select lane from outbox where kind = 'open')")
    await words.show(config)
    told = capsys.readouterr().out
    (dead,) = [line for line in told.splitlines() if "given up" in line and "channel_not_found" in line]
    assert "Checkout" not in told
    await words.resend(config, dead.split()[0])
    assert rows(place, "select distinct state from outbox") == [("pending",)]
    mismatched = (
        "select name from lane where pending <> "
        "(select count(*) from outbox where outbox.lane = lane.name and state = 'pending')"
    )
    assert rows(place, mismatched) == []
    with pytest.raises(Mistake, match="Nothing that was given up is called"):
        await words.resend(config, "nonsense")
