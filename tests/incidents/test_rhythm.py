"""What an incident owes by how it stands, and whom that concerns (CAD-4, CAD-6, CAD-15, CAD-16, CAD-24d, ROLE-22)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from incidents import cadence, ending, escalation, following, publishing, reminding, rhythm, staffing
from incidents.ending import Recovery
from incidents.events import Reminded
from incidents.incident import Incident
from incidents.person import Person
from incidents.phase import Phase
from incidents.policy import Approval, Policy, Rhythm
from incidents.records import NEVER, OnCall
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import Stage

After = Callable[[float], datetime]
Led = Callable[..., Incident]
SEV1, SEV2, SEV3, SEV4 = Severity.SEV1, Severity.SEV2, Severity.SEV3, Severity.SEV4


def owed(incident: Incident, now: datetime) -> dict[str, datetime]:
    """What rhythm keeps, by its name."""
    rhythm.keep(incident, now=now)
    return {name: each.due_at for name, each in incident.deadlines.items() if name in rhythm.KEPT}


def notice(incident: Incident, by: Person, now: datetime, *, template: str = "STG-10", **facts: str) -> None:
    publishing.publish(
        incident, Stage.INVESTIGATING, title="", body="", template=template, by=by, now=now, facts=dict(facts)
    )


def resolve(incident: Incident, by: Person, now: datetime) -> None:
    sure = Recovery(impact_ended=True, recovered=True, confident=True, data_statement="none", early_reason="sure")
    ending.resolve(incident, sure, by=by, now=now)


def test_a_major_incident_has_its_time_called_out_management_told_and_its_people_relieved(
    led: Led, after: After
) -> None:
    assert owed(led(SEV1), after(0)) == {
        "callout": after(10),
        "executive": after(30),
        "rotation": after(60),
        "rest": after(60),
    }


def test_svr_10_a_sev_3_is_asked_after_instead(led: Led, after: After) -> None:
    assert owed(led(SEV3), after(0)) == {"worse": after(30), "rotation": after(60), "rest": after(60)}
    assert "worse" not in owed(led(SEV4), after(0))


def test_what_nobody_wants_to_be_asked_is_not_owed(led: Led, after: After) -> None:
    quiet = Rhythm(callout=None, worse=None, rotate=None, scope=None)
    levels = {**Policy().levels, SEV1: replace(Policy().level(SEV1), executive=None)}
    assert owed(led(SEV1, policy=Policy(levels=levels, rhythm=quiet)), after(0)) == {}
    assert owed(led(SEV3, policy=Policy(rhythm=quiet)), after(0)) == {}


def test_cad_16_a_private_incident_tells_nobody_outside(led: Led, after: After) -> None:
    incident = led(SEV1)
    incident.private = True
    assert "executive" not in owed(incident, after(0))


def test_a_report_that_is_checked_owes_nothing(declared: Led, after: After) -> None:
    assert owed(declared(triage=True), after(0)) == {}


def test_cad_15_call_outs_come_every_ten_minutes_of_the_first_three_hours(led: Led, after: After) -> None:
    incident = led(SEV1)
    rhythm.keep(incident, now=after(0))
    steps = cadence.steps(incident, "callout", now=after(0))
    assert steps.offsets == tuple(range(0, 180, 10))
    incident.phase = Phase.VERIFY
    assert "callout" not in owed(incident, after(5))


def test_cad_4_a_first_notice_without_scope_owes_one_with_it(led: Led, cleo: Person, after: After) -> None:
    incident = led(SEV1)
    notice(incident, cleo, after(5))
    assert owed(incident, after(5))["scope"] == after(20)
    notice(incident, cleo, after(12), template="STG-12", affected_who="customers in Europe")
    assert "scope" not in owed(incident, after(12))
    assert "scope" in incident.fulfilled


@pytest.mark.parametrize("template", ["text", "STG-11"])
def test_cad_4_a_notice_that_says_it_owes_none(led: Led, cleo: Person, after: After, template: str) -> None:
    incident = led(SEV1)
    notice(incident, cleo, after(5), template=template, affected_share="all" if template == "STG-11" else "")
    assert "scope" not in owed(incident, after(5))


def test_cad_4_the_next_update_says_it_where_that_is_no_later(led: Led, cleo: Person, after: After) -> None:
    incident = led(SEV1, policy=Policy(rhythm=Rhythm(scope=30)))
    notice(incident, cleo, after(0))
    assert "scope" not in owed(incident, after(0))


def test_cad_6_a_draft_is_owed_so_early_that_the_decision_fits(led: Led, cleo: Person, after: After) -> None:
    """ROLE-18e."""
    incident = led(SEV1, policy=Policy(approval=Approval(mode="on")))
    assert owed(incident, after(0))["draft"] == after(10)
    incident.deadlines.pop("first-notice")
    assert "draft" not in owed(incident, after(0))
    cadence.arm(incident, "update", after(40), now=after(10))
    assert owed(incident, after(10))["draft"] == after(30)


def test_role_18e_a_decision_that_takes_long_never_asks_for_a_draft_before_the_declaration(
    led: Led, after: After
) -> None:
    incident = led(SEV1, policy=Policy(approval=Approval(mode="on", minutes=60)))
    assert owed(incident, after(0))["draft"] == after(0)


def test_role_22_a_handover_begins_the_hour_anew(led: Led, dan: Person, ada: Person, after: After) -> None:
    incident = led(SEV1)
    incident.holders = [replace(held, since=after(40)) if held.role is Role.IC else held for held in incident.holders]
    assert owed(incident, after(40))["rotation"] == after(100)
    incident.holders = [held for held in incident.holders if held.role is Role.IC]
    assert "rest" not in owed(incident, after(40))


def test_role_22_only_who_has_held_a_role_for_an_hour_is_offered_a_rest(
    led: Led, cleo: Person, bob: Person, after: After
) -> None:
    incident = led(SEV1)
    staffing.assign(incident, Role.DEPUTY, to=bob, by=bob, now=after(30))
    rhythm.keep(incident, now=after(30))
    owing = replace(incident.deadlines["rest"], wake_at=after(60))
    assert escalation.audience(incident, owing) == (cleo,)
    assert escalation.audience(incident, replace(owing, wake_at=after(90))) == (cleo, bob)


def test_role_22_at_three_hours_the_deputies_and_the_backup_hear_of_it(
    led: Led, ada: Person, bob: Person, eve: Person, after: After
) -> None:
    incident = led(SEV1)
    staffing.assign(incident, Role.DEPUTY, to=bob, by=bob, now=after(0))
    incident.on_call = OnCall(backup=eve)
    rhythm.keep(incident, now=after(0))
    owing = incident.deadlines["rotation"]
    assert escalation.escalated(incident, owing, 119) == ()
    assert escalation.escalated(incident, owing, 120) == (ada, bob, eve)


def test_life_11_the_end_of_the_watch_is_said_once(led: Led, cleo: Person, after: After) -> None:
    incident = led(SEV1)
    incident.phase, incident.clocks.verify_at = Phase.VERIFY, after(50)
    assert owed(incident, after(50))["watch"] == after(80)
    incident.deadlines = {"watch": incident.deadlines["watch"]}
    reminding.remind(incident, now=after(80))
    rhythm.keep(incident, now=after(80))
    assert incident.deadlines["watch"].wake_at == NEVER
    told = [event for event in incident.news if isinstance(event, Reminded) and event.deadline.name == "watch"]
    assert len(told) == 1


def test_cad_24d_the_review_owes_an_owner_then_a_meeting_and_a_report(
    led: Led, ada: Person, cleo: Person, dan: Person, after: After
) -> None:
    """GEN-5, POST-11, POST-13, POST-16, POST-20."""
    incident = led(SEV1)
    notice(incident, cleo, after(0))
    resolve(incident, ada, after(60))
    thursday = datetime(2031, 4, 3, 23, 59, tzinfo=UTC)
    assert owed(incident, after(60)) == {"review-owner": after(60), "report": thursday}
    assert incident.deadlines["review-owner"].wake_at == after(120)
    ending.assign_review(incident, owner=dan, by=ada, now=after(90))
    meeting = datetime(2031, 4, 5, 23, 59, tzinfo=UTC)
    day = timedelta(days=1)
    assert owed(incident, after(90)) == {"report": thursday, "review": meeting, "review-read": meeting - day}
    assert incident.deadlines["review"].wake_at == after(90) + timedelta(hours=4)
    following.move_review(incident, "ready", by=dan, now=after(95))
    assert owed(incident, after(95)) == {"report": thursday, "review": meeting}
    for step in ("published", "held"):
        following.move_review(incident, step, by=dan, now=after(95))
    assert owed(incident, after(95)) == {}


def test_cad_24d_what_is_overdue_afterwards_is_asked_each_business_day_when_people_begin(
    led: Led, ada: Person, after: After
) -> None:
    incident = led(SEV2)
    resolve(incident, ada, after(60))
    rhythm.keep(incident, now=after(60))
    wakes = []
    for _ in range(5):
        wakes.append(incident.deadlines["review-owner"].wake_at)
        reminding.remind(incident, now=wakes[-1])
    assert wakes[:2] == [after(120), after(60 + 24 * 60)]
    assert [f"{each:%a %H:%M}" for each in wakes[2:]] == ["Fri 09:00", "Mon 09:00", "Tue 09:00"]


def test_post_11_a_sev_2_has_five_business_days(led: Led, ada: Person, dan: Person, after: After) -> None:
    incident = led(SEV2)
    resolve(incident, ada, after(60))
    ending.assign_review(incident, owner=dan, by=ada, now=after(61))
    assert owed(incident, after(61))["review"] == datetime(2031, 4, 9, 23, 59, tzinfo=UTC)
    assert escalation.audience(incident, incident.deadlines["review"]) == (dan,)


def test_a_minor_incident_owes_no_meeting_and_the_least_no_review(
    led: Led, ada: Person, dan: Person, after: After
) -> None:
    small = led(SEV3)
    resolve(small, ada, after(60))
    assert set(owed(small, after(60))) == {"review-owner"}
    ending.assign_review(small, owner=dan, by=ada, now=after(61))
    assert owed(small, after(61)) == {}
    least = led(SEV4)
    resolve(least, ada, after(60))
    assert owed(least, after(60)) == {}
    least.clocks.resolved_at = None
    assert owed(least, after(60)) == {}


def test_cad_22_what_has_no_step_left_is_owed_all_the_same(led: Led, after: After) -> None:
    incident = led(SEV1)
    incident.clocks.verify_at, incident.phase = after(-100), Phase.VERIFY
    assert owed(incident, after(0))["watch"] == after(-70)
    assert incident.deadlines["watch"].wake_at == NEVER
