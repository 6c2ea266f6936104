"""What people put on the record, shown in the timeline thread (TL-7, TL-8, TL-12)."""

from incidents.events import (
    Corrected,
    EntryMasked,
    EntryWithdrawn,
    KeyMarked,
    Noted,
)
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


def key_marked(scene: Scene, event: KeyMarked) -> list[Effect]:
    return [_in_thread(scene, "key_marked", event)]


def entry_masked(scene: Scene, event: EntryMasked) -> list[Effect]:
    """Who and why; the words are changed where they stand."""
    return [_in_thread(scene, "entry_masked", event)]


def _in_thread(
    scene: Scene, message: str, event: Noted | Corrected | EntryWithdrawn | KeyMarked | EntryMasked
) -> Effect:
    return scene.post("thread", Card(text=scene.words(message, event=event)))
