"""An incident whose channel is closed to us goes on in a thread of the announcement channel (REL-054, REL-055)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.slack import codes, refs
from bot.slack.calls import SlackFailure
from bot.slack.refs import Spot
from bot.slack.rooms import Rooms
from incidents.incident import Incident
from storage import facts, incidents, moves, rooms
from storage.database import Database
from templates import marks
from templates.card import Card

log = structlog.get_logger()

CLOSED = codes.ARCHIVED | {"channel_not_found"}
Tell = Callable[[str, Card, Incident], Awaitable[None]]
Announcements = Callable[[], Awaitable[Spot]]
Renew = Callable[[AsyncConnection, Incident], Awaitable[None]]


@dataclass(slots=True)
class Refuge:
    """``tell`` says it to whoever leads, who may not look into the announcement channel, which is asked for last.

    ``renew``, in the transaction of the move, orders anew what leads to the room.
    """

    rooms: Rooms
    database: Database
    tell: Tell
    announcements: Announcements
    renew: Renew
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def of(self, incident: int | None, gone: str, problem: SlackFailure) -> Spot:
        """Where it goes on. Raises ``problem`` where there is no such place; a private one has none (SEC-039)."""
        if incident is None or problem.code not in CLOSED:
            raise problem
        async with self._turn:
            return await self._found(incident, gone, problem)

    async def _found(self, incident: int, gone: str, problem: SlackFailure) -> Spot:
        """Two may notice at once; the second follows the first."""
        async with self.database.read() as c:
            lives = await rooms.of(c, incident, "slack")
            found = await incidents.by_id(c, incident)
        if found is None or found.private or lives is None:
            raise problem
        if lives != Spot(gone).room and await self._moved(gone, incident):
            return refs.spot(lives)
        # Nothing else that goes wrong in a channel moves an incident: it must have been this one's own room.
        announce = await self.announcements() if lives == Spot(gone).room else None
        if announce is None or gone == announce.channel:
            raise problem
        why = "its channel was archived" if problem.code in codes.ARCHIVED else "its channel is gone"
        op = f"refuge:{found.id}:{gone}"
        opened = await self.rooms.thread(op, announce, name=found.room_name, incident=found.id, reason=why)
        async with self.database.begin() as c:
            await moves.elsewhere(c, found.id, "slack", opened.ref)
            await facts.put(c, _fact(gone, found.id), opened.ref)
            await self.renew(c, found)
        log.warning("room lost", action="slack_refuge", incident=found.id, channel=gone, code=problem.code)
        text = f"{marks.bold(found.room_name)} goes on in a thread of the announcement channel, because {why}."
        await self.tell(op, Card(text=text, tone="warn"), found)
        return refs.spot(opened.ref)

    async def _moved(self, gone: str, incident: int) -> bool:
        async with self.database.read() as c:
            return await facts.get(c, _fact(gone, incident)) is not None


async def nothing_to_renew(_c: AsyncConnection, _incident: Incident) -> None:
    """Where nothing leads to rooms."""


def _fact(gone: str, incident: int) -> str:
    return f"slack:refuge:{incident}:{gone}"
