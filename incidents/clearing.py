"""Whose yes a post needs before customers read it (APPR-2, APPR-3, APPR-4, SEC-20)."""

from datetime import datetime

from incidents import drafts
from incidents.incident import Incident
from incidents.person import Person
from incidents.policy import Approvers
from incidents.records import Draft
from incidents.roles import Role
from incidents.stage import Stage

USUAL, BESIDES, SECOND = "usual", "besides", "second"
"""The yes that every post needs; one that is waited for no longer than the deadline; another person's."""

_LEADERS = Approvers(roles=(Role.IC, Role.DEPUTY))

Parts = dict[str, tuple[Person, ...]]


def approvers(incident: Incident, *, now: datetime) -> tuple[Person, ...]:
    """Who may decide now; once the time is over, and where nobody else is there, also the backups (APPR-2, APPR-3)."""
    draft = incident.draft
    if not draft:
        return ()
    parts = open_parts(incident, draft, now=now)
    return tuple(dict.fromkeys(person for people in parts.values() for person in people))


def open_parts(incident: Incident, draft: Draft, *, now: datetime) -> Parts:
    """Each yes that is still missing, and who may give it: a different person for each."""
    signed = {person.id for person in draft.cleared.values()}
    return {
        part: tuple(person for person in people if person.id not in signed)
        for part, people in _parts(incident, draft, now=now).items()
        if part not in draft.cleared
    }


def with_yes(incident: Incident, draft: Draft, *, by: Person, now: datetime) -> dict[str, Person]:
    """The yeses with that of ``by``. Where it is grave, it is one of them, the one that fewest others may give."""
    parts = open_parts(incident, draft, now=now)
    mine = {part: len(people) for part, people in parts.items() if by.id in {person.id for person in people}}
    given = sorted(mine, key=lambda part: mine[part])
    return {**draft.cleared, **dict.fromkeys(given[:1] if grave(incident, draft) else given, by)}


def grave(incident: Incident, draft: Draft) -> bool:
    """Of security, or in a crisis: more people read it, and nobody clears it alone (APPR-2, SEC-20, CRI-9)."""
    return drafts.is_security(draft) or incident.crisis is not None


def _parts(incident: Incident, draft: Draft, *, now: datetime) -> Parts:
    late = _late(incident, now)
    parts = {USUAL: _usual(incident, draft, late=late)}
    if grave(incident, draft):
        parts |= _besides_the_usual(incident, draft)
    if not _asked_long_enough(incident, now) and (
        people := _without_author(_named(incident, besides(incident)), draft)
    ):
        parts[BESIDES] = people
    return parts


def _late(incident: Incident, now: datetime) -> bool:
    owed = incident.deadlines.get("approval")
    return owed is None or owed.due_at <= now


def _asked_long_enough(incident: Incident, now: datetime) -> bool:
    """Who is asked besides holds nothing up for longer than five minutes, however long the others have (APPR-2)."""
    owed = incident.deadlines.get("approval")
    return owed is None or (owed.aim_at or owed.due_at) <= now


def besides(incident: Incident) -> Approvers:
    """Who is asked as well, at this severity."""
    return incident.policy.approval.besides.get(f"sev{incident.severity.value}", Approvers())


def _usual(incident: Incident, draft: Draft, *, late: bool) -> tuple[Person, ...]:
    first = _without_author(_named(incident, _first(incident)), draft)
    commander = incident.commander
    if draft.stage is Stage.WITHDRAWN and commander and commander.id != draft.author.id:
        return (commander,)
    if first and not late:
        return first
    return tuple(dict.fromkeys((*first, *backups(incident))))


def backups(incident: Incident) -> tuple[Person, ...]:
    """The Deputy or whom the organisation named; without either, the commander (APPR-3)."""
    draft = incident.draft
    if not draft:
        return ()
    named = _without_author(_named(incident, incident.policy.approval.backup), draft)
    return named or _without_author(_named(incident, _LEADERS), draft)


def _besides_the_usual(incident: Incident, draft: Draft) -> Parts:
    """Legal and communications, each; where nobody is named, a second person of those who lead (APPR-2, SEC-20)."""
    approval = incident.policy.approval
    named = (approval.crisis if incident.crisis else {}) or approval.security
    if not named:
        manager = incident.on_call.duty_manager
        leaders = Approvers(roles=_LEADERS.roles, people=(manager,) if manager else ())
        return {SECOND: _without_author(_named(incident, leaders), draft)}
    groups = {part: _named(incident, who) for part, who in named.items()}
    # Whoever is of Legal and wrote it has said yes by writing it, as long as it reads as they wrote it. Where they
    # are all of Legal, nobody else could say yes to what others made of it.
    return {
        part: _without_author(people, draft) or people
        for part, people in groups.items()
        if draft.co_authors or draft.author.id not in {person.id for person in people}
    }


def _first(incident: Incident) -> Approvers:
    keys = ("private",) * incident.private + (f"sev{incident.severity.value}", "incident")
    configured = incident.policy.approval.approvers
    return next((configured[key] for key in keys if key in configured), Approvers(roles=(Role.IC,)))


def _named(incident: Incident, wanted: Approvers) -> tuple[Person, ...]:
    """A private incident stays among those who take part in it, whoever is configured (G9)."""
    held = [holder.person for role in wanted.roles for holder in incident.holders_of(role)]
    inside = incident.participants() if incident.private else {person.id for person in wanted.people}
    return tuple(dict.fromkeys((*held, *(person for person in wanted.people if person.id in inside))))


def _without_author(people: tuple[Person, ...], draft: Draft) -> tuple[Person, ...]:
    """By id: whoever wrote a text does not clear it. Approvers who changed it do: their yes counts (APPR-4)."""
    return tuple(person for person in people if person.id != draft.author.id)
