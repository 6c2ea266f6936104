"""What is owed and the minutes at which its reminders speak (CAD-1 to CAD-3, CAD-7, CAD-23)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from incidents import cadence, declaring, ending, paging, publishing, reminding, staffing, tasks
from incidents.cadence import Steps
from incidents.events import CaughtUp, Reminded
from incidents.incident import Incident
from incidents.person import Person
from incidents.policy import STANDARD, Policy
from incidents.records import OnCall
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import Stage

SEV1, SEV2, SEV3, SEV4, SEV5 = Severity


def spoken(
    incident: Incident, name: str, *, until: int, after: Callable[[float], datetime], since: int = 0
) -> list[int]:
    """The minutes since the declaration at which this deadline spoke while the clock looked every minute."""
    for minute in range(since, until + 1):
        reminding.remind(incident, now=after(minute))
    assert not [event for event in incident.news if isinstance(event, CaughtUp)]
    heard = [event for event in incident.news if isinstance(event, Reminded) and event.deadline.name == name]
    return [int((event.at - after(0)).total_seconds()) // 60 for event in heard]


@pytest.mark.parametrize(
    ("severity", "due", "minutes"),
    [
        (SEV1, 15, [5, 10, 13, 15, 20, 35, 50]),
        (SEV2, 30, [15, 20, 25, 28, 30, 35, 50, 65]),
        (SEV3, 120, [110, 115, 118, 120, 125, 140, 155]),
    ],
)
def test_cad_3_the_first_notice_is_reminded_of_ten_five_and_two_minutes_before(
    *,
    led: Callable[..., Incident],
    after: Callable[[float], datetime],
    severity: Severity,
    due: int,
    minutes: list[int],
) -> None:
    incident = led(severity)
    assert incident.deadlines["first-notice"].due_at == after(due)
    assert spoken(incident, "first-notice", until=due + 35, after=after) == minutes


@pytest.mark.parametrize(
    ("severity", "due", "minutes"),
    [
        (SEV1, 30, [15, 20, 25, 30, 35, 40, 45, 50]),
        (SEV2, 60, [45, 50, 55, 60, 65, 70, 75, 80]),
        (SEV3, 240, [210, 225, 230, 235, 240, 245, 250, 255, 260]),
    ],
)
def test_cad_7_an_update_is_reminded_of_before_at_and_every_five_minutes_after(
    *,
    led: Callable[..., Incident],
    cleo: Person,
    after: Callable[[float], datetime],
    severity: Severity,
    due: int,
    minutes: list[int],
) -> None:
    incident = led(severity)
    publishing.publish(incident, Stage.INVESTIGATING, title="", body="", template="", by=cleo, now=after(0))
    assert incident.deadlines["update"].due_at == after(due)
    assert spoken(incident, "update", until=due + 20, after=after) == minutes


@pytest.mark.parametrize("severity", Severity)
def test_cad_2_the_room_is_asked_for_a_commander_until_there_is_one(
    declared: Callable[..., Incident], after: Callable[[float], datetime], severity: Severity
) -> None:
    assert spoken(declared(severity), "ic", until=16, after=after) == [2, 5, 10, 15]


@pytest.mark.parametrize(("severity", "minutes"), [(SEV1, [10, 25, 55]), (SEV2, [10, 25, 55]), (SEV3, []), (SEV4, [])])
def test_role_3_empty_roles_of_a_major_incident_are_reminded_of_three_times(
    led: Callable[..., Incident], after: Callable[[float], datetime], severity: Severity, minutes: list[int]
) -> None:
    assert spoken(led(severity), "roles", until=240, after=after) == minutes


def test_role_3_a_role_that_is_left_is_asked_for_anew_and_one_that_is_taken_is_not(
    incident: Incident, cleo: Person, dan: Person, after: Callable[[float], datetime]
) -> None:
    assert spoken(incident, "roles", until=60, after=after) == [10, 25, 55]
    staffing.assign(incident, Role.SCRIBE, to=dan, by=dan, now=after(60))
    assert "roles" not in incident.deadlines
    staffing.release(incident, Role.CUSTOMER_LIAISON, whose=cleo, by=cleo, now=after(60))
    assert spoken(incident, "roles", since=61, until=120, after=after) == [10, 25, 55, 70, 85, 115]


@pytest.mark.parametrize(
    ("severity", "minutes"),
    [(SEV1, [1, 2, 3, 5]), (SEV2, [1, 2, 3, 5, 30]), (SEV3, [1, 2, 3, 5, 120]), (SEV4, []), (SEV5, [])],
)
def test_cad_1_whoever_was_called_is_called_each_minute_and_once_more_when_the_time_is_over(
    *,
    declared: Callable[..., Incident],
    dan: Person,
    after: Callable[[float], datetime],
    severity: Severity,
    minutes: list[int],
) -> None:
    incident = declared(severity)
    paging.page(incident, [dan], reason="", by=dan, now=after(0))
    assert spoken(incident, "page:1", until=125, after=after) == minutes


@pytest.mark.parametrize(("minutes", "offsets"), [(1, (0,)), (2, (-1, 0)), (3, (-2, -1, 0)), (4, (-3, -2, -1, 0))])
def test_cad_1_a_shorter_time_to_answer_leaves_fewer_calls(
    declared: Callable[..., Incident], minutes: int, offsets: tuple[int, ...]
) -> None:
    policy = Policy(levels={SEV1: replace(STANDARD[SEV1], acknowledge=minutes)})
    assert cadence.steps(declared(policy=policy), "page:1", now=declared().clocks.declared_at).offsets == offsets


@pytest.mark.parametrize("severity", [SEV4, SEV5])
def test_table_3_1_minor_levels_owe_no_post(led: Callable[..., Incident], severity: Severity) -> None:
    assert led(severity).next_update_due() is None


def test_role_38_a_task_is_asked_about_at_its_end_and_once_more(
    incident: Incident, ada: Person, dan: Person, after: Callable[[float], datetime]
) -> None:
    tasks.give(incident, "look", to=dan, minutes=10, by=ada, now=after(0))
    assert spoken(incident, "task:1", until=60, after=after) == [10, 15]


@pytest.mark.parametrize(
    ("box", "asked"),
    [
        (1, [0.5]),
        (2, [1]),
        (3, [1.5]),
        (4, [2]),
        (5, [2, 4]),
        (60, [2, 4]),
    ],
)
def test_role_37_a_task_nobody_confirms_is_asked_about_twice_at_most_and_never_after_its_end(
    *,
    incident: Incident,
    ada: Person,
    dan: Person,
    after: Callable[[float], datetime],
    box: int,
    asked: list[float],
) -> None:
    tasks.give(incident, "look", to=dan, minutes=box, by=ada, now=after(0))
    for half in range(2 * box + 60):
        reminding.remind(incident, now=after(half / 2))
    heard = [e for e in incident.news if isinstance(e, Reminded) and e.deadline.name == "task-ack:1"]
    assert [event.at for event in heard] == [after(minute) for minute in asked]
    assert [event.audience for event in heard] == [(dan,)] * len(asked)
    assert [event.escalated for event in heard] == [(), (ada,)][: len(asked)]


def test_role_37_how_long_a_task_waits_is_a_number_of_the_incident(
    led: Callable[..., Incident], ada: Person, dan: Person, after: Callable[[float], datetime]
) -> None:
    incident = led(policy=Policy(task_ack_within=4))
    tasks.give(incident, "look", to=dan, minutes=10, by=ada, now=after(0))
    assert spoken(incident, "task-ack:1", until=30, after=after) == [4, 8]


@pytest.mark.parametrize(
    ("target", "minutes"),
    [
        (None, [5, 10, 13, 15]),
        (2, [2, 5, 10, 13, 15]),
        (4, [5, 10, 13, 15]),
        (5, [5, 10, 13, 15]),
        (6, [5, 10, 13, 15]),
        (7, [5, 7, 10, 13, 15]),
        (14, [5, 10, 13, 15]),
        (15, [5, 10, 13, 15]),
    ],
)
def test_cad_3_the_aim_is_a_step_of_its_own_unless_another_is_no_minute_away(
    *, led: Callable[..., Incident], after: Callable[[float], datetime], target: int | None, minutes: list[int]
) -> None:
    incident = led(policy=Policy(levels={SEV1: replace(STANDARD[SEV1], first_notice_target=target)}))
    assert spoken(incident, "first-notice", until=19, after=after) == minutes


def test_cad_3_the_aim_is_shown_until_it_has_passed(
    led: Callable[..., Incident], cleo: Person, after: Callable[[float], datetime]
) -> None:
    incident = led(SEV2)
    assert incident.first_notice_aim(after(14)) == after(15)
    assert incident.first_notice_aim(after(15)) is None
    assert led(SEV3).first_notice_aim(after(0)) is None
    publishing.publish(incident, Stage.INVESTIGATING, title="", body="", template="", by=cleo, now=after(3))
    assert incident.first_notice_aim(after(4)) is None


def test_svr_6_a_raised_level_brings_its_own_aim(
    led: Callable[..., Incident], ada: Person, after: Callable[[float], datetime]
) -> None:
    incident = led(SEV2)
    declaring.set_severity(incident, SEV1, reason="", by=ada, now=after(4))
    assert (incident.first_notice_aim(after(4)), incident.next_update_due()) == (after(9), after(19))


STRICT = Policy(levels={SEV1: replace(STANDARD[SEV1], cadence=20, later_cadence=30)}, scoping_within=5)


@pytest.mark.parametrize(("posted", "due"), [(0, 20), (100, 120), (119, 135), (120, 150), (125, 155)])
def test_svr_13_the_shorter_interval_ends_after_two_hours(
    led: Callable[..., Incident], cleo: Person, after: Callable[[float], datetime], posted: int, due: int
) -> None:
    incident = led(policy=STRICT)
    publishing.publish(incident, Stage.INVESTIGATING, title="", body="", template="", by=cleo, now=after(posted))
    assert incident.next_update_due() == after(due)


def test_svr_13_a_level_that_is_raised_late_owes_the_later_interval(
    led: Callable[..., Incident], ada: Person, cleo: Person, after: Callable[[float], datetime]
) -> None:
    incident = led(SEV3, policy=replace(STRICT, levels={**STANDARD, **STRICT.levels}))
    publishing.publish(incident, Stage.INVESTIGATING, title="", body="", template="", by=cleo, now=after(118))
    declaring.set_severity(incident, SEV1, reason="", by=ada, now=after(121))
    assert incident.next_update_due() == after(151)


def test_reminders_whose_time_has_passed_are_left_out(incident: Incident, after: Callable[[float], datetime]) -> None:
    cadence.arm(incident, "update", after(8), now=after(0))
    assert incident.deadlines["update"].wake_at == after(3)


def test_what_is_due_at_once_is_said_at_once(incident: Incident, now: datetime) -> None:
    cadence.arm(incident, "update", now, now=now)
    assert incident.deadlines["update"].wake_at == now


@pytest.mark.parametrize(
    ("moment", "step"), [(-20, -15), (-15, -10), (-9.5, -5), (-0.1, 0), (0, 7), (6.9, 7), (7, 14), (20.9, 21), (21, 28)]
)
def test_the_next_step_is_always_later(after: Callable[[float], datetime], moment: float, step: int) -> None:
    assert Steps((-15, -10, -5, 0), repeat=7).after(after(0), after(moment)) == after(step)


def test_steps_without_repetition_end(after: Callable[[float], datetime]) -> None:
    assert Steps((0, 5)).after(after(0), after(5)) is None


def test_what_has_no_step_left_is_not_owed(incident: Incident, after: Callable[[float], datetime]) -> None:
    cadence.arm(incident, "proposal:1", after(0), now=after(1))
    assert "proposal:1" not in incident.deadlines


def test_cad_23_nothing_is_owed_once_it_is_over(
    incident: Incident, ada: Person, after: Callable[[float], datetime]
) -> None:
    ending.cancel(incident, reason="the probe was wrong", by=ada, now=after(1))
    cadence.arm(incident, "update", after(30), now=after(1))
    cadence.owe_roles(incident, now=after(1))
    assert incident.deadlines == {}


def test_cad_23_two_incidents_keep_separate_timers(
    led: Callable[..., Incident], cleo: Person, after: Callable[[float], datetime]
) -> None:
    one, other = led(), led()
    publishing.publish(one, Stage.INVESTIGATING, title="", body="", template="", by=cleo, now=after(0))
    assert (one.next_update_due(), other.next_update_due()) == (after(30), after(15))


def test_gen_1_the_numbers_of_the_declaration_hold(
    declared: Callable[..., Incident], after: Callable[[float], datetime]
) -> None:
    incident = declared(policy=Policy(ic_within=3, roles_within=7), on_call=OnCall())
    assert incident.deadlines["ic"].due_at == after(3)
    assert incident.deadlines["roles"].due_at == after(7)
