"""Phases by hand, resolving with its guard, reopening, cancelling, review and close (LIFE-1 to LIFE-8, LIFE-11)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from incidents import declaring, ending, handover, paging, publishing, staffing, tasks, timeline
from incidents.ending import Recovery
from incidents.errors import Refused
from incidents.events import (
    Cancelled,
    Closed,
    Paged,
    PhaseChanged,
    Reopened,
    Resolved,
    ReviewAssigned,
    SeverityChanged,
)
from incidents.incident import Incident
from incidents.person import Person
from incidents.phase import Phase
from incidents.records import OnCall
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import Stage

WELL = Recovery(impact_ended=True, recovered=True, confident=True, data_statement="No data was lost.")
EARLY = replace(WELL, early_reason="the change is rolled back")


def told(incident: Incident, *stages: Stage, by: Person, now: datetime) -> Incident:
    for stage in stages:
        publishing.publish(incident, stage, title="", body="", template="", by=by, now=now, reason="it is so")
    incident.news.clear()
    return incident


@pytest.fixture
def resolved(incident: Incident, ada: Person, now: datetime) -> Incident:
    """Ada resolved it at once; customers were never told."""
    ending.resolve(incident, EARLY, by=ada, now=now)
    incident.news.clear()
    return incident


def test_life_3_repair_begins_with_an_action_or_a_decision(incident: Incident, ada: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="Log an action or a decision first"):
        ending.move(incident, Phase.STABILISE, reason="", by=ada, now=now)
    timeline.note(incident, "roll back", kind="decision", by=ada, now=now)
    ending.move(incident, Phase.STABILISE, reason="we know enough", by=ada, now=now)
    assert incident.news[-1] == PhaseChanged(
        at=now, by=ada, old=Phase.SIZE_UP, new=Phase.STABILISE, reason="we know enough"
    )


def test_life_4_problems_that_persist_lead_back(incident: Incident, ada: Person, now: datetime) -> None:
    for phase in (Phase.VERIFY, Phase.SIZE_UP):
        ending.move(incident, phase, reason="", by=ada, now=now)
    assert incident.phase is Phase.SIZE_UP


def test_life_9_a_change_of_phase_leaves_the_stage_alone(incident: Incident, ada: Person, now: datetime) -> None:
    told(incident, Stage.INVESTIGATING, by=ada, now=now)
    ending.move(incident, Phase.VERIFY, reason="", by=ada, now=now)
    assert incident.stage is Stage.INVESTIGATING


def test_life_2_to_4_an_illegal_step_is_refused_with_the_ways_there_are(
    incident: Incident, ada: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match="After size up comes stabilise or verify or cancelled, not triage"):
        ending.move(incident, Phase.TRIAGE, reason="", by=ada, now=now)


@pytest.mark.parametrize(
    ("phase", "word"),
    [
        (Phase.RESOLVED, "resolve"),
        (Phase.REVIEW, "review @owner"),
        (Phase.CLOSED, "close"),
        (Phase.CANCELLED, "cancel"),
        (Phase.DISMISSED, "cancel"),
    ],
)
def test_the_end_has_words_of_its_own(incident: Incident, ada: Person, now: datetime, phase: Phase, word: str) -> None:
    with pytest.raises(Refused, match=f"/incident {word}$"):
        ending.move(incident, phase, reason="", by=ada, now=now)


def test_only_command_changes_the_phase(incident: Incident, bob: Person, eve: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="or the Deputy changes the phase"):
        ending.move(incident, Phase.VERIFY, reason="", by=eve, now=now)
    staffing.assign(incident, Role.DEPUTY, to=bob, by=bob, now=now)
    ending.move(incident, Phase.VERIFY, reason="", by=bob, now=now)
    assert incident.phase is Phase.VERIFY


def test_after_the_end_the_phase_is_not_moved_by_hand(resolved: Incident, ada: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="Reopen it first"):
        ending.move(resolved, Phase.SIZE_UP, reason="", by=ada, now=now)


def test_life_1_one_person_decides_that_a_report_is_an_incident_and_then_things_are_owed(
    declared: Callable[..., Incident], eve: Person, after: Callable[[float], datetime]
) -> None:
    incident = declared(triage=True)
    ending.move(incident, Phase.SIZE_UP, reason="", by=eve, now=after(3))
    assert {name: owed.due_at for name, owed in incident.deadlines.items()} == {
        "ic": after(8),
        "roles": after(13),
        "first-notice": after(18),
    }
    assert (incident.clocks.detected_at, incident.clocks.declared_at) == (after(0), after(3))


def test_gen_3_what_was_detected_before_the_report_stays_so(
    declared: Callable[..., Incident], eve: Person, after: Callable[[float], datetime]
) -> None:
    incident = declared(triage=True)
    incident.clocks.detected_at = after(-10)
    ending.move(incident, Phase.SIZE_UP, reason="", by=eve, now=after(3))
    assert (incident.clocks.detected_at, incident.clocks.declared_at) == (after(-10), after(3))


@pytest.mark.parametrize(("severity", "called"), [(Severity.SEV1, True), (Severity.SEV2, True), (Severity.SEV3, False)])
def test_life_1_a_report_that_turns_out_major_calls_the_commanders(
    *,
    declared: Callable[..., Incident],
    ada: Person,
    eve: Person,
    now: datetime,
    severity: Severity,
    called: bool,
) -> None:
    incident = declared(severity, on_call=OnCall(primary=ada), triage=True)
    ending.move(incident, Phase.SIZE_UP, reason="", by=eve, now=now)
    assert [type(event) for event in incident.news] == [PhaseChanged, Paged][: 1 + called]
    calls = [(page.people, page.by, page.reason) for page in incident.pages]
    assert calls == ([((ada,), eve, f"{severity.label} confirmed")] if called else [])


def test_life_1_who_leads_the_check_already_has_nobody_called(
    declared: Callable[..., Incident], ada: Person, bob: Person, now: datetime
) -> None:
    incident = declared(on_call=OnCall(primary=bob), triage=True)
    staffing.assign(incident, Role.IC, to=ada, by=ada, now=now)
    ending.move(incident, Phase.SIZE_UP, reason="", by=ada, now=now)
    assert incident.pages == []


@pytest.mark.parametrize(
    "recovery",
    [
        replace(EARLY, impact_ended=False),
        replace(EARLY, recovered=False),
        replace(EARLY, confident=False),
        replace(EARLY, data_statement=""),
    ],
)
def test_life_11_everything_is_confirmed_before_it_is_resolved(
    incident: Incident, ada: Person, now: datetime, recovery: Recovery
) -> None:
    assert len(ending.missing_for_resolve(incident, recovery, now=now)) == 1
    with pytest.raises(Refused, match="Still to be confirmed"):
        ending.resolve(incident, recovery, by=ada, now=now)


@pytest.mark.parametrize(
    ("severity", "watched", "left"),
    [
        (Severity.SEV1, 0, 30),
        (Severity.SEV1, 29.5, 1),
        (Severity.SEV1, 30, 0),
        (Severity.SEV2, 10, 20),
        (Severity.SEV3, 10, 5),
        (Severity.SEV3, 60, 0),
        (Severity.SEV4, 0, 0),
    ],
)
def test_life_11_the_fix_is_watched_for_a_while(
    *,
    led: Callable[..., Incident],
    ada: Person,
    after: Callable[[float], datetime],
    severity: Severity,
    watched: float,
    left: int,
) -> None:
    incident = told(led(severity), Stage.INVESTIGATING, Stage.MONITORING, by=ada, now=after(5))
    assert ending.monitoring_left(incident, now=after(5 + watched)) == left
    missing = ending.missing_for_resolve(incident, WELL, now=after(5 + watched))
    assert missing == ([f"{left} more minutes of monitoring, or the reason to end it early"] if left else [])
    assert ending.missing_for_resolve(incident, EARLY, now=after(5)) == []


def test_life_11_a_fix_that_was_never_announced_was_not_watched(incident: Incident, ada: Person, now: datetime) -> None:
    told(incident, Stage.INVESTIGATING, by=ada, now=now)
    assert ending.monitoring_left(incident, now=now) == 30


def test_life_11_what_customers_never_heard_of_is_watched_from_verify_on(
    incident: Incident, ada: Person, after: Callable[[float], datetime]
) -> None:
    assert ending.monitoring_left(incident, now=after(5)) == 30
    ending.move(incident, Phase.VERIFY, reason="", by=ada, now=after(5))
    assert [ending.monitoring_left(incident, now=after(minute)) for minute in (5, 20, 35)] == [30, 15, 0]
    with pytest.raises(Refused, match="1 more minutes of monitoring"):
        ending.resolve(incident, WELL, by=ada, now=after(34))
    ending.resolve(incident, WELL, by=ada, now=after(35))
    assert incident.phase is Phase.RESOLVED


@pytest.mark.parametrize(("verified", "posted"), [(5, 10), (10, 5)])
def test_life_11_the_watch_begins_with_whichever_came_first(
    *, incident: Incident, ada: Person, after: Callable[[float], datetime], verified: float, posted: float
) -> None:
    ending.move(incident, Phase.VERIFY, reason="", by=ada, now=after(verified))
    told(incident, Stage.INVESTIGATING, Stage.MONITORING, by=ada, now=after(posted))
    assert ending.monitoring_left(incident, now=after(20)) == 15


def test_life_11_a_fix_that_did_not_help_is_watched_anew(
    incident: Incident, ada: Person, after: Callable[[float], datetime]
) -> None:
    ending.move(incident, Phase.VERIFY, reason="", by=ada, now=after(0))
    ending.move(incident, Phase.SIZE_UP, reason="", by=ada, now=after(20))
    assert ending.monitoring_left(incident, now=after(40)) == 30
    ending.move(incident, Phase.VERIFY, reason="", by=ada, now=after(40))
    assert ending.monitoring_left(incident, now=after(50)) == 20


def test_life_11_a_relapse_is_watched_anew(incident: Incident, ada: Person, after: Callable[[float], datetime]) -> None:
    ending.move(incident, Phase.VERIFY, reason="", by=ada, now=after(0))
    ending.resolve(incident, WELL, by=ada, now=after(30))
    ending.reopen(incident, reason="errors rise again", by=ada, now=after(60))
    assert incident.clocks.verify_at is None
    assert ending.monitoring_left(incident, now=after(60)) == 30


def test_life_5_the_commander_resolves_and_every_reminder_stops(
    incident: Incident, ada: Person, bob: Person, after: Callable[[float], datetime]
) -> None:
    """CAD-23, I5."""
    handover.offer(incident, to=bob, by=ada, now=after(10))
    paging.page(incident, [bob], reason="", by=ada, now=after(10))
    incident.news.clear()
    ending.resolve(incident, EARLY, by=ada, now=after(20))
    assert (incident.phase, incident.deadlines, incident.handover) == (Phase.RESOLVED, {}, None)
    assert incident.data_statement == "No data was lost."
    assert incident.clocks.resolved_at == incident.clocks.impact_ended_at == after(20)
    assert incident.news == [
        PhaseChanged(at=after(20), by=ada, old=Phase.SIZE_UP, new=Phase.VERIFY),
        Resolved(at=after(20), by=ada, data_statement="No data was lost.", early_reason="the change is rolled back"),
    ]


def test_life_4_from_verify_it_is_resolved_directly(incident: Incident, ada: Person, now: datetime) -> None:
    ending.move(incident, Phase.VERIFY, reason="", by=ada, now=now)
    incident.news.clear()
    ending.resolve(incident, EARLY, by=ada, now=now)
    assert [type(event) for event in incident.news] == [Resolved]


def test_life_5_only_the_commander_confirms_recovery(incident: Incident, eve: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="Only Ada"):
        ending.resolve(incident, EARLY, by=eve, now=now)


def test_life_5_without_a_commander_nobody_confirms_recovery(
    declared: Callable[..., Incident], bob: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match="nobody is in command"):
        ending.resolve(declared(), EARLY, by=bob, now=now)


def test_life_5_open_tasks_are_finished_or_left_first(
    incident: Incident, ada: Person, dan: Person, now: datetime
) -> None:
    tasks.give(incident, "look", to=dan, minutes=10, by=ada, now=now)
    with pytest.raises(Refused, match="1 Dan: look") as refused:
        ending.resolve(incident, EARLY, by=ada, now=now)
    assert refused.value.choices == ("task todo 1",)
    tasks.leave_for_later(incident, 1, by=ada, now=now)
    ending.resolve(incident, EARLY, by=ada, now=now)


def test_what_is_over_or_being_checked_cannot_be_resolved(
    resolved: Incident, declared: Callable[..., Incident], ada: Person, now: datetime
) -> None:
    for incident in (resolved, declared(triage=True)):
        with pytest.raises(Refused, match="nothing to resolve"):
            ending.resolve(incident, EARLY, by=ada, now=now)


def test_life_5_anybody_reopens_it_and_things_are_owed_again(
    resolved: Incident, eve: Person, after: Callable[[float], datetime]
) -> None:
    ending.reopen(resolved, reason="errors rise again", by=eve, now=after(60))
    assert resolved.phase is Phase.SIZE_UP
    assert resolved.news == [Reopened(at=after(60), by=eve, reason="errors rise again")]
    assert resolved.clocks.resolved_at is resolved.clocks.impact_ended_at is resolved.clocks.monitoring_at is None
    assert {name: owed.due_at for name, owed in resolved.deadlines.items()} == {
        "roles": after(70),
        "first-notice": after(75),
    }


def test_life_6_a_review_is_reopened_too(resolved: Incident, ada: Person, eve: Person, now: datetime) -> None:
    ending.assign_review(resolved, owner=ada, by=ada, now=now)
    ending.reopen(resolved, reason="errors rise again", by=eve, now=now)
    assert (resolved.phase, resolved.review_owner) == (Phase.SIZE_UP, None)


@pytest.mark.parametrize(
    ("severity", "due"), [(Severity.SEV1, 15), (Severity.SEV2, 30), (Severity.SEV3, 120), (Severity.SEV4, None)]
)
def test_life_10_l_customers_who_read_resolved_hear_of_a_relapse_as_soon_as_of_a_new_incident(
    *,
    led: Callable[..., Incident],
    ada: Person,
    after: Callable[[float], datetime],
    severity: Severity,
    due: int | None,
) -> None:
    incident = told(led(severity), Stage.INVESTIGATING, by=ada, now=after(0))
    ending.resolve(incident, EARLY, by=ada, now=after(0))
    told(incident, Stage.RESOLVED, by=ada, now=after(0))
    ending.reopen(incident, reason="errors rise again", by=ada, now=after(60))
    assert incident.next_update_due() == (None if due is None else after(60 + due))


def test_svr_6_a_relapse_that_turns_out_worse_is_told_sooner(
    led: Callable[..., Incident], ada: Person, after: Callable[[float], datetime]
) -> None:
    incident = told(led(Severity.SEV3), Stage.INVESTIGATING, by=ada, now=after(0))
    ending.resolve(incident, EARLY, by=ada, now=after(0))
    told(incident, Stage.RESOLVED, by=ada, now=after(0))
    ending.reopen(incident, reason="errors rise again", by=ada, now=after(60))
    declaring.set_severity(incident, Severity.SEV1, reason="", by=ada, now=after(70))
    assert incident.next_update_due() == after(85)


def test_cad_8_whether_to_post_is_asked_again_after_a_reopening(
    led: Callable[..., Incident], ada: Person, after: Callable[[float], datetime]
) -> None:
    incident = led(Severity.SEV2)
    publishing.skip_post(incident, reason="one customer", by=ada, now=after(0))
    ending.resolve(incident, EARLY, by=ada, now=after(1))
    ending.reopen(incident, reason="all customers now", by=ada, now=after(2))
    assert incident.next_update_due() == after(32)


@pytest.mark.parametrize(("hours", "open_again"), [(24, True), (24.01, False)])
def test_life_10_l_later_than_a_day_it_is_a_new_incident(
    *, resolved: Incident, eve: Person, after: Callable[[float], datetime], hours: float, open_again: bool
) -> None:
    if open_again:
        ending.reopen(resolved, reason="errors rise again", by=eve, now=after(hours * 60))
    else:
        with pytest.raises(Refused, match="more than 24 h ago: declare a new incident"):
            ending.reopen(resolved, reason="errors rise again", by=eve, now=after(hours * 60))
    assert resolved.phase.active == open_again


def test_a_reopening_says_what_came_back(resolved: Incident, eve: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="What came back"):
        ending.reopen(resolved, reason="", by=eve, now=now)


def test_what_runs_cannot_be_reopened(incident: Incident, eve: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="It is open"):
        ending.reopen(incident, reason="errors", by=eve, now=now)


def test_life_8_a_cancelled_incident_stays_so(incident: Incident, ada: Person, now: datetime) -> None:
    ending.cancel(incident, reason="the probe was wrong", by=ada, now=now)
    with pytest.raises(Refused, match="declare a new one"):
        ending.reopen(incident, reason="errors", by=ada, now=now)


def test_inc_11_a_false_alarm_is_cancelled_by_the_commander_with_a_reason(
    incident: Incident, ada: Person, eve: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match="Only Ada"):
        ending.cancel(incident, reason="the probe was wrong", by=eve, now=now)
    with pytest.raises(Refused, match="Why was it a false alarm"):
        ending.cancel(incident, reason="", by=ada, now=now)
    ending.cancel(incident, reason="the probe was wrong", by=ada, now=now)
    assert (incident.phase, incident.deadlines) == (Phase.CANCELLED, {})
    assert incident.news == [Cancelled(at=now, by=ada, reason="the probe was wrong", dismissed=False)]
    with pytest.raises(Refused, match="nothing to cancel"):
        ending.cancel(incident, reason="the probe was wrong", by=ada, now=now)


def test_life_1_one_person_dismisses_a_report(declared: Callable[..., Incident], eve: Person, now: datetime) -> None:
    incident = declared(triage=True)
    ending.cancel(incident, reason="planned work", by=eve, now=now)
    assert incident.phase is Phase.DISMISSED


def test_life_3_a_repair_is_cancelled_by_way_of_size_up(incident: Incident, ada: Person, now: datetime) -> None:
    timeline.note(incident, "roll back", kind="decision", by=ada, now=now)
    ending.move(incident, Phase.STABILISE, reason="", by=ada, now=now)
    ending.cancel(incident, reason="the probe was wrong", by=ada, now=now)
    assert incident.news[-2] == PhaseChanged(at=now, by=ada, old=Phase.STABILISE, new=Phase.SIZE_UP)


def test_life_10_g_an_investigating_post_is_withdrawn_before_it_is_cancelled(
    incident: Incident, ada: Person, now: datetime
) -> None:
    told(incident, Stage.INVESTIGATING, by=ada, now=now)
    with pytest.raises(Refused, match="Withdraw the post first"):
        ending.cancel(incident, reason="the probe was wrong", by=ada, now=now)
    told(incident, Stage.WITHDRAWN, by=ada, now=now)
    ending.cancel(incident, reason="the probe was wrong", by=ada, now=now)
    assert incident.phase is Phase.CANCELLED


def test_life_10_what_was_said_beyond_investigating_is_resolved_not_cancelled(
    incident: Incident, ada: Person, now: datetime
) -> None:
    told(incident, Stage.INVESTIGATING, Stage.IDENTIFIED, by=ada, now=now)
    with pytest.raises(Refused, match="resolve it instead"):
        ending.cancel(incident, reason="the probe was wrong", by=ada, now=now)


def test_life_6_naming_the_owner_begins_the_review(resolved: Incident, ada: Person, dan: Person, now: datetime) -> None:
    ending.assign_review(resolved, owner=dan, by=ada, now=now)
    assert (resolved.phase, resolved.review_owner) == (Phase.REVIEW, dan)
    assert resolved.news == [ReviewAssigned(at=now, by=ada, owner=dan)]
    with pytest.raises(Refused, match="Dan owns the review already"):
        ending.assign_review(resolved, owner=dan, by=ada, now=now)
    ending.assign_review(resolved, owner=ada, by=dan, now=now)
    assert resolved.review_owner == ada


def test_life_6_a_review_follows_the_end(incident: Incident, ada: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="a review follows after resolve"):
        ending.assign_review(incident, owner=ada, by=ada, now=now)


def test_life_7_it_is_closed_after_the_review(
    resolved: Incident, ada: Person, dan: Person, eve: Person, after: Callable[[float], datetime]
) -> None:
    with pytest.raises(Refused, match="Who owns the review"):
        ending.close(resolved, severity=None, by=ada, now=after(60))
    ending.assign_review(resolved, owner=dan, by=ada, now=after(60))
    with pytest.raises(Refused, match="owner of the review closes it"):
        ending.close(resolved, severity=None, by=eve, now=after(90))
    ending.close(resolved, severity=None, by=dan, now=after(90))
    assert (resolved.phase, resolved.clocks.closed_at) == (Phase.CLOSED, after(90))
    assert resolved.news[-1] == Closed(at=after(90), by=dan, severity=Severity.SEV1)
    with pytest.raises(Refused, match="closed already"):
        ending.close(resolved, severity=None, by=ada, now=after(91))


@pytest.mark.parametrize(
    ("severity", "final", "waived"),
    [
        (Severity.SEV4, None, True),
        (Severity.SEV5, None, True),
        (Severity.SEV3, None, False),
        (Severity.SEV4, Severity.SEV2, False),
        (Severity.SEV1, Severity.SEV5, False),
    ],
)
def test_life_7_the_review_is_waived_for_minor_levels_only(
    *,
    led: Callable[..., Incident],
    ada: Person,
    now: datetime,
    severity: Severity,
    final: Severity | None,
    waived: bool,
) -> None:
    incident = led(severity)
    ending.resolve(incident, EARLY, by=ada, now=now)
    if waived:
        ending.close(incident, severity=final, by=ada, now=now)
    else:
        with pytest.raises(Refused, match="Who owns the review"):
            ending.close(incident, severity=final, by=ada, now=now)
    assert (incident.phase is Phase.CLOSED) == waived


def test_svr_11_the_final_level_is_set_at_close(resolved: Incident, ada: Person, now: datetime) -> None:
    ending.assign_review(resolved, owner=ada, by=ada, now=now)
    ending.close(resolved, severity=Severity.SEV3, by=ada, now=now)
    assert resolved.severity is Severity.SEV3
    assert [type(event) for event in resolved.news[-2:]] == [SeverityChanged, Closed]


def test_life_8_a_cancelled_incident_is_closed_without_a_review(incident: Incident, ada: Person, now: datetime) -> None:
    ending.cancel(incident, reason="the probe was wrong", by=ada, now=now)
    ending.close(incident, severity=None, by=ada, now=now)
    assert incident.phase is Phase.CLOSED


def test_without_a_commander_anybody_closes_a_dismissed_report(
    declared: Callable[..., Incident], eve: Person, now: datetime
) -> None:
    incident = declared(triage=True)
    ending.cancel(incident, reason="planned work", by=eve, now=now)
    ending.close(incident, severity=None, by=eve, now=now)
    assert incident.phase is Phase.CLOSED


def test_what_runs_cannot_be_closed(incident: Incident, ada: Person, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        ending.close(incident, severity=None, by=ada, now=now)
    assert refused.value.choices == ("resolve", "cancel")


def test_life_15_customers_are_told_the_end_before_it_is_closed(incident: Incident, ada: Person, now: datetime) -> None:
    told(incident, Stage.INVESTIGATING, by=ada, now=now)
    ending.resolve(incident, EARLY, by=ada, now=now)
    ending.assign_review(incident, owner=ada, by=ada, now=now)
    with pytest.raises(Refused, match="Customers still read “investigating”"):
        ending.close(incident, severity=None, by=ada, now=now)
    told(incident, Stage.RESOLVED, by=ada, now=now)
    ending.close(incident, severity=None, by=ada, now=now)
