"""Taking, giving and leaving roles (ROLE-2 to ROLE-5, ROLE-19)."""

from datetime import datetime, timedelta

from incidents import cadence, paging
from incidents.errors import Refused
from incidents.events import RoleReleased, RoleTaken
from incidents.incident import Incident
from incidents.person import CLOCK, Person
from incidents.phase import Phase
from incidents.roles import Holder, Role, combine

NO_TRAINING = "{name} is not on the list of trained Incident Commanders."


def assign(
    incident: Incident,
    role: Role,
    *,
    to: Person,
    by: Person,
    now: datetime,
    service: str = "",
    reason: str = "",
) -> None:
    """Put somebody into a role. One's own free role is always to be had; other people are named by IC or Deputy."""
    _still_running(incident)
    _not_yet(incident, role, to=to, by=by, service=service)
    _may_assign(incident, role, to=to, by=by, reason=reason)
    warnings = _fits(incident, role, to=to)
    replaced = incident.holder(role) if role.single else None
    if replaced:
        incident.holders = [holder for holder in incident.holders if holder.role is not role]
    incident.holders.append(Holder(person=to, role=role, since=now, service=service))
    if role is Role.IC:
        incident.clocks.ic_assigned_at = incident.clocks.ic_assigned_at or now
        incident.handover = None
        cadence.fulfil(incident, "ic")
        # The Deputy who steps up leaves an empty role behind.
        cadence.owe_roles(incident, now=now)
    if not incident.open_roles():
        cadence.disarm(incident, "roles")
    if role is Role.TECHNICAL_LEAD:
        cadence.owe_facts(incident, now=now)
    incident.record(
        RoleTaken(at=now, by=by, role=role, person=to, service=service, replaced=replaced, warnings=warnings)
    )
    if to.id == by.id:
        paging.answer_by_coming(incident, to, now=now)


def _still_running(incident: Incident) -> None:
    if not incident.phase.active:
        raise Refused(f"This incident is {incident.phase.label}; there are no roles to take.", choices=("reopen",))


def _not_yet(incident: Incident, role: Role, *, to: Person, by: Person, service: str) -> None:
    """Nobody holds a role twice, but an expert may speak for several services (ROLE-19)."""
    for held in incident.holders_of(role):
        if held.person.id == to.id and (role is not Role.SME or held.service == service):
            raise Refused(f"{'You are' if to.id == by.id else to.name + ' is'} {role.label} already.")


def _may_assign(incident: Incident, role: Role, *, to: Person, by: Person, reason: str) -> None:
    holder = incident.holder(role)
    if role is Role.IC and holder:
        _may_take_command_from(incident, holder, to=to, by=by, reason=reason)
        return
    leads = incident.holds(by, Role.IC, Role.DEPUTY)
    if to.id != by.id and incident.commander and not leads:
        raise Refused(
            f"Only the Incident Commander or the Deputy names other people. Ask {incident.commander.name}, "
            f"or {to.name} may take the role."
        )
    if role.single and holder and not leads:
        raise Refused(f"{holder.name} is {role.label}. The Incident Commander can name somebody else.")


def _may_take_command_from(incident: Incident, holder: Person, *, to: Person, by: Person, reason: str) -> None:
    """Only a handover changes the commander (ROLE-5), except that the Deputy steps in for one who has gone."""
    steps_in = to.id == by.id and incident.holds(by, Role.DEPUTY)
    if steps_in and reason:
        return
    hint = f"{holder.name} says: /incident handover @{to.handle}"
    if steps_in:
        hint += '; if they are gone, you as Deputy say: /incident take ic --because "cannot be reached"'
    raise Refused(f"{holder.name} is Incident Commander. Command changes only by a handover.", hint=hint)


def _fits(incident: Incident, role: Role, *, to: Person) -> tuple[str, ...]:
    """Raise Refused where the matrix says no; the warnings to say aloud otherwise (ROLE-19, ROLE-4, ROLE-8)."""
    warnings = []
    for other in incident.roles_of(to):
        verdict = combine(role, other)
        stepping_in = role is Role.IC and other is Role.DEPUTY
        if not stepping_in and (verdict == "no" or (verdict == "small" and not incident.policy.small_team)):
            raise Refused(_clash(role, other, to))
        if other is role:
            warnings.append(f"{to.name} now speaks for several services.")
        elif verdict in ("warn", "small"):
            warnings.append(f"{to.name} now holds {other.label} and {role.label}: two jobs at once.")
    if role is Role.IC:
        incident.holders = [
            held for held in incident.holders if not (held.person.id == to.id and held.role is Role.DEPUTY)
        ]
    # A Deputy takes command at once when it is needed (ROLE-8).
    if role in (Role.IC, Role.DEPUTY) and incident.policy.trained and to.id not in incident.policy.trained:
        warnings.append(NO_TRAINING.format(name=to.name))
    return tuple(warnings)


def _clash(role: Role, other: Role, person: Person) -> str:
    if other is Role.IC:
        return f"{person.name} is Incident Commander and holds no other role: hand over command first."
    return f"{person.name} is {other.label}; that does not go together with {role.label}. Release it first."


def release(incident: Incident, role: Role, *, whose: Person, by: Person, now: datetime) -> None:
    """Leave a role, or take it from somebody as IC or Deputy. Command is never dropped, only handed over (ROLE-2)."""
    if role not in incident.roles_of(whose):
        raise Refused(f"{'You do' if whose.id == by.id else whose.name + ' does'} not hold {role.label}.")
    if role is Role.IC:
        raise Refused("Somebody has to be in command. Hand over instead.", hint="/incident handover @somebody")
    if whose.id != by.id and not incident.holds(by, Role.IC, Role.DEPUTY):
        raise Refused("Only the Incident Commander or the Deputy takes a role from somebody else.")
    incident.holders = [held for held in incident.holders if not (held.person.id == whose.id and held.role is role)]
    incident.record(RoleReleased(at=now, by=by, role=role, person=whose))
    if role is Role.TECHNICAL_LEAD:
        cadence.owe_facts(incident, now=now)
    cadence.owe_roles(incident, now=now)


def leave(incident: Incident, person: Person, *, now: datetime) -> None:
    """Somebody's account is gone: their roles are vacant, also command, which is owed anew (REL-059, ROLE-4)."""
    roles = incident.roles_of(person) if incident.phase.active else []
    incident.holders = [held for held in incident.holders if not roles or held.person.id != person.id]
    if incident.handover and person.id in (incident.handover.to.id, incident.handover.offered_by.id):
        incident.handover = None
    for role in dict.fromkeys(roles):
        incident.record(RoleReleased(at=now, by=CLOCK, role=role, person=person, left=True))
    if Role.IC in roles and incident.phase is not Phase.TRIAGE:
        cadence.arm(incident, "ic", now + timedelta(minutes=incident.policy.ic_within), now=now)
    if roles:
        cadence.owe_roles(incident, now=now)
