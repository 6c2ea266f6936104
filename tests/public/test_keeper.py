"""What is published appears by itself; the page looks no older than it is."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from public.press import HOUSE, NOW, STORY, page, post, publish, work
from public.test_files import inside
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs
from web.browser import House

from bot.public_settings import PublicPage
from bot.web.public.keeper import Keeper
from bot.web.public.tree import Tree
from incidents.records import Wording
from storage import publications


def keeper(sitrep: House) -> Keeper:
    return Keeper(sitrep.database, HOUSE, PublicPage(), clock=lambda: sitrep.now, monotonic=lambda: sitrep.elapsed)


def shown(kept: Keeper) -> Tree:
    assert kept.tree
    return kept.tree


async def test_a_post_appears_at_the_next_look_and_nothing_is_built_without_one(sitrep: House) -> None:
    kept = keeper(sitrep)
    await kept.look()
    first = shown(kept)
    await kept.look()
    assert shown(kept) is first
    await publish(sitrep.database, *STORY)
    await kept.look()
    assert [subject.newest.record.name for subject in shown(kept).snapshot.open] == ["Card payments fail"]


async def test_it_is_built_again_when_a_window_begins(sitrep: House) -> None:
    kept = keeper(sitrep)
    await publish(sitrep.database, work())
    await kept.look()
    first = shown(kept)
    assert b"The planned time has begun." not in first.document("index.html").body
    sitrep.now += timedelta(minutes=59)
    await kept.look()
    assert shown(kept) is first
    sitrep.now += timedelta(minutes=1)
    await kept.look()
    assert b"The planned time has begun." in shown(kept).document("index.html").body


async def test_many_posts_are_read_once(sitrep: House) -> None:
    """After the first look only the newest rows are read, and the whole is the same as if all were."""
    kept = keeper(sitrep)
    many = [post(subject=f"incident:{number}", at=number, name=f"Number {number}") for number in range(250)]
    for start in range(0, 250, 50):
        await publish(sitrep.database, *many[start : start + 50])
        await kept.look()
    assert [each.id for each in shown(kept).snapshot.subjects] == [each.id for each in page(*many).subjects]
    async with sitrep.database.read() as c:
        assert len(await publications.after(c, 200)) == 50


async def test_rel_180_a_database_that_hangs_or_fails_changes_nothing(sitrep: House) -> None:
    kept = keeper(sitrep)
    await publish(sitrep.database, *STORY)
    await kept.look()
    first, database = shown(kept), kept._database

    class Gone:
        def read(self) -> None:
            raise OperationalError("select", {}, OSError("disk I/O error"))

    kept._database = Gone()  # type: ignore[assignment]
    with capture_logs() as logged:
        for _ in range(5):
            sitrep.elapsed += 10
            await kept.look()
    assert [line["action"] for line in logged] == ["status_page_stale"]
    assert shown(kept) is first
    assert kept.stale
    assert kept.stale.known_at == NOW
    kept._database = database
    await kept.look()
    assert kept.stale is None


async def test_rel_180_the_page_is_fresh_while_somebody_writes(sitrep: House) -> None:
    """A writer who never ends does not hold readers up."""
    kept = keeper(sitrep)
    await kept.look()
    async with sitrep.database.begin():
        await asyncio.wait_for(kept.look(), 2)
    assert kept.stale is None


async def test_rel_184_a_database_that_is_behind_takes_nothing_back(sitrep: House) -> None:
    kept = keeper(sitrep)
    await publish(sitrep.database, *STORY)
    await kept.look()
    async with sitrep.database.begin() as c:
        await c.exec_driver_sql("delete from publication where number = 2")
    await kept.look()
    assert shown(kept).snapshot.open[0].stage == "identified"


async def test_tl_8_masked_words_leave_the_page_and_its_files(sitrep: House, tmp_path: Path) -> None:
    """No new post, the same address, and nothing of the old words anywhere."""
    folder = tmp_path / "page"
    settings = PublicPage(files=folder)
    kept = Keeper(sitrep.database, HOUSE, settings, clock=lambda: sitrep.now)
    secret = post(body="Joe Miller was charged twice.")
    await publish(sitrep.database, secret, *STORY)
    await kept.refresh()
    before = {subject.id for subject in shown(kept).snapshot.subjects}
    assert any("Joe Miller" in file.read_text(encoding="utf-8") for file in inside(folder, "*.*"))
    masked = replace(
        secret.record, texts={"en": Wording("Investigating - Checkout is slow", "[masked] was charged twice.")}
    )
    async with sitrep.database.begin() as c:
        await publications.reword(c, secret, masked)
    await kept.refresh()
    assert {subject.id for subject in shown(kept).snapshot.subjects} == before
    assert not any("Joe Miller" in file.read_text(encoding="utf-8") for file in inside(folder, "*.*"))
    assert not any(b"Joe Miller" in shown(kept).document(name).body for name in shown(kept))


async def test_it_looks_by_itself(sitrep: House) -> None:
    kept = keeper(sitrep)
    await publish(sitrep.database, post())
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        looking = group.create_task(kept.keep())
        await _until(lambda: bool(kept.tree and len(kept.tree.snapshot.subjects) == 1))
        await publish(sitrep.database, *STORY)
        await _until(lambda: bool(kept.tree and len(kept.tree.snapshot.subjects) == 5))
        looking.cancel()


async def _until(so: Callable[[], bool]) -> None:
    for _ in range(1000):
        if so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never was")
