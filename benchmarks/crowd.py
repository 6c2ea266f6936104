"""A database full of open incidents, each with the deadlines that its declaration gave it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from benchmarks.stage import DAN, settings
from incidents import declaring, rhythm
from incidents.incident import Incident
from incidents.severity import Severity
from storage import deadlines, incidents
from storage.database import Database

FIRST_REMINDER = timedelta(minutes=2)
"""After a declaration nobody has taken command of; its deadlines are later."""


async def fill(database: Database, wakes: Iterable[datetime]) -> None:
    """One more open incident for each of ``wakes``: the moment at which it is first to be reminded of something."""
    async with database.begin() as c:
        for number, wake in enumerate(wakes, await incidents.next_id(c)):
            incident = _waiting(number, wake)
            await incidents.add(c, incident)
            await deadlines.replace(c, [(number, {}, incident.deadlines)])


def _waiting(number: int, wake: datetime) -> Incident:
    configured = settings()
    incident = declaring.declare(
        id=number,
        title=f"Checkout of shop {number} returns 500s",
        severity=Severity.SEV2,
        by=DAN,
        now=wake - FIRST_REMINDER,
        policy=configured.policy,
        on_call=configured.roster.on_call(),
    )
    rhythm.keep(incident, now=wake - FIRST_REMINDER)
    assert min(deadline.wake_at for deadline in incident.deadlines.values()) == wake, incident.deadlines
    return incident
