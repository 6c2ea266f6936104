"""What people put on the record, shown in the timeline thread (TL-7, TL-8, TL-12)."""

from incidents.events import Corrected, EntryWithdrawn, Noted
from incidents.roles import Role
from templates.card import Card
from templates.effect import Effect
from templates.scene import Scene


def noted(scene: Scene, event: Noted) -> list[Effect]:
    """Nothing for what was written in the thread: it stands there already."""
    effects = [] if event.from_thread else [_in_thread(scene, "noted", event)]
    scribe = scene.incident.holder(Role.SCRIBE)
    if scribe and event.kind == "decision" and not event.executor:
        effects.append(scene.whisper(scribe, "decision_without_executor", event=event))
    return effects


def corrected(scene: Scene, event: Corrected) -> list[Effect]:
    return [] if event.from_thread else [_in_thread(scene, "corrected", event)]


def entry_withdrawn(scene: Scene, event: EntryWithdrawn) -> list[Effect]:
    return [] if event.from_thread else [_in_thread(scene, "entry_withdrawn", event)]


def _in_thread(scene: Scene, message: str, event: Noted | Corrected | EntryWithdrawn) -> Effect:
    return scene.post("thread", Card(text=scene.words(message, event=event)))
