"""How a crisis shows: said aloud, in the headline, on the record, as a form (CRI-3, CRI-7)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from incidents.crisis import LEVELS
from incidents.crisis_events import CrisisDeclared, CrisisEnded
from incidents.event import Event
from incidents.incident import Incident
from templates.approval_card import approval_card
from templates.card import Button, Fact, Field, Form
from templates.effect import Effect
from templates.house import House
from templates.marks import mention
from templates.scene import Scene
from templates.words import clock, seconds_span

END = Button("End the crisis", says="crisis over", confirm="Is it no longer a crisis?")


def declared(scene: Scene, event: CrisisDeclared) -> list[Effect]:
    approval = scene.incident.policy.approval
    named = bool(approval.crisis or approval.security)
    said = scene.say("crisis_declared", event=event, level=name(event.level), named=named, buttons=(END,), tone="bad")
    return [said]


def ended(scene: Scene, event: CrisisEnded) -> list[Effect]:
    """Fewer people are waited for now, and the card of what waits says so."""
    said = scene.say("crisis_ended", event=event, level=name(event.level), tone="good")
    draft = scene.incident.draft
    if not draft:
        return [said]
    return [
        said,
        scene.post("room", approval_card(scene.incident, scene.house, scene.now), slot=f"approval-{draft.number}"),
    ]


def name(level: int) -> str:
    """`level 2 (medium)`."""
    return f"level {level} ({LEVELS[level]})"


def short(incident: Incident) -> str:
    """`CRISIS level 2`, before a title; empty where it is none."""
    return f"CRISIS level {incident.crisis.level}" if incident.crisis else ""


def fact(incident: Incident, house: House, now: datetime) -> tuple[Fact, ...]:
    if not incident.crisis:
        return ()
    since = clock(incident.crisis.since, now=now, zone=house.zone)
    said = f"{name(incident.crisis.level)} since {since}, by {mention(incident.crisis.by)}"
    return (Fact("Crisis", said),)


def form(incident: Incident) -> Form:
    levels = tuple((str(level), f"Level {level}: {label}") for level, label in LEVELS.items())
    over = (("over", "It is over"),) if incident.crisis else ()
    return Form(
        title="Crisis",
        says="crisis",
        fields=(
            Field("level", "How far does it reach", "choice", required=True, choices=(*levels, *over)),
            Field("reason", "Why"),
        ),
        submit="Say it",
        intro=f"It is a crisis of {name(incident.crisis.level)} now." if incident.crisis else "It is none so far.",
        plain="/incident crisis 2 payments stay down",
    )


def _declared_row(event: CrisisDeclared) -> str:
    before = f", before it was level {event.old}" if event.old else ""
    fact = f"Crisis declared, {name(event.level)}{before}"
    return f"{fact}: {event.reason}" if event.reason else fact


def _ended_row(event: CrisisEnded) -> str:
    fact = f"Crisis over, {name(event.level)}, after {seconds_span(event.seconds)}"
    return f"{fact}: {event.reason}" if event.reason else fact


ROWS: dict[type[Event], tuple[str, Callable[[Any], str]] | None] = {
    CrisisDeclared: ("severity", _declared_row),
    CrisisEnded: ("severity", _ended_row),
}
ANNOUNCERS: dict[type[Event], Callable[[Scene, Any], list[Effect]]] = {
    CrisisDeclared: declared,
    CrisisEnded: ended,
}
