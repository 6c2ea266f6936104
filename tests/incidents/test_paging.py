"""Calling people and hearing that they come (CAD-1, CMD-5, CMD-6, CMD-12)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from incidents import ending, paging, staffing
from incidents.errors import Refused
from incidents.events import PageAcknowledged, Paged
from incidents.incident import Incident
from incidents.person import CLOCK, Person
from incidents.policy import STANDARD, Policy
from incidents.records import OnCall
from incidents.roles import Role
from incidents.severity import Severity


@pytest.fixture
def called(incident: Incident, ada: Person, dan: Person, now: datetime) -> Incident:
    """Ada has called Dan."""
    paging.page(incident, [dan], reason="the database", by=ada, now=now)
    return incident


@pytest.mark.parametrize(
    ("severity", "minutes"),
    [(Severity.SEV1, 5), (Severity.SEV2, 30), (Severity.SEV3, 120), (Severity.SEV4, None), (Severity.SEV5, None)],
)
def test_cad_1_a_page_is_to_be_answered_in_the_time_of_the_level(
    *,
    led: Callable[..., Incident],
    ada: Person,
    dan: Person,
    after: Callable[[float], datetime],
    severity: Severity,
    minutes: int | None,
) -> None:
    incident = led(severity)
    paging.page(incident, [dan], reason="", by=ada, now=after(0))
    owed = incident.deadlines.get("page:1")
    assert (owed.due_at if owed else None) == (None if minutes is None else after(minutes))


def test_cad_1_whoever_was_called_says_that_they_come(
    called: Incident, ada: Person, dan: Person, after: Callable[[float], datetime]
) -> None:
    paging.acknowledge(called, 1, by=dan, now=after(2))
    assert "page:1" not in called.deadlines
    assert called.clocks.acked_at == after(2)
    assert called.news[-1] == PageAcknowledged(at=after(2), by=dan, page=called.pages[0], seconds=120)
    assert called.pages[0].acknowledged_by == dan


def test_gen_3_the_first_answer_is_the_one_that_counts(
    called: Incident, ada: Person, bob: Person, dan: Person, after: Callable[[float], datetime]
) -> None:
    paging.page(called, [bob], reason="", by=ada, now=after(0))
    paging.acknowledge(called, 1, by=dan, now=after(2))
    paging.acknowledge(called, 2, by=bob, now=after(3))
    assert called.clocks.acked_at == after(2)


def test_anti_24_nobody_answers_for_others(called: Incident, ada: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="This call was for Dan"):
        paging.acknowledge(called, 1, by=ada, now=now)


def test_a_call_is_answered_once(called: Incident, dan: Person, now: datetime) -> None:
    paging.acknowledge(called, 1, by=dan, now=now)
    with pytest.raises(Refused, match="Dan answered this call already"):
        paging.acknowledge(called, 1, by=dan, now=now)


def test_a_person_is_known_by_their_id_whatever_they_are_called_today(
    called: Incident, ada: Person, dan: Person, now: datetime
) -> None:
    renamed = replace(dan, name="Daniel", handle="daniel")
    with pytest.raises(Refused, match="less than two minutes ago"):
        paging.page(called, [renamed], reason="", by=ada, now=now)
    paging.acknowledge(called, 1, by=renamed, now=now)
    assert called.pages[0].acknowledged_by == renamed


@pytest.mark.parametrize("number", [0, 2])
def test_an_unknown_call_is_refused(called: Incident, dan: Person, now: datetime, number: int) -> None:
    with pytest.raises(Refused, match="no such call"):
        paging.acknowledge(called, number, by=dan, now=now)


def test_cmd_6_nobody_is_called_twice_within_two_minutes(
    called: Incident, ada: Person, bob: Person, dan: Person, after: Callable[[float], datetime]
) -> None:
    with pytest.raises(Refused, match="Dan was called") as refused:
        paging.page(called, [dan], reason="", by=ada, now=after(1.9))
    assert "--again" in refused.value.hint
    paging.page(called, [dan, bob, bob], reason="", by=ada, now=after(1.9))
    paging.page(called, [dan], reason="", by=ada, now=after(1.9), again=True)
    paging.page(called, [dan], reason="", by=ada, now=after(4))
    assert [page.people for page in called.pages] == [(dan,), (bob,), (dan,), (dan,)]


def test_cad_23_after_the_end_people_can_be_called_but_nothing_is_owed(
    incident: Incident, ada: Person, dan: Person, now: datetime
) -> None:
    ending.cancel(incident, reason="the probe was wrong", by=ada, now=now)
    paging.page(incident, [dan], reason="please look at the probe", by=ada, now=now)
    assert incident.deadlines == {}
    assert dan.id in incident.participants()


def test_cmd_12_all_commanders_on_call_are_called_at_once(
    *, declared: Callable[..., Incident], ada: Person, bob: Person, dan: Person, eve: Person, now: datetime
) -> None:
    incident = declared(on_call=OnCall(primary=ada, shadow=bob, backup=dan, duty_manager=eve))
    paging.call_commanders(incident, now=now, by=dan, reason="SEV-1 / P0 declared")
    [event] = incident.news
    assert event == Paged(at=now, by=dan, page=incident.pages[0])
    assert incident.pages[0].people == (ada, dan, bob)


def test_cmd_12_the_other_commanders_are_called_to_the_one_who_leads(
    declared: Callable[..., Incident], ada: Person, dan: Person, now: datetime
) -> None:
    incident = declared(on_call=OnCall(primary=ada, backup=dan))
    staffing.assign(incident, Role.IC, to=ada, by=ada, now=now)
    paging.call_commanders(incident, now=now, by=ada)
    assert [page.people for page in incident.pages] == [(dan,)]


def test_gen_8_that_nobody_is_on_call_is_said(declared: Callable[..., Incident], now: datetime) -> None:
    incident = declared()
    paging.call_commanders(incident, now=now)
    [event] = incident.news
    assert isinstance(event, Paged)
    assert event.page.people == ()
    assert "page:1" not in incident.deadlines


def test_cmd_6_commanders_called_a_moment_ago_are_left_in_peace(
    declared: Callable[..., Incident], ada: Person, after: Callable[[float], datetime]
) -> None:
    incident = declared(on_call=OnCall(primary=ada))
    paging.call_commanders(incident, now=after(0))
    paging.call_commanders(incident, now=after(1))
    assert len(incident.pages) == 1


def test_cmd_6_a_commander_called_a_moment_ago_does_not_keep_the_others_from_being_called(
    declared: Callable[..., Incident], ada: Person, dan: Person, after: Callable[[float], datetime]
) -> None:
    incident = declared(on_call=OnCall(primary=ada, backup=dan))
    paging.page(incident, [ada], reason="", by=dan, now=after(0))
    paging.call_commanders(incident, now=after(1))
    assert [page.people for page in incident.pages] == [(ada,), (dan,)]


def test_cmd_5_levels_are_called_one_after_the_other(
    *,
    declared: Callable[..., Incident],
    ada: Person,
    bob: Person,
    dan: Person,
    eve: Person,
    after: Callable[[float], datetime],
) -> None:
    incident = declared(on_call=OnCall(primary=ada, backup=bob, duty_manager=dan))
    paging.page(incident, [eve], reason="", by=CLOCK, now=after(0))
    for minutes, number in ((4, 1), (5, 1), (5, 1), (9, 2), (10, 2), (15, 3), (30, 1)):
        paging.escalate(incident, number, now=after(minutes))
    assert [page.people for page in incident.pages] == [(eve,), (ada, bob), (dan,)]
    assert [event.escalation for event in incident.news if isinstance(event, Paged)] == [0, 0, 1]
    assert [page.at for page in incident.pages] == [after(0), after(5), after(10)]
    assert incident.pages[1].reason == "the first call was not answered"


def test_cmd_5_when_nobody_on_call_answers_the_whole_team_is_called(
    *,
    declared: Callable[..., Incident],
    ada: Person,
    bob: Person,
    dan: Person,
    eve: Person,
    after: Callable[[float], datetime],
) -> None:
    """After the commanders and the duty manager, five minutes each; nobody is called twice, and then it ends."""
    incident = declared(on_call=OnCall(primary=ada, duty_manager=bob, team=(ada, dan, eve)))
    paging.call_commanders(incident, now=after(0))
    for minutes, number in ((5, 1), (10, 2), (15, 3), (20, 3)):
        paging.escalate(incident, number, now=after(minutes))
    assert [page.people for page in incident.pages] == [(ada,), (bob,), (dan, eve)]
    assert [event.escalation for event in incident.news if isinstance(event, Paged)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("severity", "at"), [(Severity.SEV1, 5), (Severity.SEV2, 5), (Severity.SEV3, 5), (Severity.SEV5, 5)]
)
def test_cmd_5_the_next_level_is_called_after_five_minutes_however_long_an_answer_may_take(
    declared: Callable[..., Incident], ada: Person, after: Callable[[float], datetime], severity: Severity, at: int
) -> None:
    incident = declared(severity)
    paging.page(incident, [ada], reason="", by=ada, now=after(0))
    assert paging.escalates_at(incident, incident.pages[0]) == after(at)


def test_cmd_5_where_an_answer_is_owed_sooner_the_next_level_is_called_then(
    declared: Callable[..., Incident], ada: Person, after: Callable[[float], datetime]
) -> None:
    incident = declared(policy=Policy(levels={Severity.SEV1: replace(STANDARD[Severity.SEV1], acknowledge=3)}))
    paging.page(incident, [ada], reason="", by=ada, now=after(0))
    assert paging.escalates_at(incident, incident.pages[0]) == after(3)


def test_an_escalation_keeps_the_reason(called: Incident, bob: Person, after: Callable[[float], datetime]) -> None:
    called.on_call = OnCall(primary=bob)
    paging.escalate(called, 1, now=after(5))
    assert called.pages[-1].reason == "the database"


def test_cmd_5_the_commanders_are_one_level_and_the_duty_manager_is_the_next(
    ada: Person, bob: Person, cleo: Person, dan: Person, eve: Person
) -> None:
    on_call = OnCall(primary=ada, backup=bob, shadow=cleo, duty_manager=dan, backup_liaison=eve)
    assert on_call.levels == ((ada, bob, cleo), (dan,))


def test_a_missing_level_is_passed_over(ada: Person, bob: Person, dan: Person) -> None:
    assert OnCall(backup=bob).levels == ((bob,),)
    assert OnCall(duty_manager=dan).levels == ((dan,),)
    assert OnCall(shadow=ada, duty_manager=dan).levels == ((ada,), (dan,))
    assert OnCall().levels == ()
