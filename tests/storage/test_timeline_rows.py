"""The timeline is append-only: nothing in the program changes or deletes a row of it (TL-1, TL-8)."""

import ast
import re
from pathlib import Path

import pytest
from conversation import ADA, CLEO, DAN
from crash.world import World, world

import storage
from storage import timeline
from storage.tables import timeline as table

FOLDER = Path(storage.__file__).parent
PACKAGES = [FOLDER.parent / name for name in ("storage", "commands", "scheduler", "bot", "templates", "incidents")]
SOURCES = [file for package in PACKAGES for file in package.rglob("*.py") if "migrations" not in file.parts]


def _names_of_the_table(tree: ast.Module) -> set[str]:
    """What `storage.tables.timeline` is called in this file."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "storage.tables"
        for alias in node.names
        if alias.name == "timeline"
    }


def _changes_the_timeline(file: Path) -> bool:
    source = file.read_text()
    tree = ast.parse(source)
    names = _names_of_the_table(tree)
    changed = {
        argument.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("update", "delete")
        for argument in node.args
        if isinstance(argument, ast.Name)
    }
    return bool(changed & names or re.search(r"(update|delete\s+from)\s+timeline\b", source, re.IGNORECASE))


@pytest.mark.on("sqlite")
def test_no_statement_updates_or_deletes_timeline_rows() -> None:
    assert len(SOURCES) > 300
    assert [str(file) for file in SOURCES if _changes_the_timeline(file)] == []


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    "source",
    [
        "from storage.tables import timeline as rows\nupdate(rows)",
        "from storage.tables import timeline\nc.execute(delete(timeline).where(x))",
        "c.execute(text('DELETE FROM timeline'))",
    ],
)
def test_a_statement_that_did_would_be_found(source: str, tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text(source)
    assert _changes_the_timeline(tmp_path / "wrong.py")


async def _with_changes(here: World) -> None:
    room = await here.under_command()
    await here.says(DAN, "it began at 13:50", room=room, thread=True, source="web:message:900")
    await here.says(DAN, "it began at 13:55", room=room, source="web:message:900", change="edited")
    await here.says(DAN, "!note by mistake", room=room, source="web:message:901")
    await here.says(DAN, "", room=room, source="web:message:901", change="deleted")


async def test_a_correction_and_a_withdrawal_keep_what_was_first_written(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await _with_changes(here)
        async with here.database.read() as c:
            corrected = await timeline.by_source(c, 1, "web:message:900")
            withdrawn = await timeline.by_source(c, 1, "web:message:901")
        assert corrected
        assert (corrected.text, corrected.reads) == ("it began at 13:50", "it began at 13:55")
        assert withdrawn
        assert (withdrawn.text, withdrawn.withdrawn) == ("by mistake", True)


async def test_every_line_of_an_incident_only_adds_rows(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        room, before = await here.under_command(), await here.rows(table)
        for who, words in [
            (DAN, "!note it began at 13:55"),
            (ADA, "!correct 1 other words"),
            (ADA, "!withdraw 2 no reason"),
            (CLEO, "/status investigating Customers cannot pay."),
            (ADA, "!key 4"),
            (ADA, "!mask 4 began --because private"),
            (ADA, "!mask 4 --because private"),
            (ADA, "/incident cancel"),
        ]:
            await here.says(who, words, room=room)
            after = await here.rows(table)
            assert after[: len(before)] == before
            before = after


async def test_pages_and_the_stream_show_the_same_rows_in_the_order_things_happened(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        room = await here.declares()
        for minutes in (5, 30, 10, 20):
            await here.says(DAN, f"!note -{minutes}m that was {minutes} minutes ago", room=room)
        async with here.database.read() as c:
            count = await timeline.count(c, 1)
            pages = [
                entry for offset in range(0, count, 2) for entry in await timeline.page(c, 1, offset=offset, limit=2)
            ]
            assert pages == [entry async for entry in timeline.stream(c, 1)]
        assert [entry.at for entry in pages] == sorted(entry.at for entry in pages)


async def test_tl_8_only_the_table_still_knows_what_was_masked(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await _with_changes(here)
        room = await here.room()
        seqs = [entry.seq for entry in await here.timeline() if entry.source]
        for seq in seqs:
            await here.says(ADA, f"!mask {seq} --because private", room=room)
        assert [entry.reads for entry in await here.timeline() if entry.source] == ["[masked]", "[masked]"]
        shown = [entry.text for entry in await here.timeline() if entry.refers_to]
        assert shown == ["corrected: [masked]", "withdrawn", "masked: private", "masked: private"]
        assert "it began at 13:55" in [row["new_text"] for row in await here.rows(table)]
        assert "it began" not in repr(await here.timeline())


async def test_tl_8_the_reason_of_a_withdrawal_is_masked_with_the_entry(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        room = await here.under_command()
        await here.says(DAN, "!note Joe waits", room=room)
        seq = (await here.timeline())[-1].seq
        await here.says(DAN, f"!withdraw {seq} Joe is no customer", room=room)
        await here.says(DAN, f"!mask {seq} joe --because private", room=room)
        assert [entry.text for entry in await here.timeline()][-3:] == [
            "[masked] waits",
            "withdrawn: [masked] is no customer",
            "masked: private",
        ]


async def test_tl_8_key_events_are_counted_and_read_as_the_stream_has_them(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        room = await here.under_command()
        for words in ("!note one", "!note two", "!key 1 off", "/incident sev1 worse"):
            await here.says(ADA, words, room=room)
        seq = next(entry.seq for entry in await here.timeline() if entry.text == "two")
        await here.says(ADA, f"!key {seq}", room=room)
        keys = [entry for entry in await here.timeline() if entry.key]
        assert [entry.type for entry in keys] == ["note", "severity"]
        async with here.database.read() as c:
            assert await timeline.page(c, 1, key=True) == keys
            assert await timeline.count(c, 1, key=True) == len(keys)
            assert await timeline.page(c, 1, key=True, offset=1, limit=1) == keys[1:]
