"""A later end of planned work: who may ask, who clears it, until when (LIFE-12, APPR-1 to APPR-7)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from incidents import extending, maintaining, maintenance_due
from incidents.errors import Refused
from incidents.maintenance import Extension, Maintenance, MaintenanceNumbers, MaintenanceStage
from incidents.maintenance_events import (
    MaintenanceExtended,
    MaintenanceLongerAsked,
    MaintenanceLongerReturned,
    MaintenanceReminded,
)
from incidents.person import Person
from incidents.records import OnCall

ADA, BOB = Person("ada@example.org", "Ada", "ada"), Person("bob@example.org", "Bob", "bob")
CLEO, DAN = Person("cleo@example.org", "Cleo", "cleo"), Person("dan@example.org", "Dan", "dan")
EVE = Person("eve@example.org", "Eve", "eve")
DUTY = OnCall(duty_manager=CLEO)
At = Callable[[float], datetime]


@pytest.fixture
def working(after: At) -> Maintenance:
    """Dan's, with Bob behind him; it goes on for an hour, posts are cleared."""
    made = Maintenance(
        id=1,
        service="Sign-in",
        reason="move the database",
        effect="nobody can sign in",
        starts_at=after(-60),
        ends_at=after(60),
        owner=DAN,
        backup=BOB,
        scheduled_by=DAN,
        scheduled_at=after(-600),
        looked_at=after(0),
        stage=MaintenanceStage.IN_PROGRESS,
        clearers=(),
    )
    made.announced.append(after(-500))
    return made


def draft(working: Maintenance, now: datetime, *, minutes: int = 30, by: Person = DAN) -> Extension:
    return extending.draft(working, minutes=minutes, reason="copying takes longer", by=by, now=now, on_call=DUTY)


def ask(working: Maintenance, now: datetime, *, small: bool = False, duty: OnCall = DUTY) -> Extension:
    extending.ask(working, draft(working, now), now=now, on_call=duty, minutes=5, small_team=small)
    return extending.waiting(working)


def names(working: Maintenance, now: datetime) -> list[str]:
    return [person.name for person in extending.clearers(working, extending.waiting(working), DUTY, now=now)]


def approve(working: Maintenance, by: Person, now: datetime, *, small: bool = False, alone: str = "") -> None:
    extending.approve(working, by=by, now=now, on_call=DUTY, small_team=small, alone=alone)


def test_life_12_it_is_said_with_its_reason_before_and_after_the_old_end(working: Maintenance, after: At) -> None:
    with pytest.raises(Refused, match="Why does it take longer"):
        extending.draft(working, minutes=30, reason="", by=DAN, now=after(0), on_call=DUTY)
    with pytest.raises(Refused, match="would have passed already"):
        draft(working, after(90))
    with pytest.raises(Refused, match="does that, or whoever is on call"):
        draft(working, after(0), by=EVE)
    working.stage = MaintenanceStage.VERIFYING
    extending.extend(working, draft(working, after(61)), now=after(61))
    expected = MaintenanceExtended(
        at=after(61), by=DAN, old_end=after(60), new_end=after(90), reason="copying takes longer"
    )
    assert working.news == [expected]
    assert (working.stage, working.ends_at, working.extended) == (MaintenanceStage.IN_PROGRESS, after(90), 1)


def test_appr_1_what_somebody_looks_at_is_theirs_and_used_once(working: Maintenance, after: At) -> None:
    made = draft(working, after(0))
    extending.keep(working, made)
    assert extending.looked_at(working, by=DAN) == made
    with pytest.raises(Refused, match="sent, replaced or dropped"):
        extending.looked_at(working, by=BOB)
    with pytest.raises(Refused, match="No later end waits"):
        extending.waiting(working)
    ask(working, after(0))
    with pytest.raises(Refused, match="sent, replaced or dropped"):
        extending.looked_at(working, by=DAN)


def test_appr_2_it_waits_for_owner_backup_or_duty_but_never_for_whoever_asks(working: Maintenance, after: At) -> None:
    asked = ask(working, after(0))
    assert working.news == [MaintenanceLongerAsked(at=after(0), by=DAN, extension=asked, approvers=(BOB, CLEO))]
    assert (working.ends_at, asked.due_at) == (after(60), after(5))
    with pytest.raises(Refused, match="You wrote this; Bob or Cleo clears it"):
        approve(working, DAN, after(1))
    with pytest.raises(Refused, match="This is cleared by Bob or Cleo"):
        approve(working, EVE, after(1))
    approve(working, BOB, after(2))
    event = working.news[-1]
    assert isinstance(event, MaintenanceExtended)
    assert (event.by, event.approved_by, event.seconds, event.alone) == (DAN, BOB, 120, "")
    assert (working.ends_at, working.extension) == (after(90), None)
    with pytest.raises(Refused, match="No later end waits"):
        approve(working, BOB, after(3))


def test_appr_3_the_named_first_the_others_when_time_is_over(working: Maintenance, after: At) -> None:
    working.clearers = (ADA,)
    ask(working, after(0))
    assert names(working, after(4)) == ["Ada"]
    assert names(working, after(5)) == ["Ada", "Bob", "Cleo"]
    working.clearers = (DAN,)
    assert names(working, after(1)) == ["Bob", "Cleo"], "whom the organisation named asked for it"


def test_role_18e_it_is_decided_no_later_than_the_end_that_customers_know(working: Maintenance, after: At) -> None:
    assert ask(working, after(57)).due_at == after(60)
    assert ask(working, after(62)).due_at == after(67), "that is over already"


def test_appr_3_who_clears_it_is_reminded_and_then_the_others(working: Maintenance, after: At) -> None:
    working.clearers = (ADA,)
    ask(working, after(0))
    said = []
    for minute in range(1, 20):
        working.news.clear()
        maintenance_due.remind(working, on_call=DUTY, now=after(minute), incident_open=False)
        said += [
            (minute, [person.name for person in event.people], event.late)
            for event in working.news
            if isinstance(event, MaintenanceReminded) and event.kind == "longer"
        ]
    assert said == [(3, ["Ada"], False), (5, ["Ada", "Bob", "Cleo"], True), (10, ["Ada", "Bob", "Cleo"], True)]


def test_life_13_work_that_waits_for_more_time_does_not_end_by_itself(working: Maintenance, after: At) -> None:
    working.numbers = MaintenanceNumbers(complete_by_itself=True)
    ask(working, after(59))
    maintenance_due.remind(working, on_call=DUTY, now=after(60), incident_open=False)
    assert working.extended == 0
    assert working.ended_at is None
    assert {event.kind for event in working.news if isinstance(event, MaintenanceReminded)} == {"longer", "finish"}
    working.extension = None
    maintenance_due.remind(working, on_call=DUTY, now=after(70), incident_open=False)
    assert working.stage.value == "completed"


def test_appr_1_it_is_returned_with_a_remark_or_taken_back(working: Maintenance, after: At) -> None:
    asked = ask(working, after(0))
    with pytest.raises(Refused, match="What should be different"):
        extending.give_back(working, "", by=BOB, now=after(1), on_call=DUTY)
    with pytest.raises(Refused, match="This is cleared by"):
        extending.give_back(working, "no", by=EVE, now=after(1), on_call=DUTY)
    extending.give_back(working, "say how much", by=BOB, now=after(1), on_call=DUTY)
    assert working.news[-1] == MaintenanceLongerReturned(at=after(1), by=BOB, extension=asked, remark="say how much")
    assert (working.extension, working.ends_at) == (None, after(60))
    assert ask(working, after(2)).number == 2
    extending.give_back(working, "", by=DAN, now=after(3), on_call=DUTY)
    assert working.extension is None


def test_appr_4_where_nobody_else_is_there_it_is_not_sent(working: Maintenance, after: At) -> None:
    working.backup = None
    with pytest.raises(Refused, match="nobody else is there"):
        ask(working, after(0), duty=OnCall())
    assert (working.extension, working.news) == (None, [])
    assert ask(working, after(0), duty=OnCall(), small=True).due_at


def test_appr_7_in_a_small_team_its_author_posts_it_alone_once_nobody_answers(working: Maintenance, after: At) -> None:
    ask(working, after(0), small=True)
    with pytest.raises(Refused, match="may still answer"):
        approve(working, DAN, after(4), small=True, alone="nobody answers")
    with pytest.raises(Refused, match="Why does nobody else"):
        approve(working, DAN, after(5), small=True)
    approve(working, DAN, after(5), small=True, alone="nobody answers")
    event = working.news[-1]
    assert isinstance(event, MaintenanceExtended)
    assert (event.alone, working.ends_at) == ("nobody answers", after(90))


def test_appr_4_who_changes_it_in_clearing_is_on_the_record(working: Maintenance, after: At) -> None:
    asked = ask(working, after(0))
    longer = replace(asked, ends_at=after(120), editor=BOB)
    extending.approve(working, by=BOB, now=after(1), on_call=DUTY, edited=longer)
    event = working.news[-1]
    assert isinstance(event, MaintenanceExtended)
    assert (event.edited, event.by, event.new_end) == (True, DAN, after(120))


@pytest.mark.parametrize("step", ["verify", "complete"])
def test_what_waits_is_void_once_the_work_is_done(working: Maintenance, after: At, step: str) -> None:
    ask(working, after(0))
    if step == "verify":
        maintaining.verify(working, by=DAN, now=after(1), on_call=DUTY)
    else:
        maintaining.complete(working, by=DAN, now=after(1), on_call=DUTY, incident_open=False)
    with pytest.raises(Refused, match="No later end waits"):
        approve(working, BOB, after(2))


def test_what_would_have_passed_meanwhile_is_not_approved(working: Maintenance, after: At) -> None:
    ask(working, after(59))
    with pytest.raises(Refused, match="would have passed already"):
        approve(working, BOB, after(59) + timedelta(minutes=31))
    assert working.extension
