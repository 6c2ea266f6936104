"""What the history keeps of a resolved incident, and which earlier ones are like it (ETA-1, ETA-8, KPI-4, KPI-6)."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from commands.settings import Settings
from incidents.eta import History
from incidents.incident import Incident
from storage import eta_history
from storage.eta_history import Repair


def repair(incident: Incident, settings: Settings) -> Repair:
    clocks = incident.clocks
    repaired = clocks.impact_ended_at or clocks.resolved_at or clocks.declared_at
    told = next((each for each in incident.estimates if each.announced_at), None)
    return Repair(
        incident.id,
        component(incident, settings),
        incident.severity.value,
        clocks.detected_at or clocks.declared_at,
        repaired,
        incident.estimates[0].raw_at if incident.estimates else None,
        told.public_at if told else None,
        told.announced_at if told else None,
        sum(each.count for each in incident.reports),
    )


def component(incident: Incident, settings: Settings) -> str:
    """The configured part or service that it is about, as far as its posts or its title name one."""
    named = {component.name: (component.name, *component.aliases) for component in settings.house.components}
    named |= {service: (service,) for service in settings.services if service not in named}
    if told := next((name for name in incident.components if name in named), ""):
        return told
    text = f"{incident.facts.get('service', '')} {incident.title}".casefold()
    return next((name for name, words in named.items() if _any(words, text)), "")


def _any(words: Iterable[str], text: str) -> bool:
    return any(word.casefold() in text for word in words)


async def history(c: AsyncConnection, incident: Incident, settings: Settings) -> History:
    named = component(incident, settings)
    found = await eta_history.like(c, component=named, severity=incident.severity.value, but=incident.id)
    return History(tuple(each.minutes for each in found))
