"""What must be owed by how an incident stands, and is not: set again and told (REL-132)."""

from datetime import datetime, timedelta

from incidents import approval, cadence, rhythm
from incidents.incident import Incident
from incidents.person import CLOCK
from incidents.phase import Phase
from incidents.promise_events import DeadlinesRepaired
from incidents.records import NEVER, Deadline
from incidents.stage import Stage


def missing(incident: Incident, *, now: datetime) -> tuple[str, ...]:
    """The names of what somebody relies on and nothing would remind of. Changes nothing."""
    stands, incident.deadlines = incident.deadlines, dict(incident.deadlines)
    try:
        _set_again(incident, now=now)
        return tuple(sorted(incident.deadlines.keys() - stands.keys()))
    finally:
        incident.deadlines = stands


def repair(incident: Incident, *, now: datetime) -> None:
    """Set it again. What is late already speaks at its next step; customers’ promised time stands (CAD-13)."""
    names = missing(incident, now=now)
    if names:
        _set_again(incident, now=now)
        incident.record(DeadlinesRepaired(at=now, by=CLOCK, names=names))


def _set_again(incident: Incident, *, now: datetime) -> None:
    if incident.phase.active and incident.phase is not Phase.TRIAGE:
        _post(incident, now=now)
        if not incident.commander and "ic" not in incident.deadlines:
            cadence.arm(incident, "ic", now + timedelta(minutes=incident.policy.ic_within), now=now)
        for task in incident.open_tasks():
            _owe(incident, f"task:{task.number}", task.due_at, now=now)
    if incident.draft:
        _owe(incident, "approval", approval.decision_due(incident, now=incident.draft.submitted_at), now=now)
    rhythm.keep(incident, now=now)


def _post(incident: Incident, *, now: datetime) -> None:
    update, notice = incident.update, incident.policy.level(incident.severity).first_notice
    if incident.stage is Stage.WITHDRAWN:
        return
    if update and update.next_update_at and "first-notice" not in incident.deadlines:
        _owe(incident, "update", update.next_update_at, now=now)
    elif not update and notice and not incident.skipped_post:
        _owe(incident, "first-notice", incident.clocks.declared_at + timedelta(minutes=notice), now=now)


def _owe(incident: Incident, name: str, due: datetime, *, now: datetime) -> None:
    if name in incident.deadlines:
        return
    owed = Deadline(name=name, due_at=due, wake_at=NEVER)
    wake = cadence.next_wake(incident, owed, now=now)
    incident.deadlines[name] = Deadline(name=name, due_at=due, wake_at=wake or NEVER)
