"""Who is asked for what is owed, and who hears of it when it is late: a chain for each kind (CAD-1 to CAD-24d)."""

from collections.abc import Callable

from incidents import breach, clearing, rhythm
from incidents.incident import Incident
from incidents.person import Person
from incidents.records import Deadline, Page
from incidents.roles import Role

Chain = tuple[tuple[int, tuple[Person | None, ...]], ...]
"""From how many minutes after the due time on, who is named."""


def audience(incident: Incident, deadline: Deadline) -> tuple[Person, ...]:
    """Whom a reminder concerns first; an empty role's reminder goes to IC, then Deputy, then the declarer (CAD-21)."""
    asked = _ASKED.get(deadline.kind)
    if asked:
        return asked(incident, deadline)
    return (_holder(incident, _OWNERS.get(deadline.kind, Role.IC)),)


def _holder(incident: Incident, role: Role) -> Person:
    return incident.holder(role) or incident.commander or incident.holder(Role.DEPUTY) or incident.declared_by


_OWNERS = {
    "update": Role.CUSTOMER_LIAISON,
    "first-notice": Role.CUSTOMER_LIAISON,
    "scope": Role.CUSTOMER_LIAISON,
    "draft": Role.CUSTOMER_LIAISON,
    "feedback": Role.CUSTOMER_LIAISON,
    "report": Role.CUSTOMER_LIAISON,
    "executive": Role.INTERNAL_LIAISON,
    "callout": Role.DEPUTY,
}


def _task(incident: Incident, deadline: Deadline) -> tuple[Person, ...]:
    return tuple(task.person for task in incident.tasks if task.number == deadline.number)


def _called(incident: Incident, deadline: Deadline) -> tuple[Person, ...]:
    return page_of(incident, deadline).people


def _scoping(incident: Incident, _deadline: Deadline) -> tuple[Person, ...]:
    """The liaison would post, the commander decides."""
    owner = _holder(incident, Role.CUSTOMER_LIAISON)
    return tuple(dict.fromkeys((owner, incident.commander or owner)))


def fact_givers(incident: Incident) -> tuple[Person, ...]:
    """The technical leads, or who stands in while there is none (STG-7, CAD-21)."""
    leads = tuple(holder.person for holder in incident.holders_of(Role.TECHNICAL_LEAD))
    return leads or (_holder(incident, Role.TECHNICAL_LEAD),)


def _resting(incident: Incident, deadline: Deadline) -> tuple[Person, ...]:
    tired = {role for role, _ in rhythm.due_for_rest(incident, now=deadline.wake_at)}
    return tuple(dict.fromkeys(held.person for held in incident.holders if held.role in tired))


def _by_law(incident: Incident, deadline: Deadline) -> tuple[Person, ...]:
    """Legal, and whoever commands (CAD-25)."""
    people = (breach.duty(incident, deadline.number).contact, incident.commander)
    return tuple(dict.fromkeys(person for person in people if person))


def _owner(incident: Incident, _deadline: Deadline) -> tuple[Person, ...]:
    return (incident.review_owner or _holder(incident, Role.IC),)


_ASKED: dict[str, Callable[[Incident, Deadline], tuple[Person, ...]]] = {
    "task": _task,
    "task-ack": _task,
    "page": _called,
    "approval": lambda incident, deadline: clearing.approvers(incident, now=deadline.wake_at),
    "facts": lambda incident, _: fact_givers(incident),
    "eta": lambda incident, _: (incident.holder(Role.TECHNICAL_LEAD) or incident.estimates[-1].by,),
    "scoping": _scoping,
    "rest": _resting,
    "review": _owner,
    "review-read": _owner,
    "legal": _by_law,
    "statement": lambda incident, _: breach.speakers(incident),
    "takeover": lambda incident, _: (incident.asked.to,) if incident.asked else (),
}


def escalated(incident: Incident, deadline: Deadline, minutes: int) -> tuple[Person, ...]:
    """Who is named besides, ``minutes`` after the due time."""
    named = [person for start, people in _chain(incident, deadline.kind) if minutes >= start for person in people]
    return tuple(dict.fromkeys(person for person in named if person))


def _chain(incident: Incident, kind: str) -> Chain:
    leaders = (incident.commander, *(holder.person for holder in incident.holders_of(Role.DEPUTY)))
    call, commander = incident.on_call, (incident.commander,)
    limit = incident.policy.rhythm.rotate_limit - (incident.policy.rhythm.rotate or 0)
    chains: dict[str, Chain] = {
        "first-notice": ((0, leaders), (5, (call.duty_manager,))),
        "update": ((5, leaders), (10, (call.backup_liaison, call.duty_manager))),
        "scope": ((0, commander),),
        "draft": ((0, commander),),
        "executive": ((10, commander),),
        "task": ((0, leaders),),
        "facts": ((0, commander), (5, (incident.holder(Role.SME),))),
        "approval": ((5, (*leaders, call.duty_manager)),),
        "task-ack": ((1, leaders),),
        "feedback": ((0, commander),),
        "worse": ((30, leaders),),
        "rotation": ((limit, (*leaders, call.backup)),),
        "review-owner": ((24 * 60, (call.duty_manager,)),),
        "review-read": ((0, commander),),
        "review": ((1, commander),),
        "report": ((1, commander),),
        "statement": ((0, (call.duty_manager,)),),
    }
    if kind == "eta":
        # Asked again and unanswered, or over.
        return tuple((one.checks[1] if not one.holds else 0, leaders) for one in incident.estimates[-1:])
    return chains.get(kind, ())


def page_of(incident: Incident, deadline: Deadline) -> Page:
    return next(page for page in incident.pages if page.number == deadline.number)
