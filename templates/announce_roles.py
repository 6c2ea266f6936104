"""What is said when roles and command change (ROLE-6, ROLE-20 to ROLE-23, ROLE-34)."""

from dataclasses import replace

from incidents.event import Event
from incidents.events import (
    CommandHandedOver,
    HandoverAccepted,
    HandoverEnded,
    HandoverOffered,
    RoleReleased,
    RoleTaken,
)
from incidents.person import Person
from incidents.promise_events import CommandAsked, CommandDeclined
from incidents.roles import Role
from templates.brief import briefing
from templates.card import Button
from templates.effect import Effect
from templates.headline import who_is_who
from templates.role_cards import role_card
from templates.scene import Scene


def role_taken(scene: Scene, event: RoleTaken) -> list[Effect]:
    said = scene.say("role_taken", event=event, spoken=event.role is Role.IC, line=_line(scene, event))
    return [said, *_welcome(scene, event.person, event.role)]


def role_released(scene: Scene, event: RoleReleased) -> list[Effect]:
    vacant = event.left and event.role is Role.IC
    take = (Button("Take command", says="take ic", style="primary"),) if vacant else ()
    said = scene.say("role_released", event=event, line=_line(scene, event), buttons=take)
    deputies = scene.incident.holders_of(Role.DEPUTY) if vacant else []
    return [
        said,
        *(scene.whisper(held.person, "role_released", event=event, line="", buttons=take) for held in deputies),
    ]


def handover_offered(scene: Scene, event: HandoverOffered) -> list[Effect]:
    """The successor reads what they would take over, and answers there (ROLE-20 step 2)."""
    brief = briefing(scene.incident, scene.house, scene.now)
    answers = (
        Button("Accept command", says="handover accept", style="primary"),
        Button("Decline", says="handover decline"),
    )
    return [
        scene.say("handover_offered", event=event),
        scene.private(event.to, replace(brief, buttons=answers)),
    ]


def handover_accepted(scene: Scene, event: HandoverAccepted) -> list[Effect]:
    done = Button("Handover done", says="handover done", style="primary")
    return [scene.invite(event.by), scene.say("handover_accepted", event=event, buttons=(done,))]


def command_asked(scene: Scene, event: CommandAsked) -> list[Effect]:
    """In private: nobody is shown up before the room (ROLE-24)."""
    answers = (
        Button("Yes, I take command", says="handover yes", style="primary"),
        Button("No", says="handover no"),
    )
    return [scene.whisper(event.to, "command_asked", event=event, buttons=answers)]


def command_declined(scene: Scene, event: CommandDeclined) -> list[Effect]:
    return [scene.say("command_declined", event=event)]


def handover_ended(scene: Scene, event: HandoverEnded) -> list[Effect]:
    return [scene.say("handover_ended", event=event)]


def command_handed_over(scene: Scene, event: CommandHandedOver) -> list[Effect]:
    return [
        scene.say("command_handed_over", event=event, line=_line(scene, event)),
        *_welcome(scene, event.new, Role.IC),
        scene.whisper(event.old, "former_commander", event=event),
    ]


def _welcome(scene: Scene, person: Person, role: Role) -> list[Effect]:
    card = role_card(role, scene.incident, scene.house)
    return [scene.invite(person), scene.private(person, card)]


def _line(scene: Scene, event: Event) -> str:
    """Who holds what, once, after the last of several changes."""
    changes = [each for each in scene.events if isinstance(each, RoleTaken | RoleReleased | CommandHandedOver)]
    return who_is_who(scene.incident) if event is changes[-1] else ""
