"""The form for a public post: the stage, the facts its template needs, or the speaker's own words (STG-5)."""

from collections.abc import Mapping
from datetime import datetime

from incidents.incident import Incident
from incidents.phase import Phase
from incidents.stage import LABELS, MOVES, Stage, allowed_after
from templates import known
from templates.card import Field, Form
from templates.due import with_aim
from templates.house import House
from templates.updates import FIELDS, FieldSpec
from templates.words import clock

_SUGGESTED = {Phase.STABILISE: Stage.IDENTIFIED, Phase.VERIFY: Stage.MONITORING, Phase.RESOLVED: Stage.RESOLVED}
"""The stage that usually goes with a phase; a person decides (LIFE-15)."""


def update_form(incident: Incident, stage: Stage | None, facts: Mapping[str, str], house: House, now: datetime) -> Form:
    """A public post, filled with all that is known (STG-5). Without ``stage`` the likely one is chosen."""
    chosen = stage or _likely(incident)
    known_facts = known.values(facts, incident=incident, house=house, now=now, next_update_at=None)
    return Form(
        title="Post an update",
        says="update",
        fields=(
            Field("stage", "Stage", "choice", chosen.value, required=True, choices=_stages(incident, chosen)),
            *(_fact(field, known_facts[field.name]) for field in FIELDS[chosen]),
            Field("text", "Or in your own words (then the fields above are not used)", "text"),
            *_because(incident, chosen),
        ),
        submit="Post",
        intro=_when_due(incident, house, now),
        plain=f"/status {chosen} what customers should read",
    )


def _likely(incident: Incident) -> Stage:
    """The stage to go on with: as far as the phase suggests, never one that may not follow."""
    suggested = _SUGGESTED.get(incident.phase, incident.stage or Stage.INVESTIGATING)
    held_back = incident.stage is Stage.MONITORING and suggested is Stage.IDENTIFIED
    stage = incident.stage if held_back else suggested
    return stage if stage in allowed_after(incident.stage) else incident.stage or Stage.INVESTIGATING


def _stages(incident: Incident, chosen: Stage) -> tuple[tuple[str, str], ...]:
    stages = dict.fromkeys((*allowed_after(incident.stage), chosen))
    return tuple((stage.value, LABELS["en"][stage]) for stage in stages)


def _fact(field: FieldSpec, value: str) -> Field:
    """Never required by the chat itself: whoever writes a text of their own leaves these empty."""
    needed = "Needed, for example: " if field.required else "For example: "
    return Field(field.name, field.label, "line", value, hint=needed + field.hint)


def _because(incident: Incident, chosen: Stage) -> tuple[Field, ...]:
    """The reason that some ways between stages need; asked for only where one does (LIFE-17)."""
    if move := MOVES.get((incident.stage, chosen)):
        return (Field("because", move.asks, required=True),) if move.asks else ()
    return ()


def _when_due(incident: Incident, house: House, now: datetime) -> str:
    due = incident.next_update_due()
    promised = f"Due {with_aim(clock(due, now=now, zone=house.zone), incident, house, now)}. " if due else ""
    return f"{promised}The next update time and the closing words are added for you."
