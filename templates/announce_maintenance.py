"""What planned maintenance makes visible: public posts at once, questions to those who answer for it (CAD-19)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidents.event import Event
from incidents.maintenance import Maintenance
from incidents.maintenance_events import (
    MaintenanceAnnounced,
    MaintenanceCancelled,
    MaintenanceCompleted,
    MaintenanceExtended,
    MaintenanceLinked,
    MaintenanceReminded,
    MaintenanceScheduled,
    MaintenanceStarted,
    MaintenanceVerifying,
)
from incidents.records import Wording
from templates.card import Button, Card, Tone
from templates.effect import Effect
from templates.house import House
from templates.maintenance_wording import maintenance_wordings, template_of
from templates.words import render

RANK = 3
"""Behind what is urgent in an incident."""


@dataclass(frozen=True, slots=True)
class PublicPost:
    """``step`` is a key of the wordings; ``texts`` holds every language that has one, the source language first."""

    step: str
    texts: dict[str, Wording]

    @property
    def template(self) -> str:
        return template_of(self.step)

    @property
    def language(self) -> str:
        return next(iter(self.texts))


def public_post(maintenance: Maintenance, event: Event, house: House) -> PublicPost | None:
    """What customers read because of it; None where they read nothing."""
    step = _STEPS.get(type(event))
    if step is None or (isinstance(event, MaintenanceCancelled) and not event.public):
        return None
    if isinstance(event, MaintenanceExtended):
        texts = maintenance_wordings(step, maintenance, house, now=event.at, old_end=event.old_end, reason=event.reason)
        return PublicPost(step, texts)
    return PublicPost(step, maintenance_wordings(step, maintenance, house, now=event.at))


_STEPS: dict[type[Event], str] = {
    MaintenanceAnnounced: "announced",
    MaintenanceStarted: "started",
    MaintenanceExtended: "extended",
    MaintenanceVerifying: "verifying",
    MaintenanceCompleted: "completed",
    MaintenanceCancelled: "cancelled",
}


def announce_maintenance(
    maintenance: Maintenance, events: Sequence[Event], house: House, now: datetime
) -> list[Effect]:
    """Everything that ``events`` make visible, in order."""
    return [
        effect for event in events for effect in MAINTENANCE_ANNOUNCERS[type(event)](maintenance, event, house, now)
    ]


def _public(maintenance: Maintenance, event: Event, house: House, now: datetime) -> list[Effect]:
    post = public_post(maintenance, event, house)
    if post is None:
        return []
    text = post.texts[post.language]
    tone: Tone = "good" if isinstance(event, MaintenanceCompleted) else "plain"
    return [Effect("post", "status", Card(text.title, text.body, tone=tone), rank=RANK)]


def _scheduled(maintenance: Maintenance, event: MaintenanceScheduled, house: House, now: datetime) -> list[Effect]:
    """Its owner hears of it if somebody else planned it; whoever has to agree is asked (SVR-14)."""
    approve = _button(maintenance, "Approve and announce", "announce", style="primary")
    asked = [
        _private(person.id, maintenance, "maintenance_urgent", (approve,), house=house, now=now, event=event)
        for person in event.approvers
    ]
    if maintenance.owner.id == event.by.id or maintenance.owner.id in {person.id for person in event.approvers}:
        return asked
    buttons = planned_buttons(maintenance)
    told = _private(maintenance.owner.id, maintenance, "maintenance_owner", buttons, house=house, now=now)
    return [told, *asked]


def _reminded(maintenance: Maintenance, event: MaintenanceReminded, house: House, now: datetime) -> list[Effect]:
    buttons = _ANSWERS[event.kind](maintenance)
    return [
        _private(person.id, maintenance, f"maintenance_{event.kind}", buttons, house=house, now=now, event=event)
        for person in event.people
    ]


def _nothing(maintenance: Maintenance, event: Event, house: House, now: datetime) -> list[Effect]:
    return []


MAINTENANCE_ANNOUNCERS: dict[type[Event], Callable[[Maintenance, Any, House, datetime], list[Effect]]] = {
    MaintenanceScheduled: _scheduled,
    MaintenanceAnnounced: _public,
    MaintenanceStarted: _public,
    MaintenanceExtended: _public,
    MaintenanceVerifying: _public,
    MaintenanceCompleted: _public,
    MaintenanceCancelled: _public,
    MaintenanceLinked: _nothing,
    MaintenanceReminded: _reminded,
}


def planned_buttons(maintenance: Maintenance) -> tuple[Button, ...]:
    """What may follow as long as the work has not begun."""
    announce = _button(maintenance, "Announce", "announce", style="primary")
    again = _button(maintenance, "Announce again", "announce")
    cancel = _button(maintenance, "Cancel it", "cancel")
    return (again if maintenance.announced else announce, cancel)


def beginning_buttons(maintenance: Maintenance) -> tuple[Button, ...]:
    return (_button(maintenance, "Start", "start", style="primary"), _button(maintenance, "Cancel it", "cancel"))


def working_buttons(maintenance: Maintenance) -> tuple[Button, ...]:
    """Completing asks again: customers read that all functions are available."""
    complete = _button(maintenance, "Complete", "complete", "primary", "Do all functions work, for everybody?")
    extend = _button(maintenance, "Extend", "extend")
    verify = _button(maintenance, "Verify", "verify")
    declare = _button(maintenance, "Declare an incident", "declare", "danger")
    return (complete, extend, *((verify,) if maintenance.stage.value == "in_progress" else ()), declare)


def cancelling_buttons(maintenance: Maintenance) -> tuple[Button, ...]:
    return (_button(maintenance, "Cancel it", "cancel"),)


_ANSWERS: dict[str, Callable[[Maintenance], tuple[Button, ...]]] = {
    "announce": planned_buttons,
    "begin": beginning_buttons,
    "missed": cancelling_buttons,
    "finish": working_buttons,
}


def _button(maintenance: Maintenance, label: str, step: str, style: Any = "plain", confirm: str = "") -> Button:
    return Button(label, f"maintenance {step} {maintenance.id}", style, confirm)


def _private(
    person: str, maintenance: Maintenance, message: str, buttons: tuple[Button, ...], **values: object
) -> Effect:
    text = render(message, maintenance=maintenance, **values)
    title = f"Maintenance {maintenance.id} · {maintenance.title}"
    return Effect("private", f"person:{person}", Card(title, text, buttons=buttons, tone="warn"), rank=RANK)
