"""Kept, broken, lifted: what becomes of what was owed, and what people say to keep it (KPI-2, KPI-3, CAD-13)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from incidents import cadence, feedback, following, promises, publishing, reminding, rhythm, tasks
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.person import Person
from incidents.phase import Phase
from incidents.promise_events import FoundSteady, ManagementTold, ReviewMoved
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import Stage

After = Callable[[float], datetime]


def post(incident: Incident, by: Person, now: datetime, *, template: str = "text", reason: str = "") -> None:
    publishing.publish(
        incident, Stage.INVESTIGATING, title="", body="", template=template, by=by, now=now, reason=reason
    )


@pytest.mark.parametrize(("minutes", "kept", "late"), [(14.9, True, 0), (15, True, 0), (15.5, False, 30)])
def test_gen_4_a_post_at_its_very_time_is_in_time(
    incident: Incident, after: After, *, minutes: float, kept: bool, late: int
) -> None:
    cleo = incident.holders_of(Role.CUSTOMER_LIAISON)[0].person
    incident.fulfilled.clear()
    before = dict(incident.deadlines)
    post(incident, cleo, after(minutes))
    (settled,) = promises.settle(incident, before, now=after(minutes))
    assert (settled.deadline.name, settled.kept, settled.done, settled.late_seconds) == (
        "first-notice",
        kept,
        True,
        late,
    )
    assert settled.owner == cleo
    assert promises.share(incident, promises.TO_CUSTOMERS) == (int(kept), 1)
    assert incident.fulfilled == set()
    assert promises.settle(incident, dict(incident.deadlines), now=after(minutes)) == []


def test_kpi_3_each_update_is_a_promise_of_its_own(incident: Incident, cleo: Person, after: After) -> None:
    before = dict(incident.deadlines)
    for minutes in (5, 30, 70):
        post(incident, cleo, after(minutes))
        promises.settle(incident, before, now=after(minutes))
        before = dict(incident.deadlines)
    assert (incident.kept["first-notice"], incident.kept["update"], incident.broken["update"]) == (1, 1, 1)


def test_what_is_lifted_or_moved_before_its_time_let_nobody_down(
    incident: Incident, ada: Person, dan: Person, after: After
) -> None:
    tasks.give(incident, "look", to=dan, minutes=10, by=ada, now=after(0))
    incident.fulfilled.clear()
    before = dict(incident.deadlines)
    tasks.extend(incident, 1, minutes=20, by=dan, now=after(5))
    assert promises.settle(incident, before, now=after(5)) == []
    before = dict(incident.deadlines)
    tasks.leave_for_later(incident, 1, by=dan, now=after(6))
    assert promises.settle(incident, before, now=after(6)) == []


def test_what_is_lifted_or_moved_after_its_time_was_broken(
    incident: Incident, ada: Person, dan: Person, after: After
) -> None:
    tasks.give(incident, "look", to=dan, minutes=10, by=ada, now=after(0))
    incident.fulfilled.clear()
    before = {name: each for name, each in incident.deadlines.items() if name == "task:1"}
    tasks.extend(incident, 1, minutes=20, by=dan, now=after(12))
    (late,) = promises.settle(incident, before, now=after(12))
    assert (late.kept, late.done, late.late_seconds, late.owner) == (False, False, 120, dan)


def test_a_question_is_no_promise(incident: Incident, after: After) -> None:
    rhythm.keep(incident, now=after(0))
    before = dict(incident.deadlines)
    cadence.disarm(incident, *rhythm.KEPT - promises.PROMISES, "roles")
    assert promises.settle(incident, before, now=after(500)) == []


def test_kpi_11_answers_to_customers_are_counted(incident: Incident, cleo: Person, eve: Person, after: After) -> None:
    feedback.report(incident, "cannot pay", by=eve, now=after(0))
    incident.fulfilled.clear()
    before = {"feedback:1": incident.deadlines["feedback:1"]}
    feedback.answered(incident, 1, by=cleo, now=after(4))
    (settled,) = promises.settle(incident, before, now=after(4))
    assert (settled.kept, settled.owner) == (True, cleo)


def test_cad_10_after_two_updates_without_news_one_more_needs_a_reason(
    incident: Incident, cleo: Person, after: After
) -> None:
    post(incident, cleo, after(0))
    for minutes in (30, 60):
        post(incident, cleo, after(minutes), template="STG-13")
    with pytest.raises(Refused, match="2 updates without news"):
        post(incident, cleo, after(90), template="STG-13")
    post(incident, cleo, after(90), template="STG-13", reason="nothing can be said before the vendor answers")
    assert incident.no_news == 3
    post(incident, cleo, after(91))
    assert incident.no_news == 0


def test_cad_16_management_is_told_by_those_who_may(
    incident: Incident, ada: Person, dan: Person, eve: Person, after: After
) -> None:
    rhythm.keep(incident, now=after(0))
    with pytest.raises(Refused, match="Internal Liaison"):
        following.tell_management(incident, "", by=eve, now=after(20))
    following.tell_management(incident, "half done", by=ada, now=after(20))
    assert isinstance(incident.news[-1], ManagementTold)
    rhythm.keep(incident, now=after(20))
    assert incident.deadlines["executive"].due_at == after(50)
    incident.private = True
    with pytest.raises(Refused, match="private"):
        following.tell_management(incident, "", by=ada, now=after(21))
    incident.private, incident.phase = False, Phase.RESOLVED
    with pytest.raises(Refused, match="nothing to report"):
        following.tell_management(incident, "", by=ada, now=after(22))
    incident.phase = Phase.TRIAGE
    with pytest.raises(Refused, match="nothing to report"):
        following.tell_management(incident, "", by=ada, now=after(22))


def test_svr_10_who_takes_part_says_that_it_is_steady(
    led: Callable[..., Incident], ada: Person, eve: Person, after: After
) -> None:
    incident = led(Severity.SEV3)
    with pytest.raises(Refused, match="takes part"):
        following.steady(incident, by=eve, now=after(30))
    following.steady(incident, by=ada, now=after(31))
    assert isinstance(incident.news[-1], FoundSteady)
    rhythm.keep(incident, now=after(31))
    assert incident.deadlines["worse"].due_at == after(61)
    with pytest.raises(Refused, match="Nobody asked"):
        following.steady(led(Severity.SEV1), by=ada, now=after(31))


def test_post_12_the_review_is_moved_by_its_owner_or_the_commander(
    incident: Incident, ada: Person, cleo: Person, dan: Person, after: After
) -> None:
    with pytest.raises(Refused, match="not running"):
        following.move_review(incident, "held", by=ada, now=after(0))
    incident.phase = Phase.RESOLVED
    with pytest.raises(Refused, match="Nobody owns"):
        following.move_review(incident, "held", by=ada, now=after(0))
    following.move_review(incident, "published", by=cleo, now=after(1))
    incident.phase, incident.review_owner = Phase.REVIEW, dan
    with pytest.raises(Refused, match="owner of the review"):
        following.move_review(incident, "ready", by=cleo, now=after(2))
    following.move_review(incident, "ready", by=dan, now=after(2))
    following.move_review(incident, "held", by=ada, now=after(3))
    following.move_review(incident, "held", by=ada, now=after(4))
    review = incident.review
    assert (review.published_at, review.ready_at, review.held_at) == (after(1), after(2), after(3))
    assert isinstance(incident.news[-1], ReviewMoved)


def test_cad_20_a_snooze_without_a_reason_is_asked_for_one(incident: Incident, cleo: Person, after: After) -> None:
    with pytest.raises(Refused, match="Why should it wait"):
        reminding.snooze(incident, "first-notice", reason="", by=cleo, now=after(1))


def test_role_18b_sending_a_text_for_approval_keeps_the_promise_of_a_draft(incident: Incident, after: After) -> None:
    incident.deadlines["draft"] = replace(incident.deadlines["first-notice"], name="draft", due_at=after(10))
    incident.fulfilled.clear()
    before = {"draft": incident.deadlines["draft"]}
    cadence.fulfil(incident, "draft", "never owed")
    (settled,) = promises.settle(incident, before, now=after(9))
    assert (settled.kept, incident.holder(Role.CUSTOMER_LIAISON)) == (True, settled.owner)
