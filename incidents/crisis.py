"""A crisis: an incident that threatens the organisation itself, until somebody says that it no longer does (CRI-3)."""

from datetime import datetime

from incidents import approval
from incidents.crisis_events import CrisisDeclared, CrisisEnded
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.person import Person
from incidents.records import Crisis
from incidents.roles import Role

LEVELS = {1: "low", 2: "medium", 3: "high"}
"""By material impact, as the organisation has agreed beforehand (CRI-2)."""


def may_declare(incident: Incident, by: Person) -> None:
    """The commander, the duty manager, whoever the organisation calls an executive (CRI-3). Raises Refused."""
    manager = incident.on_call.duty_manager
    people = (*incident.policy.executives, *((manager,) if manager else ()))
    if not incident.holds(by, Role.IC) and by.id not in {person.id for person in people}:
        raise Refused(
            "The Incident Commander, the duty manager or an executive declares a crisis, and ends it.",
            hint="/incident page ic it may be a crisis",
        )


def declare(incident: Incident, level: int, *, reason: str = "", by: Person, now: datetime) -> None:
    """Say it explicitly (CRI-7), or give it another level. What waits for approval waits for more people now."""
    may_declare(incident, by)
    if not incident.phase.active:
        raise Refused(f"This incident is {incident.phase.label}. Reopen it first.", choices=("reopen",))
    if level not in LEVELS:
        raise Refused("Which level? 1 (low), 2 (medium) or 3 (high).", hint="/incident crisis 2 payments stay down")
    before = incident.crisis
    if before and before.level == level:
        raise Refused(f"It is a crisis of level {level} already.")
    incident.crisis = Crisis(level, by, before.since if before else now)
    incident.record(CrisisDeclared(at=now, by=by, level=level, old=before.level if before else 0, reason=reason))
    if incident.draft and not before:
        approval.ask_anew(incident, by=by, now=now)


def end(incident: Incident, *, reason: str = "", by: Person, now: datetime) -> None:
    """Also after the incident itself is over: it ends by somebody's word and by nothing else (CRI-7)."""
    may_declare(incident, by)
    standing = incident.crisis
    if not standing:
        raise Refused("It is no crisis.")
    incident.crisis = None
    seconds = int((now - standing.since).total_seconds())
    incident.record(CrisisEnded(at=now, by=by, level=standing.level, seconds=seconds, reason=reason))
