"""What /metrics says: a fault is counted where it is logged; what waits is read when somebody asks (REL-222).

Nothing of an incident or a person is in any name, label or figure of ours: labels are words of this program, names of
platforms and of configured channels, and Slack's own words (SEC-038).
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from sqlalchemy.exc import SQLAlchemyError
from structlog.typing import EventDict, WrappedLogger

from bot.faults import FAULTS
from bot.slack.codes import KNOWN
from storage import backlog, deadlines, letters, restored
from storage.database import Database

UNKNOWN = float("nan")
PATIENCE = 5.0
"""Seconds for the database; whoever scrapes usually waits for ten."""
PLATFORMS = ("publish", "slack", "web")

_LAGS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_LOOK = 0.5
"""Seconds between two looks at how late the loop is."""

prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class State:
    """What only the running parts know: the lines of /readyz, the heartbeats that were heard, connections to Slack."""

    troubles: Callable[[], Awaitable[list[str]]]
    beats: int = 0
    connections: int = 0


class Metrics:
    """One for each process: replicas count for themselves, and what waits in the database all of them say alike."""

    def __init__(self, channels: Iterable[str] = ()) -> None:
        """``channels`` are those of the configuration; no other name ever becomes a label."""
        self.registry = CollectorRegistry()
        prometheus_client.ProcessCollector(registry=self.registry)
        self._channels = frozenset(channels)
        self._counters()
        self._gauges()
        self._lag = Histogram(
            "sitrep_loop_lag_seconds", "How late the event loop is.", buckets=_LAGS, registry=self.registry
        )

    def _counters(self) -> None:
        def counter(name: str, help: str, *labels: str) -> Counter:
            return Counter(f"sitrep_{name}", help, labels, registry=self.registry)

        self._faults = counter("faults", "Faults, by the action their log line names.", "fault")
        self._undelivered = counter("delivery_failures", "Tries to deliver that failed.", "platform")
        self._dead = counter("dead_letters", "What was given up, by platform.", "platform")
        self._calls = counter("slack_call_failures", "Calls to Slack that failed, by Slack's word for it.", "code")
        self._beats = counter("heartbeats", "Heartbeats that somebody outside heard.")
        self._beaten = 0
        self._unposted = counter("publish_failures", "Posts to channels that failed.", "channel")
        # A rate can only be seen in a series that was there before its first fault.
        for fault in FAULTS:
            self._faults.labels(fault)
        for platform in PLATFORMS:
            self._undelivered.labels(platform)
            self._dead.labels(platform)
        for channel in self._channels:
            self._unposted.labels(channel)

    def _gauges(self) -> None:
        def gauge(name: str, help: str, *labels: str) -> Gauge:
            return Gauge(f"sitrep_{name}", help, labels, registry=self.registry)

        gauge("build_info", "Always 1.", "version").labels(version("sitrep")).set(1)
        self._up = gauge("database_up", "1 if the database answered this very scrape.")
        self._waiting = gauge("outbox_waiting_rows", "What waits to be delivered.", "platform")
        self._age = gauge("outbox_oldest_seconds", "How long the oldest of it has waited.", "platform")
        self._held = gauge("outbox_held", "1 while nothing leaves: the database is an older copy.")
        self._late = gauge("reminders_late_seconds", "How long the reminder that is most overdue has waited.")
        self._letters = gauge("lines_waiting", "Lines that failed by a fault of Sitrep's own and are tried again.")
        self._troubles = gauge("troubles", "How many troubles /readyz names.")
        self._links = gauge("slack_connections", "Open connections of Slack's Socket Mode; 0 where it is not used.")

    def counted(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """Stands among the log's processors and changes nothing."""
        fault = event.get("action")
        if fault in FAULTS:
            # What a flood's log leaves out is told with its next line.
            self._faults.labels(fault).inc(1 + int(event.get("unsaid") or 0))
        if fault == "delivery_failed":
            self._undelivered.labels(_one_of(PLATFORMS, event.get("platform"))).inc()
        elif fault == "dead_letter":
            self._dead.labels(_one_of(PLATFORMS, event.get("platform"))).inc()
        elif fault == "slack_call_failed":
            self._calls.labels(_one_of(KNOWN, event.get("code") or "none")).inc()
        elif fault == "publish_failed":
            self._unposted.labels(_one_of(self._channels, event.get("channel"))).inc()
        return event

    async def scrape(self, database: Database, state: State, *, now: datetime) -> bytes:
        """As Prometheus reads it. Where the database does not answer, its figures are NaN and the rest is true."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._read(database, now)
                self._troubles.set(len(await state.troubles()))
            self._up.set(1)
        except (SQLAlchemyError, OSError):
            self._unknown()
        self._beats.inc(state.beats - self._beaten)
        self._beaten = state.beats
        self._links.set(state.connections)
        return prometheus_client.generate_latest(self.registry)

    async def _read(self, database: Database, now: datetime) -> None:
        async with database.read() as c:
            waiting = await backlog.by_platform(c)
            due = await deadlines.next_wake(c)
            self._letters.set(await letters.waiting(c))
            self._held.set(await restored.held(c) is not None)
        for platform in PLATFORMS:
            known = waiting.get(platform)
            self._waiting.labels(platform).set(known.rows if known else 0)
            self._age.labels(platform).set(_seconds(known.since if known else None, now))
        self._late.set(_seconds(due, now))

    def _unknown(self) -> None:
        self._up.set(0)
        for gauge in (self._held, self._late, self._letters, self._troubles):
            gauge.set(UNKNOWN)
        for platform in PLATFORMS:
            self._waiting.labels(platform).set(UNKNOWN)
            self._age.labels(platform).set(UNKNOWN)

    async def watch_the_loop(self, stopped: asyncio.Event) -> None:
        """Until ``stopped``."""
        loop = asyncio.get_running_loop()
        while not stopped.is_set():
            due = loop.time() + _LOOK
            with suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), _LOOK)
            self._lag.observe(max(0.0, loop.time() - due))


def _one_of(known: Collection[str], word: object) -> str:
    """Labels are counted on the fingers: whatever is not known is `other`."""
    return word if isinstance(word, str) and word in known else "other"


def _seconds(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
