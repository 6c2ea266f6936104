"""Transfer of command: offered, accepted, announced, done (ROLE-20 to ROLE-23)."""

from dataclasses import replace
from datetime import datetime, timedelta

from incidents import cadence
from incidents.errors import Refused
from incidents.events import (
    CommandHandedOver,
    HandoverAccepted,
    HandoverEnded,
    HandoverOffered,
)
from incidents.incident import Incident
from incidents.person import CLOCK, Person
from incidents.promise_events import CommandAsked, CommandDeclined
from incidents.records import Asked, Handover
from incidents.roles import Holder, Role
from incidents.staffing import NO_TRAINING

PATIENCE = timedelta(seconds=60)


def offer(incident: Incident, *, to: Person, by: Person, now: datetime) -> None:
    """The commander asks somebody to take over; until it is done the old commander leads."""
    if not incident.phase.active:
        raise Refused(f"This incident is {incident.phase.label}; there is no command to hand over.")
    if not incident.commander:
        raise Refused("Nobody is in command yet.", choices=("take ic",))
    if not incident.holds(by, Role.IC):
        raise Refused(f"Only {incident.commander.name}, the Incident Commander, can hand over command.")
    if to.id == by.id:
        raise Refused("You are in command already; name somebody else.")
    if incident.handover:
        raise Refused(f"A handover to {incident.handover.to.name} is under way.", choices=("handover cancel",))
    others = [role.label for role in incident.roles_of(to) if role is not Role.DEPUTY]
    warnings = [f"{to.name} gives up {label}." for label in others]
    if incident.policy.trained and to.id not in incident.policy.trained:
        warnings.append(NO_TRAINING.format(name=to.name))
    incident.handover = Handover(to=to, offered_by=by, offered_at=now)
    incident.record(HandoverOffered(at=now, by=by, to=to, warnings=tuple(warnings)))


def accept(incident: Incident, *, by: Person, now: datetime) -> None:
    handover = _offered_to(incident, by)
    if handover.accepted:
        raise Refused("You accepted already. Announce it on the call, then one of you says: /incident handover done")
    incident.handover = replace(handover, accepted=True)
    incident.record(HandoverAccepted(at=now, by=by, old=handover.offered_by))


def decline(incident: Incident, *, by: Person, now: datetime) -> None:
    handover = _offered_to(incident, by)
    incident.handover = None
    incident.record(HandoverEnded(at=now, by=by, to=handover.to, declined=True))


def cancel(incident: Incident, *, by: Person, now: datetime) -> None:
    handover = _under_way(incident)
    if by.id != handover.offered_by.id:
        raise Refused(f"Only {handover.offered_by.name} can call this handover off.")
    incident.handover = None
    incident.record(HandoverEnded(at=now, by=by, to=handover.to, declined=False))


def finish(incident: Incident, *, by: Person, now: datetime) -> None:
    """Either of the two says that both have announced it; only now does the commander change (ROLE-20 step 6)."""
    handover = _under_way(incident)
    if by.id not in (handover.to.id, handover.offered_by.id):
        raise Refused(f"Only {handover.offered_by.name} or {handover.to.name} can finish this handover.")
    if not handover.accepted:
        raise Refused(f"{handover.to.name} has not accepted yet.")
    incident.holders = [
        held for held in incident.holders if held.role is not Role.IC and held.person.id != handover.to.id
    ]
    incident.holders.insert(0, Holder(person=handover.to, role=Role.IC, since=now))
    incident.handover = None
    cadence.owe_roles(incident, now=now)
    incident.record(CommandHandedOver(at=now, by=by, old=handover.offered_by, new=handover.to))


def ask(incident: Incident, *, to: Person, by: Person, now: datetime) -> None:
    """Whoever interrupts is asked whether they take command; silence for a minute is a no (ROLE-24)."""
    if not incident.phase.active or not incident.holds(by, Role.IC):
        raise Refused("Only whoever commands asks that, while there is something to command.")
    if to.id == by.id or incident.handover:
        raise Refused("A handover is under way." if incident.handover else "You are in command already.")
    incident.asked = Asked(to=to, by=by)
    cadence.arm(incident, "takeover", now + PATIENCE, now=now)
    incident.record(CommandAsked(at=now, by=by, to=to))


def take_it(incident: Incident, *, by: Person, now: datetime) -> None:
    """They do: a handover as any other begins, briefing first (ROLE-20)."""
    asked = _answer(incident, by)
    if not incident.holds(asked.by, Role.IC):
        raise Refused(f"{asked.by.name} is not in command any more.")
    offer(incident, to=by, by=asked.by, now=now)


def leave_it(incident: Incident, *, by: Person, now: datetime) -> None:
    asked = _answer(incident, by)
    incident.record(CommandDeclined(at=now, by=by, to=asked.to))


def unanswered(incident: Incident, *, now: datetime) -> None:
    """The minute is over."""
    asked, incident.asked = incident.asked, None
    if asked:
        incident.record(CommandDeclined(at=now, by=CLOCK, to=asked.to))


def _answer(incident: Incident, by: Person) -> Asked:
    asked = incident.asked
    if not asked or asked.to.id != by.id:
        raise Refused("Nobody asked you to take command.")
    incident.asked = None
    cadence.disarm(incident, "takeover")
    return asked


def _under_way(incident: Incident) -> Handover:
    if not incident.handover:
        raise Refused("No handover is under way.", hint="/incident handover @somebody")
    return incident.handover


def _offered_to(incident: Incident, person: Person) -> Handover:
    handover = _under_way(incident)
    if handover.to.id != person.id:
        raise Refused(f"The handover was offered to {handover.to.name}, not to you.")
    return handover
