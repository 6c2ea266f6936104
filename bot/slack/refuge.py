"""An incident whose channel is closed to us goes on in a thread of the announcement channel (REL-054, REL-055)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot.slack import codes, refs
from bot.slack.calls import SlackFailure
from bot.slack.refs import Spot
from bot.slack.rooms import Rooms
from incidents.incident import Incident
from storage import incidents, moves, rooms
from storage.database import Database
from templates import marks
from templates.card import Card

log = structlog.get_logger()

CLOSED = codes.ARCHIVED | {"channel_not_found"}
Tell = Callable[[str, Card, Incident], Awaitable[None]]


@dataclass(slots=True)
class Refuge:
    """``tell`` says it to whoever leads, who may not look into the announcement channel."""

    rooms: Rooms
    database: Database
    tell: Tell

    async def of(self, incident: int | None, gone: str, announce: Spot, problem: SlackFailure) -> Spot:
        """Where it goes on. Raises ``problem`` where there is no such place; a private one has none (SEC-039)."""
        found = await self._lived_in(gone, incident) if problem.code in CLOSED else None
        if found is None or found.private or gone == announce.channel:
            raise problem
        why = "its channel was archived" if problem.code in codes.ARCHIVED else "its channel is gone"
        op = f"refuge:{found.id}:{gone}"
        opened = await self.rooms.thread(op, announce, name=found.room_name, incident=found.id, reason=why)
        async with self.database.begin() as c:
            await moves.elsewhere(c, found.id, "slack", opened.ref)
        log.warning("room lost", action="slack_refuge", incident=found.id, channel=gone, code=problem.code)
        text = f"{marks.bold(found.room_name)} goes on in a thread of the announcement channel, because {why}."
        await self.tell(op, Card(text=text, tone="warn"), found)
        return refs.spot(opened.ref)

    async def _lived_in(self, channel: str, incident: int | None) -> Incident | None:
        """Nothing else that goes wrong in a channel moves an incident: it must have been this one's own room."""
        if incident is None:
            return None
        async with self.database.read() as c:
            ours = await rooms.of(c, incident, "slack") == Spot(channel).room
            return await incidents.by_id(c, incident) if ours else None
