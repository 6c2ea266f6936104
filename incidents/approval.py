"""Clearing a post before customers read it: who may, until when, and for which words exactly (section 11)."""

from dataclasses import replace
from datetime import datetime, timedelta

from incidents import cadence, clearing, drafts, long_running, publishing
from incidents.approval_events import DraftApproved, DraftCleared, DraftPreviewed, DraftReturned, DraftSubmitted
from incidents.clearing import approvers
from incidents.errors import Refused
from incidents.events import Noted
from incidents.incident import Incident
from incidents.person import CLOCK, Person
from incidents.policy import Approvers
from incidents.records import Deadline, Draft

OWN_WORDS = "text"

BESIDES = timedelta(minutes=5)
"""How long a post waits for whoever is only asked besides (APPR-2)."""


def preview(incident: Incident, draft: Draft, *, by: Person, now: datetime) -> Draft:
    """Keep what somebody looks at, so that exactly this is sent when they press the button."""
    kept = replace(draft, number=incident.drafts, standing=drafts.standing(incident))
    incident.previews[by.id] = kept
    incident.record(DraftPreviewed(at=now, by=by))
    return kept


def submit(incident: Incident, draft: Draft, *, by: Person, now: datetime) -> None:
    """Ask for approval. A text that waited already is replaced: it was cleared by nobody (APPR-1, APPR-6)."""
    publishing.may_publish(incident, draft.stage, reason=draft.reason, by=by, now=now)
    publishing.is_ready(incident, draft.stage, draft.template, draft.facts, reason=draft.reason, by=by, now=now)
    _wait(incident, replace(draft, author=by, submitted_at=now), now=now, by=by)


def renew(incident: Incident, draft: Draft, *, by: Person, now: datetime) -> None:
    """What is known changed the words of the waiting text: the old ones can no longer be approved (APPR-6)."""
    _wait(incident, draft, now=now, by=by, renewed=True)


def ask_anew(incident: Incident, *, by: Person, now: datetime) -> None:
    """In a crisis more people read what waits already; all have their time for it (APPR-2, APPR-3)."""
    _wait(incident, waiting(incident), now=now, by=by, renewed=True, crisis=True)
    _owe_decision(incident, now=now)


def _wait(
    incident: Incident, draft: Draft, *, by: Person, now: datetime, renewed: bool = False, crisis: bool = False
) -> None:
    old = incident.draft
    incident.drafts += 1
    waiting = replace(draft, number=incident.drafts, standing=drafts.standing(incident), cleared={})
    incident.draft = waiting
    if not renewed:
        incident.previews.pop(draft.author.id, None)
        cadence.fulfil(incident, "draft")
        _owe_decision(incident, now=now)
    asked, needs = approvers(incident, now=now), len(clearing.open_parts(incident, waiting, now=now))
    promised = incident.next_update_due()
    ahead = (promised - now) // timedelta(minutes=1) if promised and not renewed else None
    incident.record(
        DraftSubmitted(
            at=now,
            by=by,
            draft=waiting,
            approvers=asked,
            needs=needs,
            ahead=ahead,
            replaced=old,
            renewed=renewed,
            crisis=crisis,
        )
    )


def _owe_decision(incident: Incident, *, now: datetime) -> None:
    due, waited = decision_due(incident, now=now), now + BESIDES
    aim = waited if clearing.besides(incident) != Approvers() and waited < due else None
    owed = Deadline(name="approval", due_at=due, wake_at=due, aim_at=aim)
    wake = cadence.next_wake(incident, owed, now=now)
    # Also for the last post, when the working deadlines have ended with the incident (CAD-23).
    incident.deadlines["approval"] = replace(owed, wake_at=wake or due)


def decision_due(incident: Incident, *, now: datetime) -> datetime:
    """Five minutes, and for an update five before it is due; no later than the post (APPR-3, CAD-6, ROLE-18e)."""
    allowed = timedelta(minutes=incident.policy.approval.minutes)
    promised, early = incident.next_update_due(), "update" in incident.deadlines
    ends = [promised - allowed, promised] if promised and early else [promised] if promised else []
    return min([now + allowed, *(end for end in ends if end > now)])


def waiting(incident: Incident) -> Draft:
    if not incident.draft:
        raise Refused("No post waits for approval; it was decided, replaced or dropped already.")
    return incident.draft


def may_decide(incident: Incident, *, by: Person, now: datetime, alone: str = "") -> Draft:
    """The waiting text, for somebody who may clear or return it. ``alone``: the author's reason to do without."""
    draft, can = waiting(incident), approvers(incident, now=now)
    if decides_alone(incident, by=by, now=now):
        _may_decide_alone(incident, draft, reason=alone, now=now)
    elif by.id not in {person.id for person in can}:
        names = " or ".join(person.name for person in can) or "nobody here: name a Deputy"
        given = ", ".join(person.name for person in draft.cleared.values())
        already = f" {given} has said yes already." if given else ""
        raise Refused(f"This post is cleared by {names} (APPR-2).{already}")
    return draft


def decides_alone(incident: Incident, *, by: Person, now: datetime) -> bool:
    """Its author, except for a yes that nobody else can give to what others made of it (APPR-4, APPR-7)."""
    can = {person.id for person in approvers(incident, now=now)}
    return by.id == waiting(incident).author.id and by.id not in can


def _may_decide_alone(incident: Incident, draft: Draft, *, reason: str, now: datetime) -> None:
    """Small teams: nobody else can be reached, the text is a template's own, there is a reason, it is no secret."""
    can, owed = approvers(incident, now=now), incident.deadlines.get("approval")
    names = " or ".join(person.name for person in can) or "somebody else"
    if not incident.policy.small_team:
        raise Refused(f"You wrote this; {names} clears it (APPR-4).")
    if incident.private or clearing.grave(incident, draft):
        secret = "a private incident" if incident.private else "security"
        what = "a crisis" if incident.crisis else secret
        raise Refused(f"For {what} a second person clears every post: {names} (APPR-7).")
    if draft.template == OWN_WORDS or draft.co_authors:
        raise Refused(f"Alone you may post a template's own words only; {names} clears this (APPR-7).")
    if can and owed and owed.due_at > now:
        raise Refused(f"{names} may still answer. Once the time is over you may post it alone (APPR-7).")
    if not reason:
        raise Refused("Why does nobody else clear it?", hint='/incident approve --because "nobody can be reached"')


def approve(incident: Incident, final: Draft, *, by: Person, now: datetime, alone: str = "") -> None:
    """Say yes to it, and with the last yes post it.

    ``final`` is the waiting text with its times renewed, or as ``by`` changed it: then the others read it anew.
    """
    draft = may_decide(incident, by=by, now=now, alone=alone)
    lone = decides_alone(incident, by=by, now=now)
    edited = final.co_authors != draft.co_authors
    cleared = clearing.with_yes(incident, replace(draft, cleared={}) if edited else draft, by=by, now=now)
    signed = replace(final, cleared=cleared)
    if not lone and (left := clearing.open_parts(incident, signed, now=now)):
        # The others read what this one read; its times are renewed when it goes out, not with every yes.
        waits = replace(signed, number=draft.number, submitted_at=now) if edited else replace(draft, cleared=cleared)
        _wait_for_others(incident, waits, left, since=draft.submitted_at, edited=edited, by=by, now=now)
        return
    _approved(incident, signed, by=by, now=now, alone=alone if lone else "", edited=edited)


def _wait_for_others(
    incident: Incident,
    draft: Draft,
    left: clearing.Parts,
    *,
    since: datetime,
    edited: bool,
    by: Person,
    now: datetime,
) -> None:
    """One yes of several; customers read nothing yet (SEC-20)."""
    incident.draft = draft
    people = tuple(dict.fromkeys(person for part in left.values() for person in part))
    seconds = int((now - since).total_seconds())
    incident.record(
        DraftCleared(at=now, by=by, draft=draft, seconds=seconds, left=tuple(left), people=people, edited=edited)
    )


def lapsed(incident: Incident, *, now: datetime) -> bool:
    """Nothing is missing any more but somebody who was asked besides and has not answered in time (APPR-2)."""
    draft = incident.draft
    return bool(draft and draft.cleared and not clearing.open_parts(incident, draft, now=now))


def release(incident: Incident, final: Draft, *, now: datetime) -> None:
    """Post what was cleared by everybody who has to, and is late for nobody else."""
    _approved(incident, final, by=final.cleared[clearing.USUAL], now=now)


def post_holding(incident: Incident, made: Draft, *, now: datetime) -> None:
    """The holding statement agreed on beforehand, posted by the clock when nothing else was cleared (APPR-8)."""
    late = "the first notice was due and nothing was cleared; these words were approved beforehand"
    _go_out(incident, replace(made, author=CLOCK, reason=late), by=CLOCK, now=now)


def _approved(
    incident: Incident, final: Draft, *, by: Person, now: datetime, alone: str = "", edited: bool = False
) -> None:
    draft, cadence_before = waiting(incident), incident.long_cadence
    incident.draft = None
    incident.record(
        DraftApproved(
            at=now,
            by=by,
            draft=final,
            seconds=int((now - draft.submitted_at).total_seconds()),
            revision=incident.updates + 1,
            edited=edited,
            alone=alone,
            late=drafts.outdated(incident, draft),
        )
    )
    try:
        _go_out(incident, final, by=final.cleared.get(clearing.USUAL, by), now=now)
    except Refused:
        incident.draft, incident.long_cadence = draft, cadence_before
        incident.news.pop()
        raise
    if alone:
        # The review looks at it, with all that is to be done afterwards (APPR-7).
        text = f"look at post {incident.updates} together, which {by.name} posted alone: {alone}"
        incident.record(Noted(at=now, by=by, kind="todo", text=text, happened_at=now))
    cadence.fulfil(incident, "approval")


def _go_out(incident: Incident, final: Draft, *, by: Person, now: datetime) -> None:
    long_running.lengthen(incident, final, final.author, by, now=now)
    publishing.publish(
        incident,
        final.stage,
        title=final.title,
        body=final.body,
        template=final.template,
        by=final.author,
        now=now,
        reason=final.reason,
        facts=final.facts,
        components=final.components,
        language=final.language,
        texts={code: text for code, text in final.texts.items() if code != final.language},
        approved_by=by,
        origins=final.origins,
        channels=final.reach,
        aside=final.aside,
    )


def give_back(incident: Incident, remark: str, *, by: Person, now: datetime) -> None:
    """Return it with a remark; its author finds it again in the form. Authors may take their own text back."""
    draft = waiting(incident)
    own = by.id == draft.author.id
    if not own:
        may_decide(incident, by=by, now=now)
    if not remark and not own:
        raise Refused("What should be different?", hint="/incident return say which regions")
    incident.draft = None
    cadence.fulfil(incident, "approval")
    incident.previews[draft.author.id] = replace(draft, cleared={})
    incident.record(DraftReturned(at=now, by=by, draft=draft, remark=remark))
