"""What the technical lead knows, asked for before each update (STG-7, CAD-5, ROLE-18c)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from incidents import cadence, confirming, escalation, eta
from incidents.approval_events import FactsGiven
from incidents.customer_records import Certainty
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.person import Person
from incidents.roles import Role

NO_DATA = "No data was lost or changed"
CHECKING = "We are checking whether data is affected"
CONFIRMED = "confirmed"

INSIDE = (
    "cause_certainty",
    "suspected_cause",
    "share_measured",
    "workaround_tested",
    "data_at_risk",
    "data_checked",
)
"""What never reaches customers: how sure it is, and how it was found out."""


_DATA = ("data_at_risk", "data_checked")


def may_give(incident: Incident, by: Person) -> None:
    if not incident.phase.active:
        raise Refused(f"This incident is {incident.phase.label}; no update needs facts.")
    lead = incident.holder(Role.TECHNICAL_LEAD)
    if incident.holds(by, Role.IC) or by.id in {giver.id for giver in escalation.fact_givers(incident)}:
        return
    if lead:
        raise Refused(f"{lead.name}, the Technical Lead, collects the facts. Tell them what you found.", hint="!find …")
    raise Refused(
        "The Technical Lead collects the facts, and nobody is yet; you can be.", choices=("take technical-lead",)
    )


@dataclass(frozen=True, slots=True)
class Believed:
    """When it works again, as the technical lead sees it. ``like`` is how many comparable incidents there are."""

    minutes: int
    certainty: Certainty | None = None
    like: int = 0


def give(
    incident: Incident, said: Mapping[str, str], *, believed: Believed | None = None, by: Person, now: datetime
) -> None:
    """Keep what is new. A cause counts for customers only once it is confirmed; a suspicion stays inside (STG-33).

    When it works again is an estimate like any other: it stays inside, customers read a later time (ETA-1, ETA-3).
    """
    may_give(incident, by)
    if believed:
        eta.estimate(incident, believed.minutes, certainty=believed.certainty, like=believed.like, by=by, now=now)
    told = {name: value for name, value in said.items() if value}
    cause, certainty = told.pop("cause_plain", ""), told.get("cause_certainty", "")
    if certainty != CONFIRMED:
        incident.facts.pop("cause_plain", None)
    if cause:
        told["cause_plain" if certainty == CONFIRMED else "suspected_cause"] = cause
    # Said again it is no news: somebody may have put it into words meanwhile.
    known = {**incident.sheet, **told}
    if any(known.get(name) != incident.sheet.get(name) for name in _DATA):
        told["data_statement"] = _of_data(known)
    before = incident.facts
    facts = {name: value for name, value in told.items() if name not in INSIDE and before.get(name, "") != value}
    sheet = {name: value for name, value in told.items() if name in INSIDE and incident.sheet.get(name) != value}
    incident.facts |= facts
    incident.sheet |= sheet
    incident.facts_at = now
    cadence.fulfil(incident, "facts")
    incident.record(FactsGiven(at=now, by=by, facts=facts, sheet=sheet))
    if certainty == CONFIRMED and not incident.cause_confirmed_by and _confirms(incident, by):
        confirming.confirm(incident, cause, by=by, now=now)


def data_checked(incident: Incident) -> bool:
    """Whether data may be called safe: the commander resolved with these words, or this sheet says how (LINT-25)."""
    return bool(incident.data_statement) or _safe(incident.sheet)


def data_doubted(incident: Incident) -> bool:
    """Whether customers have to read what is known of their data before it is over (table 7.2)."""
    return incident.sheet.get("data_at_risk") in ("yes", "unknown")


def _of_data(sheet: Mapping[str, str]) -> str:
    """What may be said as it stands. That data is at risk somebody has to put into words."""
    if _safe(sheet):
        return NO_DATA
    return CHECKING if sheet.get("data_at_risk") == "unknown" else ""


def _safe(sheet: Mapping[str, str]) -> bool:
    return sheet.get("data_at_risk") == "no" and bool(sheet.get("data_checked"))


def _confirms(incident: Incident, by: Person) -> bool:
    who = incident.holder(Role.TECHNICAL_LEAD) or incident.commander
    return who is not None and who.id == by.id
