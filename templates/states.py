"""In what state customers are told that a part of the service is, as far as it can be guessed (STG-1, SVR-12)."""

from incidents.components import Component, ComponentState
from incidents.incident import Incident
from incidents.stage import Stage
from templates import known
from templates.house import House

_BY_SEVERITY = {1: ComponentState.MAJOR, 2: ComponentState.PARTIAL}
"""Less is degraded (LIFE-16)."""
_BY_KIND = {"full-outage": ComponentState.MAJOR, "partial-outage": ComponentState.PARTIAL}


def proposed(part: Component, incident: Incident, stage: Stage, named: str) -> ComponentState:
    """As customers were told last; at first by severity, for a part that stands in ``named``."""
    if stage.final:
        return ComponentState.OPERATIONAL
    if part.name in incident.components:
        return incident.components[part.name]
    if not any(word.lower() in named.lower() for word in (part.name, *part.aliases)):
        return ComponentState.OPERATIONAL
    return _BY_SEVERITY.get(incident.severity.value, ComponentState.DEGRADED)


def unspoken(incident: Incident, stage: Stage, kind: str, service: str, house: House) -> dict[str, ComponentState]:
    """For a post of one line, which names no states: no page calls operational what it says is disturbed (LINT-62).

    The service counts, and without one the title. Once somebody has said how the parts are, it stays at that.
    """
    if incident.components or stage.final:
        return {}
    title = known.public_title(incident)
    for named in (service or known.subject(title), title):
        found = {part.name: proposed(part, incident, stage, named) for part in house.components}
        if disturbed := {name: _BY_KIND.get(kind, state) for name, state in found.items() if state.disturbed}:
            return disturbed
    return {}
