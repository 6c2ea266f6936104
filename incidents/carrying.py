"""What every channel carries: expected, told, failed, given to a person, sent again (CHN-3 to CHN-6)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from incidents import consistency, feedback
from incidents.channels import Channel, Choice, Matrix, Medium, Offer, Subject, chosen, column_of, turn
from incidents.consistency import Contradiction, Told
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.outlet import Outlet, OutletState
from incidents.person import CLOCK, Person
from incidents.posting_events import ChannelAgain, ChannelAnswered, Contradicted
from incidents.publishing import SPEAKERS
from incidents.stage import Stage


def offers(
    incident: Incident,
    channels: Sequence[Channel],
    matrix: Matrix,
    *,
    stage: Stage,
    subject: Subject = "incident",
    without_news: bool = False,
) -> list[Offer]:
    """Where a post of this stage may go now, status pages first. A private incident's goes nowhere (SEC-044)."""
    if not incident.public:
        return []
    choices = chosen(channels, matrix, column=column_of(incident.severity), stage=stage, subject=subject)
    wanted = {choice.channel.name: choice.wanted for choice in choices}
    found = []
    for channel in channels:
        bound = _bound(incident, channel, subject)
        if without_news and _spared(incident, channel, stage):
            found += [Offer(channel, wanted=False)] if channel.name in wanted else []
        elif bound or channel.name in wanted:
            found.append(Offer(channel, wanted.get(channel.name, False), bound))
    return sorted(found, key=lambda offer: turn(offer.channel))


def _spared(incident: Incident, channel: Channel, stage: Stage) -> bool:
    """That there is no news is not worth an SMS, unless the register names its stages (CHN-1e)."""
    return _rests(incident, channel) and incident.stage is stage and not stage.final


def _rests(incident: Incident, channel: Channel) -> bool:
    """Whether it may carry an older post for a while, having got one."""
    outlet = incident.outlets.get(channel.name)
    return channel.kind is Medium.SMS and not channel.stages and outlet is not None and outlet.settled


def _bound(incident: Incident, channel: Channel, subject: Subject) -> bool:
    """It carries an earlier post, or is about to. An SMS never speaks of security."""
    outlet = incident.outlets.get(channel.name)
    barred = subject == "security" and channel.kind is Medium.SMS
    return outlet is not None and not barred and bool(outlet.number or outlet.state == "waiting")


def expect(incident: Incident, choices: Sequence[Choice], channels: Sequence[Channel], *, now: datetime) -> None:
    """The newest post is to reach these, and every channel that carried an older one (CHN-6).

    Where channels were picked, they are all that was read and cleared; nothing is awaited of the others any more.
    A private incident's post goes nowhere.
    """
    update = incident.update
    if update is None or not incident.public:
        return
    wanted = [choice.channel.name for choice in choices if choice.wanted]
    for channel in channels:
        before = incident.outlets.get(channel.name)
        told = channel.name in wanted or (before is not None and before.number > 0)
        if not (told if update.reach is None else channel.name in update.reach.carried):
            if not _rests(incident, channel):
                incident.outlets.pop(channel.name, None)
            continue
        state: OutletState = "by hand" if channel.by == "hand" else "waiting"
        fresh = before or Outlet(wanted=update.number, state=state, at=now, asked_at=now)
        incident.outlets[channel.name] = replace(
            fresh, wanted=update.number, state=state, at=now, asked_at=now, reason="", by=""
        )


def answered(
    incident: Incident, name: str, number: int, *, sent: bool, now: datetime, reason: str = "", ref: str = ""
) -> None:
    """A channel took post ``number``, or will not: then a person has to pass it on (CHN-3)."""
    outlet = incident.outlets.get(name)
    if outlet is None or number < outlet.number:
        return
    update = incident.update
    current = update is not None and number == outlet.wanted == update.number
    state: OutletState = outlet.state if not current else "sent" if sent else "failed"
    said = consistency.told(update, incident.clocks) if sent and current and update else outlet.told
    incident.outlets[name] = replace(
        outlet,
        number=number if sent else outlet.number,
        state=state,
        at=now,
        reason=reason if current else outlet.reason,
        told=said if current else Told(number) if sent else outlet.told,
        ref=ref or outlet.ref,
    )
    incident.record(ChannelAnswered(at=now, by=CLOCK, channel=name, number=number, sent=sent, reason=reason))


def done_by_hand(
    incident: Incident, name: str, number: int | None = None, *, by: Person, now: datetime, owner: bool = False
) -> None:
    """A person posted it there. Raises Refused when there is nothing of the kind to do.

    ``number`` is the post they had in hand: an older card's text is not what the channel is to carry by now.
    """
    outlet = _outlet(incident, name, by, owner=owner)
    if number is not None and number != outlet.wanted:
        raise Refused(
            f"Update {number} is no longer the newest: {name} is to carry update {outlet.wanted}. Post that one there.",
            hint=f"/incident channels done {name} {outlet.wanted}",
        )
    if outlet.state in ("sent", "done"):
        raise Refused(f"{name} carries update {outlet.wanted} already.")
    update = incident.update
    incident.outlets[name] = replace(
        outlet,
        number=outlet.wanted,
        state="done",
        at=now,
        by=by.name,
        reason="",
        told=consistency.told(update, incident.clocks) if update else None,
    )
    incident.record(
        ChannelAnswered(at=now, by=by, channel=name, number=outlet.wanted, sent=True, by_hand=True, reason="")
    )


def again(incident: Incident, name: str, number: int | None, *, by: Person, now: datetime) -> None:
    """Send the newest post to this channel once more. An older one is never sent again (REL-184).

    With its number it is a repair, and one is enough: pressed again, or by somebody else too, it sends nothing.
    """
    outlet = _outlet(incident, name, by, owner=False)
    if number is not None and number != incident.updates:
        raise Refused(
            f"Update {number} is no longer the newest; {incident.updates} is.",
            choices=(f"channels send {name} {incident.updates}",),
        )
    if outlet.state == "waiting":
        raise Refused(f"Update {incident.updates} is on its way to {name} already.")
    if number is not None and outlet.settled and outlet.number == number and not _differs(incident, name):
        raise Refused(
            f"{name} carries update {number} already.", hint=f"/incident channels send {name} sends it all the same"
        )
    if outlet.state == "by hand":
        raise Refused(f"{name} is posted to by hand; nothing can be sent there.", choices=(f"channels done {name}",))
    incident.outlets[name] = replace(
        outlet, wanted=incident.updates, state="waiting", at=now, asked_at=now, reason="", by=""
    )
    incident.contradictions = tuple(key for key in incident.contradictions if _channel(key) != name)
    incident.record(ChannelAgain(at=now, by=by, channel=name, number=incident.updates))


def _outlet(incident: Incident, name: str, by: Person, *, owner: bool) -> Outlet:
    if incident.update is None:
        raise Refused("Nothing has been posted yet.")
    outlet = incident.outlets.get(name)
    if outlet is None:
        names = ", ".join(incident.outlets) or "none"
        raise Refused(f"This incident was not told on a channel “{name[:40]}”. Channels told: {names}.")
    if not owner and not incident.holds(by, *SPEAKERS):
        raise Refused("The Customer Liaison, the Incident Commander or the Deputy speaks to customers.")
    return outlet


def compare(incident: Incident, read: dict[str, Told], *, now: datetime) -> list[Contradiction]:
    """Where channels say something else than the record; told once each, until it is mended (CHK-1 to CHK-8, CHK-10).

    ``read`` is what was read back from channels that allow it. A channel that is still on its way is given five
    minutes.
    """
    if incident.update is None:
        return []
    found = differing(incident, read, now=now)
    known = set(incident.contradictions)
    fresh = [each for each in found if each.key not in known]
    if fresh or (known and not found):
        incident.contradictions = tuple(sorted({each.key for each in found}))
        incident.record(Contradicted(at=now, by=CLOCK, found=tuple(fresh), number=incident.updates))
    return fresh


def differing(incident: Incident, read: dict[str, Told], *, now: datetime) -> list[Contradiction]:
    update = incident.update
    if update is None:
        return []
    said = {
        name: read.get(name) or outlet.told or Told(outlet.number)
        for name, outlet in incident.outlets.items()
        if outlet.wanted == update.number and (outlet.settled or now - outlet.asked_at >= consistency.GRACE)
    }
    names = [incident.title, incident.facts.get("service", ""), *incident.components]
    return consistency.contradictions(
        consistency.told(update, incident.clocks),
        said,
        about=lambda text: any(name and feedback.alike(name, text) for name in names),
    )


def news(incident: Incident, read: dict[str, Told], *, now: datetime) -> bool:
    """Whether `compare` would say something."""
    keys = {each.key for each in differing(incident, read, now=now)}
    return bool(keys - set(incident.contradictions)) or bool(incident.contradictions and not keys)


def _differs(incident: Incident, name: str) -> bool:
    """Whether somebody was told that this channel says something else, and nothing was done about it."""
    return any(_channel(key) == name for key in incident.contradictions)


def _channel(key: str) -> str:
    return key.partition(":")[2]
