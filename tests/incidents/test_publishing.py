"""Telling customers (LIFE-9 to LIFE-11, LIFE-17, CAD-7, CAD-8, CAD-12)."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest

from incidents import declaring, ending, publishing, reminding, staffing
from incidents.components import ComponentState
from incidents.ending import Recovery
from incidents.errors import Refused
from incidents.events import Reminded
from incidents.incident import Incident
from incidents.person import Person
from incidents.phase import Phase
from incidents.posting_events import PostingSkipped, UpdatePublished
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import Stage

ALL_WELL = Recovery(
    impact_ended=True, recovered=True, confident=True, data_statement="No data was lost.", early_reason="checked"
)


def post(incident: Incident, stage: Stage, *, by: Person, now: datetime, reason: str = "") -> UpdatePublished:
    publishing.publish(incident, stage, title="Checkout", body="We look.", template="x", by=by, now=now, reason=reason)
    event = incident.news[-1]
    assert isinstance(event, UpdatePublished)
    return event


def test_the_first_notice_ends_its_deadline_and_promises_an_update(
    incident: Incident, cleo: Person, after: Callable[[float], datetime]
) -> None:
    """CAD-3, CAD-7."""
    event = post(incident, Stage.INVESTIGATING, by=cleo, now=after(5))
    assert (event.old, event.late_seconds, event.update.number) == (None, 0, 1)
    assert "first-notice" not in incident.deadlines
    assert incident.deadlines["update"].due_at == event.update.next_update_at == after(35)
    assert (incident.stage, incident.updates, incident.update) == (Stage.INVESTIGATING, 1, event.update)
    assert incident.clocks.first_public_at == after(5)


@pytest.mark.parametrize(
    ("severity", "posted", "promised"),
    [
        (Severity.SEV1, 3.5, 30),
        (Severity.SEV1, 4.99, 30),
        (Severity.SEV1, 5, 35),
        (Severity.SEV2, 7, 65),
        (Severity.SEV3, 59, 295),
    ],
)
def test_cad_12_a_promise_is_rounded_down_to_five_minutes(
    *,
    led: Callable[..., Incident],
    cleo: Person,
    after: Callable[[float], datetime],
    severity: Severity,
    posted: float,
    promised: int,
) -> None:
    event = post(led(severity), Stage.INVESTIGATING, by=cleo, now=after(posted))
    assert event.update.next_update_at == after(promised)


def test_where_no_cadence_is_owed_nothing_is_promised(
    led: Callable[..., Incident], cleo: Person, now: datetime
) -> None:
    """Table 3.1."""
    incident = led(Severity.SEV4)
    assert post(incident, Stage.INVESTIGATING, by=cleo, now=now).update.next_update_at is None
    assert incident.next_update_due() is None


def test_gen_4_a_post_at_its_due_time_is_on_time_and_a_later_one_says_how_late(
    incident: Incident, cleo: Person, after: Callable[[float], datetime]
) -> None:
    assert post(incident, Stage.INVESTIGATING, by=cleo, now=after(15)).late_seconds == 0
    assert post(incident, Stage.INVESTIGATING, by=cleo, now=after(47)).late_seconds == 120


def test_cad_7_the_cadence_starts_anew_from_an_early_post(
    incident: Incident, cleo: Person, after: Callable[[float], datetime]
) -> None:
    post(incident, Stage.INVESTIGATING, by=cleo, now=after(5))
    post(incident, Stage.IDENTIFIED, by=cleo, now=after(10))
    assert incident.next_update_due() == after(40)


def test_life_9_a_post_does_not_change_the_phase(incident: Incident, cleo: Person, now: datetime) -> None:
    post(incident, Stage.INVESTIGATING, by=cleo, now=now)
    post(incident, Stage.MONITORING, by=cleo, now=now, reason="it worked at once")
    assert incident.phase is Phase.SIZE_UP


def test_gen_3_the_stages_stamp_the_clocks(
    incident: Incident, cleo: Person, after: Callable[[float], datetime]
) -> None:
    post(incident, Stage.INVESTIGATING, by=cleo, now=after(1))
    post(incident, Stage.IDENTIFIED, by=cleo, now=after(2))
    post(incident, Stage.IDENTIFIED, by=cleo, now=after(3))
    post(incident, Stage.MONITORING, by=cleo, now=after(4))
    post(incident, Stage.MONITORING, by=cleo, now=after(5))
    assert (incident.clocks.identified_at, incident.clocks.monitoring_at) == (after(2), after(4))


def test_life_11_a_relapse_ends_the_watch(incident: Incident, cleo: Person, now: datetime) -> None:
    for stage in (Stage.INVESTIGATING, Stage.IDENTIFIED, Stage.MONITORING):
        post(incident, stage, by=cleo, now=now)
    post(incident, Stage.IDENTIFIED, by=cleo, now=now, reason="it came back")
    assert incident.clocks.monitoring_at is None


def test_stg_8_facts_are_remembered_for_the_next_post(incident: Incident, cleo: Person, now: datetime) -> None:
    publishing.publish(
        incident, Stage.INVESTIGATING, title="", body="", template="", by=cleo, now=now, facts={"symptom": "errors"}
    )
    post(incident, Stage.INVESTIGATING, by=cleo, now=now)
    assert incident.facts == {"symptom": "errors"}


def test_life_17_a_reason_is_kept_with_the_post(incident: Incident, cleo: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="needs a reason"):
        post(incident, Stage.IDENTIFIED, by=cleo, now=now)
    assert post(incident, Stage.IDENTIFIED, by=cleo, now=now, reason="known bug").reason == "known bug"


def test_life_17_a_refused_post_changes_nothing(incident: Incident, cleo: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="comes"):
        post(incident, Stage.WITHDRAWN, by=cleo, now=now)
    assert (incident.stage, incident.updates, incident.news) == (None, 0, [])
    assert "first-notice" in incident.deadlines


def test_role_14_liaison_commander_and_deputy_speak(
    incident: Incident, ada: Person, bob: Person, cleo: Person, now: datetime
) -> None:
    staffing.assign(incident, Role.DEPUTY, to=bob, by=bob, now=now)
    for person in (cleo, ada, bob):
        post(incident, Stage.INVESTIGATING, by=person, now=now)
        assert incident.update
        assert incident.update.by == person


def test_role_14_a_stranger_gives_the_text_to_the_liaison(incident: Incident, eve: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="Cleo speaks to customers"):
        post(incident, Stage.INVESTIGATING, by=eve, now=now)


def test_a_stranger_may_become_liaison_when_there_is_none(
    declared: Callable[..., Incident], eve: Person, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        post(declared(), Stage.INVESTIGATING, by=eve, now=now)
    assert refused.value.choices == ("take customer-liaison",)


def test_the_declarer_speaks_until_somebody_commands(
    declared: Callable[..., Incident], ada: Person, bob: Person, now: datetime
) -> None:
    incident = declared()
    post(incident, Stage.INVESTIGATING, by=bob, now=now)
    staffing.assign(incident, Role.IC, to=ada, by=ada, now=now)
    with pytest.raises(Refused, match="Nobody is liaison yet"):
        post(incident, Stage.INVESTIGATING, by=bob, now=now)


def test_appr_9_only_the_commander_withdraws_a_post(
    incident: Incident, ada: Person, cleo: Person, now: datetime
) -> None:
    """LIFE-10 g."""
    post(incident, Stage.INVESTIGATING, by=cleo, now=now)
    with pytest.raises(Refused, match="Only the Incident Commander withdraws"):
        post(incident, Stage.WITHDRAWN, by=cleo, now=now)
    assert post(incident, Stage.WITHDRAWN, by=ada, now=now).update.next_update_at is None


def test_cad_23_all_reminders_stop_when_the_post_is_withdrawn(
    incident: Incident, ada: Person, bob: Person, cleo: Person, now: datetime
) -> None:
    staffing.assign(incident, Role.SCRIBE, to=bob, by=bob, now=now)
    post(incident, Stage.INVESTIGATING, by=cleo, now=now)
    post(incident, Stage.WITHDRAWN, by=ada, now=now)
    staffing.release(incident, Role.SCRIBE, whose=bob, by=bob, now=now)
    assert incident.deadlines == {}


def test_life_11_resolved_is_posted_after_the_commander_confirmed_it(
    incident: Incident, ada: Person, cleo: Person, now: datetime
) -> None:
    for stage in (Stage.INVESTIGATING, Stage.IDENTIFIED, Stage.MONITORING):
        post(incident, stage, by=cleo, now=now)
    with pytest.raises(Refused, match="confirms full recovery first"):
        post(incident, Stage.RESOLVED, by=cleo, now=now)
    ending.resolve(incident, ALL_WELL, by=ada, now=now)
    post(incident, Stage.RESOLVED, by=cleo, now=now)
    assert post(incident, Stage.RESOLVED, by=cleo, now=now).update.next_update_at is None
    assert incident.deadlines == {}


def test_after_the_end_only_the_end_is_posted(incident: Incident, ada: Person, cleo: Person, now: datetime) -> None:
    post(incident, Stage.INVESTIGATING, by=cleo, now=now)
    ending.resolve(incident, ALL_WELL, by=ada, now=now)
    with pytest.raises(Refused) as refused:
        post(incident, Stage.MONITORING, by=cleo, now=now, reason="a fix went out")
    assert refused.value.choices == ("reopen",)


def test_life_9_nothing_is_posted_of_a_report_that_is_being_checked(
    declared: Callable[..., Incident], bob: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match="is triage"):
        post(declared(triage=True), Stage.INVESTIGATING, by=bob, now=now)


def test_cad_8_the_commander_decides_that_customers_need_no_post(
    led: Callable[..., Incident], ada: Person, cleo: Person, now: datetime
) -> None:
    incident = led(Severity.SEV2)
    with pytest.raises(Refused, match="Commander decides"):
        publishing.skip_post(incident, reason="one customer", by=cleo, now=now)
    with pytest.raises(Refused, match="Why do customers need no post"):
        publishing.skip_post(incident, reason="", by=ada, now=now)
    publishing.skip_post(incident, reason="one customer", by=ada, now=now)
    assert incident.news == [PostingSkipped(at=now, by=ada, reason="one customer")]
    assert "first-notice" not in incident.deadlines


def test_cad_8_sev_1_is_always_posted(incident: Incident, ada: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="always posted"):
        publishing.skip_post(incident, reason="embarrassing", by=ada, now=now)


def test_cad_8_what_was_begun_is_carried_on(led: Callable[..., Incident], ada: Person, now: datetime) -> None:
    incident = led(Severity.SEV2)
    post(incident, Stage.INVESTIGATING, by=ada, now=now)
    with pytest.raises(Refused, match="told already"):
        publishing.skip_post(incident, reason="one customer", by=ada, now=now)


def test_cad_8_a_post_ends_the_decision_not_to_post(led: Callable[..., Incident], ada: Person, now: datetime) -> None:
    incident = led(Severity.SEV2)
    publishing.skip_post(incident, reason="one customer", by=ada, now=now)
    post(incident, Stage.INVESTIGATING, by=ada, now=now)
    assert incident.skipped_post == ""


def test_after_the_end_there_is_nothing_to_skip(incident: Incident, ada: Person, now: datetime) -> None:
    ending.cancel(incident, reason="the probe was wrong", by=ada, now=now)
    with pytest.raises(Refused, match="nothing is owed"):
        publishing.skip_post(incident, reason="one customer", by=ada, now=now)


def test_what_a_post_says_of_components_stays_until_it_is_over(
    led: Callable[..., Incident], cleo: Person, after: Callable[[float], datetime]
) -> None:
    """A resolved post leaves no part red unless it names it."""
    incident = led()
    say = partial(publishing.publish, incident, by=cleo, title="t", body="b", template="x")
    states = {"Checkout": ComponentState.MAJOR, "Search": ComponentState.DEGRADED}
    say(Stage.INVESTIGATING, now=after(1), components=states)
    say(Stage.IDENTIFIED, now=after(2))
    assert incident.update
    assert incident.update.components == states
    less = {"Checkout": ComponentState.PARTIAL}
    say(Stage.IDENTIFIED, now=after(3), components=less)
    assert incident.components == {**states, **less}
    ending.resolve(incident, ALL_WELL, by=incident.commander or cleo, now=after(90))
    named = {"Search": ComponentState.DEGRADED}
    say(Stage.RESOLVED, now=after(91), reason="over", components=named)
    assert incident.components == {"Checkout": ComponentState.OPERATIONAL, **named}


def asked_again(incident: Incident, *, until: int, after: Callable[[float], datetime]) -> list[tuple[datetime, str]]:
    """When, and whom first, the clock asked about a decision not to post while it looked every minute."""
    for minute in range(until + 1):
        reminding.remind(incident, now=after(minute))
    reminders = [event for event in incident.news if isinstance(event, Reminded) and event.deadline.kind == "scoping"]
    return [(event.at, ", ".join(person.name for person in event.audience)) for event in reminders]


@pytest.mark.parametrize(("severity", "minutes"), [(Severity.SEV2, [16]), (Severity.SEV3, [16]), (Severity.SEV4, [])])
def test_cad_8_a_decision_not_to_post_is_asked_about_once_more_at_scoping(
    led: Callable[..., Incident],
    ada: Person,
    after: Callable[[float], datetime],
    severity: Severity,
    minutes: list[int],
) -> None:
    incident = led(severity)
    publishing.skip_post(incident, reason="one customer", by=ada, now=after(1))
    assert asked_again(incident, until=120, after=after) == [(after(minute), "Cleo, Ada") for minute in minutes]


def test_cad_8_and_21_without_a_liaison_the_commander_is_asked_once(
    declared: Callable[..., Incident], ada: Person, after: Callable[[float], datetime]
) -> None:
    incident = declared(Severity.SEV2)
    staffing.assign(incident, Role.IC, to=ada, by=ada, now=after(0))
    publishing.skip_post(incident, reason="one customer", by=ada, now=after(0))
    assert asked_again(incident, until=60, after=after) == [(after(15), "Ada")]


def test_cad_21_the_question_finds_the_liaison_also_while_nobody_commands(
    led: Callable[..., Incident], ada: Person, after: Callable[[float], datetime]
) -> None:
    incident = led(Severity.SEV2)
    publishing.skip_post(incident, reason="one customer", by=ada, now=after(0))
    incident.holders = [held for held in incident.holders if held.role is not Role.IC]
    assert asked_again(incident, until=60, after=after) == [(after(15), "Cleo")]


def test_cad_8_a_kept_decision_is_logged_again_and_not_asked_about_again(
    led: Callable[..., Incident], ada: Person, after: Callable[[float], datetime]
) -> None:
    incident = led(Severity.SEV2)
    publishing.skip_post(incident, reason="one customer", by=ada, now=after(0))
    assert len(asked_again(incident, until=15, after=after)) == 1
    publishing.skip_post(incident, reason="", by=ada, now=after(16))
    assert incident.news[-1] == PostingSkipped(at=after(16), by=ada, reason="one customer", kept=True)
    publishing.skip_post(incident, reason="two customers", by=ada, now=after(17))
    assert incident.news[-1] == PostingSkipped(at=after(17), by=ada, reason="two customers", kept=True)
    assert incident.skipped_post == "two customers"
    assert len(asked_again(incident, until=120, after=after)) == 1


def test_cad_8_a_decision_said_twice_is_still_asked_about(
    led: Callable[..., Incident], ada: Person, after: Callable[[float], datetime]
) -> None:
    incident = led(Severity.SEV2)
    for minute in (0, 3):
        publishing.skip_post(incident, reason="one customer", by=ada, now=after(minute))
    assert [at for at, _ in asked_again(incident, until=60, after=after)] == [after(15)]


@pytest.mark.parametrize("worse", [Severity.SEV2, Severity.SEV3])
def test_cad_8_a_raised_level_asks_at_once(
    led: Callable[..., Incident], ada: Person, after: Callable[[float], datetime], worse: Severity
) -> None:
    incident = led(Severity.SEV4)
    publishing.skip_post(incident, reason="nobody sees it", by=ada, now=after(0))
    declaring.set_severity(incident, worse, reason="", by=ada, now=after(30))
    assert [at for at, _ in asked_again(incident, until=120, after=after)] == [after(30)]


def test_cad_8_several_teams_needed_asks_at_once(
    led: Callable[..., Incident], ada: Person, after: Callable[[float], datetime]
) -> None:
    incident = led(Severity.SEV3)
    publishing.skip_post(incident, reason="nobody sees it", by=ada, now=after(0))
    declaring.make_major(incident, by=ada, now=after(2))
    assert [at for at, _ in asked_again(incident, until=120, after=after)] == [after(2)]


def test_cad_8_what_settles_it_ends_the_question(
    led: Callable[..., Incident], ada: Person, after: Callable[[float], datetime]
) -> None:
    for settle in (
        partial(post, stage=Stage.INVESTIGATING),
        partial(declaring.set_severity, new=Severity.SEV1, reason=""),
        partial(declaring.set_severity, new=Severity.SEV4, reason="one host"),
        partial(ending.cancel, reason="the probe was wrong"),
    ):
        incident = led(Severity.SEV2)
        publishing.skip_post(incident, reason="one customer", by=ada, now=after(0))
        assert "scoping" in incident.deadlines
        settle(incident, by=ada, now=after(1))
        assert "scoping" not in incident.deadlines


def test_cad_8_a_report_that_is_still_checked_is_asked_about_once_it_is_confirmed(
    declared: Callable[..., Incident], ada: Person, after: Callable[[float], datetime]
) -> None:
    incident = declared(Severity.SEV2, triage=True)
    staffing.assign(incident, Role.IC, to=ada, by=ada, now=after(0))
    publishing.skip_post(incident, reason="one customer", by=ada, now=after(0))
    assert "scoping" not in incident.deadlines
    ending.move(incident, Phase.SIZE_UP, reason="", by=ada, now=after(10))
    assert incident.deadlines["scoping"].due_at == after(25)


def no_news(incident: Incident, *, by: Person, now: datetime, template: str = "STG-13", reason: str = "") -> None:
    publishing.publish(
        incident, Stage.INVESTIGATING, title="", body="", template=template, by=by, now=now, reason=reason
    )


@pytest.mark.parametrize("template", ["STG-10", "STG-13"])
@pytest.mark.parametrize(("severity", "earliest"), [(Severity.SEV1, 15), (Severity.SEV2, 45), (Severity.SEV3, 210)])
def test_cad_14_nothing_new_is_not_posted_before_its_reminders_begin(
    *,
    led: Callable[..., Incident],
    cleo: Person,
    after: Callable[[float], datetime],
    severity: Severity,
    earliest: int,
    template: str,
) -> None:
    incident = led(severity)
    no_news(incident, by=cleo, now=after(0), template="STG-10")
    with pytest.raises(Refused, match="Has something changed") as refused:
        no_news(incident, by=cleo, now=after(earliest - 0.1), template=template)
    assert refused.value.hint == "/status investigating what has changed"
    no_news(incident, by=cleo, now=after(earliest), template=template)
    assert incident.updates == 2


def test_cad_14_what_is_new_may_be_said_at_any_time(
    incident: Incident, cleo: Person, after: Callable[[float], datetime]
) -> None:
    """CAD-11."""
    for minute in range(3):
        post(incident, Stage.INVESTIGATING, by=cleo, now=after(minute))
    assert incident.updates == 3


def test_cad_11_what_changed_goes_out_outside_the_cadence_and_the_cadence_restarts_from_it(
    incident: Incident, cleo: Person, after: Callable[[float], datetime]
) -> None:
    post(incident, Stage.INVESTIGATING, by=cleo, now=after(2))
    assert incident.deadlines["update"].due_at == after(30)
    post(incident, Stage.INVESTIGATING, by=cleo, now=after(11))
    assert incident.deadlines["update"].due_at == after(40)


def test_cad_14_another_stage_is_news_in_itself(
    incident: Incident, cleo: Person, after: Callable[[float], datetime]
) -> None:
    post(incident, Stage.IDENTIFIED, by=cleo, now=after(0), reason="it was seen at once")
    no_news(incident, by=cleo, now=after(1), template="STG-10", reason="it was another cause")
    assert incident.stage is Stage.INVESTIGATING


def test_cad_14_where_no_interval_is_owed_there_is_none_to_keep(
    led: Callable[..., Incident], cleo: Person, after: Callable[[float], datetime]
) -> None:
    incident = led(Severity.SEV5)
    for minute in range(3):
        no_news(incident, by=cleo, now=after(minute))
    assert incident.updates == 3


def test_sec_044_customers_have_not_been_told_of_a_private_incident(
    incident: Incident, ada: Person, now: datetime
) -> None:
    """Its first notice is no figure of how fast customers heard."""
    incident.private = True
    publishing.publish(incident, Stage.INVESTIGATING, title="T", body="B", template="x", by=ada, now=now)
    assert not incident.public
    assert (incident.clocks.first_public_at, incident.updates) == (None, 1)
