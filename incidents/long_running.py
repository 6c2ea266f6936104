"""Fewer posts while it takes long: told openly, decided by the commander (CAD-13, STG-20)."""

from datetime import datetime, timedelta

from incidents.errors import Refused
from incidents.incident import Incident
from incidents.person import Person
from incidents.records import Draft
from incidents.roles import Role

KIND = "long"
_ANNOUNCED_FROM, _FEWER_FROM = timedelta(hours=1), timedelta(hours=2)
_LONGEST = 240
"""Minutes between posts, at most."""


def check(incident: Incident, draft: Draft, *, now: datetime) -> None:
    """Raise Refused for what comes too early, or for longer intervals than customers can be asked to bear."""
    if draft.kind != KIND:
        return
    age = now - incident.clocks.declared_at
    if age < _ANNOUNCED_FROM:
        raise Refused(f"That it will take long is said after the first hour, in {_minutes(_ANNOUNCED_FROM - age)} min.")
    if draft.every and age < _FEWER_FROM:
        left = _minutes(_FEWER_FROM - age)
        raise Refused(f"Fewer posts come after two hours, in {left} min; that it will take long may be said now.")
    if draft.every > _LONGEST:
        raise Refused("A post at least every four hours.", hint="/status long --every 4h")


def lengthen(incident: Incident, draft: Draft, *people: Person, now: datetime) -> None:
    """The new interval, if this post names one; one of ``people``, who wrote and cleared it, commands."""
    check(incident, draft, now=now)
    if draft.kind != KIND or not draft.every:
        return
    if not any(incident.holds(person, Role.IC) for person in people):
        raise Refused("Fewer posts are for the Incident Commander to decide (CAD-13).")
    incident.long_cadence = draft.every


def _minutes(left: timedelta) -> int:
    return -(-left // timedelta(minutes=1))
