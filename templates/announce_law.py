"""What only a few may know: legal duties after a breach and the statement on security, always in private (CAD-25)."""

from incidents import breach
from incidents.events import Reminded
from incidents.promise_events import BreachConfirmed, DutyMet
from templates import due
from templates.card import Button
from templates.effect import Effect
from templates.scene import Scene, distinct


def breach_confirmed(scene: Scene, event: BreachConfirmed) -> list[Effect]:
    """What is owed from now on, to everybody who may know of it."""
    incident = scene.incident
    duties = [(breach.duty(incident, number), at) for number, at in breach.owed(incident)]
    stated = breach.statement_due(incident)
    return [
        scene.whisper(person, "breach_confirmed", event=event, duties=duties, statement=stated, tone="warn")
        for person in breach.confidants(incident)
    ]


def duty_met(scene: Scene, event: DutyMet) -> list[Effect]:
    name = breach.duty(scene.incident, event.number).name if event.number else "The statement on security"
    return [scene.whisper(person, "duty_met", event=event, name=name) for person in breach.confidants(scene.incident)]


def legal(scene: Scene, event: Reminded) -> list[Effect]:
    return _whispered(scene, event, breach.duty(scene.incident, event.deadline.number).name)


def statement(scene: Scene, event: Reminded) -> list[Effect]:
    return _whispered(scene, event, due.NAMES["statement"])


def _whispered(scene: Scene, event: Reminded, name: str) -> list[Effect]:
    buttons: tuple[Button, ...] = due.buttons(scene.incident, event)
    return [
        scene.whisper(
            one, "reminder_review", event=event, name=name, buttons=buttons, tone="bad" if event.minutes > 0 else "warn"
        )
        for one in distinct(*event.audience, *event.escalated)
    ]
