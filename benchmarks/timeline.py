"""How long it takes to write down a long incident."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.figure import Figure
from benchmarks.stage import ADA, declare, opened, settings
from bot.export import export
from storage import timeline
from storage.database import Database

START = datetime(2031, 4, 2, 14, 0, tzinfo=UTC)


async def measure(*, entries: int = 10_000, times: int = 5) -> list[Figure]:
    with TemporaryDirectory() as folder:
        async with opened(Path(folder, "timeline.db")) as database:
            await declare(database, "/incident sev2 Checkout returns 500s", at=START)
            await _write(database, entries)
            took = [await _export(database, entries) for _ in range(times)]
    return [Figure("timeline-export", median(took), "s", 1, "lower")]


async def _write(database: Database, entries: int) -> None:
    """Every tenth is corrected: that is a row of its own, and both texts are shown."""
    async with database.begin() as c:
        first = await timeline.count(c, 1) + 1
        rows = [_row(first + number) for number in range(entries)]
        await timeline.add(c, rows)
        changed = [_correction(first + entries + number, row) for number, row in enumerate(rows[::10])]
        await timeline.add(c, changed)


def _row(seq: int) -> dict[str, object]:
    at = START + timedelta(seconds=seq)
    text = f"deploy {seq} of *checkout* went out; see https://ci.example.com/runs/{seq}?step=2 & the <b>log</b>"
    return {
        "incident_id": 1,
        "seq": seq,
        "at": at,
        "recorded_at": at,
        "type": "note",
        "text": text,
        "actor_id": ADA.id,
        "actor": ADA.name,
        "recorded_by": ADA.name,
        "source": f"web:message:{seq}",
        "refers_to": None,
        "change": "",
        "new_text": None,
        "visibility": "internal",
    }


def _correction(seq: int, row: dict[str, object]) -> dict[str, object]:
    return row | {
        "seq": seq,
        "type": "corrected",
        "refers_to": row["seq"],
        "change": "corrected",
        "new_text": "rolled back",
    }


async def _export(database: Database, entries: int) -> float:
    """Seconds from the first row read to the last line written."""
    began = time.perf_counter()
    document = "".join([piece async for piece in export(database, 1, "md", settings().house)])
    took = time.perf_counter() - began
    assert document.count("\n| ") >= entries, "entries are missing"
    return took
