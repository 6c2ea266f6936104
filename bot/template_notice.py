"""Those who answer for Sitrep hear once that a template of their own is not used (SEC-085)."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

import structlog

from commands.settings import Settings
from storage import facts, outbox, people
from storage.database import Database
from templates.card import Card
from templates.effect import Effect
from templates.packing import pack_effect

log = structlog.get_logger()

_TOLD = "templates_told"
_NO_INCIDENT = 0
_MOST_LINES = 20


async def tell(database: Database, settings: Settings, platforms: Iterable[str], *, now: datetime) -> None:
    """Each start writes it into the log; the duty manager and the commander on call are told when it has changed."""
    troubles = settings.house.template_troubles
    for trouble in troubles:
        log.error("own template not used", action="template_refused", problem=trouble)
    known = hashlib.sha256("\n".join(troubles).encode()).hexdigest() if troubles else ""
    async with database.begin() as c:
        if (await facts.get(c, _TOLD) or "") == known:
            return
        await facts.put(c, _TOLD, known)
        contacts = (settings.roster.duty_manager, settings.roster.primary)
        told = {contact.person.id: contact.person for contact in contacts if contact} if troubles else {}
        for person in told.values():
            await people.save(c, person)
        parcels = [
            outbox.Parcel(platform, _NO_INCIDENT, "private", f"person:{id}", pack_effect(_effect(id, troubles)))
            for platform in platforms
            for id in told
        ]
        if parcels:
            await outbox.add(c, parcels, now=now)


def _effect(person: str, troubles: tuple[str, ...]) -> Effect:
    more = len(troubles) - _MOST_LINES
    shown = [*troubles[:_MOST_LINES], *([f"and {more} more"] if more > 0 else [])]
    text = "\n".join([*shown, "", "In their place the built-in texts are used. `sitrep doctor` lists them."])
    return Effect("private", f"person:{person}", Card("Templates that are not used", text, tone="warn"))
