"""Telling customers: who may post, which stage may follow, what is promised next (LIFE-10, CAD-8, CAD-12)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from incidents import cadence, confirming, drafts, eta
from incidents.components import ComponentState
from incidents.errors import Refused
from incidents.facts import told
from incidents.incident import Incident
from incidents.person import Person
from incidents.phase import Phase
from incidents.posting_events import PostingSkipped, UpdatePublished
from incidents.records import Reach, Update, Wording
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import Stage, check

CONTENT_FREE = ("STG-10", "STG-13")
"""The templates of posts that say nothing but that it goes on (CAD-10, CAD-14)."""

_UNCONFIRMED = '/status identified --because "your reason" what customers should read'

NO_NEWS = "STG-13"

SPEAKERS = (Role.CUSTOMER_LIAISON, Role.IC, Role.DEPUTY)


def may_publish(incident: Incident, stage: Stage, *, reason: str, by: Person, now: datetime) -> None:
    """Raise Refused when this person may not post this stage now; the text itself is not looked at.

    Where posts are approved, the commander decides on a withdrawal by approving it.
    """
    _may_speak(incident, by)
    _may_follow(incident, stage, reason=reason)
    if not incident.cleared_first:
        _commander_withdraws(incident, stage, by)


def _commander_withdraws(incident: Incident, stage: Stage, *people: Person | None) -> None:
    if stage is Stage.WITHDRAWN and not any(person and incident.holds(person, Role.IC) for person in people):
        raise Refused("Only the Incident Commander withdraws a post (APPR-9).")


def _may_follow(incident: Incident, stage: Stage, *, reason: str) -> None:
    _still_open(incident, stage)
    check(incident.stage, stage, reason=reason)
    if stage is Stage.RESOLVED and incident.phase.active:
        raise Refused(
            "The Incident Commander confirms full recovery first; then post resolved.",
            hint="/incident resolve No data was lost or changed.",
        )


def _may_speak(incident: Incident, by: Person) -> None:
    if incident.holds(by, *SPEAKERS):
        return
    liaison = incident.holder(Role.CUSTOMER_LIAISON)
    if liaison:
        raise Refused(f"{liaison.name} speaks to customers here. Give the text to them.")
    if by.id != incident.declared_by.id or incident.commander:
        raise Refused(
            "The Customer Liaison or the Incident Commander posts updates. Nobody is liaison yet; you can be.",
            choices=("take customer-liaison",),
        )


def _still_open(incident: Incident, stage: Stage) -> None:
    if incident.phase in (Phase.CLOSED, Phase.DISMISSED, Phase.TRIAGE):
        raise Refused(f"This incident is {incident.phase.label}; nothing is posted for it.")
    ended = incident.phase in (Phase.RESOLVED, Phase.REVIEW, Phase.CANCELLED)
    if ended and not stage.final:
        raise Refused(f"This incident is {incident.phase.label}. Reopen it to post {stage}.", choices=("reopen",))


def publish(
    incident: Incident,
    stage: Stage,
    *,
    title: str,
    body: str,
    template: str,
    by: Person,
    now: datetime,
    reason: str = "",
    facts: dict[str, str] | None = None,
    components: dict[str, ComponentState] | None = None,
    language: str = "en",
    texts: dict[str, Wording] | None = None,
    approved_by: Person | None = None,
    channels: Reach | None = None,
    origins: dict[str, str] | None = None,
    aside: tuple[str, ...] = (),
) -> None:
    """Post an update: its next time is the deadline. ``texts``: other languages; ``channels``: where to (CHN-3)."""
    if approved_by is None:
        _needs_nobody(incident, stage, template, reason=reason, by=by, now=now)
    is_ready(incident, stage, template, facts or {}, reason=reason, by=by, now=now)
    _commander_withdraws(incident, stage, by, approved_by)
    _tell_states(incident, stage, components or {})
    incident.facts = told(incident.facts, facts or {})
    update = Update(
        incident.updates + 1,
        stage,
        title=title,
        body=body,
        by=by,
        posted_at=now,
        next_update_at=None if stage.final else cadence.next_update_at(incident, now),
        template=template,
        language=language,
        texts=texts or {},
        facts=dict(incident.facts),
        components=dict(incident.components),
        approved_by=approved_by,
        reach=channels,
        origins=origins or {},
        aside=aside,
    )
    _go_out(incident, update, reason=reason)


def is_ready(
    incident: Incident,
    stage: Stage,
    template: str,
    facts: Mapping[str, str],
    *,
    reason: str,
    by: Person,
    now: datetime,
) -> None:
    """Raise Refused while what LIFE-10 d asks for is missing, or when nothing new would be said too early (CAD-14)."""
    _may_follow(incident, stage, reason=reason)
    if not reason and (open_ := confirming.missing(incident, stage, facts, by=by)):
        hint = '/status identified --because "your reason" what customers should read'
        raise Refused(f"Not posted: {open_}", hint=hint)
    _not_too_often(incident, stage, template, now=now)
    if not reason and (question := why_no_news(incident, template)):
        raise Refused(question, hint=f"/status {stage} what is being done now", choices=("update",))


def why_no_news(incident: Incident, template: str) -> str:
    """What is asked before one more update that says nothing; empty where it may simply go out (CAD-10, ANTI-25)."""
    if template != NO_NEWS or incident.no_news < incident.policy.no_news_in_row:
        return ""
    return (
        f"Customers have read {incident.no_news} updates without news in a row. Say what is being done, "
        "or that it will take long (/status long). To say once more that nothing is new: why?"
    )


def _needs_nobody(incident: Incident, stage: Stage, template: str, *, reason: str, by: Person, now: datetime) -> None:
    may_publish(incident, stage, reason=reason, by=by, now=now)
    if drafts.needed(incident, template, now=now):
        raise Refused("Somebody else clears this post before customers read it (APPR-1).", choices=("approve",))


def _tell_states(incident: Incident, stage: Stage, components: dict[str, ComponentState]) -> None:
    if stage.final:
        incident.components = dict.fromkeys(incident.components, ComponentState.OPERATIONAL)
    # What never was disturbed is no news.
    told = {name: state for name, state in components.items() if name in incident.components or state.disturbed}
    incident.components |= told


def _go_out(incident: Incident, update: Update, *, reason: str) -> None:
    now, old, owed = update.posted_at, incident.stage, incident.next_update_due()
    before = incident.update
    incident.update, incident.updates, incident.stage = update, update.number, update.stage
    _settle_cause(incident, update, old=old)
    eta.announce(incident, update)
    _stamp(incident, update.stage, now=now)
    incident.no_news = incident.no_news + 1 if update.template == NO_NEWS and old else 0
    _owe_next(incident, update, now=now)
    incident.previews.pop(update.by.id, None)
    late = max(0, int((now - owed).total_seconds())) if owed else 0
    incident.record(
        UpdatePublished(at=now, by=update.by, update=update, old=old, reason=reason, late_seconds=late, before=before)
    )
    drafts.drop_what_may_not_follow(incident, by=update.by, now=now)


def _not_too_often(incident: Incident, stage: Stage, template: str, *, now: datetime) -> None:
    """A post without news only once the reminders of the promised time have begun (CAD-14)."""
    if template not in CONTENT_FREE or stage is not incident.stage:
        return
    owed = incident.deadlines.get("update")
    if owed and now < cadence.first_step(incident, owed, now=now):
        raise Refused(
            "Customers were told a short while ago, and the next post is not due yet. Has something changed? Say what.",
            hint=f"/status {incident.stage} what has changed",
            choices=("status due",),
        )


def _settle_cause(incident: Incident, update: Update, *, old: Stage | None) -> None:
    """The technical lead’s own post confirms the cause; looking for it again means that it was another."""
    if update.stage is Stage.INVESTIGATING and old not in (None, Stage.INVESTIGATING):
        confirming.forget(incident)
    elif update.stage is Stage.IDENTIFIED and incident.holds(update.by, Role.TECHNICAL_LEAD):
        incident.cause_confirmed_by = update.by


def _stamp(incident: Incident, stage: Stage, *, now: datetime) -> None:
    clocks = incident.clocks
    if incident.public:
        clocks.first_public_at = clocks.first_public_at or now
    if stage is Stage.IDENTIFIED:
        clocks.identified_at = clocks.identified_at or now
    if stage is Stage.MONITORING:
        clocks.monitoring_at = clocks.monitoring_at or now
    elif not stage.final:
        clocks.monitoring_at = None
    incident.skipped_post = ""


def _owe_next(incident: Incident, update: Update, *, now: datetime) -> None:
    """The promise is the deadline; after a final stage nothing is owed (CAD-12, CAD-23)."""
    cadence.fulfil(incident, "first-notice", "update", "scope")
    cadence.disarm(incident, "scoping", "facts", "draft")
    if update.stage.final:
        incident.deadlines.clear()
    if update.stage is Stage.MONITORING:
        cadence.disarm(incident, "eta")
    if update.next_update_at:
        cadence.arm(incident, "update", update.next_update_at, now=now)


def skip_post(incident: Incident, *, reason: str, by: Person, now: datetime) -> None:
    """Customers need no post: decided, with a reason, on the record (CAD-8). SEV-1 always posts.

    Said again it is the same decision, kept; the old reason holds if there is no new one.
    """
    may_skip(incident, by=by)
    kept, reason = bool(incident.skipped_post), reason or incident.skipped_post
    if not reason:
        raise Refused("Why do customers need no post?", hint="/status skip only an internal report is late")
    incident.skipped_post = reason
    cadence.disarm(incident, "first-notice")
    if not kept:
        cadence.ask_whether_to_post(incident, now + timedelta(minutes=incident.policy.scoping_within), now=now)
    incident.record(PostingSkipped(at=now, by=by, reason=reason, kept=kept))


def may_skip(incident: Incident, *, by: Person) -> None:
    """Raises Refused where it is not theirs to decide, or is decided by how things stand."""
    if not incident.phase.active:
        raise Refused(f"This incident is {incident.phase.label}; nothing is owed.")
    if not incident.holds(by, Role.IC):
        raise Refused("The Incident Commander decides whether to post.")
    if incident.severity is Severity.SEV1:
        raise Refused("A SEV-1 is always posted.", hint="/status investigating …")
    if incident.update:
        raise Refused("Customers have been told already; updates go on until it is resolved.")
