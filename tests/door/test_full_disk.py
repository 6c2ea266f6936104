"""The disk is full, at any statement: nothing is half stored, questions are answered, people are called (REL-102)."""

import resource
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from conversation import BOB, DAN
from crash.ledger import at, broken
from crash.world import ON_CALL, World, world
from databases import rows
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.run import Door
from incidents.roles import Role
from storage import one_hop
from storage.tables import incident
from templates import plain
from templates.effect import Effect

pytestmark = pytest.mark.on("sqlite")

SAID = f"/incident sev1 Checkout returns 500s {'since the deploy ' * 25}"
"""Longer than what is left on the pages that are there."""
TABLES = ("incident", "timeline", "outbox", "deadline", "heard", "lane", "promise")
LARGEST = 1_073_741_823
PAGE = 4_120
"""Bytes of one in SQLite's write-ahead log."""


def stored(place: Path) -> list[int]:
    (counted,) = rows(place, f"select {', '.join(f'(select count(*) from {name})' for name in TABLES)}")  # noqa: S608
    return list(counted)


class Full:
    """From the n-th statement on the file may not grow by a page; ``seen`` is how many statements there were."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.seen = 0
        self.at: int | None = None
        for name in ("execute", "executemany"):
            patch.setattr(one_hop._Statement, name, self._counting(getattr(one_hop._Statement, name)))

    def _counting(self, carry_out: Any) -> Any:
        def counted(cursor: Any, sql: str, values: Any = ()) -> Any:
            if sql.startswith(("INSERT", "UPDATE", "DELETE")):
                self.seen += 1
                if self.seen == self.at:
                    pages = sqlite3.Cursor.execute(cursor, "PRAGMA page_count").fetchone()[0]
                    sqlite3.Cursor.execute(cursor, f"PRAGMA max_page_count={pages}")
            return carry_out(cursor, sql, values)

        return counted


async def test_rel_102_the_disk_is_full_at_any_statement_of_a_declaration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing partial, the speaker is told, and it works without a restart once there is room."""
    place, disk = tmp_path / "sitrep.db", Full(monkeypatch)
    failed = 0
    async with world(tmp_path, settings=ON_CALL) as here:
        disk.seen = 0
        await here.says(BOB, SAID)
        statements = disk.seen
        for number in range(1, statements + 1):
            before = stored(place)
            disk.seen, disk.at = 0, number
            answer = await here.says(BOB, SAID)
            if answer.failed:
                failed += 1
                assert stored(place) == before
                assert answer.card
                assert "nothing was changed" in plain.text(answer.card)
            disk.at = None
            await room_again(here)
            assert (await here.says(BOB, SAID)).incident
        assert len(await here.rows(incident)) == 1 + 2 * statements - failed
    assert failed == statements > 5
    assert broken(at(place), settled=False) == []


async def room_again(here: World) -> None:
    async with here.database._writer.connect() as c:
        await c.exec_driver_sql(f"PRAGMA max_page_count={LARGEST}")
        await c.rollback()


@contextmanager
def no_larger(size: int) -> Iterator[None]:
    """No file of this process may grow beyond this: the system fails the write, as a broken disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_rel_103_a_file_that_cannot_grow_leaves_nothing_half_stored(tmp_path: Path) -> None:
    """At each page of the log that a declaration writes, real I/O errors; then it works without a restart."""
    place, log = tmp_path / "sitrep.db", tmp_path / "sitrep.db-wal"
    failed = 0
    async with world(tmp_path, settings=ON_CALL) as here:
        await here.says(BOB, SAID)
        for more in range(0, PAGE * 60, PAGE * 3):
            before, size = stored(place), log.stat().st_size
            with no_larger(size + more):
                answer = await here.says(BOB, SAID)
            if not answer.failed:
                break
            failed += 1
            assert stored(place) == before
            assert answer.card
            assert "nothing was changed" in plain.text(answer.card)
            assert (await here.says(BOB, "/incident sev3 Search is slow")).incident
        assert len(await here.rows(incident)) == 2 + failed
    assert failed > 3
    assert broken(at(place), settled=False) == []


class Pager:
    """Stands where the chats do: who was called, for which line."""

    def __init__(self, reaches: Sequence[str]) -> None:
        self.called: list[tuple[str, str]] = []
        self._reaches = reaches

    async def call(self, delivery: str, pages: Sequence[Effect]) -> list[str]:
        ids = [page.to.removeprefix("person:") for page in pages]
        self.called += [(delivery, id) for id in ids]
        return [id for id in ids if id in self._reaches]


async def test_rel_102_questions_are_answered_and_people_are_called_while_nothing_can_be_stored(
    tmp_path: Path,
) -> None:
    async with world(tmp_path, settings=ON_CALL) as here:
        room = await here.declares("/incident sev3 Checkout returns 500s")
        pager = Pager([BOB.id])
        here.door = Door(here.database, ON_CALL, calls=pager.call)
        before = await here.timeline()
        with no_larger(4_096):
            due = await here.says(DAN, "/incident due", room=room)
            called = await here.says(DAN, "/incident page @bob the till is down", room=room)
            declared = await here.says(DAN, "/incident sev1 Payments are down")
            noted = await here.says(DAN, "!note it hurts", room=room)
            refused = await here.says(DAN, "/incident page @nobody-here", room=room)
        assert due.card
        assert not due.failed
        assert "First public notice" in plain.text(due.card)
        assert (called.failed, declared.failed, noted.failed, refused.failed) == (True, True, True, False)
        assert [id for _, id in pager.called] == [BOB.id, *(each.id for each in (ON_CALL.roster.primary.person, BOB))]  # type: ignore[union-attr]
        assert called.card
        assert "Called all the same: Bob" in plain.text(called.card)
        assert declared.card
        assert "Call them by phone, Sitrep cannot reach them now: Ada" in plain.text(declared.card)
        assert "+1 555 0101" in plain.text(declared.card)
        assert await here.timeline() == before
        assert len(await here.rows(incident)) == 1
        assert (await here.says(DAN, "!note it hurts", room=room)).incident == 1


async def test_rel_105_a_line_that_was_stored_is_not_refused_though_its_commit_was_answered_by_an_error(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read again it would change nothing any more: whoever took the role would be told that it is taken."""
    room, begin = await here.declares(), here.database.begin

    @asynccontextmanager
    async def lost(*, intake: bool = False) -> AsyncIterator[AsyncConnection]:
        async with begin(intake=intake) as c:
            yield c
        raise OperationalError("COMMIT", {}, sqlite3.OperationalError("disk I/O error"))

    monkeypatch.setattr(here.database, "begin", lost)
    answer = await here.says(BOB, "!ic take scribe", room=room)
    assert answer.repeated
    assert not answer.refused
    assert (await here.incident()).holder(Role.SCRIBE) == BOB
