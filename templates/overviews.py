"""Private answers that show how things stand: open incidents, roles, what customers read, what is due."""

from collections.abc import Sequence
from datetime import datetime

from incidents import breach
from incidents.escalation import audience
from incidents.incident import Incident
from incidents.person import Person
from incidents.records import Deadline
from incidents.roles import Role
from incidents.stage import LABELS
from templates import crisis_cards, due, feedback_cards, marks, promise_list
from templates.card import Button, Card, Fact
from templates.house import House
from templates.words import clock, lateness, span

DUTIES = {
    Role.IC: "leads and decides; repairs nothing",
    Role.DEPUTY: "watches the clock, pages people, is ready to take command",
    Role.SCRIBE: "writes down what is done, decided and found",
    Role.CUSTOMER_LIAISON: "tells customers, on time and honestly",
    Role.INTERNAL_LIAISON: "brings in people and informs the company",
    Role.SME: "knows a system; advises and acts when told",
    Role.TECHNICAL_LEAD: "collects the facts for each update",
}
"""One line each; the whole of it is on the role card (ROLE-7)."""

NO_MONITORING = "not connected"


def incident_list(incidents: Sequence[Incident], house: House, now: datetime) -> Card:
    """The open incidents, the worst first."""
    if not incidents:
        return Card(text="No incident is open.", buttons=(Button("Declare", says="declare"),), tone="good")
    ordered = sorted(incidents, key=lambda incident: (incident.severity, incident.id))
    return Card(title="Open incidents", text="\n\n".join(_incident(incident, house, now) for incident in ordered))


def _incident(incident: Incident, house: House, now: datetime) -> str:
    minutes = (now - incident.clocks.declared_at).total_seconds() // 60
    commander = incident.commander
    parts = [
        *([crisis_cards.short(incident)] if incident.crisis else []),
        incident.phase.label,
        f"for {span(minutes)}",
        f"Incident Commander {marks.mention(commander) if commander else 'nobody yet'}",
    ]
    if owed := incident.next_update_due():
        parts.append(f"next update {clock(owed, now=now, zone=house.zone)}")
    heading = marks.bold(f"{incident.severity.label} {incident.title}")
    return f"{heading} {marks.room(incident.room_name)}\n{' · '.join(parts)}"


def roles_card(incident: Incident | None) -> Card:
    """Who holds what, and what each does; without an incident only what each does (ROLE-7)."""
    facts = tuple(Fact(role.label, _who(role, incident)) for role in Role)
    return Card(title="Roles", facts=facts, buttons=(Button("Take a role", says="take"),) if incident else ())


def _who(role: Role, incident: Incident | None) -> str:
    if incident is None:
        return DUTIES[role]
    names = [
        marks.mention(held.person) + (f" ({held.service})" if held.service else "")
        for held in incident.holders_of(role)
    ]
    return f"{', '.join(names) or 'nobody'} – {DUTIES[role]}"


def state_card(incident: Incident, house: House, now: datetime) -> Card:
    """What customers read, and apart from it what monitoring says (CMD-22)."""
    update, owed = incident.update, incident.next_update_due()
    last = f"{clock(update.posted_at, now=now, zone=house.zone)}, {update.title}" if update else "none"
    following = f"none: {incident.skipped_post}" if incident.skipped_post else "none"
    if owed:
        following = due.with_aim(_when(owed, house, now), incident, house, now)
    return Card(
        title=incident.title,
        facts=(
            Fact("Public stage", LABELS["en"][incident.stage] if incident.stage else "nothing posted yet"),
            Fact("Last public post", last),
            Fact("Next public post due", following),
            Fact("Customer reports", feedback_cards.line(incident, now)),
            Fact("Monitoring", NO_MONITORING),
        ),
        buttons=(Button("Post update", says="update"),) if incident.phase.active else (),
    )


def due_card(incident: Incident, house: House, now: datetime, reader: Person | None = None) -> Card:
    """Every open deadline that ``reader`` may know of: what, until when, who owes it; the next one first."""
    deadlines = sorted(due.owed(incident, reader), key=lambda deadline: deadline.due_at)
    so_far = promise_list.of_one(incident)
    counted = (Fact("Promises so far", so_far),) if so_far else ()
    if not deadlines:
        return Card(title=incident.title, text="Nothing is due.", facts=counted, tone="good")
    late = any(deadline.due_at < now for deadline in deadlines)
    facts = tuple(_deadline(incident, deadline, house, now) for deadline in deadlines)
    return Card(title=incident.title, text="What is due:", facts=(*facts, *counted), tone="warn" if late else "plain")


def _deadline(incident: Incident, deadline: Deadline, house: House, now: datetime) -> Fact:
    owners = ", ".join(marks.mention(person) for person in audience(incident, deadline))
    about = _about(incident, deadline)
    when = _when(deadline.due_at, house, now)
    if deadline.kind == "first-notice":
        when = due.with_aim(when, incident, house, now)
    when = f"{when}, {owners}"
    return Fact(due.plain_name(deadline), f"{when}: {about}" if about else when)


def _about(incident: Incident, deadline: Deadline) -> str:
    if deadline.kind in ("task", "task-ack"):
        return next((task.text for task in incident.tasks if task.number == deadline.number), "")
    if deadline.kind == "proposal":
        return next((plan.plan for plan in incident.proposals if plan.number == deadline.number), "")
    if deadline.kind == "feedback":
        return incident.reports[deadline.number - 1].symptom
    if deadline.kind == "legal":
        return breach.duty(incident, deadline.number).name
    if deadline.kind == "roles":
        return ", ".join(role.label for role in incident.open_roles())
    return ""


def _when(at: datetime, house: House, now: datetime) -> str:
    return f"{clock(at, now=now, zone=house.zone)} ({lateness(int((now - at).total_seconds() // 60))})"
