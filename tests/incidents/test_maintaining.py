"""Planned maintenance: who does what when, and what is refused (LIFE-12 to LIFE-14, SVR-14)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from incidents import extending, maintaining, maintenance_due
from incidents.errors import Refused
from incidents.event import Event
from incidents.maintenance import Maintenance, MaintenanceNumbers, MaintenanceStage
from incidents.maintenance_events import (
    MaintenanceAnnounced,
    MaintenanceCancelled,
    MaintenanceCompleted,
    MaintenanceLinked,
    MaintenanceReminded,
    MaintenanceScheduled,
    MaintenanceStarted,
)
from incidents.padding import with_buffer
from incidents.person import CLOCK, Person
from incidents.records import OnCall

DAY = 24 * 60
CONTACT = "support@example.com"
Plan = Callable[..., Maintenance]
When = Callable[[float], datetime]


@pytest.fixture
def on_call(ada: Person, cleo: Person) -> OnCall:
    """Ada commands when called, Cleo is the duty manager."""
    return OnCall(primary=ada, duty_manager=cleo)


@pytest.fixture
def plan(dan: Person, bob: Person, after: When, on_call: OnCall) -> Plan:
    """Dan's, with Bob behind him: it begins four days from now, for two hours."""

    def schedule(start: float = 4 * DAY, length: float = 120, **more: Any) -> Maintenance:
        values: dict[str, Any] = {"backup": bob, "by": dan, "on_call": on_call, **more}
        made = maintaining.schedule(
            id=1,
            service="Sign-in",
            reason="move the database",
            effect="nobody can sign in",
            starts_at=after(start),
            ends_at=after(start + length),
            now=after(0),
            **values,
        )
        maintenance_due.arm(made)
        return made

    return schedule


@pytest.fixture
def announced(plan: Plan, dan: Person, after: When, on_call: OnCall) -> Maintenance:
    made = plan()
    maintaining.announce(made, contact=CONTACT, by=dan, now=after(0), on_call=on_call)
    return told(made)


@pytest.fixture
def working(announced: Maintenance, dan: Person, on_call: OnCall) -> Maintenance:
    maintaining.start(announced, by=dan, now=announced.starts_at, on_call=on_call)
    return told(announced)


def told(made: Maintenance) -> Maintenance:
    """As it is after its line: nothing is news, the clock is set."""
    made.news.clear()
    maintenance_due.arm(made)
    return made


def last(made: Maintenance) -> Event:
    return made.news[-1]


def look(made: Maintenance, now: datetime, on_call: OnCall, *, incident_open: bool = False) -> Event | None:
    """What the clock makes of it; at most one thing."""
    made.news.clear()
    maintenance_due.remind(made, on_call=on_call, now=now, incident_open=incident_open)
    assert len(made.news) <= 1
    assert made.wake_at is None or made.wake_at > now
    maintenance_due.arm(made)
    return made.news[0] if made.news else None


def wakes(made: Maintenance, on_call: OnCall, until: datetime) -> list[tuple[float, str, bool]]:
    """Everything that is asked until then: minutes from the start of the window, what, and whether it is late."""
    asked = []
    while made.wake_at and made.wake_at <= until:
        at = made.wake_at
        event = look(made, at, on_call)
        assert event
        kind = event.kind if isinstance(event, MaintenanceReminded) else type(event).__name__
        late = isinstance(event, MaintenanceReminded) and event.late
        asked.append(((at - made.starts_at) / timedelta(minutes=1), kind, late))
    return asked


def test_a_plan_belongs_to_whoever_makes_it_unless_somebody_else_is_named(plan: Plan, dan: Person, eve: Person) -> None:
    assert plan().owner == dan
    made = plan(owner=eve)
    assert (made.owner, made.scheduled_by) == (eve, dan)
    event = last(made)
    assert isinstance(event, MaintenanceScheduled)
    assert (event.urgent, event.approvers) == ("", ())


@pytest.mark.parametrize(("start", "length"), [(-1, 120), (0, 120), (4 * DAY, 0), (4 * DAY, -5), (DAY, 28 * DAY + 1)])
def test_a_window_lies_ahead_ends_after_it_begins_and_is_no_month(plan: Plan, start: float, length: float) -> None:
    with pytest.raises(Refused, match="window"):
        plan(start, length)


def test_svr_14_the_notice_is_kept_to_the_minute(plan: Plan) -> None:
    assert plan(DAY).urgent == ""
    with pytest.raises(Refused, match="at least 24 h before"):
        plan(DAY - 1)
    assert plan(60, numbers=MaintenanceNumbers(notice_hours=1)).urgent == ""


def test_svr_14_with_enough_notice_nothing_is_urgent(plan: Plan) -> None:
    assert plan(DAY, urgent="so they say").urgent == ""


def test_svr_14_urgent_work_is_approved_by_somebody_on_call_who_does_not_ask_for_it(
    plan: Plan, cleo: Person, dan: Person, on_call: OnCall, after: When
) -> None:
    made = plan(90, urgent="the disk is full")
    event = last(made)
    assert isinstance(event, MaintenanceScheduled)
    assert event.approvers == (cleo, on_call.primary)
    with pytest.raises(Refused, match="Cleo or Ada"):
        maintaining.announce(made, contact=CONTACT, by=dan, now=after(1), on_call=on_call)
    maintaining.announce(made, contact=CONTACT, by=cleo, now=after(1), on_call=on_call)
    assert made.approved_by == cleo
    event = last(made)
    assert isinstance(event, MaintenanceAnnounced)
    assert (event.number, event.urgent) == (1, "the disk is full")
    maintaining.announce(made, contact=CONTACT, by=dan, now=after(2), on_call=on_call)
    event = last(made)
    assert isinstance(event, MaintenanceAnnounced)
    assert (event.number, event.urgent) == (2, "")


def test_svr_14_where_nobody_else_is_on_call_the_owner_decides(plan: Plan, dan: Person, after: When) -> None:
    alone = OnCall(duty_manager=dan)
    made = plan(90, urgent="the disk is full", on_call=alone)
    maintaining.announce(made, contact=CONTACT, by=dan, now=after(1), on_call=alone)
    assert made.approved_by == dan


def test_svr_14_a_plan_made_in_time_and_announced_too_late_needs_its_reason_then(
    plan: Plan, dan: Person, cleo: Person, after: When, on_call: OnCall
) -> None:
    made = plan()
    late = after(3 * DAY + 1)
    with pytest.raises(Refused, match="say why"):
        maintaining.announce(made, contact=CONTACT, by=dan, now=late, on_call=on_call)
    maintaining.announce(made, contact=CONTACT, by=cleo, now=late, on_call=on_call, urgent="forgotten")
    assert (made.urgent, made.approved_by) == ("forgotten", cleo)


def test_lint_19_customers_must_know_whom_to_ask(plan: Plan, dan: Person, after: When, on_call: OnCall) -> None:
    with pytest.raises(Refused, match="support_contact"):
        maintaining.announce(plan(), contact="", by=dan, now=after(1), on_call=on_call)


def test_nothing_is_announced_once_the_window_has_begun(announced: Maintenance, dan: Person, on_call: OnCall) -> None:
    with pytest.raises(Refused, match="has begun"):
        maintaining.announce(announced, contact=CONTACT, by=dan, now=announced.starts_at, on_call=on_call)


def test_cad_19_whoever_does_not_announce_is_reminded_then_the_backup_too(plan: Plan, on_call: OnCall) -> None:
    made = plan()
    asked = wakes(made, on_call, made.ends_at + timedelta(days=9))
    hours = [(minutes / 60, kind, late) for minutes, kind, late in asked]
    assert hours == [
        (-72, "announce", False),
        (-48, "announce", False),
        (-25, "announce", False),
        (-24, "announce", True),
        (0, "missed", True),
    ]


def test_urgent_work_that_nobody_approves_is_asked_for_once_more(plan: Plan, on_call: OnCall) -> None:
    made = plan(60, urgent="the disk is full")
    assert wakes(made, on_call, made.starts_at) == [(-50, "announce", True), (0, "missed", True)]
    made = plan(10, urgent="the disk is full")
    assert wakes(made, on_call, made.starts_at) == [(0, "missed", True)]


def test_cad_19_customers_hear_of_it_again_an_hour_before(announced: Maintenance, on_call: OnCall) -> None:
    event = look(announced, announced.starts_at - timedelta(minutes=60), on_call)
    assert isinstance(event, MaintenanceAnnounced)
    assert (event.number, event.by) == (2, CLOCK)
    assert announced.wake_at == announced.starts_at


def test_cad_19_they_do_not_if_the_owner_said_it_again_or_the_organisation_does_not_want_it(
    announced: Maintenance, plan: Plan, dan: Person, after: When, on_call: OnCall
) -> None:
    maintaining.announce(announced, contact=CONTACT, by=dan, now=after(60), on_call=on_call)
    assert told(announced).wake_at == announced.starts_at
    quiet = plan(numbers=MaintenanceNumbers(remind_customers=False))
    maintaining.announce(quiet, contact=CONTACT, by=dan, now=after(0), on_call=on_call)
    assert told(quiet).wake_at == quiet.starts_at


def test_announced_within_the_last_hour_they_hear_of_it_again_half_way(
    plan: Plan, cleo: Person, after: When, on_call: OnCall
) -> None:
    made = plan(40, urgent="the disk is full")
    maintaining.announce(made, contact=CONTACT, by=cleo, now=after(10), on_call=on_call)
    assert told(made).wake_at == after(25)


def test_a_late_second_announcement_is_left_out_once_the_window_is_open(
    announced: Maintenance, on_call: OnCall
) -> None:
    event = look(announced, announced.starts_at + timedelta(minutes=1), on_call)
    assert isinstance(event, MaintenanceReminded)
    assert event.kind == "begin"
    assert len(announced.announced) == 1


def test_life_13_the_start_is_asked_then_of_the_backup_too_until_the_window_is_over(
    announced: Maintenance, on_call: OnCall
) -> None:
    asked = wakes(announced, on_call, announced.ends_at + timedelta(days=9))
    assert asked == [
        (-60, "MaintenanceAnnounced", False),
        (0, "begin", False),
        (10, "begin", True),
        (40, "begin", True),
        (70, "begin", True),
        (100, "begin", True),
        (120, "missed", True),
    ]
    assert announced.stage is MaintenanceStage.SCHEDULED


def test_life_12_work_begins_in_the_window_that_customers_were_told(
    plan: Plan, dan: Person, eve: Person, after: When, on_call: OnCall
) -> None:
    made = plan()
    with pytest.raises(Refused, match="No customer has heard"):
        maintaining.start(made, by=dan, now=made.starts_at, on_call=on_call)
    maintaining.announce(made, contact=CONTACT, by=dan, now=after(0), on_call=on_call)
    for moment, why in ((made.starts_at - timedelta(seconds=1), "not begun"), (made.ends_at, "is over")):
        with pytest.raises(Refused, match=why):
            maintaining.start(made, by=dan, now=moment, on_call=on_call)
    with pytest.raises(Refused, match="Its owner, Dan"):
        maintaining.start(made, by=eve, now=made.starts_at, on_call=on_call)
    maintaining.start(made, by=dan, now=made.starts_at, on_call=on_call)
    assert (made.stage, made.began_at) == (MaintenanceStage.IN_PROGRESS, made.starts_at)
    assert isinstance(last(made), MaintenanceStarted)
    with pytest.raises(Refused, match="is in progress, and for that it must be scheduled"):
        maintaining.start(made, by=dan, now=made.starts_at, on_call=on_call)


def test_life_13_the_end_is_asked_before_it_passes_then_of_the_backup_too_without_end(
    working: Maintenance, bob: Person, dan: Person, on_call: OnCall
) -> None:
    asked = wakes(working, on_call, working.ends_at + timedelta(minutes=75))
    assert [(minutes - 120, kind, late) for minutes, kind, late in asked] == [
        (-5, "finish", False),
        (0, "finish", False),
        (10, "finish", True),
        (40, "finish", True),
        (70, "finish", True),
    ]
    event = last(working)
    assert isinstance(event, MaintenanceReminded)
    assert event.people == (dan, bob)
    assert working.stage is MaintenanceStage.IN_PROGRESS


def test_without_a_backup_whoever_is_on_duty_is_asked_and_nobody_twice(
    plan: Plan, ada: Person, cleo: Person, dan: Person, on_call: OnCall
) -> None:
    for duty, people in (
        (on_call, (dan, cleo)),
        (OnCall(primary=ada), (dan, ada)),
        (OnCall(), (dan,)),
        (OnCall(duty_manager=dan), (dan,)),
    ):
        made = plan(backup=None)
        event = look(made, made.notice_until, duty)
        assert isinstance(event, MaintenanceReminded)
        assert event.people == people


def test_life_12_only_what_is_going_on_is_extended_verified_or_completed(
    announced: Maintenance, dan: Person, on_call: OnCall
) -> None:
    now = announced.starts_at
    refused = "is scheduled, and for that it must be in progress"
    with pytest.raises(Refused, match=refused):
        extending.draft(announced, minutes=5, reason="x", by=dan, now=now, on_call=on_call)
    with pytest.raises(Refused, match=refused):
        maintaining.verify(announced, by=dan, now=now, on_call=on_call)
    with pytest.raises(Refused, match=refused):
        maintaining.complete(announced, by=dan, now=now, on_call=on_call, incident_open=False)


@pytest.mark.parametrize("verified", [True, False])
def test_life_12_the_end_is_final(working: Maintenance, dan: Person, on_call: OnCall, verified: bool) -> None:
    now = working.starts_at + timedelta(minutes=90)
    if verified:
        maintaining.verify(working, by=dan, now=now, on_call=on_call)
    maintaining.complete(working, by=dan, now=now, on_call=on_call, incident_open=False)
    assert isinstance(last(working), MaintenanceCompleted)
    assert (working.stage, working.ended_at) == (MaintenanceStage.COMPLETED, now)
    assert working.stage.final
    assert told(working).wake_at is None
    assert look(working, now + timedelta(days=1), on_call) is None
    with pytest.raises(Refused, match="is completed"):
        extending.draft(working, minutes=5, reason="x", by=dan, now=now, on_call=on_call)
    with pytest.raises(Refused, match="is completed"):
        maintaining.cancel(working, reason="x", by=dan, now=now)


def test_life_14_it_is_not_over_while_what_came_of_it_goes_on(
    working: Maintenance, dan: Person, on_call: OnCall
) -> None:
    maintaining.link(working, 7, by=dan, now=working.starts_at)
    event = last(working)
    assert isinstance(event, MaintenanceLinked)
    assert event.incident == working.incident == 7
    with pytest.raises(Refused, match="linked to it already"):
        maintaining.link(working, 7, by=dan, now=working.starts_at)
    with pytest.raises(Refused, match="Incident 7"):
        maintaining.complete(working, by=dan, now=working.ends_at, on_call=on_call, incident_open=True)


def test_only_its_owner_or_backup_cancels_it_with_a_reason_before_it_has_begun(
    announced: Maintenance, plan: Plan, ada: Person, bob: Person, after: When
) -> None:
    dan = announced.owner
    with pytest.raises(Refused, match="Only its owner, Dan"):
        maintaining.cancel(announced, reason="x", by=ada, now=after(1))
    with pytest.raises(Refused, match="Why"):
        maintaining.cancel(announced, reason="", by=dan, now=after(1))
    maintaining.cancel(announced, reason="the part is late", by=bob, now=after(1))
    event = last(announced)
    assert isinstance(event, MaintenanceCancelled)
    assert event.public
    assert told(announced).wake_at is None
    untold = plan(backup=None)
    maintaining.cancel(untold, reason="the part is late", by=dan, now=after(1))
    event = last(untold)
    assert isinstance(event, MaintenanceCancelled)
    assert not event.public


def test_what_has_begun_is_completed_and_not_cancelled(working: Maintenance, dan: Person) -> None:
    with pytest.raises(Refused, match="can only be completed"):
        maintaining.cancel(working, reason="x", by=dan, now=working.starts_at)


def by_itself(announced: Maintenance, **numbers: bool) -> Maintenance:
    announced.numbers = MaintenanceNumbers(**numbers)  # type: ignore[arg-type]
    return announced


def test_life_13_it_begins_by_itself_where_the_organisation_wants_that(announced: Maintenance, on_call: OnCall) -> None:
    event = look(by_itself(announced, start_by_itself=True), announced.starts_at, on_call)
    assert isinstance(event, MaintenanceStarted)
    assert event.by == CLOCK


def test_life_13_but_not_once_its_window_is_over(announced: Maintenance, on_call: OnCall) -> None:
    event = look(by_itself(announced, start_by_itself=True), announced.ends_at, on_call)
    assert isinstance(event, MaintenanceReminded)
    assert event.kind == "missed"


def test_life_13_it_ends_by_itself_where_the_organisation_wants_that_when_customers_were_told(
    working: Maintenance, on_call: OnCall
) -> None:
    by_itself(working, complete_by_itself=True)
    assert isinstance(look(working, working.ends_at - timedelta(minutes=5), on_call), MaintenanceReminded)
    event = look(working, working.ends_at + timedelta(minutes=3), on_call)
    assert isinstance(event, MaintenanceCompleted)
    assert (event.by, working.ended_at) == (CLOCK, working.ends_at)


def test_life_14_it_never_ends_by_itself_while_an_incident_that_came_of_it_goes_on(
    working: Maintenance, on_call: OnCall
) -> None:
    by_itself(working, complete_by_itself=True)
    assert isinstance(look(working, working.ends_at, on_call, incident_open=True), MaintenanceReminded)


def test_rel_121_however_much_was_missed_is_one_question(working: Maintenance, on_call: OnCall) -> None:
    days_later = working.ends_at + timedelta(days=40)
    event = look(working, days_later, on_call)
    assert isinstance(event, MaintenanceReminded)
    assert event.late
    assert working.wake_at
    assert timedelta() < working.wake_at - days_later <= timedelta(minutes=30)


def test_rel_124_a_clock_that_goes_back_says_nothing_again(working: Maintenance, on_call: OnCall) -> None:
    assert look(working, working.ends_at, on_call)
    assert look(working, working.ends_at - timedelta(hours=1), on_call, incident_open=False) is None
    assert working.wake_at == working.ends_at + timedelta(minutes=10)


@pytest.mark.parametrize(("work", "window"), [(30, 45), (40, 60), (60, 90), (120, 180), (200, 300), (7, 10)])
def test_eta_9_a_window_has_room_for_more_than_the_work(work: int, window: int) -> None:
    assert with_buffer(work) == window


def test_what_it_is_called_and_which_stages_are_which(announced: Maintenance) -> None:
    assert announced.title == "Sign-in: move the database"
    assert [stage.label for stage in MaintenanceStage] == [
        "scheduled",
        "in progress",
        "verifying",
        "completed",
        "cancelled",
    ]
