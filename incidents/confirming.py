"""The cause, confirmed by whoever knows it, before customers read that it is identified (LIFE-10 d)."""

from collections.abc import Mapping
from datetime import datetime

from incidents.errors import Refused
from incidents.incident import Incident
from incidents.person import Person
from incidents.posting_events import CauseAsked, CauseConfirmed
from incidents.roles import Role
from incidents.stage import Stage

SCOPE = ("affected_who", "affected_share", "regions")
"""The facts that say who is affected; one of them is enough."""

_OPEN = frozenset({"", "?", "[?]", "unknown", "not known", "tbd"})


def cause_open(incident: Incident, stage: Stage, *, by: Person) -> Person | None:
    """The technical lead who has to confirm the cause before ``by`` posts ``stage``; None when nobody has to."""
    lead = incident.holder(Role.TECHNICAL_LEAD)
    asked = (incident.stage, stage) == (Stage.INVESTIGATING, Stage.IDENTIFIED)
    return lead if asked and lead and lead.id != by.id and not incident.cause_confirmed_by else None


def scope_open(incident: Incident, stage: Stage, facts: Mapping[str, str]) -> bool:
    """Nobody has said who is affected. Asked only where a technical lead collects the facts (ROLE-16)."""
    if (incident.stage, stage) != (Stage.INVESTIGATING, Stage.IDENTIFIED) or not incident.holder(Role.TECHNICAL_LEAD):
        return False
    known = {**incident.facts, **facts}
    return all(known.get(name, "").strip().lower() in _OPEN for name in SCOPE)


def missing(incident: Incident, stage: Stage, facts: Mapping[str, str], *, by: Person) -> str:
    """What still stands between this incident and *identified*, as a sentence; empty when nothing does."""
    lead = cause_open(incident, stage, by=by)
    parts = [f"{lead.name}, the Technical Lead, has not confirmed the cause"] if lead else []
    if scope_open(incident, stage, facts):
        parts.append("nobody has said who is affected")
    return f"{' and '.join(parts)}." if parts else ""


def ask(incident: Incident, text: str, *, by: Person, now: datetime) -> None:
    """Ask the technical lead, each of them once, whether the cause is confirmed. ``text`` is what ``by`` would post."""
    lead = cause_open(incident, Stage.IDENTIFIED, by=by)
    if lead and incident.cause_asked != lead.id:
        incident.cause_asked = lead.id
        incident.record(CauseAsked(at=now, by=by, to=lead, text=text))


def confirm(incident: Incident, cause: str, *, by: Person, now: datetime) -> None:
    """The technical lead says that the cause is known; while there is none, the commander (LIFE-10 d)."""
    if not incident.phase.active:
        raise Refused(f"This incident is {incident.phase.label}; the review looks for the cause.", hint="!find …")
    lead = incident.holder(Role.TECHNICAL_LEAD)
    who = lead or incident.commander
    if who and by.id != who.id:
        role = Role.TECHNICAL_LEAD if lead else Role.IC
        raise Refused(f"{who.name}, the {role.label}, confirms the cause. Tell them what you found.", hint="!find …")
    if incident.cause_confirmed_by and cause in ("", incident.cause):
        raise Refused(f"{incident.cause_confirmed_by.name} has confirmed the cause already.")
    incident.cause, incident.cause_confirmed_by = cause or incident.cause, by
    incident.record(CauseConfirmed(at=now, by=by, cause=cause))


def forget(incident: Incident) -> None:
    """It was another cause, or it came back: whoever knows is asked anew (LIFE-10 h, l)."""
    incident.cause, incident.cause_confirmed_by, incident.cause_asked = "", None, ""
