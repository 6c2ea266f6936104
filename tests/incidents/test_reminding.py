"""What the clock says, to whom, and what it says after an absence (CAD-2, CAD-3, CAD-7, CAD-20 to CAD-23)."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from incidents import declaring, ending, escalation, paging, proposals, publishing, reminding, staffing, tasks
from incidents.ending import Recovery
from incidents.errors import Refused
from incidents.events import (
    CaughtUp,
    Paged,
    Reminded,
    Snoozed,
)
from incidents.incident import Incident
from incidents.person import CLOCK, Person
from incidents.records import NEVER, OnCall
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import Stage

SECOND = timedelta(seconds=1)


@pytest.fixture
def staffed(incident: Incident, bob: Person, dan: Person, eve: Person, now: datetime) -> Incident:
    """Ada commands, Bob is her Deputy, Cleo speaks to customers; Dan is backup liaison and Eve duty manager."""
    staffing.assign(incident, Role.DEPUTY, to=bob, by=bob, now=now)
    incident.on_call = OnCall(backup_liaison=dan, duty_manager=eve)
    incident.news.clear()
    return incident


def reminders(incident: Incident, kind: str) -> list[Reminded]:
    return [event for event in incident.news if isinstance(event, Reminded) and event.deadline.kind == kind]


def last(incident: Incident, name: str, *, now: datetime) -> Reminded:
    """What is said of this deadline, as if the clock had looked every minute up to now."""
    start = incident.clocks.declared_at
    for minute in range(int((now - start).total_seconds()) // 60 + 1):
        reminding.remind(incident, now=start + timedelta(minutes=minute))
    return [event for event in incident.news if isinstance(event, Reminded) and event.deadline.name == name][-1]


def test_nothing_is_said_before_it_is_time(incident: Incident, after: Callable[[float], datetime]) -> None:
    reminding.remind(incident, now=after(4.9))
    assert incident.news == []


def test_cad_20_a_reminder_goes_to_the_holder_of_the_role(
    staffed: Incident, cleo: Person, after: Callable[[float], datetime]
) -> None:
    reminding.remind(staffed, now=after(5))
    [event] = reminders(staffed, "first-notice")
    assert (event.minutes, event.audience, event.escalated, event.by) == (-10, (cleo,), (), CLOCK)


@pytest.mark.parametrize(
    ("minute", "names"), [(13, []), (15, ["Ada", "Bob"]), (20, ["Ada", "Bob", "Eve"]), (35, ["Ada", "Bob", "Eve"])]
)
def test_cad_3_an_overdue_first_notice_goes_to_command_then_to_the_duty_manager(
    staffed: Incident, after: Callable[[float], datetime], minute: int, names: list[str]
) -> None:
    event = last(staffed, "first-notice", now=after(minute))
    assert [person.name for person in event.escalated] == names


@pytest.mark.parametrize(
    ("minute", "names"),
    [(25, []), (30, []), (35, ["Ada", "Bob"]), (40, ["Ada", "Bob", "Dan", "Eve"]), (45, ["Ada", "Bob", "Dan", "Eve"])],
)
def test_cad_7_an_overdue_update_goes_to_command_then_to_the_backup_liaison_and_the_duty_manager(
    *, staffed: Incident, cleo: Person, after: Callable[[float], datetime], minute: int, names: list[str]
) -> None:
    publishing.publish(staffed, Stage.INVESTIGATING, title="", body="", template="", by=cleo, now=after(0))
    event = last(staffed, "update", now=after(minute))
    assert [person.name for person in event.escalated] == names


@pytest.mark.parametrize(
    ("gone", "heir"), [((), "Cleo"), (("Cleo",), "Ada"), (("Cleo", "Ada"), "Dan"), (("Cleo", "Ada", "Dan"), "Bob")]
)
def test_cad_21_an_empty_roles_reminder_goes_to_commander_then_deputy_then_declarer(
    *, incident: Incident, dan: Person, after: Callable[[float], datetime], gone: tuple[str, ...], heir: str
) -> None:
    staffing.assign(incident, Role.DEPUTY, to=dan, by=dan, now=after(0))
    incident.holders = [held for held in incident.holders if held.person.name not in gone]
    for owed in incident.deadlines.values():
        if owed.kind in ("first-notice", "roles"):
            [person] = escalation.audience(incident, owed)
            assert person.name == (heir if owed.kind == "first-notice" or "Ada" in gone else "Ada")


def test_role_18a_until_somebody_commands_the_declarer_answers_for_it(
    declared: Callable[..., Incident], ada: Person, bob: Person, after: Callable[[float], datetime]
) -> None:
    incident = declared()
    owed = incident.deadlines["ic"]
    assert owed.due_at == after(5)
    assert escalation.audience(incident, owed) == (bob,)
    staffing.assign(incident, Role.IC, to=ada, by=ada, now=after(4))
    assert "ic" not in incident.deadlines
    assert escalation.audience(incident, incident.deadlines["first-notice"]) == (ada,)


def test_rel_128_in_a_thousand_orders_nothing_is_said_after_the_resolve(
    led: Callable[..., Incident], ada: Person, cleo: Person, after: Callable[[float], datetime]
) -> None:
    """Firing, snooze, severity and resolve race each other; whoever comes after the resolve finds nothing to say."""
    sure = Recovery(impact_ended=True, recovered=True, confident=True, data_statement="none", early_reason="sure")
    for seed in range(1_000):
        incident, due, last = led(Severity.SEV2), after(20), []
        steps: list[Callable[[], None]] = [
            lambda: reminding.remind(incident, now=due),  # noqa: B023 - called in this round
            lambda: reminding.snooze(incident, "first-notice", reason="busy", by=cleo, now=due),  # noqa: B023
            lambda: declaring.set_severity(incident, Severity.SEV1, reason="worse", by=ada, now=due),  # noqa: B023
            lambda: ending.resolve(incident, sure, by=ada, now=due),  # noqa: B023
        ] * 2
        random.Random(seed).shuffle(steps)
        for step in steps:
            over = not incident.phase.active
            incident.news.clear()
            with suppress(Refused):
                step()
            last += [event for event in incident.news if over and isinstance(event, Reminded | CaughtUp)]
        assert last == []


def test_role_38_a_task_is_asked_of_its_person_and_told_to_command(
    staffed: Incident, ada: Person, bob: Person, dan: Person, after: Callable[[float], datetime]
) -> None:
    tasks.give(staffed, "look", to=dan, minutes=4, by=ada, now=after(0))
    reminding.remind(staffed, now=after(4))
    [event] = reminders(staffed, "task")
    assert (event.minutes, event.audience, event.escalated) == (0, (dan,), (ada, bob))


def test_nobody_is_named_twice(staffed: Incident, ada: Person, bob: Person, after: Callable[[float], datetime]) -> None:
    staffed.on_call = OnCall(duty_manager=ada)
    assert last(staffed, "first-notice", now=after(20)).escalated == (ada, bob)


def test_role_3_the_reminder_names_the_empty_roles(staffed: Incident, after: Callable[[float], datetime]) -> None:
    event = last(staffed, "roles", now=after(10))
    assert event.open_roles == (Role.SCRIBE, Role.INTERNAL_LIAISON)


def test_cad_22_a_reminder_speaks_once_however_often_the_clock_looks(
    incident: Incident, after: Callable[[float], datetime]
) -> None:
    for _ in range(3):
        reminding.remind(incident, now=after(5))
    assert len(incident.news) == 1


@pytest.mark.parametrize("late", [timedelta(seconds=3), timedelta(minutes=2)])
def test_rel_122_a_reminder_that_is_a_little_late_is_said_as_usual(
    incident: Incident, after: Callable[[float], datetime], late: timedelta
) -> None:
    reminding.remind(incident, now=after(5) + late)
    assert [type(event) for event in incident.news] == [Reminded]


def test_cad_22_everything_missed_is_told_in_one_message(
    declared: Callable[..., Incident], ada: Person, after: Callable[[float], datetime]
) -> None:
    """REL-121: two days down, one message; REL-123: six missed slots, one line."""
    incident = declared(on_call=OnCall(primary=ada))
    two_days = after(2 * 24 * 60)
    reminding.remind(incident, now=two_days)
    [event] = incident.news
    assert isinstance(event, CaughtUp)
    assert event.away_minutes == 2 * 24 * 60 - 2
    assert [missed.deadline.name for missed in event.missed] == ["ic", "roles", "first-notice"]
    assert all(owed.wake_at > two_days for owed in incident.deadlines.values())


def test_cad_22_just_over_two_minutes_is_an_absence(incident: Incident, after: Callable[[float], datetime]) -> None:
    reminding.remind(incident, now=after(7) + SECOND)
    assert [type(event) for event in incident.news] == [CaughtUp]


def test_role_4_without_a_commander_the_one_on_call_is_called_again_once(
    declared: Callable[..., Incident], ada: Person, after: Callable[[float], datetime]
) -> None:
    incident = declared(on_call=OnCall(primary=ada))
    last(incident, "ic", now=after(20))
    [event] = [event for event in incident.news if isinstance(event, Paged)]
    assert (event.at, event.page.people, event.page.reason) == (after(5), (ada,), "no Incident Commander yet")


@pytest.mark.parametrize("severity", [Severity.SEV3, Severity.SEV4, Severity.SEV5])
def test_role_4_below_major_the_room_is_asked_for_a_commander_but_nobody_is_called(
    declared: Callable[..., Incident], ada: Person, after: Callable[[float], datetime], severity: Severity
) -> None:
    incident = declared(severity, on_call=OnCall(primary=ada))
    assert last(incident, "ic", now=after(20)).minutes == 15
    assert incident.pages == []


def test_role_4_what_was_raised_to_a_major_level_calls_like_one(
    declared: Callable[..., Incident], ada: Person, bob: Person, after: Callable[[float], datetime]
) -> None:
    incident = declared(Severity.SEV3, on_call=OnCall(primary=ada))
    declaring.set_severity(incident, Severity.SEV2, reason="", by=bob, now=after(1))
    last(incident, "ic", now=after(5))
    assert [page.at for page in incident.pages] == [after(1), after(5)]


def test_role_4_an_absence_delays_that_call_but_does_not_drop_it(
    declared: Callable[..., Incident], ada: Person, after: Callable[[float], datetime]
) -> None:
    """CAD-22."""
    incident = declared(on_call=OnCall(primary=ada))
    reminding.remind(incident, now=after(8))
    assert incident.pages == []
    reminding.remind(incident, now=after(10))
    assert [page.people for page in incident.pages] == [(ada,)]


def test_cmd_5_an_unanswered_page_goes_to_the_next_level_when_its_time_is_over(
    *, declared: Callable[..., Incident], ada: Person, dan: Person, eve: Person, after: Callable[[float], datetime]
) -> None:
    incident = declared(on_call=OnCall(primary=ada, backup=dan, duty_manager=eve))
    paging.call_commanders(incident, now=after(0), by=ada)
    for minute in range(1, 6):
        reminding.remind(incident, now=after(minute))
    # Once more, as nobody commands.
    assert [page.people for page in incident.pages] == [(ada, dan), (ada, dan), (eve,)]
    assert [event.minutes for event in reminders(incident, "page")] == [-4, -3, -2, 0]


def test_cmd_5_an_absence_delays_the_next_level_but_does_not_drop_it(
    led: Callable[..., Incident], bob: Person, dan: Person, after: Callable[[float], datetime]
) -> None:
    """CAD-22."""
    incident = led()
    incident.on_call = OnCall(backup=dan)
    paging.page(incident, [bob], reason="", by=bob, now=after(0))
    reminding.remind(incident, now=after(30))
    assert [page.people for page in incident.pages] == [(bob,)]
    assert incident.deadlines["page:1"].wake_at == after(35)
    reminding.remind(incident, now=after(35))
    assert [page.people for page in incident.pages] == [(bob,), (dan,)]
    assert incident.deadlines["page:1"].wake_at == NEVER


def test_an_absence_before_the_time_is_over_leaves_the_page_as_it_is(
    led: Callable[..., Incident], bob: Person, after: Callable[[float], datetime]
) -> None:
    incident = led(Severity.SEV2)
    paging.page(incident, [bob], reason="", by=bob, now=after(0))
    reminding.remind(incident, now=after(4))
    assert incident.deadlines["page:1"].wake_at == after(5)


def test_cad_20_a_snooze_is_five_minutes_of_quiet_and_never_moves_what_is_due(
    incident: Incident, cleo: Person, after: Callable[[float], datetime]
) -> None:
    publishing.publish(incident, Stage.INVESTIGATING, title="", body="", template="", by=cleo, now=after(0))
    reminding.remind(incident, now=after(17))
    reminding.snooze(incident, "update", reason="on the phone", by=cleo, now=after(17))
    owed = incident.deadlines["update"]
    assert (owed.due_at, owed.wake_at, owed.snoozed) == (after(30), after(22), True)
    assert incident.news[-1] == Snoozed(at=after(17), by=cleo, deadline=owed, reason="on the phone")
    assert last(incident, "update", now=after(25)).at == after(25)


def test_cad_20_a_snooze_never_reaches_beyond_the_due_time(
    incident: Incident, cleo: Person, after: Callable[[float], datetime]
) -> None:
    reminding.remind(incident, now=after(5))
    reminding.snooze(incident, "first-notice", reason="on the phone", by=cleo, now=after(12))
    assert incident.deadlines["first-notice"].wake_at == after(15)


def test_cad_20_it_is_snoozed_once_per_due_time(
    incident: Incident, cleo: Person, after: Callable[[float], datetime]
) -> None:
    reminding.snooze(incident, "first-notice", reason="on the phone", by=cleo, now=after(5))
    reminding.remind(incident, now=after(10))
    with pytest.raises(Refused, match="once already"):
        reminding.snooze(incident, "first-notice", reason="on the phone", by=cleo, now=after(11))
    publishing.publish(incident, Stage.INVESTIGATING, title="", body="", template="", by=cleo, now=after(12))
    reminding.snooze(incident, "update", reason="on the phone", by=cleo, now=after(20))
    assert incident.deadlines["update"].snoozed


def test_cad_20_what_is_due_is_not_snoozed(
    incident: Incident, cleo: Person, after: Callable[[float], datetime]
) -> None:
    with pytest.raises(Refused, match="too late to snooze"):
        reminding.snooze(incident, "first-notice", reason="on the phone", by=cleo, now=after(15))


def test_a_reminder_that_is_answered_cannot_be_snoozed(incident: Incident, cleo: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="no such reminder"):
        reminding.snooze(incident, "update", reason="on the phone", by=cleo, now=now)


def test_a_proposal_is_carried_without_a_reminder(
    incident: Incident, ada: Person, after: Callable[[float], datetime]
) -> None:
    proposals.propose(incident, "move the traffic", by=ada, now=after(0))
    reminding.remind(incident, now=after(0.5))
    assert reminders(incident, "proposal") == []
