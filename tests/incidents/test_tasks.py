"""Time-boxed tasks (ROLE-37, ROLE-38, LIFE-5)."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest

from incidents import ending, staffing, tasks
from incidents.errors import Refused
from incidents.events import TaskChanged, TaskGiven
from incidents.incident import Incident
from incidents.person import Person
from incidents.roles import Role


@pytest.fixture
def given(incident: Incident, ada: Person, dan: Person, now: datetime) -> Incident:
    """Dan has ten minutes to look at the database."""
    tasks.give(incident, "look at the database", to=dan, minutes=10, by=ada, now=now)
    return incident


def changed(incident: Incident) -> TaskChanged:
    event = incident.news[-1]
    assert isinstance(event, TaskChanged)
    return event


def test_role_37_a_task_has_one_person_and_a_time_box(
    given: Incident, dan: Person, after: Callable[[float], datetime]
) -> None:
    [task] = given.open_tasks()
    assert (task.number, task.person, task.due_at, task.state) == (1, dan, after(10), "given")
    assert given.deadlines["task:1"].due_at == after(10)
    assert isinstance(given.news[-1], TaskGiven)
    assert dan.id in given.participants()


@pytest.mark.parametrize("minutes", [0, -5])
def test_role_37_a_task_without_time_is_refused(
    given: Incident, ada: Person, dan: Person, now: datetime, minutes: int
) -> None:
    with pytest.raises(Refused, match="time-box"):
        tasks.give(given, "look again", to=dan, minutes=minutes, by=ada, now=now)
    with pytest.raises(Refused, match="time-box"):
        tasks.extend(given, 1, minutes=minutes, by=dan, now=now)


def test_role_37_a_task_without_words_is_refused(incident: Incident, ada: Person, dan: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="What is the task"):
        tasks.give(incident, "", to=dan, minutes=10, by=ada, now=now)


def test_role_37_the_person_confirms_once(given: Incident, dan: Person, ada: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="Dan’s"):
        tasks.accept(given, 1, by=ada, now=now)
    tasks.accept(given, 1, by=dan, now=now)
    assert (changed(given).how, given.tasks[0].state) == ("accepted", "accepted")
    with pytest.raises(Refused, match="confirmed already"):
        tasks.accept(given, 1, by=dan, now=now)


@pytest.mark.parametrize(
    "answer",
    [
        tasks.accept,
        partial(tasks.extend, minutes=5),
        partial(tasks.finish, result="it was full"),
        tasks.leave_for_later,
    ],
)
def test_role_37_whatever_its_person_says_ends_the_asking(
    given: Incident, dan: Person, after: Callable[[float], datetime], answer: Callable[..., None]
) -> None:
    assert given.deadlines["task-ack:1"].due_at == after(2)
    answer(given, 1, by=dan, now=after(1))
    assert "task-ack:1" not in given.deadlines


def test_role_37_a_task_one_gives_oneself_needs_no_confirming(
    declared: Callable[..., Incident], dan: Person, now: datetime
) -> None:
    incident = declared()
    tasks.give(incident, "look", to=dan, minutes=10, by=dan, now=now)
    assert "task-ack:1" not in incident.deadlines


def test_role_37_nobody_is_asked_after_the_end(
    given: Incident, ada: Person, after: Callable[[float], datetime]
) -> None:
    ending.cancel(given, reason="the probe was wrong", by=ada, now=after(1))
    assert "task-ack:1" not in given.deadlines


def test_role_38_more_time_is_the_persons_own_estimate(
    given: Incident, ada: Person, dan: Person, after: Callable[[float], datetime]
) -> None:
    with pytest.raises(Refused, match="only they"):
        tasks.extend(given, 1, minutes=5, by=ada, now=after(9))
    tasks.extend(given, 1, minutes=5, by=dan, now=after(9))
    assert (changed(given).how, given.tasks[0].due_at, given.tasks[0].state) == ("longer", after(14), "accepted")
    assert given.deadlines["task:1"].due_at == after(14)


@pytest.mark.parametrize("close", [tasks.finish, tasks.leave_for_later])
def test_life_5_a_task_is_finished_or_left_for_later_by_its_holder_or_by_command(
    *, given: Incident, ada: Person, dan: Person, eve: Person, now: datetime, close: Callable[..., None]
) -> None:
    tasks.give(given, "look at the logs", to=dan, minutes=10, by=ada, now=now)
    with pytest.raises(Refused, match="they, the IC or the Deputy"):
        close(given, 1, by=eve, now=now)
    close(given, 1, by=dan, now=now)
    close(given, 2, by=ada, now=now)
    assert given.open_tasks() == []
    assert not [name for name in given.deadlines if name.startswith("task")]
    with pytest.raises(Refused, match="finished already"):
        close(given, 1, by=dan, now=now)


def test_a_finished_task_keeps_its_result(given: Incident, dan: Person, now: datetime) -> None:
    tasks.finish(given, 1, result="a lock was held", by=dan, now=now)
    assert (changed(given).how, changed(given).result) == ("done", "a lock was held")


@pytest.mark.parametrize("number", [-1, 0, 2])
def test_an_unknown_number_is_refused(given: Incident, dan: Person, now: datetime, number: int) -> None:
    with pytest.raises(Refused, match="no task"):
        tasks.accept(given, number, by=dan, now=now)


def test_only_command_gives_tasks(incident: Incident, bob: Person, dan: Person, eve: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="gives tasks") as refused:
        tasks.give(incident, "restart it", to=dan, minutes=5, by=eve, now=now)
    assert refused.value.hint == "!propose restart it"
    staffing.assign(incident, Role.DEPUTY, to=bob, by=bob, now=now)
    tasks.give(incident, "restart it", to=dan, minutes=5, by=bob, now=now)
    assert len(incident.open_tasks()) == 1


def test_without_a_commander_anybody_gives_tasks(
    declared: Callable[..., Incident], bob: Person, dan: Person, now: datetime
) -> None:
    incident = declared()
    tasks.give(incident, "restart it", to=dan, minutes=5, by=bob, now=now)
    assert len(incident.open_tasks()) == 1


def test_anti_11_the_commander_takes_no_task(incident: Incident, ada: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="takes no tasks"):
        tasks.give(incident, "restart it", to=ada, minutes=5, by=ada, now=now)


def test_life_3_a_task_is_an_action_on_the_record(given: Incident) -> None:
    assert given.acted


def test_cad_23_a_task_left_over_from_a_cancelled_incident_is_closed_but_never_reminded_of(
    given: Incident, ada: Person, dan: Person, now: datetime
) -> None:
    ending.cancel(given, reason="the probe was wrong", by=ada, now=now)
    with pytest.raises(Refused, match="leave the task for later"):
        tasks.extend(given, 1, minutes=10, by=dan, now=now)
    tasks.leave_for_later(given, 1, by=dan, now=now)
    assert given.deadlines == {}
    with pytest.raises(Refused, match="note a TODO instead"):
        tasks.give(given, "look", to=dan, minutes=10, by=ada, now=now)
