"""What a line says, and which incident it is about."""

from commands import parse
from commands.line import Line
from commands.parse import Said
from commands.unit import Unit
from commands.words import VOCABULARY
from incidents.errors import Refused
from incidents.incident import Incident


def said_in(line: Line, words: str) -> Said | None:
    """What was said: a command, an entry written in the timeline thread, or nothing to us (None)."""
    if line.change != "new" or line.via == "reaction":
        return Said("capture", "", "")
    said = parse.read(words, VOCABULARY, via=line.via)
    if said is None and line.thread:
        return Said("capture", "", "")
    return said


async def incident_of(unit: Unit, line: Line) -> Incident | None:
    if line.incident is not None:
        found = await unit.incident(line.incident)
        if found is None:
            raise Refused("There is no such incident.")
        return found
    if not line.room:
        return None
    return await unit.incident_in(line.room.partition(":")[0], line.room)
