"""Do the channels still say the same? Read back from those that allow it, compare, tell (CHK-1 to CHK-8)."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog

from commands import compare
from commands.line import Line
from incidents import carrying, maintenance_channels
from incidents.consistency import Told
from incidents.incident import Incident
from incidents.maintenance import Maintenance
from incidents.outlet import Outlet
from incidents.person import CLOCK
from scheduler.chat import Undelivered
from scheduler.delivery import sheltered
from scheduler.outlets import Outlets
from storage import incidents, maintenances, publications
from storage.database import Database

log = structlog.get_logger()

EVERY = timedelta(minutes=5)
_LOOKS_BACK = timedelta(days=1)
_OVER = 20

Say = Callable[[Line], Awaitable[object]]


class Comparing:
    """Looks at every incident and every planned work that was posted about lately. It decides nothing: the rules do."""

    def __init__(self, database: Database, outlets: Outlets, say: Say, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._outlets = outlets
        self._say = say
        self._clock = clock

    async def look(self) -> None:
        """Say `compare` of whatever channels have come to tell differently, or alike again."""
        for incident in await self._told():
            read = await self._read(incident.outlets)
            now = self._clock()
            if carrying.news(incident, read, now=now):
                await self._say(_line(incident, read, now=now))
        for maintenance in await self._planned():
            read, now = await self._read(maintenance.outlets), self._clock()
            if maintenance_channels.news(maintenance, read, now=now):
                await self._say(_planned_line(maintenance, read, now=now))

    async def _told(self) -> list[Incident]:
        async with self._database.read() as c:
            posts = await publications.since(c, self._clock() - _LOOKS_BACK)
            ids = {int(post.subject.partition(":")[2]) for post in posts if post.kind == "incident"}
            found = [await incidents.by_id(c, id) for id in sorted(ids)]
        return [incident for incident in found if incident and incident.outlets]

    async def _planned(self) -> list[Maintenance]:
        """Until a day after its end."""
        async with self._database.read() as c:
            found = await maintenances.listed(c, over=_OVER)
        since = self._clock() - _LOOKS_BACK
        return [each for each in found if each.outlets and (each.ended_at is None or each.ended_at >= since)]

    async def _read(self, outlets: Mapping[str, Outlet]) -> dict[str, Told]:
        """What channels say that can be asked; one that does not answer is left out, and asked again next time."""
        read: dict[str, Told] = {}
        for name, outlet in outlets.items():
            publisher = self._outlets.publishers.get(name)
            if publisher is None or not outlet.ref or not outlet.settled:
                continue
            try:
                said = await sheltered(publisher.read(outlet.ref))
            except Undelivered as problem:
                log.warning("not read back", action="read_back_failed", channel=name, reason=problem.reason)
                continue
            if said is not None:
                read[name] = said
        return read


def _line(incident: Incident, read: dict[str, Told], *, now: datetime) -> Line:
    return Line(
        who=CLOCK,
        words="compare",
        at=now,
        delivery=f"compare:{incident.id}:{incident.version}:{now.timestamp()}",
        via="clock",
        incident=incident.id,
        fields={name: compare.pack(told) for name, told in read.items()},
    )


def _planned_line(maintenance: Maintenance, read: Mapping[str, Told], *, now: datetime) -> Line:
    return Line(
        who=CLOCK,
        words=f"compare maintenance {maintenance.id}",
        at=now,
        delivery=f"compare:maintenance:{maintenance.id}:{maintenance.version}:{now.timestamp()}",
        via="clock",
        fields={name: compare.pack(told) for name, told in read.items()},
    )
