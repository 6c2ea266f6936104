"""What an incident owes by how it stands, kept anew after every line: nobody has to remember to set or to lift it.

Elapsed time, who is affected, management, drafts, rest, the end of the watch, and the steps of the review.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from incidents import breach, cadence, calendar
from incidents.confirming import SCOPE
from incidents.incident import Incident
from incidents.phase import Phase
from incidents.records import NEVER, Deadline
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import Stage

KEPT = frozenset(
    {
        "callout",
        "worse",
        "executive",
        "scope",
        "draft",
        "rotation",
        "rest",
        "watch",
        "review-owner",
        "review-read",
        "review",
        "report",
        "legal",
        "statement",
    }
)
"""The deadlines that `keep` sets and lifts."""

OWN_WORDS = "text"
MEETING_DAYS = {Severity.SEV1: 3}
BUSINESS_DAYS = 5
REPORT_DAYS = 1
_READ_BEFORE = timedelta(hours=24)
_FIRST_ASKED = timedelta(hours=4)

Owed = tuple[str, datetime]


def keep(incident: Incident, *, now: datetime) -> None:
    """Set what is owed and not set, lift what is owed no longer; what stands is left alone, snoozes and all."""
    wanted = dict(_owed(incident))
    kept = {name for name, deadline in incident.deadlines.items() if deadline.kind in KEPT}
    cadence.disarm(incident, *(kept - wanted.keys()))
    for name, due in wanted.items():
        standing = incident.deadlines.get(name)
        if standing is None or standing.due_at != due:
            _arm(incident, name, due, now=now)


def _arm(incident: Incident, name: str, due: datetime, *, now: datetime) -> None:
    asked = incident.review.owner_at if name == "review" else None
    owed = Deadline(name=name, due_at=due, wake_at=NEVER, aim_at=asked + _FIRST_ASKED if asked else None)
    wake = cadence.next_wake(incident, owed, now=now)
    incident.deadlines[name] = replace(owed, wake_at=wake or NEVER)


def _owed(incident: Incident) -> Iterator[Owed]:
    yield from _by_law(incident)
    if incident.phase in (Phase.RESOLVED, Phase.REVIEW):
        yield from _afterwards(incident)
    elif incident.phase.active and incident.phase is not Phase.TRIAGE:
        yield from _asked(incident)
        yield from _written(incident)
        yield from _relief(incident)
        yield from _watched(incident)


def _by_law(incident: Incident) -> Iterator[Owed]:
    """Also when the incident is over: the law does not ask for its phase (CAD-24e, CAD-25)."""
    for number, due in breach.owed(incident):
        yield f"legal:{number}", due
    if stated := breach.statement_due(incident):
        yield "statement", stated


def _asked(incident: Incident) -> Iterator[Owed]:
    """The deputy calls out the time of a major one; of a SEV-3 somebody says whether it gets worse."""
    every, since = incident.policy.rhythm, incident.clocks.declared_at
    if every.callout and incident.major and incident.phase is not Phase.VERIFY:
        yield "callout", since + timedelta(minutes=every.callout)
    if every.worse and incident.severity is Severity.SEV3 and not incident.major:
        yield "worse", max(incident.steady_at or since, incident.span.since) + timedelta(minutes=every.worse)


def _written(incident: Incident) -> Iterator[Owed]:
    """What has to be written beside the posts: for management, the scope, a draft in time for whoever clears it."""
    every = incident.policy.level(incident.severity).executive
    if every and not incident.private and incident.stage is not Stage.WITHDRAWN:
        yield "executive", (incident.executive_at or incident.clocks.declared_at) + timedelta(minutes=every)
    yield from _scope(incident)
    if incident.cleared_first and not incident.draft:
        yield from _draft(incident)


def _scope(incident: Incident) -> Iterator[Owed]:
    """After a first notice that could not say who is affected. What somebody wrote in their own words is not read."""
    within, first = incident.policy.rhythm.scope, incident.update
    if not within or not first or first.number > 1 or first.template == OWN_WORDS or not first.next_update_at:
        return
    due = first.posted_at + timedelta(minutes=within)
    if due < first.next_update_at and not any(first.facts.get(name) for name in SCOPE):
        yield "scope", due


def _draft(incident: Incident) -> Iterator[Owed]:
    """So early that the decision still fits before the post (ROLE-18e)."""
    first, later = incident.deadlines.get("first-notice"), incident.deadlines.get("update")
    before = timedelta(minutes=incident.policy.rhythm.draft)
    if first:
        decision = timedelta(minutes=incident.policy.approval.minutes)
        yield (
            "draft",
            max(incident.clocks.declared_at, min(incident.clocks.declared_at + before, first.due_at - decision)),
        )
    elif later:
        yield "draft", later.due_at - before


def _relief(incident: Incident) -> Iterator[Owed]:
    """Nobody commands for hours; everybody else is offered a rest too (ROLE-22)."""
    after = incident.policy.rhythm.rotate
    if not after:
        return
    for holder in incident.holders_of(Role.IC):
        yield "rotation", holder.since + timedelta(minutes=after)
    others = [holder.since for holder in incident.holders if holder.role is not Role.IC]
    if others:
        yield "rest", min(others) + timedelta(minutes=after)


def _watched(incident: Incident) -> Iterator[Owed]:
    """When the watch after the fix has lasted long enough to resolve (LIFE-11)."""
    since = min(filter(None, (incident.clocks.monitoring_at, incident.clocks.verify_at)), default=None)
    least = incident.policy.level(incident.severity).monitor
    if since and least:
        yield "watch", since + timedelta(minutes=least)


def _afterwards(incident: Incident) -> Iterator[Owed]:
    """The review's owner, its meeting, the reading before it, and the report for customers (CAD-24d)."""
    over = incident.clocks.resolved_at
    if not over:
        return
    if not incident.review_owner:
        if incident.major or incident.severity <= Severity.SEV3:
            yield "review-owner", over
    elif incident.major and not incident.review.held_at:
        due = meeting_due(incident, over)
        yield "review", due
        if not incident.review.ready_at:
            yield "review-read", due - _READ_BEFORE
    told = incident.update and incident.stage is not Stage.WITHDRAWN
    if told and incident.severity.major and not incident.review.published_at:
        hours, zone = incident.policy.hours, incident.policy.zone
        yield "report", calendar.end_of_business_day(over, REPORT_DAYS, hours=hours, zone=zone)


def meeting_due(incident: Incident, over: datetime) -> datetime:
    """Three calendar days for a SEV-1, five business days for all others (POST-11)."""
    zone, days = incident.policy.zone, MEETING_DAYS.get(incident.severity)
    if days:
        return calendar.end_of_day(over, days, zone=zone)
    return calendar.end_of_business_day(over, BUSINESS_DAYS, hours=incident.policy.hours, zone=zone)


def due_for_rest(incident: Incident, *, now: datetime) -> list[tuple[Role, datetime]]:
    """The roles other than command that somebody has held for too long."""
    after = timedelta(minutes=incident.policy.rhythm.rotate or 0)
    return [
        (held.role, held.since) for held in incident.holders if held.role is not Role.IC and now - held.since >= after
    ]
