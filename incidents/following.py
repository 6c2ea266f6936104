"""What people say to keep what rhythm owes: management told, it is steady, the review moves."""

from datetime import datetime

from incidents import cadence
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.person import Person
from incidents.phase import Phase
from incidents.promise_events import FoundSteady, ManagementTold, ReviewMoved, ReviewStep
from incidents.roles import Role
from incidents.severity import Severity

TELLERS = (Role.INTERNAL_LIAISON, Role.IC, Role.DEPUTY)


def tell_management(incident: Incident, text: str, *, by: Person, now: datetime) -> None:
    """How things stand, for those who read in the room of announcements; the next is owed from now (CAD-16)."""
    if not incident.phase.active or incident.phase is Phase.TRIAGE:
        raise Refused(f"This incident is {incident.phase.label}; there is nothing to report.")
    if incident.private:
        raise Refused("This incident is private; who must know of it is told in person.")
    if not incident.holds(by, *TELLERS):
        raise Refused("The Internal Liaison or who leads tells management.", choices=("take internal-liaison",))
    cadence.fulfil(incident, "executive")
    incident.executive_at = now
    incident.record(ManagementTold(at=now, by=by, text=text))


def steady(incident: Incident, *, by: Person, now: datetime) -> None:
    """It is not getting worse; asked again in half an hour (SVR-10). Whoever takes part may say so."""
    if not incident.phase.active or incident.severity is not Severity.SEV3 or incident.major:
        raise Refused("Nobody asked whether it is getting worse: that is for a SEV-3 that is no major incident.")
    if by.id not in incident.participants():
        raise Refused("Somebody who takes part says that.", choices=("take",))
    incident.steady_at = now
    incident.record(FoundSteady(at=now, by=by))


def move_review(incident: Incident, step: ReviewStep, *, by: Person, now: datetime) -> None:
    """The owner or the commander says how far the review is; the liaison too, what customers can read (POST-12)."""
    if incident.phase not in (Phase.RESOLVED, Phase.REVIEW):
        raise Refused(f"This incident is {incident.phase.label}; its review is not running.")
    owner, speaks = incident.review_owner, incident.holds(by, Role.CUSTOMER_LIAISON) and step == "published"
    if step != "published" and not owner:
        raise Refused("Nobody owns the review yet.", choices=("review",))
    if not (speaks or incident.holds(by, Role.IC) or (owner and owner.id == by.id)):
        raise Refused("The owner of the review or the Incident Commander says that.")
    _note(incident, step, now=now)
    incident.record(ReviewMoved(at=now, by=by, step=step))


def _note(incident: Incident, step: ReviewStep, *, now: datetime) -> None:
    review = incident.review
    if step == "ready":
        review.ready_at = review.ready_at or now
        cadence.fulfil(incident, "review-read")
    elif step == "held":
        review.held_at = review.held_at or now
        cadence.fulfil(incident, "review")
    else:
        review.published_at = review.published_at or now
        cadence.fulfil(incident, "report")
