"""Clearing a post before customers read it: who may, until when, and for which words exactly (section 11)."""

from dataclasses import replace
from datetime import datetime, timedelta

from incidents import cadence, drafts, publishing
from incidents.approval_events import DraftApproved, DraftPreviewed, DraftReturned, DraftSubmitted
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.person import Person
from incidents.policy import Approvers
from incidents.records import Deadline, Draft
from incidents.roles import Role
from incidents.stage import Stage

OWN_WORDS = "text"


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


def _wait(incident: Incident, draft: Draft, *, by: Person, now: datetime, renewed: bool = False) -> None:
    old = incident.draft
    incident.drafts += 1
    waiting = replace(draft, number=incident.drafts, standing=drafts.standing(incident))
    incident.draft = waiting
    incident.previews.pop(draft.author.id, None)
    if not renewed:
        cadence.fulfil(incident, "draft")
        due = decision_due(incident, now=now)
        owed = Deadline(name="approval", due_at=due, wake_at=due)
        wake = cadence.next_wake(incident, owed, now=now)
        # Also for the last post, when the working deadlines have ended with the incident (CAD-23).
        incident.deadlines["approval"] = replace(owed, wake_at=wake or due)
    asked = approvers(incident, now=now)
    incident.record(DraftSubmitted(at=now, by=by, draft=waiting, approvers=asked, replaced=old, renewed=renewed))


def decision_due(incident: Incident, *, now: datetime) -> datetime:
    """Five minutes, or less where the post itself is due before that (APPR-3, ROLE-18e)."""
    own = now + timedelta(minutes=incident.policy.approval.minutes)
    promised = incident.next_update_due()
    return min(own, promised) if promised and promised > now else own


def approvers(incident: Incident, *, now: datetime) -> tuple[Person, ...]:
    """Who may decide now; once the time is over, and where nobody else is there, also the backups (APPR-2, APPR-3)."""
    draft = incident.draft
    if not draft:
        return ()
    first = _without_authors(_named(incident, _first(incident)), draft)
    commander = incident.commander
    if draft.stage is Stage.WITHDRAWN and commander and commander.id not in {author.id for author in draft.authors}:
        return (commander,)
    owed = incident.deadlines.get("approval")
    late = owed is None or owed.due_at <= now
    if first and not late:
        return first
    return tuple(dict.fromkeys((*first, *backups(incident))))


def backups(incident: Incident) -> tuple[Person, ...]:
    """The Deputy or whom the organisation named; without either, the commander (APPR-3)."""
    draft = incident.draft
    if not draft:
        return ()
    named = _without_authors(_named(incident, incident.policy.approval.backup), draft)
    return named or _without_authors(_named(incident, Approvers(roles=(Role.IC, Role.DEPUTY))), draft)


def _first(incident: Incident) -> Approvers:
    keys = ("private",) * incident.private + (f"sev{incident.severity.value}", "incident")
    configured = incident.policy.approval.approvers
    return next((configured[key] for key in keys if key in configured), Approvers(roles=(Role.IC,)))


def _named(incident: Incident, wanted: Approvers) -> tuple[Person, ...]:
    """A private incident stays among those who take part in it, whoever is configured (G9)."""
    held = [holder.person for role in wanted.roles for holder in incident.holders_of(role)]
    inside = incident.participants() if incident.private else {person.id for person in wanted.people}
    return tuple(dict.fromkeys((*held, *(person for person in wanted.people if person.id in inside))))


def _without_authors(people: tuple[Person, ...], draft: Draft) -> tuple[Person, ...]:
    """By id: whoever wrote a text does not clear it (APPR-4)."""
    own = {author.id for author in draft.authors}
    return tuple(person for person in people if person.id not in own)


def waiting(incident: Incident) -> Draft:
    if not incident.draft:
        raise Refused("No post waits for approval; it was decided, replaced or dropped already.")
    return incident.draft


def may_decide(incident: Incident, *, by: Person, now: datetime, alone: str = "") -> Draft:
    """The waiting text, for somebody who may clear or return it. ``alone``: the author's reason to do without."""
    draft = waiting(incident)
    if by.id in {author.id for author in draft.authors}:
        _may_decide_alone(incident, draft, reason=alone, now=now)
        return draft
    can = approvers(incident, now=now)
    if by.id not in {person.id for person in can}:
        names = " or ".join(person.name for person in can) or "nobody here: name a Deputy"
        raise Refused(f"This post is cleared by {names} (APPR-2).")
    return draft


def _may_decide_alone(incident: Incident, draft: Draft, *, reason: str, now: datetime) -> None:
    """Small teams: nobody else can be reached, the text is a template's own, there is a reason, it is no secret."""
    can, owed = approvers(incident, now=now), incident.deadlines.get("approval")
    names = " or ".join(person.name for person in can) or "somebody else"
    if not incident.policy.small_team:
        raise Refused(f"You wrote this; {names} clears it (APPR-4).")
    if incident.private:
        raise Refused(f"For a private incident a second person clears every post: {names} (APPR-7).")
    if draft.template == OWN_WORDS or draft.co_authors:
        raise Refused(f"Alone you may post a template's own words only; {names} clears this (APPR-7).")
    if can and owed and owed.due_at > now:
        raise Refused(f"{names} may still answer. Once the time is over you may post it alone (APPR-7).")
    if not reason:
        raise Refused("Why does nobody else clear it?", hint='/incident approve --because "nobody can be reached"')


def approve(incident: Incident, final: Draft, *, by: Person, now: datetime, alone: str = "") -> None:
    """Clear it, and so post it. ``final`` is the waiting text with its times renewed, or as ``by`` changed it."""
    draft = may_decide(incident, by=by, now=now, alone=alone)
    edited, late = by in final.co_authors, drafts.outdated(incident, draft)
    approved = DraftApproved(
        at=now,
        by=by,
        draft=final,
        seconds=int((now - draft.submitted_at).total_seconds()),
        revision=incident.updates + 1,
        edited=edited,
        alone=alone if by.id == draft.author.id else "",
        late=late,
    )
    incident.draft = None
    incident.record(approved)
    try:
        _go_out(incident, final, by=by, now=now)
    except Refused:
        incident.draft = draft
        incident.news.pop()
        raise
    cadence.fulfil(incident, "approval")


def _go_out(incident: Incident, final: Draft, *, by: Person, now: datetime) -> None:
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
    incident.previews[draft.author.id] = draft
    incident.record(DraftReturned(at=now, by=by, draft=draft, remark=remark))
