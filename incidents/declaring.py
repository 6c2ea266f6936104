"""Declaring, renaming and grading an incident (INC-6, INC-9, SVR-5 to SVR-7)."""

import re
import unicodedata
from datetime import datetime

from incidents import cadence, paging
from incidents.errors import Refused
from incidents.events import (
    Declared,
    MadeMajor,
    Renamed,
    SeverityChanged,
)
from incidents.incident import Incident
from incidents.person import Person
from incidents.phase import Phase
from incidents.policy import Policy
from incidents.records import Clocks, OnCall, SeveritySpan
from incidents.roles import Role
from incidents.severity import Severity

UNTITLED = "Untitled incident"


def declare(
    *,
    id: int,
    title: str,
    severity: Severity | None,
    by: Person,
    now: datetime,
    policy: Policy,
    on_call: OnCall | None = None,
    private: bool = False,
    triage: bool = False,
) -> Incident:
    """A new incident. Anybody may declare, at any time (INC-6).

    Severity and title may follow later; SEV-2 if none is named (INC-9).
    """
    level = severity or Severity.SEV2
    incident = Incident(
        id=id,
        title=title or UNTITLED,
        severity=level,
        phase=Phase.TRIAGE if triage else Phase.SIZE_UP,
        declared_by=by,
        clocks=Clocks(declared_at=now),
        policy=policy,
        span=SeveritySpan(since=now),
        room_name=room_name(id, "" if private else title),
        major=level.major,
        private=private,
        on_call=on_call or OnCall(),
    )
    incident.record(
        Declared(at=now, by=by, severity=level, title=incident.title, defaulted=severity is None, titled=bool(title))
    )
    cadence.arm_all(incident, now=now)
    return incident


def room_name(id: int, title: str) -> str:
    """`inc-42-checkout-returns-500s`: at most 70 characters, so that a later suffix still fits in 80 (REL-052).

    A private incident's name says nothing of what it is about (SEC-039).
    """
    flat = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", flat[:400]).strip("-")
    return f"inc-{id}-{slug}"[:70].rstrip("-") if slug else f"inc-{id}"


def rename(incident: Incident, title: str, *, by: Person, now: datetime) -> None:
    """Give it another title; the room keeps its name, links to it stay good."""
    if not title:
        raise Refused("What should it be called?", hint="/incident rename Checkout returns 500s")
    if title == incident.title:
        raise Refused("That is its title already.")
    old, incident.title = incident.title, title
    incident.record(Renamed(at=now, by=by, old=old, new=title))


def make_major(incident: Incident, *, by: Person, now: datetime) -> None:
    """A SEV-3 or lower that needs more than one team; the commander decides (SVR-7)."""
    if not incident.phase.active:
        raise Refused(f"This incident is {incident.phase.label}. Reopen it first.", choices=("reopen",))
    if incident.major:
        raise Refused("It is a major incident already.")
    if not incident.holds(by, Role.IC):
        raise Refused("The Incident Commander decides that.", hint="/incident take ic")
    incident.major = True
    cadence.owe_roles(incident, now=now)
    cadence.ask_whether_to_post(incident, now, now=now)
    incident.record(MadeMajor(at=now, by=by))


def set_severity(incident: Incident, new: Severity, *, reason: str, by: Person, now: datetime) -> None:
    """Anybody may raise it, which calls the commander on call; only the IC lowers it, with a reason (SVR-5)."""
    old = incident.severity
    _may_become(incident, new, reason=reason, by=by)
    spent = int((now - incident.span.since).total_seconds())
    incident.span.seconds[old] = incident.span.seconds.get(old, 0) + spent
    incident.span.since = now
    incident.severity = new
    incident.major = incident.major or new.major
    if new.worse_than(old):
        incident.long_cadence = 0
    cadence.after_severity(incident, old=old, now=now)
    incident.record(SeverityChanged(at=now, by=by, old=old, new=new, reason=reason))
    if new.major and not old.major and incident.phase is not Phase.TRIAGE:
        paging.call_commanders(incident, now=now, by=by, reason=f"raised to {new.label}")


def _may_become(incident: Incident, new: Severity, *, reason: str, by: Person) -> None:
    if not incident.phase.active:
        raise Refused(f"This incident is {incident.phase.label}; its severity is history. Reopen it first.")
    if new is incident.severity:
        raise Refused(f"It is {new.label} already. Whether that is right is reviewed in the postmortem.")
    if new.worse_than(incident.severity):
        return
    if not incident.holds(by, Role.IC):
        raise Refused(
            f"Only the Incident Commander may lower the severity. It stays {incident.severity.label} until then; "
            "whether that was right is reviewed in the postmortem."
        )
    if not reason:
        raise Refused(
            f"Lowering to {new.label} needs a reason.",
            hint=f"/incident sev{new.value} only internal users are affected",
        )
