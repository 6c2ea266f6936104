"""What channels carry of a planned maintenance: given, taken, failed, posted by hand, sent again (CHN-3, CHN-6)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from incidents import consistency, feedback, maintaining
from incidents.channels import Channel, Matrix, chosen, turn
from incidents.components import ComponentState
from incidents.consistency import Contradiction, Told
from incidents.errors import Refused
from incidents.maintenance import Maintenance
from incidents.maintenance_events import MaintenanceCarried, MaintenanceContradicted, MaintenanceSentAgain
from incidents.outlet import Outlet, OutletState
from incidents.person import CLOCK, Person
from incidents.records import OnCall, Wording


def receiving(maintenance: Maintenance, channels: Sequence[Channel], matrix: Matrix) -> list[Channel]:
    """Those of the matrix, and whoever was told of it before; status pages first (CHN-5)."""
    choices = chosen(channels, matrix, column="maintenance", subject="maintenance")
    wanted = {choice.channel.name for choice in choices if choice.wanted}
    found = [channel for channel in channels if channel.name in wanted or channel.name in maintenance.outlets]
    return sorted(found, key=turn)


def give(
    maintenance: Maintenance, channels: Sequence[Channel], carried: Mapping[str, Wording], *, now: datetime
) -> None:
    """These are to carry its newest post, word for word."""
    for channel in channels:
        state: OutletState = "by hand" if channel.by == "hand" else "waiting"
        fresh = Outlet(wanted=maintenance.posts, state=state, at=now, asked_at=now)
        before = maintenance.outlets.get(channel.name, fresh)
        maintenance.outlets[channel.name] = replace(fresh, number=before.number, ref=before.ref)
    maintenance.carried = dict(carried)


def answered(
    maintenance: Maintenance, name: str, number: int, *, sent: bool, now: datetime, reason: str = "", ref: str = ""
) -> None:
    """A channel took post ``number``, or will not: then a person has to pass it on."""
    outlet = maintenance.outlets.get(name)
    if outlet is None or number < outlet.number:
        return
    state: OutletState = "sent" if sent else "failed"
    outlet = replace(outlet, number=number if sent else outlet.number, ref=ref or outlet.ref)
    if number == outlet.wanted:
        said = told(maintenance) if sent and number == maintenance.posts else outlet.told
        outlet = replace(outlet, state=state, at=now, reason=reason, told=said)
    maintenance.outlets[name] = outlet
    maintenance.record(MaintenanceCarried(at=now, by=CLOCK, channel=name, number=number, sent=sent, reason=reason))


def posted(maintenance: Maintenance, name: str, *, by: Person, now: datetime, on_call: OnCall) -> None:
    """A person posted it there. Raises Refused when there is nothing of the kind to do."""
    outlet = _outlet(maintenance, name, by, on_call)
    if outlet.settled:
        raise Refused(f"{name} carries this post already.")
    done = replace(outlet, number=outlet.wanted, state="done", at=now, by=by.name, reason="", told=told(maintenance))
    maintenance.outlets[name] = done
    maintenance.record(
        MaintenanceCarried(at=now, by=by, channel=name, number=outlet.wanted, sent=True, by_hand=True, reason="")
    )


def again(maintenance: Maintenance, name: str, *, by: Person, now: datetime, on_call: OnCall) -> None:
    """Send its newest post to this channel once more; never an older one (REL-184)."""
    outlet = _outlet(maintenance, name, by, on_call)
    if outlet.state in ("waiting", "by hand"):
        raise Refused(f"{name} is posted to by hand." if outlet.state == "by hand" else f"It is on its way to {name}.")
    fresh = Outlet(wanted=maintenance.posts, state="waiting", at=now, asked_at=now)
    maintenance.outlets[name] = replace(fresh, number=outlet.number, ref=outlet.ref)
    maintenance.contradictions = tuple(key for key in maintenance.contradictions if key.partition(":")[2] != name)
    maintenance.record(MaintenanceSentAgain(at=now, by=by, channel=name, number=maintenance.posts))


def told(maintenance: Maintenance) -> Told:
    """What the record says, which is right by definition (CHN-4)."""
    state = ComponentState.MAINTENANCE if maintenance.stage.working else ComponentState.OPERATIONAL
    return Told(
        number=maintenance.posts,
        step=maintenance.stage.value,
        components=dict.fromkeys(maintenance.components, state),
        started_at=maintenance.began_at or maintenance.starts_at,
        ended_at=maintenance.ended_at or maintenance.ends_at,
    )


def compare(maintenance: Maintenance, read: Mapping[str, Told], *, now: datetime) -> None:
    """Where channels say something else than the record; told once each, until it is mended (CHK-1 to CHK-8)."""
    found = differing(maintenance, read, now=now)
    known = set(maintenance.contradictions)
    fresh = tuple(each for each in found if each.key not in known)
    if fresh or (known and not found):
        maintenance.contradictions = tuple(sorted({each.key for each in found}))
        maintenance.record(MaintenanceContradicted(at=now, by=CLOCK, found=fresh, number=maintenance.posts))


def news(maintenance: Maintenance, read: Mapping[str, Told], *, now: datetime) -> bool:
    """Whether `compare` would say something."""
    keys, known = {each.key for each in differing(maintenance, read, now=now)}, set(maintenance.contradictions)
    return bool(keys - known) or bool(known and not keys)


def differing(maintenance: Maintenance, read: Mapping[str, Told], *, now: datetime) -> list[Contradiction]:
    """A channel that is still on its way is given five minutes (CHK-7)."""
    said = {
        name: read.get(name) or outlet.told or Told(outlet.number)
        for name, outlet in maintenance.outlets.items()
        if outlet.settled or now - outlet.asked_at >= consistency.GRACE
    }
    names = [maintenance.service, *maintenance.components]
    return consistency.contradictions(
        told(maintenance), said, about=lambda text: any(feedback.alike(name, text) for name in names)
    )


def _outlet(maintenance: Maintenance, name: str, by: Person, on_call: OnCall) -> Outlet:
    maintaining.may_change(maintenance, by, on_call)
    outlet = maintenance.outlets.get(name)
    if outlet is None:
        names = ", ".join(maintenance.outlets) or "none"
        raise Refused(f"This maintenance was not told on a channel “{name[:40]}”. Channels told: {names}.")
    return outlet
