"""A question in an incident's room by somebody who only looks on: where the news is (AUD-13)."""

from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from commands.line import Line
from incidents import stakeholders
from incidents.incident import Incident
from storage import incidents
from storage.database import Database
from templates.card import Card
from templates.house import House
from templates.pointer import pointer

_MANY = 5_000


def is_question(words: str) -> bool:
    return words.rstrip().endswith(("?", "？"))


@dataclass(slots=True)
class Pointing:
    """Who was told is remembered here alone: a restart may tell them once more, and talk stays without a write."""

    database: Database
    _told: dict[tuple[str, int], None] = field(default_factory=dict)

    async def card(self, line: Line, words: str, house: House) -> Card | None:
        """For the speaker alone, once in each incident. A private one's posts stay in its room, so do its questions."""
        if not line.room or not is_question(words):
            return None
        incident = await self._incident_of(line)
        if incident is None or incident.private or not incident.phase.active:
            return None
        if (line.who.id, incident.id) in self._told or not stakeholders.looks_on(incident, line.who):
            return None
        self._remember(line.who.id, incident.id)
        return pointer(incident, house)

    async def _incident_of(self, line: Line) -> Incident | None:
        """None as well where nobody can look: talk never fails."""
        with suppress(SQLAlchemyError, OSError):
            async with self.database.read() as c:
                return await incidents.by_room(c, line.room.partition(":")[0], line.room)
        return None

    def _remember(self, person: str, incident: int) -> None:
        self._told[person, incident] = None
        if len(self._told) > _MANY:
            del self._told[next(iter(self._told))]
