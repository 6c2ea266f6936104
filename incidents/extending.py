"""A later end of planned work, said before people wait in vain: cleared where posts are (LIFE-12, APPR-1)."""

from dataclasses import replace
from datetime import datetime, timedelta

from incidents.errors import Refused
from incidents.maintaining import may_change, must_be, on_duty
from incidents.maintenance import Extension, Maintenance, MaintenanceStage
from incidents.maintenance_events import MaintenanceExtended, MaintenanceLongerAsked, MaintenanceLongerReturned
from incidents.person import Person
from incidents.records import OnCall

_BEFORE = timedelta(minutes=2)
"""How long before the decision is due it is reminded of (APPR-3)."""


def draft(
    maintenance: Maintenance,
    *,
    minutes: int,
    reason: str,
    by: Person,
    now: datetime,
    on_call: OnCall,
    aside: str = "",
) -> Extension:
    """What customers would read, before anybody does (APPR-1).

    Raises Refused for who may not, without a reason, and for an end that would have passed already.
    """
    may_change(maintenance, by, on_call)
    _goes_on(maintenance)
    if not reason:
        raise Refused("Why does it take longer? Customers read it.", hint=hint(maintenance))
    end = maintenance.ends_at + timedelta(minutes=minutes)
    made = Extension(maintenance.extensions + 1, end, reason, by, now, aside=aside)
    _still_ahead(maintenance, made, now)
    return made


def keep(maintenance: Maintenance, extension: Extension) -> None:
    """Its author looks at it; what waited is replaced: it was cleared by nobody."""
    maintenance.extension, maintenance.extensions = extension, extension.number


def looked_at(maintenance: Maintenance, *, by: Person) -> Extension:
    """For the button under what somebody looked at: it is theirs alone."""
    extension = maintenance.extension
    if extension is None or extension.due_at or extension.by.id != by.id:
        raise Refused("That was sent, replaced or dropped already.", hint=hint(maintenance))
    return extension


def ask(
    maintenance: Maintenance, extension: Extension, *, now: datetime, on_call: OnCall, minutes: int, small_team: bool
) -> None:
    """Send it to those who clear it, who have ``minutes``, or until the end that customers know (APPR-3, ROLE-18e)."""
    ends = [now + timedelta(minutes=minutes), *([maintenance.ends_at] if maintenance.ends_at > now else [])]
    asked = replace(extension, at=now, due_at=min(ends))
    approvers = clearers(maintenance, asked, on_call, now=now)
    if not approvers and not small_team:
        raise Refused("Somebody else has to clear it, and nobody else is there: name an owner or a backup (APPR-4).")
    keep(maintenance, asked)
    maintenance.record(MaintenanceLongerAsked(at=now, by=asked.by, extension=asked, approvers=approvers))


def clearers(maintenance: Maintenance, extension: Extension, on_call: OnCall, *, now: datetime) -> tuple[Person, ...]:
    """Whom the organisation named, else owner, backup and whoever is on call; they too once time is over (APPR-2).

    Never whoever asks for it (APPR-4).
    """
    usual = (maintenance.owner, maintenance.backup, *on_duty(on_call))
    late = extension.due_at is not None and extension.due_at <= now
    named = maintenance.clearers or ()
    first = tuple(person for person in named if person.id != extension.by.id)
    people = (*named, *usual) if late or not first else first
    return tuple({person.id: person for person in people if person and person.id != extension.by.id}.values())


def approve(
    maintenance: Maintenance,
    *,
    by: Person,
    now: datetime,
    on_call: OnCall,
    small_team: bool = False,
    alone: str = "",
    edited: Extension | None = None,
) -> None:
    """Let it go out. ``edited`` is how ``by`` changed it; ``alone`` the author's reason to need nobody (APPR-7)."""
    extension = may_decide(maintenance, by=by, now=now, on_call=on_call, small_team=small_team, alone=alone)
    own, said = by.id == extension.by.id, edited or extension
    _extend(maintenance, said, by=by, now=now, sent=extension.at, alone=alone if own else "")


def may_decide(
    maintenance: Maintenance,
    *,
    by: Person,
    now: datetime,
    on_call: OnCall,
    small_team: bool = False,
    alone: str = "",
) -> Extension:
    extension = waiting(maintenance)
    can = clearers(maintenance, extension, on_call, now=now)
    names = " or ".join(person.name for person in can) or "somebody else"
    if by.id == extension.by.id:
        if not small_team:
            raise Refused(f"You wrote this; {names} clears it (APPR-4).")
        if can and extension.due_at and extension.due_at > now:
            raise Refused(f"{names} may still answer. Once the time is over you may post it alone (APPR-7).")
        if not alone:
            way = f'/maintenance approve {maintenance.id} --because "nobody can be reached"'
            raise Refused("Why does nobody else clear it?", hint=way)
    elif by.id not in {person.id for person in can}:
        raise Refused(f"This is cleared by {names} (APPR-2).")
    return extension


def give_back(maintenance: Maintenance, remark: str, *, by: Person, now: datetime, on_call: OnCall) -> None:
    """Return it with a remark. Its author takes it back without one."""
    extension = waiting(maintenance)
    if by.id != extension.by.id:
        may_decide(maintenance, by=by, now=now, on_call=on_call)
        if not remark:
            raise Refused(
                "What should be different?", hint=f"/maintenance return {maintenance.id} an hour is too short"
            )
    maintenance.extension = None
    maintenance.record(MaintenanceLongerReturned(at=now, by=by, extension=extension, remark=remark))


def extend(maintenance: Maintenance, extension: Extension, *, now: datetime) -> None:
    """Where nobody has to clear it."""
    _extend(maintenance, extension, by=None, now=now)


def _extend(
    maintenance: Maintenance,
    said: Extension,
    *,
    by: Person | None,
    now: datetime,
    sent: datetime | None = None,
    alone: str = "",
) -> None:
    """While it is being verified, the work goes on again."""
    _goes_on(maintenance)
    _still_ahead(maintenance, said, now)
    maintenance.extensions = max(maintenance.extensions, said.number)
    old, maintenance.ends_at = maintenance.ends_at, said.ends_at
    maintenance.stage, maintenance.extension = MaintenanceStage.IN_PROGRESS, None
    maintenance.extended += 1
    maintenance.record(
        MaintenanceExtended(
            at=now,
            by=said.by,
            old_end=old,
            new_end=said.ends_at,
            reason=said.reason,
            aside=said.aside,
            approved_by=by,
            sent_at=sent,
            edited=said.editor is not None,
            alone=alone,
        )
    )


def waiting(maintenance: Maintenance) -> Extension:
    extension = maintenance.extension
    if extension is None or extension.due_at is None:
        raise Refused("No later end waits for approval; it was decided, replaced or dropped already.")
    return extension


def reminders(extension: Extension | None) -> tuple[tuple[datetime, bool], ...]:
    """When those who clear it are reminded; True: the others are asked as well (APPR-3)."""
    if extension is None or extension.due_at is None:
        return ()
    first = max(extension.due_at - _BEFORE, extension.at + timedelta(seconds=1))
    return ((first, False), (extension.due_at, True), (extension.due_at + timedelta(minutes=5), True))


def hint(maintenance: Maintenance) -> str:
    return f"/maintenance extend {maintenance.id} 30m because copying the data takes longer"


def _goes_on(maintenance: Maintenance) -> None:
    must_be(maintenance, MaintenanceStage.IN_PROGRESS, MaintenanceStage.VERIFYING)


def _still_ahead(maintenance: Maintenance, said: Extension, now: datetime) -> None:
    if said.ends_at <= now:
        raise Refused("That end would have passed already. Say more.", hint=hint(maintenance))
