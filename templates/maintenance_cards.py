"""Private answers about planned maintenance: the plan with what customers will read, one of them, all of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from incidents.maintenance import Maintenance, MaintenanceStage
from incidents.outlet import Outlet
from incidents.person import Person
from incidents.severity import Severity
from templates import marks
from templates.announce_maintenance import cancelling_buttons, planned_buttons, present_buttons
from templates.card import Button, Card, Fact, Field, Form
from templates.house import House
from templates.maintenance_channels import readers
from templates.maintenance_wording import maintenance_wordings
from templates.phrases import NATIVE
from templates.words import clock, span

EXAMPLE = (
    "/maintenance schedule tomorrow 02:00-04:00 Sign-in: move the database to new machines "
    '--effect "nobody can sign in" --not-affected "people who are signed in"'
)
_PLAN = Button("Plan maintenance", says="maintenance schedule")


class Row(Protocol):
    @property
    def at(self) -> datetime: ...
    @property
    def actor(self) -> str: ...
    @property
    def text(self) -> str: ...


def planned(maintenance: Maintenance, approvers: Sequence[Person], house: House, now: datetime) -> Card:
    """What was understood, and what customers will read, before anybody reads it. ``approvers`` have been asked."""
    texts = maintenance_wordings("announced", maintenance, house, now=now)
    wording = texts[house.languages[0]]
    preview = f"{marks.bold(wording.title)}\n{wording.body}"
    until = clock(maintenance.notice_until, now=now, zone=house.zone)
    if approvers:
        names = " or ".join(person.name for person in approvers)
        urgent = "It is urgent, so it" if maintenance.urgent else "It"
        owed = f"{urgent} goes out as soon as {names} agrees."
    elif maintenance.urgent:
        owed = "It is urgent: announce it now."
    else:
        owed = f"Customers have heard nothing yet; they have to by {until}."
    return Card(
        title=f"Maintenance {maintenance.id} is planned",
        text=f"{owed} They will read:\n\n{preview}",
        folds=readers(maintenance, texts, house),
        facts=_facts(maintenance, house, now),
        buttons=cancelling_buttons(maintenance) if approvers else planned_buttons(maintenance),
        tone="good",
    )


def shown(maintenance: Maintenance, log: Sequence[Row], house: House, now: datetime) -> Card:
    """One of them, with its log."""
    lines = [f"{clock(row.at, now=now, zone=house.zone)} {row.actor}: {row.text}" for row in log]
    return Card(
        title=f"Maintenance {maintenance.id} · {maintenance.title}",
        text="\n".join(lines),
        facts=_facts(maintenance, house, now),
        buttons=present_buttons(maintenance, now),
    )


def _facts(maintenance: Maintenance, house: House, now: datetime) -> tuple[Fact, ...]:
    minutes = (maintenance.ends_at - maintenance.starts_at).total_seconds() // 60
    facts = [
        ("Stage", maintenance.stage.label),
        ("Window", f"{_window(maintenance, house, now)} ({span(minutes)})"),
        ("Effect", maintenance.effect),
        ("Not affected", maintenance.not_affected),
        ("Components", ", ".join(maintenance.components)),
        ("Owner", marks.mention(maintenance.owner)),
        ("Backup", marks.mention(maintenance.backup) if maintenance.backup else ""),
        ("Urgent", maintenance.urgent),
        ("Approved by", marks.mention(maintenance.approved_by) if maintenance.approved_by else ""),
        ("Later end", _later(maintenance, house, now)),
        ("Channels", "\n".join(_carried(name, outlet) for name, outlet in maintenance.outlets.items())),
        ("Incident", str(maintenance.incident) if maintenance.incident else ""),
    ]
    return tuple(Fact(label, value) for label, value in facts if value)


def _later(maintenance: Maintenance, house: House, now: datetime) -> str:
    extension = maintenance.extension
    if extension is None or extension.due_at is None:
        return ""
    return f"{clock(extension.ends_at, now=now, zone=house.zone)}, waits for approval: {extension.reason}"


def _carried(name: str, outlet: Outlet) -> str:
    said = {"sent": "✓ {}", "done": "✓ {}, by hand", "failed": "✗ {}: {}", "by hand": "✍ {}: to be posted by hand"}
    return said.get(outlet.state, "… {}: on its way").format(name, outlet.reason)


def _window(maintenance: Maintenance, house: House, now: datetime) -> str:
    start = clock(maintenance.starts_at, now=now, zone=house.zone)
    return f"{start} to {clock(maintenance.ends_at, now=maintenance.starts_at, zone=house.zone)}"


def listed(maintenances: Sequence[Maintenance], house: House, now: datetime) -> Card:
    if not maintenances:
        return Card(text="No maintenance is planned.", buttons=(_PLAN,), tone="good")
    return Card(
        title="Planned maintenance",
        text="\n\n".join(_listed(maintenance, house, now) for maintenance in maintenances),
        buttons=(_PLAN,),
    )


def _listed(maintenance: Maintenance, house: House, now: datetime) -> str:
    waits = maintenance.stage is MaintenanceStage.SCHEDULED and not maintenance.announced
    parts = [
        f"{maintenance.stage.label}, not announced yet" if waits else maintenance.stage.label,
        _window(maintenance, house, now),
        f"owner {marks.mention(maintenance.owner)}",
    ]
    return f"{marks.bold(f'{maintenance.id} {maintenance.title}')}\n{' · '.join(parts)}"


def schedule_form(values: dict[str, str], people: Sequence[Person], house: House, missing: str = "") -> Form:
    """What a plan needs (LINT-19, table 7.2); ``values`` is what was said so far."""
    choices = tuple((person.id, person.name) for person in people)

    def line(name: str, label: str, hint: str, *, required: bool = False) -> Field:
        return Field(name, label, value=values.get(name, ""), required=required, hint=hint)

    def others(name: str, label: str) -> tuple[Field, ...]:
        codes = house.languages[1:]
        return tuple(line(f"{name}@{code}", f"{label} ({NATIVE[code]})", "") for code in codes)

    def person(name: str, label: str) -> Field:
        return Field(name, label, "person", values.get(name, ""), choices=choices)

    return Form(
        title="Plan maintenance",
        says="maintenance schedule",
        fields=(
            line("window", f"When ({house.zone})", "tomorrow 02:00-04:00", required=True),
            line("service", "Service", "Sign-in", required=True),
            line("reason", "We will …", "move the database to new machines", required=True),
            *others("reason", "We will …"),
            line("effect", "In that time …", "nobody can sign in", required=True),
            *others("effect", "In that time …"),
            line("not_affected", "Not affected", "people who are signed in"),
            *others("not_affected", "Not affected"),
            line("components", "Components on the status page", "those of the service"),
            person("owner", "Owner; you, if nobody is named"),
            person("backup", "Who stands in for the owner"),
            line("urgent", "If it begins within a day: why it cannot wait", "the certificate runs out tonight"),
        ),
        submit="Plan it",
        intro=missing or "Nothing goes out yet; its owner announces it.",
        plain=EXAMPLE,
    )


def because_form(maintenance: Maintenance, step: str, title: str, question: str, name: str) -> Form:
    """One question without whose answer the step is refused."""
    option = '--urgent "…"' if name == "urgent" else "because …"
    return Form(
        title=title,
        says=f"maintenance {step} {maintenance.id}",
        fields=(Field(name, question, required=True),),
        plain=f"/maintenance {step} {maintenance.id} {option}",
    )


def declare_form(maintenance: Maintenance) -> Form:
    """Work that broke something (LIFE-14)."""
    severities = tuple((f"sev{level.value}", f"{level.label} {level.title}") for level in Severity)
    return Form(
        title="Declare an incident",
        says=f"maintenance declare {maintenance.id}",
        fields=(
            Field("title", "What is wrong", value=f"{maintenance.service} after maintenance {maintenance.id}"),
            Field("severity", "How bad", "choice", choices=(("", "Not sure: start at SEV-2 / P1"), *severities)),
        ),
        submit="Declare",
        plain=f"/maintenance declare {maintenance.id} sev2 nobody can sign in",
    )
