"""A post that has not gone out: what it says word for word, what that was made from, and when that no longer fits."""

from datetime import datetime
from hashlib import sha256

from incidents.approval_events import DraftDropped
from incidents.incident import Incident
from incidents.person import Person
from incidents.records import Draft
from incidents.stage import MOVES

HOLDING = "STG-10"
SECURITY = ("STG-25", "STG-26")
SECURITY_KINDS = ("security", "security-private")

SCOPE = ("affected_who", "affected_share", "regions", "functions", "not_affected")
"""The facts that say how far it reaches (APPR-6)."""

_WARNINGS = {
    "severity": "the severity changed from {before} to {now}",
    "stage": "customers read “{now}” by now, no longer “{before}”",
    "scope": "what is known of the scope has changed",
    "estimate": "the estimate has changed",
}


def is_security(draft: Draft) -> bool:
    """Whether it tells of a security incident: more than one person clears it (SEC-20)."""
    return of_security(draft.template, draft.kind)


def of_security(template: str, kind: str) -> bool:
    return template in SECURITY or kind in SECURITY_KINDS


def needed(incident: Incident, template: str, *, now: datetime, kind: str = "") -> bool:
    """Whether this post has to be cleared first.

    Security and a crisis always, a holding statement agreed on beforehand perhaps not (APPR-8).
    """
    if of_security(template, kind):
        return True
    if not incident.cleared_first:
        return False
    return not (template == HOLDING and holding_is_free(incident, now=now))


def holding_is_free(incident: Incident, *, now: datetime) -> bool:
    """The first notice is due, nothing is approved, and the organisation approved the holding statement beforehand."""
    owed = incident.deadlines.get("first-notice")
    agreed = incident.policy.approval.at_deadline != "escalate"
    return agreed and incident.update is None and owed is not None and owed.due_at <= now


def standing(incident: Incident) -> dict[str, str]:
    """What a text must agree with: when one of these changes, it may be out of date (APPR-6)."""
    return {
        "severity": incident.severity.label,
        "stage": incident.stage.value if incident.stage else "nothing",
        "scope": "; ".join(incident.facts.get(name, "") for name in SCOPE),
        "estimate": incident.facts.get("eta_time", ""),
    }


def outdated(incident: Incident, draft: Draft) -> tuple[str, ...]:
    """What has changed since it was submitted, in words; empty when nothing has."""
    now = standing(incident)
    return tuple(
        _WARNINGS[name].format(before=before, now=now[name])
        for name, before in draft.standing.items()
        if now[name] != before
    )


def seal(incident: Incident, draft: Draft) -> str:
    """What a button carries: it is good for exactly this text, in exactly these circumstances (APPR-6)."""
    stand = repr(sorted(standing(incident).items()))
    return sha256(f"{draft.number}\n{draft.digest}\n{stand}".encode()).hexdigest()[:12]


def drop(incident: Incident, why: str, *, by: Person, now: datetime) -> None:
    """The waiting text has become meaningless; its author is told."""
    draft, incident.draft = incident.draft, None
    incident.deadlines.pop("approval", None)
    if draft:
        incident.record(DraftDropped(at=now, by=by, draft=draft, why=why))


def drop_what_may_not_follow(incident: Incident, *, by: Person, now: datetime) -> None:
    """Another post went out meanwhile, after which the waiting one may no longer come, or only with a reason."""
    draft = incident.draft
    if draft is None:
        return
    move = MOVES.get((incident.stage, draft.stage))
    if move is None or (move.asks and not draft.reason):
        drop(incident, f"customers read “{incident.stage}” by now", by=by, now=now)
