"""What is said of a post before it goes out, and of the facts it is made of (section 11, STG-7)."""

from incidents import drafts
from incidents.approval_events import (
    DraftApproved,
    DraftCleared,
    DraftDropped,
    DraftReturned,
    DraftSubmitted,
    FactsGiven,
)
from incidents.events import Reminded
from incidents.records import Draft
from templates.approval_card import approval_card
from templates.approval_rows import ROWS
from templates.card import Button, Card, Tone
from templates.effect import Effect
from templates.scene import Scene


def submitted(scene: Scene, event: DraftSubmitted) -> list[Effect]:
    """In the room, and in private to everybody who may decide (APPR-1)."""
    if scene.incident.draft != event.draft:
        return []
    card = approval_card(scene.incident, scene.house, scene.now, lead=_lead(scene, event))
    asked = [scene.private(person, card) for person in event.approvers]
    replaced = [_settled(scene, event.replaced, "Replaced by a newer text.")] if event.replaced else []
    return [*replaced, scene.post("room", card, slot=_slot(event.draft)), *asked]


def _lead(scene: Scene, event: DraftSubmitted) -> str:
    return scene.words("draft_submitted", event=event)


def returned(scene: Scene, event: DraftReturned) -> list[Effect]:
    draft, own = event.draft, event.by.id == event.draft.author.id
    settled = _settled(scene, draft, scene.words("draft_returned", event=event, own=own))
    again = Button("Write it again", says="update back", style="primary")
    if own:
        return [settled]
    return [settled, scene.whisper(draft.author, "draft_returned_to_you", event=event, buttons=(again,), tone="warn")]


def cleared(scene: Scene, event: DraftCleared) -> list[Effect]:
    """The card in the room says who is still waited for; changed words go to them again (SEC-20, APPR-6)."""
    if scene.incident.draft != event.draft:
        return []
    card = approval_card(scene.incident, scene.house, scene.now, lead=scene.words("draft_cleared", event=event))
    shown = scene.post("room", card, slot=_slot(event.draft))
    if not event.edited:
        return [shown]
    author = scene.whisper(event.draft.author, "draft_changed", event=event)
    return [shown, *(scene.private(person, card) for person in event.people), author]


def approved(scene: Scene, event: DraftApproved) -> list[Effect]:
    """The post itself says the rest; whoever wrote it hears of changes (APPR-4)."""
    settled = _settled(scene, event.draft, scene.words("draft_approved", event=event), tone="good")
    if not event.edited:
        return [settled]
    return [settled, scene.whisper(event.draft.author, "draft_edited", event=event)]


def dropped(scene: Scene, event: DraftDropped) -> list[Effect]:
    said = scene.words("draft_dropped", event=event)
    told = scene.whisper(event.draft.author, "draft_dropped", event=event)
    return [_settled(scene, event.draft, said), *([told] if event.by.id != event.draft.author.id else [])]


def facts_given(scene: Scene, event: FactsGiven) -> list[Effect]:
    """To whoever writes the next post; the room reads that there is news (ROLE-16)."""
    row = ROWS[FactsGiven]
    facts = row[1](event) if row else ""
    owner, buttons = scene.owner_of_posts(), (Button("Post update", says="update"),)
    said = scene.say("facts_given", event=event, facts=facts, owner=owner, buttons=buttons)
    return [said]


def waiting_card(scene: Scene, event: Reminded) -> Card:
    return approval_card(
        scene.incident, scene.house, scene.now, lead=scene.words("reminder_approval_text", event=event)
    )


def fallback(scene: Scene) -> bool:
    """Whether the holding statement may go out as it is (APPR-8)."""
    return drafts.holding_is_free(scene.incident, now=scene.now)


def fallback_buttons(scene: Scene) -> tuple[Button, ...]:
    return (Button("Holding statement", says="update holding"),) if fallback(scene) else ()


def _settled(scene: Scene, draft: Draft, text: str, *, tone: Tone = "plain") -> Effect:
    """The card in the room loses its buttons: there is nothing left to decide."""
    return scene.post(
        "room", Card(title=f"Draft {draft.number}: {draft.title}", text=text, tone=tone), slot=_slot(draft)
    )


def _slot(draft: Draft) -> str:
    return f"approval-{draft.number}"
