"""The status page and its `summary.json` under load, while people go on speaking lines (REL-182)."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from itertools import count

import aiohttp

from benchmarks.figure import Figure
from benchmarks.page_load import Reading, read
from benchmarks.slack_events import declared, message
from benchmarks.slack_load import Load, Outcome, send
from benchmarks.slack_serving import Beside, sitrep_in_slack
from benchmarks.stage import percentile
from incidents.components import ComponentState
from incidents.records import Wording
from storage import publications
from storage.database import Database
from storage.publications import Publication, Record

PATHS = ("/status", "/api/v2/summary.json")
READERS, SPEAKERS = 100, 20
_LINES = 25
"""A second."""


class Speaking:
    """Messages in a timeline thread, at their own pace; each is a line through the door."""

    def __init__(self, beside: Beside, room: str, thread: str) -> None:
        self._beside = beside
        self._where = room, thread
        self._numbers = count()

    async def speak(self, seconds: float) -> Outcome:
        began, many = time.time(), max(1, int(seconds * _LINES))
        stamps = [f"{began + next(self._numbers) / 1e4:.6f}" for _ in range(many)]
        bodies = [message(self._beside, *self._where, stamp) for stamp in stamps]
        due = [number / _LINES for number in range(many)]
        secret = self._beside.slack.app["signing_secret"]
        outcome = await send(Load(self._beside.port, SPEAKERS, secret, bodies, kind="application/json", due=due))
        assert outcome.statuses == {"200": many}, outcome.statuses
        return outcome


async def measure(*, seconds: float = 10.0) -> list[Figure]:
    """``seconds`` for each of the loads: none, 500 a second, 1,000 a second, as many as there can be."""
    async with sitrep_in_slack() as beside:
        await _publish(beside)
        speaking = Speaking(beside, *await declared(beside))
        alone = await speaking.speak(seconds)
        paced = [await _both(beside, speaking, rate, seconds) for rate in (500, 1000)]
        (most, _) = await _both(beside, speaking, 0, seconds)
    (steady, lines), (double, _) = paced
    slower = percentile(lines.latencies, 0.99) - percentile(alone.latencies, 0.99)
    return [
        Figure("status-page-rate", most.rate, "1/s", 500, "higher"),
        Figure("status-page-p99", 1000 * percentile(steady.latencies, 0.99), "ms", 150, "lower"),
        Figure("status-page-1000-p99", 1000 * percentile(double.latencies, 0.99), "ms", 150, "lower"),
        Figure("status-page-lines-ms", 1000 * slower, "ms", 100, "lower"),
    ]


async def _both(beside: Beside, speaking: Speaking, rate: int, seconds: float) -> tuple[Outcome, Outcome]:
    """``rate`` requests a second; 0: a hundred readers, each asking again as soon as it was answered."""
    many = int((rate or 1500) * seconds)
    due = [number / rate for number in range(many)] if rate else []
    reading = Reading(beside.port, READERS, PATHS, many, due)
    outcome, lines = await asyncio.gather(read(reading), speaking.speak(seconds))
    assert outcome.statuses == {"200": many}, outcome.statuses
    return outcome, lines


async def _publish(beside: Beside) -> None:
    """A year's page: an open incident, forty that are over, planned work."""
    now = datetime.now(UTC)
    posts = [_post(f"incident:{1000 + number}", "resolved", now - timedelta(days=9 * number)) for number in range(40)]
    posts += [_post("incident:2000", "investigating", now), _post("maintenance:1", "scheduled", now)]
    database = Database.open(f"sqlite+aiosqlite:///{beside.file}")
    try:
        async with database.begin() as c:
            await publications.add(c, posts)
    finally:
        await database.close()
    await _shown(beside.port)


def _post(subject: str, stage: str, at: datetime) -> Publication:
    body = "Orders take longer than usual for some customers in Europe. " * 6
    record = Record(
        name="Checkout is slow",
        language="en",
        texts={"en": Wording(f"{stage.title()} - Checkout is slow", f"{body}\n\n{body}")},
        components={name: ComponentState.DEGRADED for name in ("Checkout", "Payments", "Search")},
        template="en/text",
        started_at=at,
        ends_at=at + timedelta(days=1),
    )
    return Publication(subject, 1, subject.partition(":")[0], stage, at, record)


async def _shown(port: int) -> None:
    async with asyncio.timeout(30), aiohttp.ClientSession() as client:
        while True:
            async with client.get(f"http://127.0.0.1:{port}/status") as answer:
                if "Checkout is slow" in await answer.text():
                    return
            await asyncio.sleep(0.1)
