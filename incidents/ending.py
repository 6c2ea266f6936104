"""Phases by hand, resolving with its guard, reopening, cancelling, reviewing, closing (LIFE-1 to LIFE-8, LIFE-11)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents import cadence, confirming, drafts, paging
from incidents import phase as phases
from incidents.errors import Refused
from incidents.events import (
    Cancelled,
    Closed,
    PhaseChanged,
    Reopened,
    Resolved,
    ReviewAssigned,
    SeverityChanged,
)
from incidents.incident import Incident
from incidents.person import Person
from incidents.phase import Phase
from incidents.records import Review
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import Stage


def move(incident: Incident, to: Phase, *, reason: str, by: Person, now: datetime) -> None:
    """Change the working phase by hand; the end has words of its own (LIFE-2 to LIFE-4)."""
    if to in (Phase.RESOLVED, Phase.REVIEW, Phase.CLOSED, Phase.CANCELLED, Phase.DISMISSED):
        word = {Phase.RESOLVED: "resolve", Phase.REVIEW: "review @owner", Phase.CLOSED: "close"}.get(to, "cancel")
        raise Refused(f"Say it with its own word: /incident {word}")
    if not incident.phase.active:
        raise Refused(f"This incident is {incident.phase.label}. Reopen it first.", choices=("reopen",))
    if incident.commander and not incident.holds(by, Role.IC, Role.DEPUTY):
        raise Refused("The Incident Commander or the Deputy changes the phase.")
    phases.check(incident.phase, to)
    if to is Phase.STABILISE and not incident.acted:
        raise Refused("Log an action or a decision first, then stabilise.", hint="!decide …")
    old, incident.phase = incident.phase, to
    incident.clocks.verify_at = now if to is Phase.VERIFY else None
    if to is Phase.VERIFY:
        cadence.disarm(incident, "eta")
    incident.record(PhaseChanged(at=now, by=by, old=old, new=to, reason=reason))
    if old is Phase.TRIAGE:
        _begin(incident, by=by, now=now)


def _begin(incident: Incident, *, by: Person, now: datetime) -> None:
    """The report was an incident: from now on its deadlines run (GEN-4) and, if it is major, people are called."""
    incident.clocks.detected_at = incident.clocks.detected_at or incident.clocks.declared_at
    incident.clocks.declared_at = now
    cadence.arm_all(incident, now=now)
    if incident.major and not incident.commander:
        paging.call_commanders(incident, now=now, by=by, reason=f"{incident.severity.label} confirmed")


@dataclass(frozen=True, slots=True)
class Recovery:
    """What the commander confirms on resolving (LIFE-11)."""

    impact_ended: bool = False
    recovered: bool = False
    confident: bool = False
    data_statement: str = ""
    early_reason: str = ""


def missing_for_resolve(incident: Incident, recovery: Recovery, *, now: datetime) -> list[str]:
    """What still stands between this incident and resolved, in words; empty when nothing does."""
    missing = []
    if not recovery.impact_ended:
        missing.append("customer impact has ended")
    if not recovery.recovered:
        missing.append("service has fully recovered")
    if not recovery.confident:
        missing.append("you trust that it will not come back soon")
    if not recovery.data_statement:
        missing.append("what happened to data (lost or changed, or not)")
    wait = monitoring_left(incident, now=now)
    if wait and not recovery.early_reason:
        missing.append(f"{wait} more minutes of monitoring, or the reason to end it early")
    return missing


def monitoring_left(incident: Incident, *, now: datetime) -> int:
    """Minutes of watching still owed: since customers read "monitoring", or since the response began to verify."""
    least = timedelta(minutes=incident.policy.level(incident.severity).monitor)
    watched = [moment for moment in (incident.clocks.monitoring_at, incident.clocks.verify_at) if moment]
    since = min(watched, default=None)
    if since is None:
        return int(least.total_seconds()) // 60
    left = least - (now - since)
    return max(0, -(-int(left.total_seconds()) // 60))


def resolve(incident: Incident, recovery: Recovery, *, by: Person, now: datetime) -> None:
    """The commander confirms full recovery and ends the call (LIFE-5, LIFE-11)."""
    may_resolve(incident, by)
    missing = missing_for_resolve(incident, recovery, now=now)
    if missing:
        raise Refused(
            "Not yet. Still to be confirmed: " + "; ".join(missing) + ".",
            hint='/incident resolve No data was lost or changed. --because "reason, if monitoring is cut short"',
        )
    if incident.phase is not Phase.VERIFY:
        incident.record(PhaseChanged(at=now, by=by, old=incident.phase, new=Phase.VERIFY))
    incident.phase = Phase.RESOLVED
    incident.data_statement = recovery.data_statement
    incident.clocks.impact_ended_at = incident.clocks.impact_ended_at or now
    incident.clocks.resolved_at = now
    _stop(incident, "the incident was resolved", by=by, now=now)
    incident.handover = None
    incident.record(Resolved(at=now, by=by, data_statement=recovery.data_statement, early_reason=recovery.early_reason))


def _stop(incident: Incident, why: str, *, by: Person, now: datetime) -> None:
    """Nothing is owed any more, and what waits to be approved was written for an open incident (CAD-23)."""
    drafts.drop(incident, why, by=by, now=now)
    incident.deadlines.clear()


def may_resolve(incident: Incident, by: Person) -> None:
    """Raise Refused when this person cannot resolve it now, whatever they confirm (LIFE-5)."""
    if not incident.phase.active or incident.phase is Phase.TRIAGE:
        raise Refused(f"This incident is {incident.phase.label}; there is nothing to resolve.")
    if not incident.commander:
        raise Refused("Only an Incident Commander confirms recovery, and nobody is in command.", choices=("take ic",))
    if not incident.holds(by, Role.IC):
        raise Refused(f"Only {incident.commander.name}, the Incident Commander, confirms recovery.")
    if tasks := incident.open_tasks():
        listed = "; ".join(f"{task.number} {task.person.name}: {task.text}" for task in tasks)
        raise Refused(
            f"Open tasks first: {listed}. Finish each or leave it for later.",
            choices=tuple(f"task todo {task.number}" for task in tasks[:3]),
        )


def reopen(incident: Incident, *, reason: str, by: Person, now: datetime) -> None:
    """It came back. Anybody may say so, in doubt it is better to (LIFE-5, LIFE-10 l)."""
    if incident.phase.active:
        raise Refused("It is open.")
    if incident.phase not in (Phase.RESOLVED, Phase.REVIEW):
        raise Refused(f"A {incident.phase.label} incident stays so; declare a new one.", hint="/incident new …")
    if not reason:
        raise Refused("What came back?", hint="/incident reopen errors rise again since 16:20")
    _soon_enough(incident, now=now)
    incident.phase = Phase.SIZE_UP
    incident.clocks.resolved_at = incident.clocks.impact_ended_at = None
    incident.clocks.monitoring_at = incident.clocks.verify_at = None
    incident.review_owner, incident.review = None, Review()
    incident.skipped_post, incident.long_cadence = "", 0
    confirming.forget(incident)
    drafts.drop(incident, "the incident was reopened", by=by, now=now)
    cadence.arm_all(incident, now=now)
    incident.record(Reopened(at=now, by=by, reason=reason))


def _soon_enough(incident: Incident, *, now: datetime) -> None:
    """The same problem later than the reopening window is a new incident (LIFE-10 l)."""
    hours, resolved_at = incident.policy.reopen_hours, incident.clocks.resolved_at
    if resolved_at and now - resolved_at > timedelta(hours=hours):
        raise Refused(f"Resolved more than {hours} h ago: declare a new incident.", hint="/incident new …")


def cancel(incident: Incident, *, reason: str, by: Person, now: datetime) -> None:
    """A false alarm: it counts as practice (INC-11).

    Once customers were told, the post is withdrawn or resolved first.
    """
    if not incident.phase.active:
        raise Refused(f"This incident is {incident.phase.label}; there is nothing to cancel.")
    if incident.commander and not incident.holds(by, Role.IC):
        raise Refused(f"Only {incident.commander.name}, the Incident Commander, cancels it.")
    _nobody_told(incident)
    if not reason:
        raise Refused("Why was it a false alarm?", hint="/incident cancel the probe was wrong, users saw nothing")
    dismissed = incident.phase is Phase.TRIAGE
    if incident.phase in (Phase.STABILISE, Phase.VERIFY):
        incident.record(PhaseChanged(at=now, by=by, old=incident.phase, new=Phase.SIZE_UP))
    incident.phase = Phase.DISMISSED if dismissed else Phase.CANCELLED
    _stop(incident, "it was a false alarm", by=by, now=now)
    incident.handover = None
    incident.record(Cancelled(at=now, by=by, reason=reason, dismissed=dismissed))


def _nobody_told(incident: Incident) -> None:
    """Only an investigating post can be withdrawn; whoever was told more is told the end (LIFE-10 g)."""
    if incident.stage is Stage.INVESTIGATING:
        raise Refused("Customers have been told. Withdraw the post first.", hint="/status withdrawn …")
    if incident.stage and not incident.stage.final:
        raise Refused(f"Customers read “{incident.stage}”: resolve it instead.", choices=("resolve",))


def assign_review(incident: Incident, *, owner: Person, by: Person, now: datetime) -> None:
    """Name who owns the postmortem; with that the review begins (LIFE-6)."""
    if incident.phase not in (Phase.RESOLVED, Phase.REVIEW):
        raise Refused(f"This incident is {incident.phase.label}; a review follows after resolve.")
    if incident.review_owner and incident.review_owner.id == owner.id:
        raise Refused(f"{owner.name} owns the review already.")
    cadence.fulfil(incident, "review-owner")
    incident.review_owner = owner
    incident.review.owner_at = now
    incident.phase = Phase.REVIEW
    incident.record(ReviewAssigned(at=now, by=by, owner=owner))


def close(incident: Incident, *, severity: Severity | None, by: Person, now: datetime) -> None:
    """The end of it all: the review is done, or none is owed for SEV-4, SEV-5 and false alarms (LIFE-7)."""
    final = severity or incident.severity
    _may_close(incident, final, by)
    if final is not incident.severity:
        old, incident.severity = incident.severity, final
        incident.record(SeverityChanged(at=now, by=by, old=old, new=final, reason="final level, set at close"))
    incident.phase = Phase.CLOSED
    incident.clocks.closed_at = now
    _stop(incident, "the incident was closed", by=by, now=now)
    incident.record(Closed(at=now, by=by, severity=final))


def _may_close(incident: Incident, final: Severity, by: Person) -> None:
    if incident.phase is Phase.CLOSED:
        raise Refused("It is closed already.")
    if incident.phase.active:
        raise Refused("It is still running: resolve or cancel it first.", choices=("resolve", "cancel"))
    if incident.crisis:
        raise Refused("It is still a crisis; somebody has to say that it is over.", choices=("crisis over",))
    false_alarm = incident.phase in (Phase.CANCELLED, Phase.DISMISSED)
    if not false_alarm and incident.stage and not incident.stage.final:
        raise Refused(f"Customers still read “{incident.stage}”. Post resolved first.", choices=("update resolved",))
    owner = incident.review_owner
    allowed = incident.holds(by, Role.IC) or (owner and owner.id == by.id) or not incident.commander
    if not allowed:
        raise Refused("The Incident Commander or the owner of the review closes it.")
    if incident.phase is Phase.RESOLVED and min(incident.severity, final) <= Severity.SEV3:
        raise Refused("Who owns the review? Name them first.", hint="/incident review @somebody")
