"""The auditor: compares what is owed with what would be reminded of, repairs it, says when we stand still (REL-132)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from commands.line import Line
from incidents import repairing
from incidents.incident import Incident
from incidents.person import CLOCK
from scheduler.clock import PUT_OFF
from storage import deadlines, incidents, outbox
from storage.database import Database

log = structlog.get_logger()

PATIENCE = timedelta(minutes=2)
"""A reminder or a delivery that nobody has tried for so long is stuck."""

_TRIED_AGAIN = PUT_OFF + timedelta(seconds=5)
"""So far ahead a clock may have put off what it could not give; it may be another process's, whose time differs."""

BATCH = 50
"""How many incidents are read at a time; between two batches the loop belongs to those who wait for an answer."""

Say = Callable[[Line], Awaitable[object]]
Times = tuple[datetime, datetime]
"""When it is due, and when it wakes."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one round found. Repaired is not well yet: the next round has to find nothing."""

    repaired: tuple[int, ...] = ()
    reminders: int = 0
    """So many were not given."""
    lanes: int = 0
    """So many destinations have something waiting that nobody tries to send."""

    @property
    def well(self) -> bool:
        return not (self.repaired or self.reminders or self.lanes)

    @property
    def troubles(self) -> list[str]:
        """A line each, without names: they are read from outside."""
        found = []
        if self.repaired:
            found.append(f"deadlines: repaired in {len(self.repaired)} incidents")
        if self.reminders:
            found.append(f"clock: {self.reminders} reminders are not given")
        if self.lanes:
            found.append(f"outbox: nobody sends to {self.lanes} destinations")
        return found


class Auditor:
    """Looks at everything that is open, a little at a time. It trusts no row and no timer."""

    def __init__(self, database: Database, say: Say, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._say = say
        self._now = now

    async def look(self, *, pause: float = 0) -> Report:
        """One round; ``pause`` seconds between two batches."""
        repaired, after, stuck = list[int](), 0, 0
        while batch := await self._next(after):
            wrong, held_up = await self._wrong(batch)
            repaired += [incident.id for incident in wrong if await self._mend(incident)]
            stuck += held_up
            after = batch[-1].id
            await asyncio.sleep(pause)
        report = await self._stuck(tuple(repaired), stuck)
        if not report.well:
            log.error("the audit found something", action="audit_found", troubles=report.troubles, ids=repaired[:20])
        return report

    async def _next(self, after: int) -> list[Incident]:
        async with self._database.read() as c:
            return await incidents.next_open(c, after=after, limit=BATCH)

    async def _wrong(self, batch: list[Incident]) -> tuple[list[Incident], int]:
        """Those whose rows say something else than they do, or that owe what nothing reminds of.

        What a clock, ours or another process's, has put off differs on purpose; how many of those are stuck.
        """
        now, rows = self._now(), await self._rows(batch)
        wrong, stuck = list[Incident](), 0
        for incident in batch:
            found, owed = rows.get(incident.id, {}), _owed(incident)
            put_off = {name for name in owed if _put_off(found.get(name), owed[name], now=now)}
            stuck += any(owed[name][1] <= now - PATIENCE for name in put_off)
            if found | {name: owed[name] for name in put_off} != owed or repairing.missing(incident, now=now):
                wrong.append(incident)
        return wrong, stuck

    async def _rows(self, batch: list[Incident]) -> dict[int, dict[str, Times]]:
        try:
            async with self._database.read() as c:
                return await deadlines.read(c, [incident.id for incident in batch])
        except (ValueError, TypeError):
            # A time that cannot be read: whose it is shows when each is read alone.
            alone = [await self._rows([one]) for one in batch] if len(batch) > 1 else []
            return {id: row for found in alone for id, row in found.items()}

    async def _mend(self, seen: Incident) -> bool:
        """Looked at once more under the incident's lock: a line may have changed it meanwhile."""
        now = self._now()
        async with self._database.begin() as c:
            incident = await incidents.by_id(c, seen.id, lock=True)
            if incident is None or incident.version != seen.version:
                return False
            await deadlines.rewrite(c, incident.id, incident.deadlines)
        names = repairing.missing(incident, now=now)
        if names:
            await self._say(_audit(incident, now=now))
        log.error("deadlines repaired", action="audit_repaired", incident=incident.id, names=names)
        return True

    async def _stuck(self, repaired: tuple[int, ...], put_off: int) -> Report:
        long_ago = self._now() - PATIENCE
        async with self._database.read() as c:
            late = await deadlines.due_to_be_told(c, long_ago)
            return Report(repaired, late + put_off, await outbox.untouched(c, long_ago))


def _put_off(found: Times | None, owed: Times, *, now: datetime) -> bool:
    """Its moment has passed, and a clock that could not give it will try again before long."""
    return found is not None and found[0] == owed[0] and owed[1] <= now and owed[1] < found[1] <= now + _TRIED_AGAIN


def _owed(incident: Incident) -> dict[str, Times]:
    return {name: (each.due_at, each.wake_at) for name, each in incident.deadlines.items()}


def _audit(incident: Incident, *, now: datetime) -> Line:
    delivery = f"audit:{incident.id}:{incident.version}:{now.timestamp()}"
    return Line(who=CLOCK, words="audit", at=now, delivery=delivery, via="clock", incident=incident.id)
