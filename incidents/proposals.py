"""Silence is consent: only a strong objection stops a proposal (ROLE-39)."""

from dataclasses import replace
from datetime import datetime, timedelta

from incidents import cadence
from incidents.errors import Refused
from incidents.events import Objected, Proposed
from incidents.incident import Incident
from incidents.person import Person
from incidents.records import Draft, Proposal
from incidents.roles import Role

_LONGEST_POLL = 30
"""Seconds for which a post may wait for objections (APPR-5)."""


def propose(
    incident: Incident,
    plan: str,
    *,
    by: Person,
    now: datetime,
    executor: Person | None = None,
    seconds: int | None = None,
) -> None:
    """Ask for strong objections; the clock carries it when none came."""
    if not incident.phase.active:
        raise Refused(f"This incident is {incident.phase.label}; there is nothing to decide any more.")
    if incident.commander and by.id not in incident.participants():
        raise Refused(f"You have no part in this incident yet. Tell {incident.commander.name} what you propose.")
    if not plan:
        raise Refused("What do you propose?", hint="!propose move the traffic to the spare line")
    until = now + timedelta(seconds=seconds or incident.policy.objection_seconds)
    number = len(incident.proposals) + 1
    proposal = Proposal(number=number, plan=plan, by=by, until=until, executor=executor)
    incident.proposals.append(proposal)
    cadence.arm(incident, f"proposal:{number}", until, now=now)
    incident.record(Proposed(at=now, by=by, proposal=proposal))


def ask_about_post(incident: Incident, draft: Draft, *, by: Person, now: datetime) -> None:
    """The commander asks for strong objections to a post; it decides nothing by itself (APPR-5)."""
    if not incident.holds(by, Role.IC):
        raise Refused("The Incident Commander asks for objections to a post (APPR-5).")
    plan = f"Customers read draft {draft.number}: {draft.title}"
    propose(incident, plan, by=by, now=now, seconds=min(_LONGEST_POLL, incident.policy.objection_seconds))


def object_to(incident: Incident, number: int, *, reason: str, by: Person, now: datetime) -> None:
    """A strong objection stops the plan; the commander decides anew."""
    if not 1 <= number <= len(incident.proposals):
        raise Refused("There is no such proposal.")
    proposal = incident.proposals[number - 1]
    if proposal.state != "open":
        raise Refused("That is decided already. Tell the Incident Commander what worries you.")
    stopped = replace(proposal, state="objected")
    incident.proposals[number - 1] = stopped
    cadence.disarm(incident, f"proposal:{number}")
    incident.record(Objected(at=now, by=by, proposal=stopped, reason=reason))
