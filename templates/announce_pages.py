"""What is said when people are called and when they answer (CMD-3, CMD-10, GEN-8, GEN-12)."""

from collections.abc import Iterable

from incidents.events import PageAcknowledged, Paged
from incidents.person import Person
from incidents.records import Page
from templates.card import Button, Card
from templates.effect import Effect
from templates.scene import Scene, distinct


def paged(scene: Scene, event: Paged) -> list[Effect]:
    page = event.page
    buttons = (_on_my_way(page),) if page.people else ()
    said = scene.say("paged", event=event, page=page, buttons=buttons, tone="plain" if page.people else "bad")
    return [*calls(scene, page, page.people), said]


def calls(scene: Scene, page: Page, people: Iterable[Person]) -> list[Effect]:
    """One call per person (CMD-3); a test instance calls nobody (GEN-12)."""
    if scene.house.test_mode:
        return []
    card = Card(
        title=f"{scene.incident.severity.label}: you are called",
        text=scene.words("call", page=page),
        buttons=(_on_my_way(page),),
        tone="bad",
    )
    return [scene.page(person, card) for person in distinct(*people)]


def page_acknowledged(scene: Scene, event: PageAcknowledged) -> list[Effect]:
    who = event.page.acknowledged_by or event.by
    return [scene.say("page_acknowledged", event=event, who=who)]


def _on_my_way(page: Page) -> Button:
    return Button("On my way", says=f"ack {page.number}", style="primary")
