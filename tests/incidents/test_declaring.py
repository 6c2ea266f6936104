"""Declaring, renaming and grading (INC-6, INC-9, SVR-5 to SVR-7)."""

from collections.abc import Callable
from datetime import datetime

import pytest

from incidents import declaring, ending, publishing, staffing
from incidents.errors import Refused
from incidents.events import (
    Declared,
    MadeMajor,
    Paged,
    Renamed,
    SeverityChanged,
)
from incidents.incident import Incident
from incidents.person import Person
from incidents.phase import Phase
from incidents.policy import Policy
from incidents.records import OnCall
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import Stage


def test_inc_6_anybody_declares_without_severity_or_title(eve: Person, now: datetime) -> None:
    incident = declaring.declare(id=7, title="", severity=None, by=eve, now=now, policy=Policy())
    assert incident.news == [
        Declared(at=now, by=eve, severity=Severity.SEV2, title="Untitled incident", defaulted=True, titled=False)
    ]
    assert (incident.phase, incident.stage, incident.room_name) == (Phase.SIZE_UP, None, "inc-7")
    assert incident.clocks.declared_at == now


def test_inc_9_a_named_severity_and_title_are_kept(eve: Person, now: datetime) -> None:
    incident = declaring.declare(id=7, title="Mail is late", severity=Severity.SEV4, by=eve, now=now, policy=Policy())
    assert incident.news == [
        Declared(at=now, by=eve, severity=Severity.SEV4, title="Mail is late", defaulted=False, titled=True)
    ]


@pytest.mark.parametrize("severity", Severity)
def test_svr_7_sev_1_and_sev_2_are_major_from_the_start(declared: Callable[..., Incident], severity: Severity) -> None:
    assert declared(severity).major == (severity <= Severity.SEV2)


def test_life_1_a_report_owes_nothing_while_it_is_checked(declared: Callable[..., Incident]) -> None:
    incident = declared(triage=True)
    assert (incident.phase, incident.deadlines) == (Phase.TRIAGE, {})


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Checkout returns 500s", "inc-42-checkout-returns-500s"),
        ("  Été -- à Łódź!  ", "inc-42-ete-a-odz"),
        ("🔥🔥🔥", "inc-42"),
        ("支付失败", "inc-42"),
        ("", "inc-42"),
        ("<!channel> {{7*7}}", "inc-42-channel-7-7"),
        ("x" * 500, "inc-42-" + "x" * 63),
        ("y" * 62 + " z", "inc-42-" + "y" * 62),
    ],
)
def test_rel_052_a_room_name_is_plain_and_short(title: str, name: str) -> None:
    assert declaring.room_name(42, title) == name


def test_sec_039_a_private_room_does_not_say_what_it_is_about(eve: Person, now: datetime) -> None:
    incident = declaring.declare(
        id=7, title="Data leak", severity=Severity.SEV1, by=eve, now=now, policy=Policy(), private=True
    )
    assert (incident.room_name, incident.title) == ("inc-7", "Data leak")


def test_a_new_title_leaves_the_room_its_name(incident: Incident, eve: Person, now: datetime) -> None:
    declaring.rename(incident, "Payments fail", by=eve, now=now)
    assert (incident.title, incident.room_name) == ("Payments fail", "inc-1-checkout-returns-500s")
    assert incident.news == [Renamed(at=now, by=eve, old="Checkout returns 500s", new="Payments fail")]


@pytest.mark.parametrize(("title", "answer"), [("", "What should"), ("Checkout returns 500s", "already")])
def test_no_title_and_the_same_title_are_refused(
    incident: Incident, eve: Person, now: datetime, title: str, answer: str
) -> None:
    with pytest.raises(Refused, match=answer):
        declaring.rename(incident, title, by=eve, now=now)


def test_svr_5_anybody_raises_the_level(
    led: Callable[..., Incident], eve: Person, after: Callable[[float], datetime]
) -> None:
    incident = led(Severity.SEV3)
    declaring.set_severity(incident, Severity.SEV2, reason="", by=eve, now=after(10))
    assert incident.severity is Severity.SEV2
    assert incident.news[0] == SeverityChanged(at=after(10), by=eve, old=Severity.SEV3, new=Severity.SEV2, reason="")


def test_svr_5_only_the_commander_lowers_it_and_says_why(
    incident: Incident, ada: Person, eve: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match="Only the Incident Commander may lower"):
        declaring.set_severity(incident, Severity.SEV2, reason="not so bad", by=eve, now=now)
    with pytest.raises(Refused, match="needs a reason"):
        declaring.set_severity(incident, Severity.SEV2, reason="", by=ada, now=now)
    declaring.set_severity(incident, Severity.SEV2, reason="not so bad", by=ada, now=now)
    assert incident.severity is Severity.SEV2


def test_svr_4_whether_the_level_is_right_is_left_to_the_postmortem(
    incident: Incident, eve: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match=r"SEV-1 / P0 already.*postmortem"):
        declaring.set_severity(incident, Severity.SEV1, reason="", by=eve, now=now)


def test_after_the_end_the_level_is_history(incident: Incident, ada: Person, now: datetime) -> None:
    ending.cancel(incident, reason="the probe was wrong", by=ada, now=now)
    with pytest.raises(Refused, match="severity is history"):
        declaring.set_severity(incident, Severity.SEV2, reason="", by=ada, now=now)


@pytest.mark.parametrize(
    ("old", "new", "called"),
    [
        (Severity.SEV3, Severity.SEV2, True),
        (Severity.SEV5, Severity.SEV1, True),
        (Severity.SEV2, Severity.SEV1, False),
        (Severity.SEV5, Severity.SEV3, False),
    ],
)
def test_svr_5_raising_to_a_major_level_calls_the_commander_on_call(
    *,
    declared: Callable[..., Incident],
    ada: Person,
    eve: Person,
    now: datetime,
    old: Severity,
    new: Severity,
    called: bool,
) -> None:
    incident = declared(old, on_call=OnCall(primary=ada))
    declaring.set_severity(incident, new, reason="", by=eve, now=now)
    pages = [event.page.people for event in incident.news if isinstance(event, Paged)]
    assert pages == ([(ada,)] if called else [])


def test_svr_5_a_commander_who_leads_already_is_not_called(
    declared: Callable[..., Incident], ada: Person, eve: Person, now: datetime
) -> None:
    incident = declared(Severity.SEV3, on_call=OnCall(primary=ada))
    staffing.assign(incident, Role.IC, to=ada, by=ada, now=now)
    declaring.set_severity(incident, Severity.SEV1, reason="", by=eve, now=now)
    assert incident.pages == []


def test_svr_5_nobody_is_called_for_a_report_that_is_being_checked(
    declared: Callable[..., Incident], ada: Person, eve: Person, now: datetime
) -> None:
    incident = declared(Severity.SEV3, on_call=OnCall(primary=ada), triage=True)
    declaring.set_severity(incident, Severity.SEV1, reason="", by=eve, now=now)
    assert (incident.pages, incident.deadlines) == ([], {})


def test_svr_7_what_was_major_once_stays_so(incident: Incident, ada: Person, now: datetime) -> None:
    declaring.set_severity(incident, Severity.SEV4, reason="one customer", by=ada, now=now)
    assert incident.major


@pytest.mark.parametrize("severity", [Severity.SEV3, Severity.SEV4, Severity.SEV5])
def test_svr_7_the_commander_makes_a_lower_level_major_and_the_usual_roles_are_asked_for(
    led: Callable[..., Incident], ada: Person, after: Callable[[float], datetime], severity: Severity
) -> None:
    incident = led(severity)
    declaring.make_major(incident, by=ada, now=after(5))
    assert (incident.major, incident.severity) == (True, severity)
    assert incident.news == [MadeMajor(at=after(5), by=ada)]
    assert incident.deadlines["roles"].due_at == after(15)
    assert incident.pages == []


def test_svr_7_only_the_commander_makes_it_major(
    led: Callable[..., Incident], declared: Callable[..., Incident], cleo: Person, now: datetime
) -> None:
    for incident in (led(Severity.SEV3), declared(Severity.SEV3)):
        with pytest.raises(Refused, match="Incident Commander decides") as refused:
            declaring.make_major(incident, by=cleo, now=now)
        assert refused.value.hint == "/incident take ic"
        assert not incident.major


def test_svr_7_what_is_major_is_not_made_so_again(incident: Incident, ada: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="major incident already"):
        declaring.make_major(incident, by=ada, now=now)


def test_svr_7_what_is_over_is_not_made_major(led: Callable[..., Incident], ada: Person, now: datetime) -> None:
    incident = led(Severity.SEV3)
    ending.cancel(incident, reason="the probe was wrong", by=ada, now=now)
    with pytest.raises(Refused, match="is cancelled") as refused:
        declaring.make_major(incident, by=ada, now=now)
    assert refused.value.choices == ("reopen",)


def test_svr_11_the_minutes_in_each_level_are_kept(
    incident: Incident, ada: Person, after: Callable[[float], datetime]
) -> None:
    declaring.set_severity(incident, Severity.SEV3, reason="one region", by=ada, now=after(12))
    declaring.set_severity(incident, Severity.SEV1, reason="", by=ada, now=after(20))
    assert incident.span.seconds == {1: 12 * 60, 3: 8 * 60}
    assert incident.minutes_in_severity(after(25)) == 17


@pytest.mark.parametrize(
    ("old", "new", "at", "due"),
    [
        (Severity.SEV3, Severity.SEV1, 10, 25),  # sooner than the old 120
        (Severity.SEV2, Severity.SEV1, 20, 30),  # the old time was sooner
        (Severity.SEV4, Severity.SEV2, 10, 40),  # nothing was owed
        (Severity.SEV1, Severity.SEV3, 10, 15),  # lowered: it stands
        (Severity.SEV1, Severity.SEV4, 10, None),  # lowered to a level that owes none
        (Severity.SEV5, Severity.SEV4, 10, None),
    ],
)
def test_svr_6_the_first_notice_comes_no_later_when_the_level_rises(
    *,
    led: Callable[..., Incident],
    ada: Person,
    after: Callable[[float], datetime],
    old: Severity,
    new: Severity,
    at: int,
    due: int | None,
) -> None:
    incident = led(old)
    declaring.set_severity(incident, new, reason="so it is", by=ada, now=after(at))
    owed = incident.deadlines.get("first-notice")
    assert (owed.due_at if owed else None) == (None if due is None else after(due))


@pytest.mark.parametrize(
    ("old", "new", "at", "due"),
    [
        (Severity.SEV3, Severity.SEV1, 20, 50),  # now + 30 beats 245
        (Severity.SEV2, Severity.SEV1, 50, 65),  # the promise beats now + 30
        (Severity.SEV1, Severity.SEV3, 20, 35),  # lowered: the announced time stands
        (Severity.SEV1, Severity.SEV5, 20, 35),
    ],
)
def test_svr_6_an_update_comes_no_later_and_a_promise_stands(
    *,
    led: Callable[..., Incident],
    cleo: Person,
    ada: Person,
    after: Callable[[float], datetime],
    old: Severity,
    new: Severity,
    at: int,
    due: int,
) -> None:
    incident = led(old)
    publishing.publish(incident, Stage.INVESTIGATING, title="", body="", template="", by=cleo, now=after(5))
    declaring.set_severity(incident, new, reason="so it is", by=ada, now=after(at))
    assert incident.next_update_due() == after(due)


def test_svr_6_the_new_cadence_starts_after_the_announced_time(
    incident: Incident, ada: Person, cleo: Person, after: Callable[[float], datetime]
) -> None:
    publishing.publish(incident, Stage.INVESTIGATING, title="", body="", template="", by=cleo, now=after(5))
    declaring.set_severity(incident, Severity.SEV3, reason="one region", by=ada, now=after(20))
    publishing.publish(incident, Stage.INVESTIGATING, title="", body="", template="", by=cleo, now=after(35))
    assert incident.next_update_due() == after(35 + 240)


@pytest.mark.parametrize("triage", [False, True])
def test_cad_8_a_decision_not_to_post_ends_at_sev_1(
    *, declared: Callable[..., Incident], ada: Person, after: Callable[[float], datetime], triage: bool
) -> None:
    incident = declared(Severity.SEV3, triage=triage)
    staffing.assign(incident, Role.IC, to=ada, by=ada, now=after(0))
    publishing.skip_post(incident, reason="one customer", by=ada, now=after(1))
    declaring.set_severity(incident, Severity.SEV2, reason="", by=ada, now=after(2))
    assert "first-notice" not in incident.deadlines
    declaring.set_severity(incident, Severity.SEV1, reason="", by=ada, now=after(3))
    if triage:
        ending.move(incident, Phase.SIZE_UP, reason="it is one", by=ada, now=after(3))
    assert incident.deadlines["first-notice"].due_at == after(18)


def test_role_3_a_level_that_makes_it_major_asks_for_the_usual_roles(
    declared: Callable[..., Incident], eve: Person, after: Callable[[float], datetime]
) -> None:
    incident = declared(Severity.SEV3)
    assert "roles" not in incident.deadlines
    declaring.set_severity(incident, Severity.SEV2, reason="", by=eve, now=after(5))
    assert incident.deadlines["roles"].due_at == after(15)
