"""The page as files: readable with the bot dead, whole at every moment, never older than it was (G8, REL-181)."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import unused_port
from arez.statuspage import StatusPage
from databases import ready
from public.press import HOUSE, NOW, STORY, page, post, publish, work
from structlog.testing import capture_logs
from web.browser import House

from bot.public_settings import PublicPage
from bot.web.public import files
from bot.web.public.files import Newer, Written
from bot.web.public.keeper import Keeper
from bot.web.public.tree import Tree
from storage.database import Database


def inside(folder: Path, pattern: str) -> list[Path]:
    return [file for file in folder.rglob(pattern) if file.is_file()]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nobody needs it."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "page"


@pytest.fixture
def elsewhere(folder: Path) -> Iterator[str]:
    """A web server that knows nothing of Sitrep."""
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: Quiet(*a, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


async def test_rel_181_everything_is_there_with_the_bot_dead(folder: Path, elsewhere: str) -> None:
    await files.write(page(*STORY), folder, Written())
    async with ClientSession() as client:
        for path, words in (("", "Card payments fail"), ("fr/history.html", "Historique"), ("feed.atom", "Identified")):
            async with client.get(f"{elsewhere}/{path}") as answer:
                assert answer.status == 200
                assert words in await answer.text()
    async with StatusPage(elsewhere) as client:
        found = await client.get_status()
    assert [incident.name for incident in found.incidents] == ["Card payments fail"]


async def test_rel_181_a_killed_sitrep_leaves_its_page(tmp_path: Path, folder: Path, elsewhere: str) -> None:
    """A real server, killed without a word; what was published before can be read."""
    (tmp_path / "sitrep.toml").write_text(f'[organisation]\nname = "Example Shop"\n[public]\nfiles = "{folder}"\n')
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve", "--port", str(unused_port())),
        cwd=tmp_path,
        env=_environment(tmp_path),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _tells(folder, "All systems operational")
        database = Database.open(f"sqlite+aiosqlite:///{tmp_path / 'sitrep.db'}")
        await publish(database, *STORY)
        await database.close()
        await _tells(folder, "Card payments fail")
    finally:
        process.kill()
        await process.wait()
    async with ClientSession() as client, client.get(elsewhere) as answer:
        assert "Card payments fail" in await answer.text()


async def _tells(folder: Path, words: str) -> None:
    for _ in range(400):
        if (folder / "index.html").is_file() and words in (folder / "index.html").read_text(encoding="utf-8"):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"nobody wrote {words!r}")


async def test_every_link_leads_to_a_file_wherever_the_folder_is(folder: Path) -> None:
    await files.write(page(*STORY), folder, Written())
    found = 0
    for file in inside(folder, "*.html"):
        for link in re.findall(r'href="([^"]+)"', file.read_text(encoding="utf-8")):
            if link.startswith(("#", "data:")):
                continue
            assert (file.parent / link).resolve().is_file(), (file, link)
            found += 1
    assert found > 200


async def test_one_language_needs_no_folders_of_languages(folder: Path) -> None:
    await files.write(page(*STORY, house=replace(HOUSE, languages=("fr",))), folder, Written())
    assert not (folder / "fr").exists()
    assert '<html lang="fr">' in (folder / "index.html").read_text(encoding="utf-8")


async def test_only_what_changed_is_written(folder: Path) -> None:
    written = Written()
    await files.write(page(*STORY), folder, written)
    before = {file: file.stat().st_mtime_ns for file in inside(folder, "*")}
    assert await files.write(page(*STORY), folder, written) == 0
    changed = await files.write(page(*STORY, post("monitoring", subject="incident:7", number=3)), folder, written)
    touched = {file.name for file, at in before.items() if file.stat().st_mtime_ns != at}
    assert 0 < changed < len(before)
    incident = page(*STORY).open[0].id
    assert {"index.html", "feed.atom", "summary.json", f"{incident}.html"} <= touched
    others = [subject.id for subject in page(*STORY).over]
    assert not {f"{other}.html" for other in others} & touched


async def test_rel_184_an_older_state_never_overwrites_a_newer_one(folder: Path) -> None:
    newer = page(*STORY, post("resolved", subject="incident:7", number=3))
    await files.write(newer, folder, Written())
    kept = (folder / "index.html").read_bytes()
    for older in (page(*STORY), page()):
        with pytest.raises(Newer):
            await files.write(older, folder, Written())
    assert (folder / "index.html").read_bytes() == kept


async def test_nobody_ever_reads_half_a_page(folder: Path) -> None:
    """Read as fast as possible while it is written again and again."""
    states = [page(*STORY), page(*STORY, post("monitoring", subject="incident:7", number=3, at=1))]
    await files.write(states[0], folder, Written())
    whole = {Tree(s, files=True).document("index.html").body for s in states}
    done = False

    def read() -> set[bytes]:
        seen = set()
        while not done:
            seen.add((folder / "index.html").read_bytes())
        return seen

    reading = asyncio.get_running_loop().run_in_executor(None, read)
    for number in range(8):
        (folder / files.MARK).unlink()
        await files.write(states[number % 2], folder, Written())
    done = True
    assert await reading <= whole
    assert [file for file in inside(folder, ".*") if file.name != files.MARK] == []


async def test_anybody_may_read_the_files(folder: Path) -> None:
    await files.write(page(*STORY), folder, Written())
    assert {oct(file.stat().st_mode & 0o777) for file in inside(folder, "*.*")} == {"0o644"}


async def test_the_keeper_writes_at_every_change(sitrep: House, folder: Path) -> None:
    keeper = Keeper(sitrep.database, HOUSE, PublicPage(files=folder), clock=lambda: sitrep.now)
    await keeper.refresh()
    assert "All systems operational" in (folder / "index.html").read_text(encoding="utf-8")
    await publish(sitrep.database, *STORY)
    await keeper.refresh()
    assert "Card payments fail" in (folder / "index.html").read_text(encoding="utf-8")
    sitrep.now = NOW.replace(hour=22)
    await keeper.refresh()
    assert "<h3>3 April 2031</h3>" in (folder / "index.html").read_text(encoding="utf-8")


async def test_what_could_not_be_written_is_tried_again_and_complained_about_once(sitrep: House, folder: Path) -> None:
    keeper = Keeper(
        sitrep.database, HOUSE, PublicPage(files=folder), clock=lambda: sitrep.now, monotonic=lambda: sitrep.elapsed
    )
    await asyncio.to_thread(folder.write_text, "a file is in the way")
    with capture_logs() as logged:
        for _ in range(29):
            await keeper.refresh()
            sitrep.elapsed += 1
    assert [line["action"] for line in logged] == ["status_files"]
    await asyncio.to_thread(folder.unlink)
    sitrep.elapsed += 1
    await keeper.refresh()
    assert (folder / "index.html").is_file()


async def test_links_in_feeds_and_json_lead_to_the_configured_address(sitrep: House, folder: Path) -> None:
    settings = PublicPage(files=folder, url="https://status.example.com")
    keeper = Keeper(sitrep.database, HOUSE, settings, clock=lambda: sitrep.now)
    await publish(sitrep.database, *STORY, work(subject="maintenance:9"))
    await keeper.refresh()
    found = json.loads((folder / "api/v2/summary.json").read_text(encoding="utf-8"))
    assert found["page"]["url"] == "https://status.example.com"
    link = found["incidents"][0]["shortlink"]
    assert (folder / link.removeprefix("https://status.example.com/")).is_file()
    assert "sitrep.example.com" not in (folder / "feed.atom").read_text(encoding="utf-8")


async def test_the_command_line_writes_them_too(tmp_path: Path) -> None:
    (tmp_path / "sitrep.toml").write_text('[organisation]\nname = "Example Shop"\n[[components]]\nname = "Search"\n')
    database = Database.open(await ready(tmp_path / "sitrep.db"))
    await publish(database, *STORY)
    await database.close()
    out = tmp_path / "out"
    assert "files" in await _sitrep(tmp_path, 0, "status-page", str(out))
    assert "Card payments fail" in (out / "index.html").read_text(encoding="utf-8")
    (out / files.MARK).write_text('{"newest": "2099-01-01T00:00:00+00:00"}')
    assert "newer than anything" in await _sitrep(tmp_path, 1, "status-page", str(out))


def _environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SITREP_", "SLACK_"))}
    return {**kept, "SITREP_DATA": str(data), "PYTHONPATH": str(Path(__file__).parents[2])}


async def _sitrep(folder: Path, code: int, *words: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        cwd=folder,
        env=_environment(folder),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    assert process.returncode == code, told.decode()
    return told.decode()
