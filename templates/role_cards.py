"""The private card for each new holder of a role: what to do, what not, what is open (ROLE-10 to ROLE-16)."""

from datetime import datetime

from incidents.incident import Incident
from incidents.roles import GROWTH, Role
from templates import marks
from templates.card import Button, Card, Fact
from templates.due import with_aim
from templates.house import House
from templates.words import clock, render

_NOTE = Button("Note", says="note")

BUTTONS: dict[Role, tuple[Button, ...]] = {
    Role.IC: (
        Button("Post update", says="update", style="primary"),
        Button("Severity", says="severity"),
        Button("Page", says="page"),
    ),
    Role.DEPUTY: (Button("Brief", says="brief", style="primary"),),
    Role.SCRIBE: (Button("Note", says="note", style="primary"),),
    Role.CUSTOMER_LIAISON: (
        Button("Post update", says="update", style="primary"),
        Button("Holding statement", says="update holding"),
    ),
    Role.INTERNAL_LIAISON: (Button("Brief", says="brief", style="primary"), Button("Page", says="page")),
    Role.SME: (_NOTE,),
    Role.TECHNICAL_LEAD: (_NOTE,),
}
"""What each role needs first."""

_ARTICLES = {Role.DEPUTY: "a", Role.SME: "an"}
"""Roles that several people may hold."""


def role_card(role: Role, incident: Incident, house: House) -> Card:
    """Everything the holder needs to begin, readable in one minute; no other document is needed."""
    values = {
        "incident": incident,
        "house": house,
        "level": incident.policy.level(incident.severity),
        "cadence": incident.cadence(_since(role, incident)),
    }
    return Card(
        title=f"You are {_ARTICLES.get(role, 'the')} {role.label}: {incident.title}",
        text=render(f"role_{role.value.replace('-', '_')}", **values),
        facts=_open_now(role, incident, house),
        buttons=BUTTONS[role],
    )


def _open_now(role: Role, incident: Incident, house: House) -> tuple[Fact, ...]:
    facts = [Fact("Room", marks.room(incident.room_name)), Fact("Severity", incident.severity.label)]
    if due := incident.next_update_due():
        what = "Next public update due" if incident.update else "First public notice due"
        since = _since(role, incident)
        facts.append(Fact(what, with_aim(clock(due, now=since, zone=house.zone), incident, house, since)))
    if role is Role.IC and (vacant := _vacant(incident)):
        facts.append(Fact("Still open", vacant))
    elif role is not Role.IC:
        commander = incident.commander
        facts.append(Fact("Incident Commander", marks.mention(commander) if commander else "nobody yet"))
    if tasks := incident.open_tasks():
        facts.append(Fact("Open tasks", "; ".join(f"{marks.mention(task.person)} {task.text}" for task in tasks)))
    return tuple(facts)


def _vacant(incident: Incident) -> str:
    return ", ".join(role.label for role in GROWTH if not incident.holder(role))


def _since(role: Role, incident: Incident) -> datetime:
    """When the card is read: right after the role was taken."""
    return max((held.since for held in incident.holders_of(role)), default=incident.clocks.declared_at)
