"""A later end of planned work before customers read it: looked at, sent to whoever clears it, returned (APPR-1)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from incidents.extending import hint
from incidents.maintenance import Extension, Maintenance, MaintenanceStage
from incidents.maintenance_events import MaintenanceExtended, MaintenanceLongerAsked, MaintenanceLongerReturned
from incidents.person import Person
from incidents.records import Wording
from templates import maintenance_channels
from templates.card import Button, Card, Fact, Field, Form
from templates.effect import Effect
from templates.house import House
from templates.maintenance_channels import RANK
from templates.maintenance_wording import maintenance_wordings
from templates.marks import bold, mention
from templates.words import clock


@dataclass(frozen=True, slots=True)
class Said:
    """As customers would read it: in every language, on every channel; ``seal`` is good for exactly this (APPR-6)."""

    texts: dict[str, Wording]
    folds: tuple[Fact, ...]
    seal: str


def said(maintenance: Maintenance, extension: Extension, house: House, now: datetime) -> Said:
    later = replace(maintenance, ends_at=extension.ends_at, stage=MaintenanceStage.IN_PROGRESS)
    old_end, reason = maintenance.ends_at, extension.reason
    texts = maintenance_wordings("extended", later, house, now=now, old_end=old_end, reason=reason)
    sealed = f"{extension.number}-{maintenance_channels.seal(later, texts, house)}"
    return Said(texts, maintenance_channels.readers(later, texts, house), sealed)


def preview(maintenance: Maintenance, extension: Extension, house: House, now: datetime, *, lead: str = "") -> Card:
    """Nothing has been sent yet, and nobody else sees it."""
    shown = said(maintenance, extension, house, now)
    label = "Post" if maintenance.clearers is None else "Send for approval"
    send = Button(label, f"maintenance longer {maintenance.id} {shown.seal}", "primary")
    back = Button("Back to the form", f"maintenance extend {maintenance.id}")
    text = _paragraphs(lead, _text(shown, house))
    return Card("Preview: not sent yet", text, folds=shown.folds, facts=_facts(extension), buttons=(send, back))


def approval(maintenance: Maintenance, house: House, now: datetime, *, lead: str = "") -> Card:
    """Every word that customers would read, on every channel, until when, and what may be done (APPR-1)."""
    extension = maintenance.extension
    if extension is None or extension.due_at is None:
        return Card(text="No later end waits for approval.")
    shown = said(maintenance, extension, house, now)
    facts = (
        Fact("Written by", mention(extension.by)),
        Fact("Decide by", clock(extension.due_at, now=now, zone=house.zone)),
    )
    buttons = (
        Button("Approve", f"maintenance approve {maintenance.id} {shown.seal}", "primary"),
        Button("Return…", f"maintenance return {maintenance.id}"),
        Button("Edit and approve…", f"maintenance approve {maintenance.id} edit {extension.number}"),
    )
    return Card(
        title=f"For approval · Maintenance {maintenance.id} · {maintenance.title}",
        text=_paragraphs(lead, _text(shown, house)),
        folds=shown.folds,
        facts=(*facts, *_facts(extension)),
        buttons=buttons,
        tone="warn",
    )


def sent(maintenance: Maintenance, asked: Extension, approvers: Sequence[Person], house: House, now: datetime) -> Card:
    """For its author: customers still read the old end."""
    if not approvers:
        way = f'/maintenance approve {maintenance.id} --because "nobody can be reached"'
        return Card(
            "Not posted yet", f"Nobody else is there to clear it. Say why you post it alone: {way}", tone="warn"
        )
    names = " or ".join(mention(person) for person in approvers)
    until = clock(asked.due_at or now, now=now, zone=house.zone)
    return Card("Sent for approval", f"{names} decides by {until}. Customers still read the old end.")


def extend_form(maintenance: Maintenance, *, minutes: str = "30m", reason: str = "") -> Form:
    return Form(
        title="More time",
        says=f"maintenance extend {maintenance.id}",
        fields=(
            Field("minutes", "How much longer", value=minutes, required=True),
            Field("because", "Because … (customers read it)", value=reason, required=True, hint="copying takes longer"),
        ),
        submit="Preview",
        plain=hint(maintenance),
    )


def edit_form(maintenance: Maintenance, extension: Extension) -> Form:
    minutes = (extension.ends_at - maintenance.ends_at).total_seconds() // 60
    form = extend_form(maintenance, minutes=f"{minutes:.0f}m", reason=extension.reason)
    says = f"maintenance approve {maintenance.id} edit {extension.number}"
    return replace(form, title="Edit and approve", says=says, submit="Approve and post")


def return_form(maintenance: Maintenance) -> Form:
    asked = Field("remark", "What should be different", "text", required=True)
    says = f"maintenance return {maintenance.id}"
    return Form(title="Return the later end", says=says, fields=(asked,), submit="Return")


def asked_of(maintenance: Maintenance, event: MaintenanceLongerAsked, house: House, now: datetime) -> list[Effect]:
    card = approval(maintenance, house, now, lead="Do you clear this later end? Nothing has been posted yet.")
    return [_private(person, card) for person in event.approvers]


def reminded(maintenance: Maintenance, people: Sequence[Person], house: House, now: datetime) -> list[Effect]:
    card = approval(maintenance, house, now, lead="This later end still waits for approval.")
    return [_private(person, card) for person in people]


def returned(maintenance: Maintenance, event: MaintenanceLongerReturned, house: House, now: datetime) -> list[Effect]:
    if event.by.id == event.extension.by.id:
        return []
    text = f"{mention(event.by)} returned your later end: {event.remark}\nCustomers still read the old one."
    again = Button("Back to the form", f"maintenance extend {maintenance.id}", "primary")
    return [_private(event.extension.by, Card(_title(maintenance), text, buttons=(again,), tone="warn"))]


def cleared(maintenance: Maintenance, event: MaintenanceExtended, house: House, texts: Wording) -> list[Effect]:
    """Its author hears that it went out, and how it reads if somebody changed it (APPR-4)."""
    if event.approved_by is None or event.approved_by.id == event.by.id:
        return []
    changed = " with changes. It reads now" if event.edited else ". Customers read"
    text = f"{mention(event.approved_by)} approved your later end{changed}:\n\n{bold(texts.title)}\n{texts.body}"
    return [_private(event.by, Card(_title(maintenance), text))]


def _facts(extension: Extension) -> tuple[Fact, ...]:
    return (Fact("Wording", extension.aside),) if extension.aside else ()


def _text(shown: Said, house: House) -> str:
    first = shown.texts[house.languages[0]]
    return _paragraphs(bold(first.title), first.body)


def _title(maintenance: Maintenance) -> str:
    return f"Maintenance {maintenance.id} · {maintenance.title}"


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _private(person: Person, card: Card) -> Effect:
    return Effect("private", f"person:{person.id}", card, rank=RANK)
