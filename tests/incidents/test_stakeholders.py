"""Who looks on without a part in the work (AUD-13)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from incidents import staffing
from incidents.incident import Incident
from incidents.person import Person
from incidents.records import Asked, Handover, OnCall, Page, Task
from incidents.roles import Role
from incidents.stakeholders import looks_on

Part = Callable[[Incident, Person, datetime], None]


def _role(incident: Incident, eve: Person, now: datetime) -> None:
    staffing.assign(incident, Role.SCRIBE, to=eve, by=eve, now=now)


def _task(incident: Incident, eve: Person, now: datetime) -> None:
    incident.tasks.append(Task(1, eve, "look", incident.declared_by, now, now))


def _page(incident: Incident, eve: Person, now: datetime) -> None:
    incident.pages.append(Page(1, (eve,), "help", incident.declared_by, now))


def _offer(incident: Incident, eve: Person, now: datetime) -> None:
    incident.handover = Handover(eve, incident.declared_by, now)


def _asked(incident: Incident, eve: Person, now: datetime) -> None:
    incident.asked = Asked(eve, incident.declared_by)


def _review(incident: Incident, eve: Person, now: datetime) -> None:
    incident.review_owner = eve


def _declared(incident: Incident, eve: Person, now: datetime) -> None:
    incident.declared_by = eve


@pytest.mark.parametrize("part", [_role, _task, _page, _offer, _asked, _review, _declared])
def test_aud_13_whoever_has_a_part_does_not_look_on(incident: Incident, eve: Person, now: datetime, part: Part) -> None:
    assert looks_on(incident, eve)
    part(incident, eve, now)
    assert not looks_on(incident, eve)


_EVE = Person("eve@example.org", "Eve", "eve")


@pytest.mark.parametrize(
    "on_call",
    [
        OnCall(primary=_EVE),
        OnCall(backup=_EVE),
        OnCall(shadow=_EVE),
        OnCall(duty_manager=_EVE),
        OnCall(backup_liaison=_EVE),
        OnCall(team=(_EVE,)),
    ],
)
def test_aud_13_whoever_is_on_call_does_not_look_on(incident: Incident, eve: Person, on_call: OnCall) -> None:
    incident.on_call = on_call
    assert not looks_on(incident, eve)


def test_aud_13_a_task_that_is_done_is_no_part_any_more(incident: Incident, eve: Person, now: datetime) -> None:
    _task(incident, eve, now)
    incident.tasks = [replace(task, state="done") for task in incident.tasks]
    assert looks_on(incident, eve)
