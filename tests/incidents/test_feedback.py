"""What customers report: counted, compared, owed an answer (FB rules)."""

from collections.abc import Callable
from datetime import datetime
from itertools import starmap

import pytest

from incidents import feedback, reminding, timeline
from incidents.customer_events import AnswersAsked, FeedbackAnswered, FeedbackReported
from incidents.customer_records import Report
from incidents.errors import Refused
from incidents.events import Reminded
from incidents.feedback import Tally
from incidents.incident import Incident
from incidents.person import Person
from incidents.phase import Phase
from incidents.records import NEVER

After = Callable[[float], datetime]


def test_fb_2_a_report_keeps_everything_and_owes_an_answer_in_five_minutes(
    incident: Incident, eve: Person, now: datetime, after: After
) -> None:
    made = feedback.report(
        incident,
        "cannot pay",
        count=12,
        customer="ticket 8812",
        channel="phone",
        component="Checkout",
        region="Asia",
        by=eve,
        now=now,
    )
    assert incident.reports == [made]
    assert (made.number, made.count, made.new_symptom, made.new_region) == (1, 12, True, True)
    assert incident.deadlines["feedback:1"].due_at == after(5)
    assert [type(event) for event in incident.news] == [FeedbackReported]


def test_what_is_known_is_not_new(incident: Incident, eve: Person, now: datetime) -> None:
    """By the title, by what customers were told, by what others reported."""
    incident.facts |= {"symptom": "payments fail", "affected_who": "customers in Europe"}
    said = ["checkout shows 500s", "payment fails", "cannot log in", "logins", "search is empty"]
    made = [feedback.report(incident, each, region="europe", by=eve, now=now) for each in said]
    assert [each.new_symptom for each in made] == [False, False, True, False, True]
    assert not any(each.new_region for each in made)
    assert feedback.report(incident, "cannot log in", region="Asia", by=eve, now=now).new_region
    assert not feedback.report(incident, "cannot log in", region="Asia", by=eve, now=now).new_region
    assert not feedback.report(incident, "cannot log in", by=eve, now=now).new_region


@pytest.mark.parametrize("phase", [Phase.CLOSED, Phase.CANCELLED, Phase.DISMISSED])
def test_after_the_very_end_nothing_is_counted(incident: Incident, eve: Person, now: datetime, phase: Phase) -> None:
    incident.phase = phase
    with pytest.raises(Refused, match="something new"):
        feedback.report(incident, "cannot pay", by=eve, now=now)


def test_after_the_resolution_it_is_counted_without_a_reminder(incident: Incident, eve: Person, now: datetime) -> None:
    incident.phase, incident.deadlines = Phase.RESOLVED, {}
    feedback.report(incident, "cannot pay", by=eve, now=now)
    assert incident.deadlines == {}


@pytest.mark.parametrize(("symptom", "count"), [("", 1), ("cannot pay", 0), ("cannot pay", feedback.MOST + 1)])
def test_what_says_nothing_is_refused(incident: Incident, eve: Person, now: datetime, symptom: str, count: int) -> None:
    with pytest.raises(Refused):
        feedback.report(incident, symptom, count=count, by=eve, now=now)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("cannot pay", "can't pay by card", True),
        ("cannot pay", "cannot log in", False),
        ("Payments fail", "payment failing again", True),
        ("search finds nothing", "the search is slow", True),
        ("无法付款", "付款失败", True),
        ("无法付款", "搜索很慢", False),
        ("付", "付款", True),
        ("impossible de payer", "les clients ne peuvent pas payer", True),
        ("nie działa płatność", "płatność kartą", True),
        ("it fails", "it fails", False),
        ("", "cannot pay", False),
    ],
)
def test_likeness_is_by_the_words_that_matter(one: str, other: str, alike: bool) -> None:
    assert feedback.alike(one, other) is alike
    assert feedback.alike(other, one) is alike


def test_likeness_of_long_texts_is_found_in_good_time() -> None:
    assert feedback.alike("付款" * 6000, "word " * 2400) is False


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ([], Tally()),
        ([(5, 3)], Tally(3, 0, 3, ("s5",))),
        ([(30, 1), (15, 4), (5, 3)], Tally(3, 4, 8, ("s5",))),
        ([(10, 4), (9.9, 4)], Tally(4, 4, 8, ("s9.9",))),
    ],
)
def test_fb_3_reports_are_summed_over_ten_minutes(
    eve: Person, after: After, counts: list[tuple[float, int]], found: Tally
) -> None:
    def made(age: float, count: int) -> Report:
        return Report(1, count, f"s{age}", after(-age), eve, new_symptom=True)

    assert feedback.tally(starmap(made, counts), now=after(0)) == found


def test_new_regions_are_told_with_new_symptoms(eve: Person, now: datetime) -> None:
    reports = [Report(1, 1, "slow", now, eve), Report(2, 1, "slow", now, eve, region="Asia", new_region=True)]
    assert feedback.tally(reports, now=now).new == ("Asia",)


@pytest.mark.parametrize(
    ("last", "before", "trend"), [(2, 2, "steady"), (3, 2, "rising"), (1, 2, "falling"), (0, 0, "steady")]
)
def test_the_trend_compares_with_the_ten_minutes_before(last: int, before: int, trend: str) -> None:
    assert Tally(last, before).trend == trend


def test_fb_1_the_liaison_is_asked_then_the_commander_hears_of_it(
    incident: Incident, ada: Person, cleo: Person, eve: Person, after: After
) -> None:
    incident.deadlines = {}
    feedback.report(incident, "cannot pay", by=eve, now=after(0))
    incident.news.clear()
    reminding.remind(incident, now=after(3))
    reminding.remind(incident, now=after(5))
    first, last = (event for event in incident.news if isinstance(event, Reminded))
    assert (first.audience, first.escalated) == ((cleo,), ())
    assert (last.audience, last.escalated) == ((cleo,), (ada,))
    assert incident.deadlines["feedback:1"].wake_at == NEVER


def test_answered_ends_the_reminders_once(incident: Incident, cleo: Person, eve: Person, now: datetime) -> None:
    for _ in range(3):
        feedback.report(incident, "cannot pay", by=eve, now=now)
    incident.news.clear()
    feedback.answered(incident, 2, by=cleo, now=now)
    feedback.answered(incident, 2, by=eve, now=now)
    feedback.answered(incident, None, by=cleo, now=now)
    told = [[each.number for each in event.reports] for event in incident.news if isinstance(event, FeedbackAnswered)]
    assert told == [[2], [1, 3]]
    assert all(each.answered_by == cleo for each in incident.reports)
    assert not [name for name in incident.deadlines if name.startswith("feedback")]
    with pytest.raises(Refused, match="Nobody waits"):
        feedback.answered(incident, None, by=cleo, now=now)
    for number in (0, 4):
        with pytest.raises(Refused, match="no such report"):
            feedback.answered(incident, number, by=cleo, now=now)


def test_fb_8_the_answers_are_asked_for_once(incident: Incident, eve: Person, now: datetime) -> None:
    feedback.ask_answers(incident, by=eve, now=now)
    feedback.ask_answers(incident, by=eve, now=now)
    assert [type(event) for event in incident.news] == [AnswersAsked]
    assert incident.answers_wanted


def test_who_wrote_is_read_by_those_who_answer_or_lead_or_passed_it_on(
    incident: Incident, bob: Person, cleo: Person, eve: Person, now: datetime
) -> None:
    feedback.report(incident, "cannot pay", customer="ticket 1", by=eve, now=now)
    allowed = [person.name for person in (bob, cleo, eve) if feedback.may_read_customers(incident, person)]
    assert allowed == ["Cleo", "Eve"]


def test_tl_8_a_masked_report_is_masked_on_the_incident_too(incident: Incident, eve: Person, now: datetime) -> None:
    feedback.report(incident, "Joe Example cannot pay", region="Joe Example’s village", by=eve, now=now)
    timeline.mask(
        incident,
        3,
        kind="feedback",
        versions=["1 customer report (Joe Example’s village): Joe Example cannot pay"],
        words="Joe Example",
        reason="a name",
        by=eve,
        now=now,
    )
    assert incident.reports[0].symptom == "[masked] cannot pay"
    assert incident.reports[0].region == "[masked]’s village"
