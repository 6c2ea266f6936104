"""What is asked again and again while people work, and what is owed afterwards (CAD-4, CAD-6, CAD-15, CAD-16)."""

from incidents.events import Reminded
from incidents.promise_events import FoundSteady, ManagementTold, ReviewMoved
from templates import channels_text, due
from templates.card import Button, Card, Tone
from templates.effect import Effect
from templates.headline import SYMBOLS
from templates.scene import Scene, distinct


def tone(event: Reminded) -> Tone:
    return "bad" if event.minutes > 0 else "warn"


def scope(scene: Scene, event: Reminded) -> list[Effect]:
    """In the room and in private, as every reminder to post (CAD-4, CAD-20)."""
    people, buttons = distinct(*event.audience, *event.escalated), due.buttons(scene.incident, event)
    said = scene.say("reminder_scope", event=event, people=people, buttons=buttons, tone=tone(event))
    asked = [
        scene.whisper(one, "reminder_scope", event=event, people=(), buttons=buttons, tone=tone(event))
        for one in people
    ]
    return [said, *asked]


def draft(scene: Scene, event: Reminded) -> list[Effect]:
    return _whispered(scene, event, "reminder_draft", update=scene.incident.next_update_due())


def executive(scene: Scene, event: Reminded) -> list[Effect]:
    return _whispered(scene, event, "reminder_executive")


def callout(scene: Scene, event: Reminded) -> list[Effect]:
    """For the deputy to say aloud, else the commander reads it; while nobody leads the room is asked already."""
    if not scene.incident.commander:
        return []
    return _whispered(scene, event, "callout", age=_minutes(scene), update=scene.incident.next_update_due())


def worse(scene: Scene, event: Reminded) -> list[Effect]:
    people = distinct(*event.audience, *event.escalated)
    return [scene.say("reminder_worse", people=people, buttons=due.buttons(scene.incident, event), tone="warn")]


def rotation(scene: Scene, event: Reminded) -> list[Effect]:
    """A suggestion to the commander alone; once it is too long, to those who could take over as well (ROLE-22)."""
    others = tuple(one for one in distinct(*event.escalated) if one not in event.audience)
    buttons = due.buttons(scene.incident, event)
    minutes = event.minutes + (scene.incident.policy.rhythm.rotate or 0)
    asked = [
        scene.whisper(one, "reminder_rotation", others=(), event=event, minutes=minutes, buttons=buttons)
        for one in event.audience
    ]
    if not event.escalated:
        return asked
    people = distinct(*event.audience, *others)
    said = scene.say("reminder_rotation", others=people, event=event, minutes=minutes, buttons=buttons, tone="bad")
    return [said, *asked]


def rest(scene: Scene, event: Reminded) -> list[Effect]:
    """To each who has held a role for long, in private: a suggestion, nothing more (ROLE-22)."""
    effects = []
    for person in distinct(*event.audience):
        held = [holder for holder in scene.incident.holders if holder.person.id == person.id]
        since = min(holder.since for holder in held)
        button = Button("Hand to somebody", says=f"assign {held[0].role.value}")
        minutes = int((scene.now - since).total_seconds()) // 60
        effects.append(scene.whisper(person, "reminder_rest", roles=held, minutes=minutes, buttons=(button,)))
    return effects


def watch(scene: Scene, event: Reminded) -> list[Effect]:
    return [scene.say("reminder_watch", event=event, buttons=due.buttons(scene.incident, event), tone="good")]


def review(scene: Scene, event: Reminded) -> list[Effect]:
    """Privately, to the owner of the step and, once it is late, to the commander of then (POST-16)."""
    return _whispered(scene, event, "reminder_review", name=due.plain_name(event.deadline))


def _whispered(scene: Scene, event: Reminded, message: str, **values: object) -> list[Effect]:
    buttons, people = due.buttons(scene.incident, event), distinct(*event.audience, *event.escalated)
    return [scene.whisper(one, message, event=event, buttons=buttons, tone=tone(event), **values) for one in people]


def _minutes(scene: Scene) -> int:
    return int((scene.now - scene.incident.clocks.declared_at).total_seconds()) // 60


def management_told(scene: Scene, event: ManagementTold) -> list[Effect]:
    """For those who read in the room of announcements (STG-27)."""
    incident = scene.incident
    title = f"{SYMBOLS[incident.severity]} {incident.severity.label} · {incident.title}"
    facts = channels_text.executive(
        incident, house=scene.house, now=scene.now, next_update_at=incident.next_update_due(), language="en"
    )
    text = f"{event.text}\n\n{facts}" if event.text else facts
    return [scene.post("announce", Card(title=title, text=text))]


def steady(scene: Scene, event: FoundSteady) -> list[Effect]:
    return [scene.say("steady", event=event)]


def review_moved(scene: Scene, event: ReviewMoved) -> list[Effect]:
    return [scene.say("review_moved", event=event)]
