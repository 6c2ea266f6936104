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
    MaintenanceCarried,
    MaintenanceCompleted,
    MaintenanceContradicted,
    MaintenanceExtended,
    MaintenanceLinked,
    MaintenanceLongerAsked,
    MaintenanceLongerReturned,
    MaintenanceOwned,
    MaintenanceReminded,
    MaintenanceScheduled,
    MaintenanceSentAgain,
    MaintenanceStarted,
    MaintenanceVerifying,
)
from incidents.records import Wording
from templates import extension_cards, maintenance_channels
from templates.card import Button, Card, Tone
from templates.effect import Effect
from templates.house import House
from templates.maintenance_channels import RANK, seal
from templates.maintenance_wording import maintenance_wordings, template_of
from templates.marks import bold
from templates.words import render


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
    card = Card(text.title, text.body, tone=tone)
    # Who answers customers reads it first, in rooms of their own where there are any (CHN-5, CHN-7).
    rooms = ("status", *(place for place in ("support", "sales") if house.own_rooms[place]))
    told = [Effect("post", place, card, rank=RANK) for place in rooms]
    return [*told, *maintenance_channels.sent_out(maintenance, house)]


def _scheduled(maintenance: Maintenance, event: MaintenanceScheduled, house: House, now: datetime) -> list[Effect]:
    """Its owner hears of it if somebody else planned it; whoever has to agree is asked (SVR-14)."""
    asked = [
        Effect("private", f"person:{person.id}", approval_card(maintenance, house, now), rank=RANK)
        for person in event.approvers
    ]
    if maintenance.owner.id == event.by.id or maintenance.owner.id in {person.id for person in event.approvers}:
        return asked
    buttons = planned_buttons(maintenance)
    told = _private(maintenance.owner.id, maintenance, "maintenance_owner", buttons, house=house, now=now)
    return [told, *asked]


def approval_card(maintenance: Maintenance, house: House, now: datetime, *, lead: str = "") -> Card:
    """Every word that customers would read, on every channel; the button is good for exactly these (APPR-6)."""
    texts = maintenance_wordings("announced", maintenance, house, now=now)
    first = texts[house.languages[0]]
    asked = render("maintenance_asked", maintenance=maintenance, house=house, now=now)
    sealed = f"maintenance announce {maintenance.id} {seal(maintenance, texts, house)}"
    return Card(
        title=f"Maintenance {maintenance.id} · {maintenance.title}",
        text="\n\n".join(filter(None, (lead, asked, bold(first.title), first.body))),
        folds=maintenance_channels.readers(maintenance, texts, house),
        buttons=(Button("Approve and announce", sealed, "primary"),),
        tone="warn",
    )


def _extended(maintenance: Maintenance, event: MaintenanceExtended, house: House, now: datetime) -> list[Effect]:
    post = public_post(maintenance, event, house)
    told = extension_cards.cleared(maintenance, event, house, post.texts[post.language]) if post else []
    return [*_public(maintenance, event, house, now), *told]


def _reminded(maintenance: Maintenance, event: MaintenanceReminded, house: House, now: datetime) -> list[Effect]:
    if event.kind == "longer":
        return extension_cards.reminded(maintenance, event.people, house, now)
    buttons = _ANSWERS[event.kind](maintenance)
    return [
        _private(person.id, maintenance, f"maintenance_{event.kind}", buttons, house=house, now=now, event=event)
        for person in event.people
    ]


def _owned(maintenance: Maintenance, event: MaintenanceOwned, house: House, now: datetime) -> list[Effect]:
    """Both hear of it, except from themselves."""
    people = [person for person in (event.new, event.old) if person.id != event.by.id]
    return [
        _private(
            person.id,
            maintenance,
            "maintenance_owned",
            present_buttons(maintenance, now) if person.id == event.new.id else (),
            house=house,
            now=now,
            event=event,
        )
        for person in people
    ]


def _carried(maintenance: Maintenance, event: MaintenanceCarried, house: House, now: datetime) -> list[Effect]:
    return maintenance_channels.answered(maintenance, event, house)


def _sent_again(maintenance: Maintenance, event: MaintenanceSentAgain, house: House, now: datetime) -> list[Effect]:
    return maintenance_channels.again(maintenance, event, house)


def _contradicted(
    maintenance: Maintenance, event: MaintenanceContradicted, house: House, now: datetime
) -> list[Effect]:
    return maintenance_channels.contradicted(maintenance, event, house)


def _nothing(maintenance: Maintenance, event: Event, house: House, now: datetime) -> list[Effect]:
    return []


MAINTENANCE_ANNOUNCERS: dict[type[Event], Callable[[Maintenance, Any, House, datetime], list[Effect]]] = {
    MaintenanceScheduled: _scheduled,
    MaintenanceAnnounced: _public,
    MaintenanceStarted: _public,
    MaintenanceLongerAsked: extension_cards.asked_of,
    MaintenanceLongerReturned: extension_cards.returned,
    MaintenanceExtended: _extended,
    MaintenanceVerifying: _public,
    MaintenanceCompleted: _public,
    MaintenanceCancelled: _public,
    MaintenanceLinked: _nothing,
    MaintenanceOwned: _owned,
    MaintenanceCarried: _carried,
    MaintenanceSentAgain: _sent_again,
    MaintenanceContradicted: _contradicted,
    MaintenanceReminded: _reminded,
}


def planned_buttons(maintenance: Maintenance) -> tuple[Button, ...]:
    """What may follow as long as the work has not begun."""
    announce = _button(maintenance, "Announce", "announce", style="primary")
    again = _button(maintenance, "Announce again", "announce")
    cancel = _button(maintenance, "Cancel it", "cancel")
    return (again if maintenance.announced else announce, cancel)


def present_buttons(maintenance: Maintenance, now: datetime) -> tuple[Button, ...]:
    """What may follow as it stands."""
    if maintenance.stage.final:
        return ()
    if maintenance.stage.working:
        return working_buttons(maintenance)
    return beginning_buttons(maintenance) if now >= maintenance.starts_at else planned_buttons(maintenance)


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
