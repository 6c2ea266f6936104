"""A line that the database would not keep: a question is answered all the same, and whom it calls is called."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from commands.args import Args
from commands.call import Call
from commands.carrying_out import carry_out
from commands.line import Line
from commands.parse import Said
from commands.settings import Contact, Settings
from commands.understanding import incident_of
from commands.unit import Unit
from incidents.errors import Refused
from incidents.person import CLOCK
from storage.database import Database
from templates import answers, unstored
from templates.card import Card
from templates.effect import Effect
from templates.packing import unpack_effect

Calls = Callable[[str, Sequence[Effect]], Awaitable[Sequence[str]]]
"""Call people at once, past the outbox: the delivery, whom to call; the ids of those who were reached."""

_READ_WITHIN = 1.0
"""Seconds: somebody waits for the answer, and it failed once already."""


@dataclass(frozen=True, slots=True)
class Imagined:
    """What a line would have done. ``pages`` are the calls it would have made."""

    card: Card | None
    incident: int | None = None
    refused: bool = False
    changes: bool = False
    pages: tuple[Effect, ...] = ()


async def imagine(database: Database, settings: Settings, line: Line, said: Said) -> Imagined | None:
    """Carry the line out on what can be read, keeping nothing; None where that does not work either (REL-102).

    On SQLite alone: a server that cannot write locks no rows, so that two would answer each other's questions.
    """
    if database.shared or line.who == CLOCK or said.word == "capture":
        return None
    async with asyncio.timeout(_READ_WITHIN), database.read() as c:
        unit = Unit(c, settings)
        try:
            call = Call(line, said, Args(said.args), unit, await incident_of(unit, line))
            card = await carry_out(call)
        except Refused as refused:
            return Imagined(answers.refusal(refused), refused=True)
        return _imagined(call, card)


def _imagined(call: Call, card: Card | None) -> Imagined:
    unit, line = call.unit, call.line
    incident = call.incident.id if call.incident else line.incident
    changes = unit.changed() or bool(unit.parcels or unit.strays)
    unit.collect(now=line.at)
    effects = [unpack_effect(parcel.payload) for parcel in unit.parcels if parcel.kind == "page"]
    pages = {effect.to: effect for effect in effects}
    return Imagined(card, incident, not call.said.known, changes, tuple(pages.values()))


def told(settings: Settings, pages: Sequence[Effect], reached: Sequence[str], reference: str) -> Card:
    """Who was called nevertheless, and by what number people call the others."""
    wanted = [effect.to.removeprefix("person:") for effect in pages]
    known = {contact.person.id: contact for contact in _on_roster(settings)}
    return unstored.card(
        [known[id].person.name if id in known else id for id in wanted if id in reached],
        [_reach(id, known.get(id)) for id in wanted if id not in reached],
        settings.roster.emergency,
        reference,
    )


def _on_roster(settings: Settings) -> list[Contact]:
    roster = settings.roster
    named = (roster.primary, roster.backup, roster.shadow, roster.duty_manager, roster.backup_liaison)
    teams = (contact for team in roster.teams.values() for contact in team)
    found = [*roster.directory.values(), *teams, *(each for each in named if each)]
    return sorted(found, key=lambda contact: bool(contact.phone))


def _reach(id: str, contact: Contact | None) -> str:
    if contact is None:
        return id
    return f"{contact.person.name} {contact.phone or '(no number is known)'}"
