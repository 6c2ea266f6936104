"""Estimates: who, how much on top, rounded how, missed when (ETA rules)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from incidents import ending, eta, proposals, publishing, reminding, staffing
from incidents.customer_events import Estimated, EstimateHeld, EstimatePassed
from incidents.customer_records import Certainty
from incidents.errors import Refused
from incidents.eta import History
from incidents.events import CaughtUp, Reminded
from incidents.incident import Incident
from incidents.person import Person
from incidents.phase import Phase
from incidents.policy import Policy
from incidents.roles import Role
from incidents.stage import Stage

After = Callable[[float], datetime]
DAY = datetime(2031, 4, 2, tzinfo=UTC)


def at(clock: str) -> datetime:
    hours, minutes = map(int, clock.split(":"))
    return DAY + timedelta(hours=hours, minutes=minutes)


@pytest.fixture
def led_by_dan(incident: Incident, dan: Person, now: datetime) -> Incident:
    staffing.assign(incident, Role.TECHNICAL_LEAD, to=dan, by=dan, now=now)
    incident.cause_confirmed_by = dan
    incident.facts["affected_who"] = "all"
    incident.news.clear()
    return incident


def tell(incident: Incident, body: str, *, by: Person, now: datetime, stage: Stage = Stage.IDENTIFIED) -> None:
    publishing.publish(
        incident, stage, title="Checkout", body=body, template="text", by=by, now=now, reason="for the test"
    )
    incident.news.clear()


@pytest.mark.parametrize(
    ("clock", "minutes", "buffer", "public"),
    [
        ("15:00", 40, 40, "16:00"),  # ETA-4
        ("15:00", 10, 30, "15:15"),
        ("15:00", 20, 50, "15:30"),
        ("15:01", 20, 50, "15:35"),
        ("15:00", 42, 40, "16:00"),
        ("15:00", 40, 50, "16:00"),
        ("15:01", 40, 50, "16:15"),
        ("15:00", 160, 50, "19:00"),
        ("15:00", 150, 50, "18:45"),
        ("15:20", 160, 50, "20:00"),
    ],
)
def test_eta_3_customers_read_a_padded_time_rounded_up(clock: str, minutes: int, buffer: int, public: str) -> None:
    assert eta.padded(at(clock), minutes, buffer) == at(public)


def test_it_is_a_round_time_in_the_zone_of_the_organisation() -> None:
    found = eta.padded(at("15:00"), 200, 50, zone="Asia/Kolkata").astimezone(ZoneInfo("Asia/Kolkata"))
    assert (found.hour, found.minute) == (2, 0)


def test_seconds_are_rounded_up_too() -> None:
    assert eta.padded(at("15:00") + timedelta(seconds=1), 10, 50) == at("15:20")


@pytest.mark.parametrize(("certainty", "buffer"), [("high", 30), ("medium", 40), ("low", 50)])
def test_the_buffer_follows_the_certainty(
    led_by_dan: Incident, dan: Person, now: datetime, certainty: Certainty, buffer: int
) -> None:
    eta.estimate(led_by_dan, 40, certainty=certainty, by=dan, now=now)
    assert led_by_dan.estimates[0].buffer == buffer


@pytest.mark.parametrize(("like", "buffer"), [(2, 50), (3, 40)])
def test_whoever_does_not_say_how_sure_they_are_needs_three_like_incidents(
    led_by_dan: Incident, dan: Person, now: datetime, like: int, buffer: int
) -> None:
    eta.estimate(led_by_dan, 40, like=like, by=dan, now=now)
    assert led_by_dan.estimates[0].buffer == buffer


def test_an_estimate_is_news_and_replaces_the_time_that_was_typed(
    led_by_dan: Incident, dan: Person, now: datetime, after: After
) -> None:
    led_by_dan.facts["eta_time"] = "14:30 UTC"
    eta.estimate(led_by_dan, 40, certainty="medium", by=dan, now=now)
    (news,) = led_by_dan.news
    assert isinstance(news, Estimated)
    assert (news.public, news.closed, news.before) == (True, False, None)
    assert led_by_dan.estimates[0].raw_at == after(40)
    assert "eta_time" not in led_by_dan.facts
    assert led_by_dan.deadlines["eta"].due_at == after(60)
    assert led_by_dan.deadlines["eta"].wake_at == after(45)


def test_the_commander_and_experts_estimate_only_without_a_technical_lead(
    led_by_dan: Incident, ada: Person, bob: Person, dan: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match="Dan, the Technical Lead"):
        eta.may_estimate(led_by_dan, ada)
    staffing.release(led_by_dan, Role.TECHNICAL_LEAD, whose=dan, by=dan, now=now)
    eta.may_estimate(led_by_dan, ada)
    with pytest.raises(Refused, match="or an expert"):
        eta.may_estimate(led_by_dan, bob)
    staffing.assign(led_by_dan, Role.SME, to=bob, by=bob, now=now, service="database")
    eta.may_estimate(led_by_dan, bob)


@pytest.mark.parametrize("minutes", [0, -5, eta.LONGEST + 1])
def test_impossible_spans_are_refused(led_by_dan: Incident, dan: Person, now: datetime, minutes: int) -> None:
    with pytest.raises(Refused, match="Between a minute"):
        eta.estimate(led_by_dan, minutes, by=dan, now=now)


def test_after_the_end_nothing_is_estimated(led_by_dan: Incident, dan: Person, now: datetime) -> None:
    led_by_dan.phase = Phase.RESOLVED
    with pytest.raises(Refused, match="nothing to estimate"):
        eta.estimate(led_by_dan, 40, by=dan, now=now)


def test_eta_2_posts_name_a_time_only_from_identified_on_and_while_it_is_ahead(
    led_by_dan: Incident, dan: Person, now: datetime, after: After
) -> None:
    assert eta.for_posts(led_by_dan, Stage.IDENTIFIED, now=now) is None
    eta.estimate(led_by_dan, 40, certainty="medium", by=dan, now=now)
    assert eta.for_posts(led_by_dan, Stage.INVESTIGATING, now=now) is None
    assert eta.for_posts(led_by_dan, Stage.IDENTIFIED, now=now) == after(60)
    assert eta.for_posts(led_by_dan, Stage.IDENTIFIED, now=after(60)) is None


@pytest.mark.parametrize("public", ["none", "on_request"])
def test_eta_2_other_policies_put_no_time_in_posts(
    led: Callable[..., Incident], ada: Person, now: datetime, after: After, public: str
) -> None:
    incident = led(policy=Policy(eta_public=public))  # type: ignore[arg-type]
    eta.estimate(incident, 40, certainty="medium", by=ada, now=now)
    assert eta.for_posts(incident, Stage.IDENTIFIED, now=now) is None
    assert eta.for_askers(incident, now=now) is None
    incident.stage = Stage.IDENTIFIED
    assert eta.for_askers(incident, now=now) == (None if public == "none" else after(60))
    assert eta.for_askers(incident, now=after(60)) is None


def test_who_asks_is_told_what_was_announced(
    led_by_dan: Incident, cleo: Person, dan: Person, now: datetime, after: After
) -> None:
    assert eta.for_askers(led_by_dan, now=now) is None
    eta.estimate(led_by_dan, 40, certainty="medium", by=dan, now=now)
    led_by_dan.stage = Stage.IDENTIFIED
    assert eta.for_askers(led_by_dan, now=now) is None
    tell(led_by_dan, "Normal by 15:00 UTC.", by=cleo, now=after(1))
    assert eta.for_askers(led_by_dan, now=after(2)) == after(60)


def test_kpi_4_announced_is_when_a_post_first_named_the_time(
    led_by_dan: Incident, cleo: Person, dan: Person, now: datetime, after: After
) -> None:
    eta.estimate(led_by_dan, 40, certainty="medium", by=dan, now=now)
    tell(led_by_dan, "Normal by 15:00 UTC.", by=cleo, now=after(1), stage=Stage.INVESTIGATING)
    assert led_by_dan.estimates[0].announced_at is None
    tell(led_by_dan, "We work on it.", by=cleo, now=after(2))
    assert led_by_dan.estimates[0].announced_at is None
    # The next update is due at 14:30.
    tell(led_by_dan, "Normal by 15:00 UTC. Next update by 14:30.", by=cleo, now=after(3))
    tell(led_by_dan, "Still 15:00 UTC.", by=cleo, now=after(4))
    assert led_by_dan.estimates[0].announced_at == after(3)


def test_the_time_of_the_next_update_is_not_taken_for_an_announcement(
    led_by_dan: Incident, cleo: Person, dan: Person, after: After
) -> None:
    eta.estimate(led_by_dan, 40, certainty="medium", by=dan, now=after(0))
    tell(led_by_dan, "Next update by 15:00 UTC.", by=cleo, now=after(30))
    assert led_by_dan.estimates[0].announced_at is None
    tell(led_by_dan, "Normal by 15:00 UTC. Next update by 15:00 UTC.", by=cleo, now=after(31))
    assert led_by_dan.estimates[0].announced_at == after(31)


def asked(incident: Incident, moment: datetime) -> list[Reminded]:
    incident.news.clear()
    reminding.remind(incident, now=moment)
    return [event for event in incident.news if isinstance(event, Reminded) and event.deadline.kind == "eta"]


def alone(incident: Incident) -> None:
    incident.deadlines = {name: owed for name, owed in incident.deadlines.items() if name == "eta"}


def test_eta_6_the_technical_lead_is_asked_at_three_quarters_then_the_leads(
    led_by_dan: Incident, ada: Person, dan: Person, now: datetime, after: After
) -> None:
    eta.estimate(led_by_dan, 40, certainty="medium", by=dan, now=now)
    alone(led_by_dan)
    (first,) = asked(led_by_dan, after(45))
    assert (first.audience, first.escalated) == ((dan,), ())
    (second,) = asked(led_by_dan, after(50))
    assert (second.audience, second.escalated) == ((dan,), (ada,))
    (last,) = asked(led_by_dan, after(60))
    assert last.minutes == 0
    assert "eta" not in led_by_dan.deadlines


def test_a_short_span_is_asked_about_once(led_by_dan: Incident, dan: Person, now: datetime, after: After) -> None:
    eta.estimate(led_by_dan, 10, certainty="high", by=dan, now=now)
    assert led_by_dan.estimates[0].checks == (-4, 0)
    alone(led_by_dan)
    assert len(asked(led_by_dan, after(11))) == 1
    assert asked(led_by_dan, after(14)) == []


def test_who_estimated_is_asked_where_there_is_no_technical_lead(
    incident: Incident, ada: Person, now: datetime, after: After
) -> None:
    eta.estimate(incident, 40, certainty="medium", by=ada, now=now)
    alone(incident)
    (first,) = asked(incident, after(45))
    assert first.audience == (ada,)


def test_what_holds_is_not_asked_again(led_by_dan: Incident, dan: Person, now: datetime, after: After) -> None:
    eta.estimate(led_by_dan, 40, certainty="medium", by=dan, now=now)
    alone(led_by_dan)
    asked(led_by_dan, after(45))
    led_by_dan.news.clear()
    eta.hold(led_by_dan, by=dan, now=after(46))
    eta.hold(led_by_dan, by=dan, now=after(47))
    assert [type(event) for event in led_by_dan.news] == [EstimateHeld]
    assert asked(led_by_dan, after(50)) == []
    assert len(asked(led_by_dan, after(60))) == 1


def test_nothing_holds_without_an_estimate(led_by_dan: Incident, dan: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="No estimate is running"):
        eta.hold(led_by_dan, by=dan, now=now)


def test_nothing_holds_that_is_over(led_by_dan: Incident, dan: Person, now: datetime, after: After) -> None:
    eta.estimate(led_by_dan, 40, certainty="medium", by=dan, now=now)
    led_by_dan.deadlines.pop("eta")
    with pytest.raises(Refused, match="No estimate is running"):
        eta.hold(led_by_dan, by=dan, now=after(70))


def test_eta_6_a_later_time_than_announced_is_a_miss_with_half_on_top(
    led_by_dan: Incident, cleo: Person, dan: Person, now: datetime, after: After
) -> None:
    eta.estimate(led_by_dan, 40, certainty="high", by=dan, now=now)
    tell(led_by_dan, f"Normal by {led_by_dan.estimates[0].public_at:%H:%M}.", by=cleo, now=after(1))
    eta.estimate(led_by_dan, 40, certainty="high", by=dan, now=after(30))
    (news,) = led_by_dan.news
    assert isinstance(news, Estimated)
    assert news.before
    assert [each.missed for each in led_by_dan.estimates] == [True, False]
    assert led_by_dan.estimates[1].buffer == 50


def test_an_earlier_time_is_no_miss(
    led_by_dan: Incident, cleo: Person, dan: Person, now: datetime, after: After
) -> None:
    eta.estimate(led_by_dan, 40, certainty="medium", by=dan, now=now)
    tell(led_by_dan, "Normal by 15:00.", by=cleo, now=after(1))
    eta.estimate(led_by_dan, 10, by=dan, now=after(2))
    assert not any(each.missed for each in led_by_dan.estimates)


def test_eta_6_two_misses_end_it(led_by_dan: Incident, cleo: Person, dan: Person, now: datetime, after: After) -> None:
    eta.estimate(led_by_dan, 40, certainty="medium", by=dan, now=now)
    tell(led_by_dan, "Normal by 15:00.", by=cleo, now=after(1))
    alone(led_by_dan)
    asked(led_by_dan, after(45))
    asked(led_by_dan, after(50))
    asked(led_by_dan, after(60))
    (missed,) = [event for event in led_by_dan.news if isinstance(event, EstimatePassed)]
    assert not missed.closed
    eta.estimate(led_by_dan, 10, by=dan, now=after(61))
    tell(led_by_dan, "Normal by 15:20.", by=cleo, now=after(62))
    eta.estimate(led_by_dan, 100, by=dan, now=after(70))
    (news,) = led_by_dan.news
    assert isinstance(news, Estimated)
    assert (news.closed, news.public) == (True, False)
    assert led_by_dan.policy.eta_public == "none"


def test_with_the_policy_none_there_is_nothing_to_close(
    led: Callable[..., Incident], ada: Person, cleo: Person, now: datetime, after: After
) -> None:
    incident = led(policy=Policy(eta_public="none"))
    for minute in (0, 10, 20):
        eta.estimate(incident, 40 + minute, by=ada, now=after(minute))
        made = incident.estimates[-1]
        incident.estimates[-1] = replace(made, announced_at=after(minute))
    assert sum(each.missed for each in incident.estimates) == 2
    assert not any(event.closed for event in incident.news if isinstance(event, Estimated))


def test_a_repair_that_is_being_watched_is_no_miss(
    led_by_dan: Incident, ada: Person, cleo: Person, dan: Person, after: After
) -> None:
    eta.estimate(led_by_dan, 40, certainty="medium", by=dan, now=after(0))
    tell(led_by_dan, "Normal by 15:00.", by=cleo, now=after(1))
    ending.move(led_by_dan, Phase.VERIFY, reason="", by=ada, now=after(40))
    assert "eta" not in led_by_dan.deadlines
    eta.passed(led_by_dan, now=after(60))
    assert not led_by_dan.estimates[0].missed


def test_monitoring_ends_the_questions(
    led_by_dan: Incident, cleo: Person, dan: Person, now: datetime, after: After
) -> None:
    eta.estimate(led_by_dan, 40, certainty="medium", by=dan, now=now)
    tell(led_by_dan, "Normal by 15:00.", by=cleo, now=after(1), stage=Stage.MONITORING)
    assert "eta" not in led_by_dan.deadlines


def test_a_time_that_passed_while_sitrep_was_away_is_a_miss_too(
    led_by_dan: Incident, cleo: Person, dan: Person, now: datetime, after: After
) -> None:
    eta.estimate(led_by_dan, 40, certainty="medium", by=dan, now=now)
    tell(led_by_dan, "Normal by 15:00.", by=cleo, now=after(1))
    alone(led_by_dan)
    proposals.propose(led_by_dan, "wait", by=dan, now=after(1))
    reminding.remind(led_by_dan, now=after(90))
    assert led_by_dan.estimates[0].missed
    (away,) = [event for event in led_by_dan.news if isinstance(event, CaughtUp)]
    assert {one.deadline.kind for one in away.missed} == {"eta", "proposal"}


@pytest.mark.parametrize(
    ("repairs", "elapsed", "more"),
    [((), 0, None), ((40, 50), 0, None), ((40, 50, 90), 0, 60), ((40, 50, 90), 20, 40), ((40, 50, 90), 55, 15)],
)
def test_eta_1_history_proposes_the_mean_less_what_has_passed(
    repairs: tuple[int, ...], elapsed: int, more: int | None
) -> None:
    assert History(repairs).proposal(elapsed) == more


def test_eta_8_median_and_mean() -> None:
    assert (History((40, 50, 90)).median, History((40, 50, 90)).mean) == (50, 60)
    assert (History().median, History().mean) == (0, 0)
