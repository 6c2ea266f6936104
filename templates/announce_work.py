"""What is said about tasks and proposals (ROLE-37 to ROLE-39)."""

from incidents.events import (
    Carried,
    CaughtUp,
    Objected,
    Proposed,
    TaskChanged,
    TaskGiven,
)
from incidents.records import Proposal
from templates.card import Button
from templates.due import task_buttons
from templates.effect import Effect
from templates.scene import Scene
from templates.words import span


def task_given(scene: Scene, event: TaskGiven) -> list[Effect]:
    task = event.task
    minutes = (task.due_at - task.given_at).total_seconds() / 60
    given = scene.say("task_given", event=event, task=task, span=span(minutes), buttons=task_buttons(task.number))
    return [Effect("invite", "room", people=(task.person,), rank=given.rank), given]


def task_changed(scene: Scene, event: TaskChanged) -> list[Effect]:
    return [scene.say("task_changed", event=event, task=event.task)]


def proposed(scene: Scene, event: Proposed) -> list[Effect]:
    number = event.proposal.number
    button = Button("Strong objection", says=f"object {number}", style="danger")
    return [scene.say("proposed", event=event, proposal=event.proposal, buttons=(button,), slot=f"proposal-{number}")]


def objected(scene: Scene, event: Objected) -> list[Effect]:
    proposal = event.proposal
    leader = scene.incident.commander or proposal.by
    return [
        _decided(scene, proposal, f"Stopped by a strong objection of {event.by.name}."),
        scene.say("objected", event=event, proposal=proposal, leader=leader, tone="warn"),
    ]


def carried(scene: Scene, event: Carried) -> list[Effect]:
    proposal = event.proposal
    away = any(isinstance(other, CaughtUp) for other in scene.events)
    return [
        _decided(scene, proposal, "Carried: nobody objected strongly."),
        # After an absence the one message about all of it says this too (REL-121).
        *([] if away else [scene.say("carried", event=event, proposal=proposal)]),
    ]


def _decided(scene: Scene, proposal: Proposal, outcome: str) -> Effect:
    """In place of the question, so that its button is gone."""
    return scene.say("proposal_decided", proposal=proposal, outcome=outcome, slot=f"proposal-{proposal.number}")
