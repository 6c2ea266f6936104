"""What a line says, which incident it is about, and what is answered when the rules say no."""

from commands import parse
from commands.line import Line
from commands.parse import Said
from commands.unit import Unit
from commands.words import VOCABULARY
from incidents.errors import Refused
from incidents.incident import Incident
from templates import answers
from templates.card import Card
from templates.headline import fresh


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


async def refusal(unit: Unit, line: Line, refused: Refused) -> Card:
    """Who pressed a button looked at a card that may be old: the present state comes with the refusal (REL-070)."""
    card = answers.refusal(refused)
    incident = await unit.incident(line.incident) if line.via == "button" and line.incident else None
    return fresh(card, incident, unit.settings.house, line.at) if incident else card
