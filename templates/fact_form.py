"""The technical lead's fact sheet as a form (STG-7)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from incidents import eta
from incidents.incident import Incident
from templates.card import Field, Form

ETA, SURE = "eta_time", "eta_certainty"
"""Fields that are no facts for a post: what is said there is an estimate (ETA-1)."""

LABELS = {
    "symptom": "What customers see",
    "start_time": "Since when, to the minute",
    "affected_who": "Who is affected",
    "affected_share": "How many customers",
    "share_measured": "How that was measured",
    "regions": "Regions",
    "functions": "What they cannot use",
    "not_affected": "What works normally",
    "cause_plain": "Cause, in plain words",
    "suspected_cause": "Suspected cause",
    "cause_certainty": "How sure is the cause",
    "action_now": "What we are doing now",
    "progress": "How far it is",
    ETA: "Normal again by, as you see it",
    SURE: "How sure is that time",
    "workaround": "What customers can do meanwhile",
    "workaround_tested": "Was that tested",
    "data_at_risk": "Is data at risk",
    "data_checked": "How that was checked",
    "data_statement": "What customers may read of data",
}

_HINTS = {
    "symptom": "error messages when paying",
    "start_time": "13:52 UTC",
    "affected_who": "customers in Europe",
    "affected_share": "40%",
    "share_measured": "share of failed requests since 13:52",
    "regions": "Europe and Asia",
    "functions": "card payment",
    "not_affected": "browsing and the cart",
    "cause_plain": "a faulty setting reached our servers",
    "action_now": "rolling back the setting",
    "progress": "60%",
    ETA: "15:40 or 40m; customers read a later time, if any",
    "workaround": "pay by invoice",
    "data_checked": "compared orders with payments since 13:52",
}

_CHOICES = {
    "cause_certainty": (("unknown", "Unknown"), ("suspected", "Suspected"), ("confirmed", "Confirmed")),
    SURE: (("", "Not said"), ("low", "Low"), ("medium", "Medium"), ("high", "High")),
    "workaround_tested": (("", "Not said"), ("yes", "Yes, it works"), ("no", "Not yet")),
    "data_at_risk": (("", "Not said"), ("no", "No"), ("yes", "Yes"), ("unknown", "Being checked")),
}

_ASKED = tuple(name for name in LABELS if name not in ("suspected_cause", "data_statement"))


def fact_form(incident: Incident, now: datetime) -> Form:
    """Filled with what is known; nothing has to be known to send it."""
    known = {**incident.facts, **incident.sheet}
    known["cause_plain"] = incident.facts.get("cause_plain") or incident.sheet.get("suspected_cause", incident.cause)
    known |= _estimate(incident, now)
    if incident.facts.get("cause_plain") or incident.cause_confirmed_by:
        known["cause_certainty"] = "confirmed"
    return Form(
        title="Fact sheet",
        says="facts",
        fields=tuple(_field(name, known.get(name, "")) for name in _ASKED),
        submit="Send the facts",
        intro="For the next update. What you leave empty stays as it is; how sure you are is not shown to customers.",
        plain="/incident facts",
    )


def _estimate(incident: Incident, now: datetime) -> dict[str, str]:
    """What was last said, as it is typed; a time that is over, or not today's, is asked for anew."""
    standing = eta.current(incident)
    if standing is None or not now < standing.raw_at < now + timedelta(days=1):
        return {ETA: "", SURE: ""}
    return {ETA: f"{standing.raw_at.astimezone(ZoneInfo(incident.policy.zone)):%H:%M}", SURE: standing.certainty}


def _field(name: str, value: str) -> Field:
    if choices := _CHOICES.get(name):
        chosen = value if value in dict(choices) else choices[0][0]
        return Field(name, LABELS[name], "choice", chosen, choices=choices)
    return Field(name, LABELS[name], "line", value, hint=f"For example: {_HINTS[name]}")
