"""A SQLite file that is damaged is only read, and one that is lost is not made anew in silence (REL-111, REL-112)."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copyfile

import aiohttp
import pytest
from conversation import ADA, SETTINGS
from crash.world import furnished
from databases import execute, ready
from sqlalchemy.exc import DatabaseError
from structlog.testing import capture_logs

from bot.clock import real_now
from bot.config import Config, read
from bot.config_errors import ConfigError
from bot.doctor import examine
from bot.lived import Note
from bot.mistake import Mistake
from bot.opening import opened, signing_key
from bot.port import listen
from bot.serve import up
from bot.web.failures import AWAY
from bot.web.session import digest
from commands.line import Line
from commands.run import Door
from storage import web_sessions
from storage.damage import Damaged, damage
from storage.database import Database

KIB = 4_096


async def lived(folder: Path) -> Config:
    """An incident was declared there, and everything is in the one file."""
    place = folder / "sitrep.db"
    url = await ready(place, furnished)
    config = Config(settings=SETTINGS, database=url, data=folder, host="127.0.0.1", port=1)
    database = Database.open(url)
    await Door(database, SETTINGS).say(Line(ADA, "/incident sev2 Checkout returns 500s", real_now(), "line:1"))
    await signing_key(database, config)
    await database.close()
    return config


def log_of(place: Path, *, commits: int) -> Path:
    """The write-ahead log as a killed process leaves it, beside its file."""
    kept = place.with_name("kept.db")
    with closing(sqlite3.connect(place, isolation_level=None)) as c:
        c.execute("pragma journal_mode=wal")
        c.execute("pragma wal_autocheckpoint=0")
        for number in range(commits):
            # One page each.
            c.execute(f"pragma user_version={number + 1}")
        for end in ("", "-wal"):
            copyfile(f"{place}{end}", f"{kept}{end}")
    for end in ("", "-wal"):
        copyfile(f"{kept}{end}", f"{place}{end}")
    return place.with_name(f"{place.name}-wal")


def flip(file: Path, at: int) -> None:
    with file.open("r+b") as f:
        f.seek(at)
        (byte,) = f.read(1)
        f.seek(at)
        f.write(bytes([byte ^ 0xFF]))


def spoil_a_page(place: Path) -> None:
    """The head of a table that a start does not look into."""
    with closing(sqlite3.connect(place)) as c:
        (page,) = c.execute("select rootpage from sqlite_master where name = 'timeline'").fetchone()
    flip(place, (page - 1) * KIB)


def bytes_of(place: Path) -> dict[str, bytes]:
    """An empty log is none."""
    found = {end: Path(f"{place}{end}").read_bytes() for end in ("", "-wal") if Path(f"{place}{end}").exists()}
    return {end: content for end, content in found.items() if content}


async def test_rel_111_a_damaged_page_is_found_before_anything_is_written(tmp_path: Path) -> None:
    config = await lived(tmp_path)
    place = tmp_path / "sitrep.db"
    assert damage(place) == ""
    spoil_a_page(place)
    before = bytes_of(place)
    assert damage(place)
    with pytest.raises(Mistake, match=r"is damaged: .*operations\.md"):
        async with opened(config):
            pass
    assert bytes_of(place) == before


@pytest.mark.parametrize(
    ("at", "lost"),
    [(32 + 24 + 100, 4), (32 + 2 * (24 + KIB) + 500, 2), (10, 4), (32 + 24 + 3 * (24 + KIB) + 9, 0)],
    ids=["first frame", "third frame", "header", "the last commit, torn"],
)
async def test_rel_111_a_damaged_log_is_found_and_not_overwritten(tmp_path: Path, at: int, lost: int) -> None:
    """SQLite itself says nothing and forgets the commits behind the damage; the last may be torn by a power cut."""
    config = await lived(tmp_path)
    place = tmp_path / "sitrep.db"
    log = log_of(place, commits=4)
    assert damage(place) == ""
    flip(log, at)
    before = bytes_of(place)
    found = damage(place)
    assert found.startswith(f"{lost} commits") if lost else found == ""
    assert bytes_of(place) == before
    if lost:
        async with opened(config, reads=True) as database:
            assert database.damage == found
            with pytest.raises(Damaged):
                async with database.begin():
                    pass
        assert bytes_of(place) == before


async def test_rel_111_what_is_left_of_an_older_log_is_no_damage(tmp_path: Path) -> None:
    """A log is written from its beginning again; behind its end stand frames of the time before."""
    await lived(tmp_path)
    place = tmp_path / "sitrep.db"
    with closing(sqlite3.connect(place, isolation_level=None)) as c:
        c.execute("pragma journal_mode=wal")
        for number in range(6):
            c.execute("insert into setting (name, value) values (?, 'x')", [f"s{number}"])
        c.execute("pragma wal_checkpoint(restart)")
        c.execute("insert into setting (name, value) values ('new', 'x')")
        assert damage(place) == ""


@asynccontextmanager
async def shown(config: Config) -> AsyncIterator[aiohttp.ClientSession]:
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    house = replace(SETTINGS.house, base_url=f"http://127.0.0.1:{port}")
    config = replace(config, port=port, settings=replace(SETTINGS, house=house))
    async with (
        opened(config, reads=True) as database,
        up(database, config, listener),
        aiohttp.ClientSession(house.base_url) as browser,
    ):
        yield browser


async def test_rel_111_it_starts_read_only_and_says_so_loudly(tmp_path: Path) -> None:
    config = await lived(tmp_path)
    place = tmp_path / "sitrep.db"
    database = Database.open(config.database)
    async with database.begin() as c:
        await web_sessions.start(c, digest("secret"), ADA.id, csrf="c", at=real_now() - timedelta(minutes=5))
    await database.close()
    spoil_a_page(place)
    before = bytes_of(place)
    ada = {"Cookie": "__Host-sitrep=secret", "X-CSRF-Token": "c"}
    with capture_logs() as logs:
        async with shown(config) as browser:
            async with browser.get("/readyz") as answer:
                assert (await answer.text()).startswith("degraded\nthe database is damaged and only read: ")
            async with browser.get("/api/v2/summary.json") as public:
                assert public.status == 200
            async with browser.get("/promises", headers=ada) as page:
                assert "First public notice" in await page.text()
            said = {"text": "!note it hurts", "delivery": "a-try-of-ours"}
            own = {**ada, "Origin": str(page.url.origin())}
            async with browser.post("/api/rooms/1/messages", headers=own, json=said) as refused:
                assert refused.status == 503
                assert (await refused.json())["error"] == AWAY
    assert "database_damaged" in [line["action"] for line in logs]
    assert bytes_of(place) == before


async def test_rel_111_what_is_no_database_is_not_replaced(tmp_path: Path) -> None:
    config = await lived(tmp_path)
    place = tmp_path / "sitrep.db"
    place.write_bytes(b"this was a database once" * 400)
    before = bytes_of(place)
    for reads in (True, False):
        with pytest.raises(Mistake, match="cannot be used: file is not a database"):
            async with opened(config, reads=reads):
                pass
    assert bytes_of(place) == before


async def test_rel_112_a_database_that_was_served_and_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    config = await lived(tmp_path)
    place = tmp_path / "sitrep.db"
    async with opened(config) as database:
        Note(config.data, str(database.file)).write(real_now())
    place.unlink()
    for empty in (False, True):
        if empty:
            place.touch()
        with pytest.raises(Mistake, match=r"is missing or empty, and Sitrep last served from it on .* migrate --new"):
            async with opened(config):
                pass
        assert not (place.exists() and place.stat().st_size)
    async with opened(config, new=True):
        pass
    async with opened(config):
        pass


async def test_rel_112_where_none_may_be_made_a_first_start_needs_to_be_asked_for(tmp_path: Path) -> None:
    """A data folder that is lost altogether, or not mounted, looks like a first start; this tells them apart."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'sitrep.db'}"
    careful = Config(settings=SETTINGS, database=url, data=tmp_path, host="", port=1, new_database=False)
    with pytest.raises(Mistake, match="SITREP_NEW_DATABASE is no"):
        async with opened(careful):
            pass
    assert not (tmp_path / "sitrep.db").exists()
    async with opened(careful, new=True):
        pass
    async with opened(careful):
        pass


async def test_rel_112_what_cannot_be_read_is_said_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "sitrep.db").mkdir()
    url = f"sqlite+aiosqlite:///{tmp_path / 'sitrep.db'}"
    with pytest.raises(Mistake, match="cannot be used: unable to open database file"):
        async with opened(Config(settings=SETTINGS, database=url, data=tmp_path, host="", port=1)):
            pass


def test_rel_112_the_setting_is_yes_or_no() -> None:
    assert read("", {}).new_database
    assert not read("", {"SITREP_NEW_DATABASE": "no"}).new_database
    with pytest.raises(ConfigError, match="SITREP_NEW_DATABASE: must be yes or no"):
        read("", {"SITREP_NEW_DATABASE": "perhaps"})


async def test_rel_224_the_doctor_names_what_is_damaged_or_lost(tmp_path: Path) -> None:
    config = await lived(tmp_path)
    place = tmp_path / "sitrep.db"

    async def told(of: Config) -> str:
        return str(next(iter([each async for each in examine(of) if each.check == "database"])))

    assert "error" not in await told(config)
    spoil_a_page(place)
    assert "is damaged: " in await told(config)
    place.write_bytes(b"this was a database once" * 400)
    assert "cannot be read: file is not a database" in await told(config)
    place.unlink()
    assert "warning" in await told(config)
    assert "SITREP_NEW_DATABASE is no" in await told(replace(config, new_database=False))
    Note(config.data, str(place)).write(real_now())
    assert "is missing; Sitrep last served from it on" in await told(config)


async def test_readers_cannot_write(tmp_path: Path) -> None:
    config = await lived(tmp_path)
    database = Database.open(config.database)
    async with database.read() as c:
        with pytest.raises(DatabaseError, match="readonly"):
            await c.exec_driver_sql("delete from setting")
    await database.close()
    execute(tmp_path / "sitrep.db", "delete from setting")
