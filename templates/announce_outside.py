"""What is said of the public outside: that it gets angry, and the words of a leader who speaks to it (CHN-8, CHN-9)."""

from collections.abc import Callable
from typing import Any

from incidents.channels import Medium
from incidents.event import Event
from incidents.outside_events import LeaderSpeaks, MoodSoured
from incidents.records import Update
from templates.card import Button, Card, Fact
from templates.effect import Effect
from templates.house import House
from templates.marks import bold
from templates.scene import Scene
from templates.spoken import spoken
from templates.standard_answers import NAMES


def soured(scene: Scene, event: MoodSoured) -> list[Effect]:
    """To whoever speaks to customers, who decides what to do; nobody outside gets an answer by itself (CHN-8)."""
    many = f"{event.last} of {event.heard} public replies in the last ten minutes are angry"
    quotes = "\n".join(f"“{each[:200]}”" for each in event.quotes)
    card = Card(
        title=f"{scene.incident.severity.label} · {scene.incident.title} · what the public says gets worse",
        text=f"{many}, {event.before} before that.\n{quotes}\nNobody was answered: you decide what to say.",
        buttons=(Button("Post update", says="update", style="primary"), Button("Standard answers", says="answers")),
        tone="warn",
    )
    return [scene.private(scene.owner_of_posts(), card)]


def speaks(scene: Scene, event: LeaderSpeaks) -> list[Effect]:
    """Whoever asked has the words; so has the owner of each channel to the press, through whom they go (CHN-9)."""
    update = scene.incident.update
    if update is None:
        return []
    card = words_of(update, event.name, scene.house)
    owners = [each.owner for each in scene.house.channels if each.kind is Medium.PRESS and each.owner]
    people = dict.fromkeys((event.by.id, *owners))
    return [Effect("private", f"person:{person}", card, rank=scene.rank) for person in people]


def words_of(update: Update, name: str, house: House) -> Card:
    texts = spoken(update, name)
    blocks = [f"{bold(NAMES[code])}\n\n{text.body}" if len(texts) > 1 else text.body for code, text in texts.items()]
    press = [each for each in house.channels if each.kind is Medium.PRESS]
    facts = [Fact("From", f"update {update.number}; after the next post ask again")]
    facts += [Fact("Through", ", ".join(each.link or each.name for each in press))] if press else []
    facts += [Fact("First", "PR and Legal agree to these words")]
    return Card(f"What {name} says in public", "\n\n".join(blocks), facts=tuple(facts), tone="warn")


def _soured_row(event: MoodSoured) -> str:
    return f"{event.last} of {event.heard} public replies in ten minutes are angry, {event.before} before"


def _speaks_row(event: LeaderSpeaks) -> str:
    return f"Words for {event.name} to speak in public, from update {event.number}, through PR"


ROWS: dict[type[Event], tuple[str, Callable[[Any], str]] | None] = {
    MoodSoured: ("feedback", _soured_row),
    LeaderSpeaks: ("post", _speaks_row),
}
ANNOUNCERS: dict[type[Event], Callable[[Scene, Any], list[Effect]]] = {MoodSoured: soured, LeaderSpeaks: speaks}
