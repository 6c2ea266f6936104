"""The card that is kept up to date at the top of the room, and the room's topic."""

from dataclasses import replace
from datetime import datetime

from incidents.incident import Incident
from incidents.phase import LEADS_TO, Phase
from incidents.roles import Holder, Role
from incidents.severity import Severity
from incidents.stage import LABELS
from templates import crisis_cards
from templates.card import Button, Card, Fact, Tone
from templates.due import aim
from templates.house import House
from templates.marks import bold, commands, mention, room
from templates.words import clock, span

SYMBOLS = {Severity.SEV1: "🔴", Severity.SEV2: "🟠", Severity.SEV3: "🟡", Severity.SEV4: "🔵", Severity.SEV5: "⚪"}
SOON = 15
"""Minutes before an update is due at which posting it becomes the first thing to do (CAD-7)."""

ALWAYS = (Role.IC, Role.DEPUTY, Role.SCRIBE, Role.CUSTOMER_LIAISON, Role.INTERNAL_LIAISON)
NOBODY = "nobody"


def headline(incident: Incident, house: House, now: datetime) -> Card:
    """Severity, status, roles, what is due, and every usual next step as a button (ROLE-55)."""
    return Card(
        title=_title(incident),
        text=_text(incident, house),
        facts=_facts(incident, house, now),
        buttons=_buttons(incident, now) if incident.phase.active else _afterwards(incident),
        tone=_tone(incident),
    )


def fresh(refusal: Card, incident: Incident, house: House, now: datetime) -> Card:
    """A refusal with the present state under it."""
    current = headline(incident, house, now)
    return replace(refusal, title=current.title, facts=current.facts)


def topic(incident: Incident, house: House) -> str:
    """One plain line for the room's topic."""
    commander, due = incident.commander, incident.next_update_due()
    parts = [
        incident.severity.label,
        *([crisis_cards.short(incident)] if incident.crisis else []),
        incident.phase.label,
        f"IC {commander.name}" if commander else "no IC",
        LABELS["en"][incident.stage] if incident.stage else "nothing posted",
    ]
    if due and incident.phase.active:
        parts.append(f"next update {clock(due, now=due, zone=house.zone)}")
    return " · ".join(parts)


def who_is_who(incident: Incident) -> str:
    """The one line of ROLE-6, everybody mentioned."""
    return " · ".join(f"{label}: {value}" for label, value in _roles(incident))


def _title(incident: Incident) -> str:
    title = heading(incident)
    return title if incident.phase.active else f"✅ {incident.phase.label.capitalize()} · {title}"


def heading(incident: Incident) -> str:
    """`🔴 SEV-1 / P0 · CRISIS level 2 · Checkout returns 500s`."""
    parts = (f"{SYMBOLS[incident.severity]} {incident.severity.label}", crisis_cards.short(incident), incident.title)
    return " · ".join(part for part in parts if part)


def _text(incident: Incident, house: House) -> str:
    elsewhere = (
        "a private incident" if incident.private else f"{bold('For everybody else:')} {room(house.announce_room)}"
    )
    return f"{bold('Call an Incident Commander:')} {commands('/ic page')} · {elsewhere}"


def _facts(incident: Incident, house: House, now: datetime) -> tuple[Fact, ...]:
    facts = [Fact("Status", LABELS["en"][incident.stage] if incident.stage else "nothing posted yet")]
    facts += [Fact("Phase", incident.phase.label), *crisis_cards.fact(incident, house, now)]
    facts += [Fact(label, value) for label, value in _roles(incident)]
    if incident.phase.active:
        facts.append(Fact("Next update", _next_update(incident, house, now)))
    if tasks := incident.open_tasks():
        facts.append(Fact("Open tasks", str(len(tasks))))
    if incident.review_owner:
        facts.append(Fact("Review", mention(incident.review_owner)))
    return tuple(facts)


def _roles(incident: Incident) -> list[tuple[str, str]]:
    held: dict[Role, list[Holder]] = {}
    for holder in incident.holders:
        held.setdefault(holder.role, []).append(holder)
    found = [(role.label, _names(held.get(role, []))) for role in ALWAYS]
    if lead := held.get(Role.TECHNICAL_LEAD):
        found.append((Role.TECHNICAL_LEAD.label, _names(lead)))
    experts = sorted(held.get(Role.SME, []), key=lambda holder: holder.service)
    return [*found, ("Experts", _names(experts))]


def _names(holders: list[Holder]) -> str:
    return ", ".join(_name(holder) for holder in holders) or NOBODY


def _name(holder: Holder) -> str:
    return mention(holder.person) + (f" ({holder.service})" if holder.service else "")


def _next_update(incident: Incident, house: House, now: datetime) -> str:
    due = incident.next_update_due()
    if not due:
        return "none due"
    seconds = (due - now).total_seconds()
    when = clock(due, now=now, zone=house.zone)
    if better := aim(incident, house, now):
        when = f"{better}, due {when}"
    if abs(seconds) < 60:
        return f"{when}, now"
    return f"{when}, in {span(seconds // 60)}" if seconds > 0 else f"{when}, overdue by {span(-seconds // 60)}"


def _buttons(incident: Incident, now: datetime) -> tuple[Button, ...]:
    due = incident.next_update_due()
    hurry = due is not None and (due - now).total_seconds() <= SOON * 60
    return (
        Button("Take command", says="take ic", style="plain" if incident.commander else "primary"),
        Button("Take a role", says="take"),
        Button("Severity", says="severity"),
        Button("Post update", says="update", style="primary" if hurry else "plain"),
        Button("Note", says="note"),
        Button("Page", says="page"),
        Button("Hand over", says="handover"),
        Button("Resolve", says="resolve"),
    )


def _afterwards(incident: Incident) -> tuple[Button, ...]:
    """What may still follow; below SEV-3 no review is owed before closing (LIFE-7)."""
    phase = incident.phase
    closable = Phase.CLOSED in LEADS_TO[phase] or (phase is Phase.RESOLVED and incident.severity > Severity.SEV3)
    possible = (
        (Phase.SIZE_UP in LEADS_TO[phase], Button("Reopen", says="reopen")),
        (Phase.REVIEW in LEADS_TO[phase], Button("Review owner", says="review")),
        (closable, Button("Close", says="close")),
    )
    return tuple(button for offered, button in possible if offered)


def _tone(incident: Incident) -> Tone:
    if incident.phase in (Phase.RESOLVED, Phase.REVIEW):
        return "good"
    if not incident.phase.active or incident.severity > Severity.SEV3:
        return "plain"
    calmer = incident.phase is Phase.VERIFY or not incident.severity.major
    return "warn" if calmer else "bad"
