"""What people do with a planned maintenance, step by step (LIFE-12, LIFE-13, SVR-14)."""

from datetime import datetime, timedelta

from incidents.errors import Refused
from incidents.maintenance import Maintenance, MaintenanceNumbers, MaintenanceStage
from incidents.maintenance_events import (
    MaintenanceAnnounced,
    MaintenanceCancelled,
    MaintenanceCompleted,
    MaintenanceLinked,
    MaintenanceOwned,
    MaintenanceScheduled,
    MaintenanceStarted,
    MaintenanceVerifying,
)
from incidents.person import CLOCK, Person
from incidents.records import OnCall

LONGEST = timedelta(days=28)


def schedule(
    *,
    id: int,
    service: str,
    reason: str,
    effect: str,
    starts_at: datetime,
    ends_at: datetime,
    by: Person,
    now: datetime,
    owner: Person | None = None,
    backup: Person | None = None,
    not_affected: str = "",
    components: tuple[str, ...] = (),
    urgent: str = "",
    numbers: MaintenanceNumbers | None = None,
    on_call: OnCall | None = None,
    clearers: tuple[Person, ...] | None = None,
) -> Maintenance:
    """A plan of which no customer knows yet. Anybody may make one; its owner announces it.

    Raises Refused when the notice would be too short and nobody says why it is urgent (SVR-14).
    """
    made = Maintenance(
        id=id,
        service=service,
        reason=reason,
        effect=effect,
        starts_at=starts_at,
        ends_at=ends_at,
        owner=owner or by,
        scheduled_by=by,
        scheduled_at=now,
        looked_at=now,
        numbers=numbers or MaintenanceNumbers(),
        not_affected=not_affected,
        components=components,
        backup=backup,
        clearers=clearers,
    )
    _check_window(made, now)
    made.urgent = _urgency(made, urgent, now)
    approvers = asked(made, on_call or OnCall())
    made.record(MaintenanceScheduled(at=now, by=by, urgent=made.urgent, approvers=approvers))
    return made


def _urgency(maintenance: Maintenance, urgent: str, now: datetime) -> str:
    if now <= maintenance.notice_until:
        return ""
    _check_urgency(maintenance, urgent)
    return urgent


def _check_window(maintenance: Maintenance, now: datetime) -> None:
    starts_at, ends_at = maintenance.starts_at, maintenance.ends_at
    if starts_at <= now:
        raise Refused("That window begins in the past.", hint="/maintenance schedule tomorrow 02:00-04:00 …")
    if ends_at <= starts_at:
        raise Refused("That window ends before it begins.", hint="/maintenance schedule tomorrow 02:00-04:00 …")
    if ends_at - starts_at > LONGEST:
        raise Refused(f"That window is longer than {LONGEST.days} days. Plan it in parts.")


def _check_urgency(maintenance: Maintenance, urgent: str) -> None:
    if not urgent:
        hours = maintenance.numbers.notice_hours
        raise Refused(
            f"Customers hear of planned work at least {hours} h before it begins. Take a later window, or say why "
            "this cannot wait.",
            hint='… --urgent "the certificate runs out tonight"',
        )


def asked(maintenance: Maintenance, on_call: OnCall) -> tuple[Person, ...]:
    """Who lets it go out, but never who asks for it (SVR-14, APPR-4): an urgent one whoever is on call.

    Where posts are approved, whom the organisation named, else its owner, the backup and whoever is on call (APPR-2).
    """
    people: tuple[Person | None, ...] = on_duty(on_call) if maintenance.urgent else ()
    if maintenance.clearers is not None:
        people = maintenance.clearers or (maintenance.owner, maintenance.backup, *on_duty(on_call))
    found = {person.id: person for person in people if person and person.id != maintenance.scheduled_by.id}
    return tuple(found.values())


def on_duty(on_call: OnCall) -> tuple[Person, ...]:
    named = (on_call.duty_manager, on_call.primary, on_call.backup, on_call.shadow)
    return tuple({person.id: person for person in named if person}.values())


def announce(
    maintenance: Maintenance,
    *,
    contact: str,
    by: Person,
    now: datetime,
    on_call: OnCall,
    urgent: str = "",
) -> None:
    """Tell customers. ``contact`` is where they may ask (LINT-19). Late is refused without a reason (SVR-14)."""
    if by.id not in {person.id for person in maintenance.clearers or ()}:
        may_change(maintenance, by, on_call)
    must_be(maintenance, MaintenanceStage.SCHEDULED)
    if now >= maintenance.starts_at:
        raise Refused("Its window has begun; there is nothing left to announce.", hint=_cancel(maintenance))
    if not contact:
        raise Refused("Customers must know whom to ask: organisation.support_contact is not configured.")
    first = not maintenance.announced
    if first and now > maintenance.notice_until:
        _check_urgency(maintenance, maintenance.urgent or urgent)
        maintenance.urgent = maintenance.urgent or urgent
    if first and (maintenance.urgent or maintenance.clearers is not None):
        _approve(maintenance, by, on_call)
    _announce(maintenance, by=by, now=now)


def _approve(maintenance: Maintenance, by: Person, on_call: OnCall) -> None:
    approvers = asked(maintenance, on_call)
    if not approvers and maintenance.clearers is not None:
        raise Refused("Whoever planned it does not clear it too. Name an owner or a backup (APPR-4).")
    if approvers and by.id not in {person.id for person in approvers}:
        names = " or ".join(person.name for person in approvers)
        why = "It is urgent, so somebody on call has to agree" if maintenance.clearers is None else "It is cleared by"
        raise Refused(f"{why}: {names}.")
    maintenance.approved_by = by


def announce_again(maintenance: Maintenance, *, now: datetime) -> None:
    """Customers hear of it twice at least (CAD-19)."""
    _announce(maintenance, by=CLOCK, now=now)


def _announce(maintenance: Maintenance, *, by: Person, now: datetime) -> None:
    maintenance.announced.append(now)
    number = len(maintenance.announced)
    late = maintenance.urgent if number == 1 else ""
    maintenance.record(MaintenanceAnnounced(at=now, by=by, number=number, urgent=late))


def start(maintenance: Maintenance, *, by: Person, now: datetime, on_call: OnCall) -> None:
    """The work begins, in the window that customers were told, never before (LIFE-12)."""
    may_change(maintenance, by, on_call)
    must_be(maintenance, MaintenanceStage.SCHEDULED)
    if not maintenance.announced:
        raise Refused("No customer has heard of it yet.", hint=f'/maintenance announce {maintenance.id} --urgent "why"')
    if now < maintenance.starts_at:
        raise Refused("Its window has not begun; customers were told a later time.")
    if now >= maintenance.ends_at:
        raise Refused("Its window is over. Cancel it and plan another.", hint=_cancel(maintenance))
    begin(maintenance, by=by, now=now)


def begin(maintenance: Maintenance, *, by: Person, now: datetime) -> None:
    maintenance.stage = MaintenanceStage.IN_PROGRESS
    maintenance.began_at = now
    maintenance.record(MaintenanceStarted(at=now, by=by))


def verify(maintenance: Maintenance, *, by: Person, now: datetime, on_call: OnCall) -> None:
    may_change(maintenance, by, on_call)
    must_be(maintenance, MaintenanceStage.IN_PROGRESS)
    maintenance.stage, maintenance.extension = MaintenanceStage.VERIFYING, None
    maintenance.record(MaintenanceVerifying(at=now, by=by))


def complete(maintenance: Maintenance, *, by: Person, now: datetime, on_call: OnCall, incident_open: bool) -> None:
    """All functions are available again; a person says so (LIFE-13), and no open incident says otherwise (LIFE-14)."""
    may_change(maintenance, by, on_call)
    must_be(maintenance, MaintenanceStage.IN_PROGRESS, MaintenanceStage.VERIFYING)
    if incident_open:
        raise Refused(f"Incident {maintenance.incident}, which came of it, is still open. Resolve it first.")
    finish(maintenance, by=by, now=now, ended_at=now)


def finish(maintenance: Maintenance, *, by: Person, now: datetime, ended_at: datetime) -> None:
    maintenance.stage, maintenance.extension = MaintenanceStage.COMPLETED, None
    maintenance.ended_at = ended_at
    maintenance.record(MaintenanceCompleted(at=now, by=by))


def cancel(maintenance: Maintenance, *, reason: str, by: Person, now: datetime) -> None:
    """It does not take place. Only its owner, or who stands in for them, says so."""
    if by.id not in _owners(maintenance):
        raise Refused(f"Only its owner, {maintenance.owner.name}, cancels it.")
    if maintenance.stage.working:
        raise Refused(
            "The work has begun, so it can only be completed.", hint=f"/maintenance complete {maintenance.id}"
        )
    must_be(maintenance, MaintenanceStage.SCHEDULED)
    if not reason:
        raise Refused("Why? The log keeps it; customers do not read it.", hint=_cancel(maintenance))
    maintenance.stage = MaintenanceStage.CANCELLED
    public = bool(maintenance.announced)
    maintenance.record(MaintenanceCancelled(at=now, by=by, reason=reason, public=public))


def give_to(maintenance: Maintenance, to: Person, *, by: Person, now: datetime, on_call: OnCall) -> None:
    """Somebody else answers for it from now on; who stands in for them stays."""
    may_change(maintenance, by, on_call)
    if maintenance.stage.final:
        raise Refused(f"Maintenance {maintenance.id} is {maintenance.stage.label}; nobody owns it any more.")
    if to.id == maintenance.owner.id:
        raise Refused(f"{to.name} owns it already.")
    old, maintenance.owner = maintenance.owner, to
    if maintenance.backup and maintenance.backup.id == to.id:
        maintenance.backup = old
    maintenance.record(MaintenanceOwned(at=now, by=by, old=old, new=to))


def link(maintenance: Maintenance, incident: int, *, by: Person, now: datetime) -> None:
    """An incident came of it; anybody may say so (LIFE-14)."""
    if maintenance.incident == incident:
        raise Refused(f"Incident {incident} is linked to it already.")
    maintenance.incident = incident
    maintenance.record(MaintenanceLinked(at=now, by=by, incident=incident))


def may_change(maintenance: Maintenance, by: Person, on_call: OnCall) -> None:
    """Its owner, who stands in for them, and whoever is on call."""
    allowed = _owners(maintenance) | {person.id for person in on_duty(on_call)}
    if by.id not in allowed:
        raise Refused(f"Its owner, {maintenance.owner.name}, does that, or whoever is on call.")


def _owners(maintenance: Maintenance) -> set[str]:
    return {person.id for person in (maintenance.owner, maintenance.backup) if person}


def must_be(maintenance: Maintenance, *stages: MaintenanceStage) -> None:
    if maintenance.stage in stages:
        return
    wanted = " or ".join(stage.label for stage in stages)
    raise Refused(
        f"Maintenance {maintenance.id} is {maintenance.stage.label}, and for that it must be {wanted}.",
        hint=f"/maintenance show {maintenance.id}",
    )


def _cancel(maintenance: Maintenance) -> str:
    return f"/maintenance cancel {maintenance.id} because the spare part is late"
