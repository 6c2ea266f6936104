"""Fewer posts while it takes long: told openly, decided by the commander (CAD-13, STG-20)."""

from datetime import datetime, timedelta

from incidents.errors import Refused
from incidents.incident import Incident
from incidents.person import Person
from incidents.records import Draft
from incidents.roles import Role

KIND = "long"


def check(incident: Incident, draft: Draft, *, now: datetime) -> None:
    """Raise Refused for what comes too early, or for longer intervals than customers can be asked to bear."""
    if draft.kind != KIND:
        return
    policy, age = incident.policy, now - incident.clocks.declared_at
    if left := _left(policy.long_told_after, age):
        raise Refused(f"That it will take long is said {policy.long_told_after} min after the start, in {left} min.")
    if draft.every and (left := _left(policy.fewer_posts_after, age)):
        raise Refused(
            f"Fewer posts come {policy.fewer_posts_after} min after the start, in {left} min; "
            "that it will take long may be said now."
        )
    if draft.every > (most := policy.longest_cadence):
        raise Refused(f"A post at least every {most} min.", hint=f"/status long --every {most}m")


def lengthen(incident: Incident, draft: Draft, *people: Person, now: datetime) -> None:
    """The new interval, if this post names one; one of ``people``, who wrote and cleared it, commands."""
    check(incident, draft, now=now)
    if draft.kind != KIND or not draft.every:
        return
    if not any(incident.holds(person, Role.IC) for person in people):
        raise Refused("Fewer posts are for the Incident Commander to decide (CAD-13).")
    incident.long_cadence = draft.every


def _left(after: int, age: timedelta) -> int:
    """Whole minutes until it is so old."""
    return max(0, -((age - timedelta(minutes=after)) // timedelta(minutes=1)))
