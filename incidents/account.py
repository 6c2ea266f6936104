"""The public report on an incident that is over: who writes it, whose yes it needs, when it is out (STG-32, APPR-2)."""

from dataclasses import replace
from datetime import datetime

from incidents import drafts
from incidents.account_events import AccountCleared, AccountPublished, AccountReturned, AccountSubmitted
from incidents.account_records import Account
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.person import Person
from incidents.policy import Approvers
from incidents.publishing import SPEAKERS
from incidents.roles import Role
from incidents.stage import Stage

OWNER, SUPPORT, SECOND = "service owner", "support", "second person"
"""Whose yes a report needs: of who answers for the service, of those who hear customers; at least one besides."""

_USUAL = {OWNER: Approvers(roles=(Role.TECHNICAL_LEAD,)), SUPPORT: Approvers(roles=(Role.CUSTOMER_LIAISON,))}
_LEADERS = (Role.IC, Role.DEPUTY)

Parts = dict[str, tuple[Person, ...]]


def may_write(incident: Incident, by: Person) -> None:
    """Raise Refused unless customers were told that it is over, and this person speaks to them or owns the review."""
    if incident.private:
        raise Refused("Nothing was published of a private incident, so it has no public report (G9).")
    if incident.phase.active or incident.stage is not Stage.RESOLVED:
        raise Refused("The public report follows once customers read “resolved”.", hint="/status resolved …")
    owner = incident.review_owner
    if not (incident.holds(by, *SPEAKERS) or (owner and owner.id == by.id)):
        raise Refused("The owner of the review, the Customer Liaison or the commander writes the public report.")


def submit(incident: Incident, account: Account, *, by: Person, now: datetime) -> None:
    """Ask for every yes it needs; a version that waited before is replaced."""
    may_write(incident, by)
    _wait(incident, replace(account, author=by, submitted_at=now), by=by, now=now)


def renew(incident: Incident, account: Account, *, by: Person, now: datetime) -> None:
    """Its words changed while it waited: whoever said yes to the old ones reads it again (APPR-6)."""
    _wait(incident, account, by=by, now=now, renewed=True)


def _wait(incident: Incident, account: Account, *, by: Person, now: datetime, renewed: bool = False) -> None:
    incident.accounts += 1
    waiting = replace(account, number=incident.accounts, cleared={})
    incident.account = waiting
    people = approvers(incident, waiting)
    incident.record(AccountSubmitted(at=now, by=by, account=waiting, people=people, renewed=renewed))


def waiting(incident: Incident) -> Account:
    if incident.account is None:
        raise Refused("No public report waits for approval.", choices=("account",))
    return incident.account


def approvers(incident: Incident, account: Account) -> tuple[Person, ...]:
    """Everybody whose yes would count now."""
    return tuple(dict.fromkeys(person for people in open_parts(incident, account).values() for person in people))


def open_parts(incident: Incident, account: Account) -> Parts:
    """Each yes that is missing and who may give it. Whoever wrote it gave their own by writing (APPR-4)."""
    signed = {person.id for person in account.cleared.values()} | {account.author.id}
    needed = _needed(incident)
    left = {
        part: tuple(person for person in people if person.id not in signed)
        for part, people in needed.items()
        if part not in account.cleared and account.author.id not in {person.id for person in people}
    }
    if left or account.cleared:
        return left
    return {SECOND: tuple(person for person in _leaders(incident) if person.id not in signed)}


def _needed(incident: Incident) -> Parts:
    """Where nobody is named or there for it, those who lead (APPR-2); of security Legal and communications too."""
    approval = incident.policy.approval
    wanted = {**_USUAL, **approval.report}
    if told_security(incident) or incident.crisis:
        named = (approval.crisis if incident.crisis else {}) or approval.security
        wanted |= named or {SECOND: Approvers(roles=_LEADERS)}
    return {part: _people(incident, who) or _leaders(incident) for part, who in wanted.items()}


def told_security(incident: Incident) -> bool:
    """Whether customers read a statement on security: then nothing goes out without SEC-20 (POST-23)."""
    return bool(incident.facts.get("data_types")) or bool(
        incident.update and incident.update.template in drafts.SECURITY
    )


def _people(incident: Incident, wanted: Approvers) -> tuple[Person, ...]:
    held = [holder.person for role in wanted.roles for holder in incident.holders_of(role)]
    return tuple(dict.fromkeys((*held, *wanted.people)))


def _leaders(incident: Incident) -> tuple[Person, ...]:
    manager = incident.on_call.duty_manager
    return _people(incident, Approvers(roles=_LEADERS, people=(manager,) if manager else ()))


def may_decide(incident: Incident, by: Person) -> Account:
    account = waiting(incident)
    if by.id == account.author.id:
        raise Refused("You wrote this; somebody else clears it (APPR-4).")
    can = approvers(incident, account)
    if by.id not in {person.id for person in can}:
        names = " or ".join(person.name for person in can) or "nobody here: name a Deputy"
        raise Refused(f"This report is cleared by {names} (APPR-2).")
    return account


def approve(incident: Incident, seal: str, *, by: Person, now: datetime) -> None:
    """Say yes to exactly these words, and with the last yes publish them. One person gives one yes."""
    account = may_decide(incident, by)
    may_write(incident, account.author)
    if seal != account.seal:
        raise Refused("Not approved: another version waits by now.", choices=("account show",))
    mine = {part: len(people) for part, people in open_parts(incident, account).items() if by in people}
    signed = replace(account, cleared={**account.cleared, min(mine, key=lambda part: mine[part]): by})
    if left := open_parts(incident, signed):
        incident.account = signed
        people = approvers(incident, signed)
        incident.record(AccountCleared(at=now, by=by, account=signed, left=tuple(left), people=people))
        return
    incident.account, incident.told_account = None, signed
    seconds = int((now - account.submitted_at).total_seconds())
    incident.record(AccountPublished(at=now, by=by, account=signed, seconds=seconds))


def give_back(incident: Incident, remark: str, *, by: Person, now: datetime) -> None:
    """Its author finds what they gave in the form again. Authors take their own back without a remark."""
    account = waiting(incident)
    if by.id != account.author.id:
        may_decide(incident, by)
        if not remark:
            raise Refused("What should be different?", hint="/incident account return say which regions")
    incident.account, incident.account_facts, incident.account_picks = None, dict(account.facts), dict(account.picks)
    incident.record(AccountReturned(at=now, by=by, account=account, remark=remark))
