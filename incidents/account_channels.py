"""The public report on channels: whom it goes to, taken, failed, posted by hand, sent again (STG-32, CHN-1d, CHN-3)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from incidents import account as reports
from incidents.account_events import AccountCarried, AccountSentAgain
from incidents.channels import Channel, Matrix, Medium, Offer, Subject, chosen, column_of, turn
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.outlet import Outlet, OutletState
from incidents.person import CLOCK, Person
from incidents.publishing import SPEAKERS
from incidents.stage import Stage

CARRYING = frozenset({Medium.STATUS_PAGE, Medium.EMAIL, Medium.PRESS})
"""What is long enough for a report, and is read afterwards (CHN-1d, CHN-1i)."""


def offers(incident: Incident, channels: Sequence[Channel], matrix: Matrix) -> list[Offer]:
    """Whoever may be told at this severity that it is over, and whoever carries the posts about it; pages first."""
    if not incident.public:
        return []
    subject: Subject = "security" if reports.told_security(incident) else "incident"
    column = column_of(incident.severity)
    choices = chosen(channels, matrix, column=column, stage=Stage.RESOLVED, subject=subject)
    wanted = {choice.channel.name: choice.wanted for choice in choices}
    found = [
        Offer(channel, wanted.get(channel.name, False) or _told(incident.outlets, channel), bound)
        for channel in channels
        if channel.kind in CARRYING
        and (
            (bound := _told(incident.account_outlets, channel))
            or channel.name in wanted
            or _told(incident.outlets, channel)
        )
    ]
    return sorted(found, key=lambda offer: turn(offer.channel))


def _told(outlets: dict[str, Outlet], channel: Channel) -> bool:
    return channel.name in outlets and outlets[channel.name].number > 0


def expect(incident: Incident, channels: Sequence[Channel], *, now: datetime) -> None:
    """The report that customers read now is to reach these, word for word as it was cleared."""
    told = incident.told_account
    for channel in channels if told else ():
        if told is None or channel.name not in told.carried:
            continue
        state: OutletState = "by hand" if channel.by == "hand" else "waiting"
        fresh = Outlet(wanted=told.number, state=state, at=now, asked_at=now)
        before = incident.account_outlets.get(channel.name, fresh)
        incident.account_outlets[channel.name] = replace(fresh, number=before.number, ref=before.ref)


def answered(
    incident: Incident, name: str, number: int, *, sent: bool, now: datetime, reason: str = "", ref: str = ""
) -> None:
    """A channel took version ``number``, or will not: then a person has to pass it on."""
    outlet = incident.account_outlets.get(name)
    if outlet is None or number < outlet.number:
        return
    state: OutletState = "sent" if sent else "failed"
    outlet = replace(outlet, number=number if sent else outlet.number, ref=ref or outlet.ref)
    if number == outlet.wanted:
        outlet = replace(outlet, state=state, at=now, reason=reason)
    incident.account_outlets[name] = outlet
    incident.record(AccountCarried(at=now, by=CLOCK, channel=name, number=number, sent=sent, reason=reason))


def posted(incident: Incident, name: str, number: int, *, by: Person, now: datetime, owner: bool = False) -> None:
    """A person put version ``number`` there. Raises Refused when there is nothing of the kind to do."""
    outlet = _outlet(incident, name, number, by, owner=owner)
    if outlet.settled:
        raise Refused(f"{name} carries this report already.")
    incident.account_outlets[name] = replace(outlet, number=number, state="done", at=now, by=by.name, reason="")
    incident.record(AccountCarried(at=now, by=by, channel=name, number=number, sent=True, by_hand=True))


def again(incident: Incident, name: str, number: int, *, by: Person, now: datetime) -> None:
    """Send it to this channel once more; never an older version (REL-184)."""
    outlet = _outlet(incident, name, number, by, owner=False)
    if outlet.state in ("waiting", "by hand"):
        raise Refused(f"{name} is posted to by hand." if outlet.state == "by hand" else f"It is on its way to {name}.")
    incident.account_outlets[name] = replace(outlet, state="waiting", at=now, asked_at=now, reason="", by="")
    incident.record(AccountSentAgain(at=now, by=by, channel=name, number=number))


def _outlet(incident: Incident, name: str, number: int, by: Person, *, owner: bool) -> Outlet:
    told, outlet = incident.told_account, incident.account_outlets.get(name)
    if told is None or outlet is None:
        names = ", ".join(incident.account_outlets) or "none"
        raise Refused(f"No public report went to a channel “{name[:40]}”. Channels told: {names}.")
    if number != told.number:
        raise Refused(f"Version {number} of the report is no longer the newest; {told.number} is.")
    reviewer = incident.review_owner
    if not (owner or incident.holds(by, *SPEAKERS) or (reviewer and reviewer.id == by.id)):
        raise Refused("The owner of the review, the Customer Liaison or the commander sends the public report.")
    return outlet
