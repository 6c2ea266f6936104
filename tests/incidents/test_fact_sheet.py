"""What the technical lead knows, before each update (STG-7, CAD-5, ROLE-18c, ROLE-18f)."""

from collections.abc import Callable
from datetime import datetime

import pytest

from incidents import confirming, declaring, escalation, fact_sheet, publishing, reminding, staffing
from incidents.approval_events import FactsGiven
from incidents.errors import Refused
from incidents.events import Reminded
from incidents.fact_sheet import Believed
from incidents.incident import Incident
from incidents.person import Person
from incidents.phase import Phase
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import Stage

Led = Callable[..., Incident]
At = Callable[[float], datetime]


def post(incident: Incident, by: Person, now: datetime) -> None:
    publishing.publish(incident, Stage.INVESTIGATING, title="", body="", template="x", by=by, now=now)


def lead(incident: Incident, dan: Person, now: datetime) -> None:
    staffing.assign(incident, Role.TECHNICAL_LEAD, to=dan, by=dan, now=now)
    incident.news.clear()


def test_stg_7_facts_feed_the_posts_and_how_sure_they_are_stays_inside(
    incident: Incident, dan: Person, now: datetime
) -> None:
    lead(incident, dan, now)
    said = {"symptom": "errors", "affected_share": "40%", "share_measured": "failed requests", "regions": ""}
    fact_sheet.give(incident, said, by=dan, now=now)
    assert incident.facts == {"symptom": "errors", "affected_share": "40%"}
    assert incident.sheet == {"share_measured": "failed requests"}
    assert incident.news == [FactsGiven(at=now, by=dan, facts=dict(incident.facts), sheet=dict(incident.sheet))]
    fact_sheet.give(incident, said, by=dan, now=now)
    assert incident.news[-1] == FactsGiven(at=now, by=dan, facts={}, sheet={})


def test_stg_33_a_suspected_cause_never_reaches_customers(incident: Incident, ada: Person, now: datetime) -> None:
    incident.facts["cause_plain"] = "a bad cable"
    fact_sheet.give(incident, {"cause_plain": "a full disk", "cause_certainty": "suspected"}, by=ada, now=now)
    assert incident.facts == {}
    assert incident.sheet == {"suspected_cause": "a full disk", "cause_certainty": "suspected"}
    assert incident.cause_confirmed_by is None


def test_a_confirmed_cause_is_confirmed_for_the_post_too(
    incident: Incident, ada: Person, dan: Person, now: datetime
) -> None:
    """LIFE-10 d: only by the one whose it is to say."""
    lead(incident, dan, now)
    said = {"cause_plain": "a full disk", "cause_certainty": "confirmed"}
    fact_sheet.give(incident, said, by=ada, now=now)
    assert (incident.facts, incident.cause_confirmed_by) == ({"cause_plain": "a full disk"}, None)
    fact_sheet.give(incident, said, by=dan, now=now)
    assert (incident.cause_confirmed_by, incident.cause) == (dan, "a full disk")
    fact_sheet.give(incident, said, by=dan, now=now)
    assert isinstance(incident.news[-1], FactsGiven)


def test_while_there_is_no_technical_lead_the_commander_confirms(
    incident: Incident, ada: Person, now: datetime
) -> None:
    fact_sheet.give(incident, {"cause_certainty": "confirmed"}, by=ada, now=now)
    assert incident.cause_confirmed_by == ada


@pytest.mark.parametrize(
    ("risk", "checked", "statement"),
    [
        ("no", "compared all orders", fact_sheet.NO_DATA),
        ("no", "", ""),
        ("yes", "compared all orders", ""),
        ("unknown", "", fact_sheet.CHECKING),
    ],
)
def test_that_no_data_was_lost_is_said_only_when_it_was_checked(
    *, incident: Incident, ada: Person, now: datetime, risk: str, checked: str, statement: str
) -> None:
    fact_sheet.give(incident, {"data_at_risk": risk, "data_checked": checked}, by=ada, now=now)
    assert incident.facts.get("data_statement", "") == statement
    assert incident.sheet["data_at_risk"] == risk
    assert fact_sheet.data_doubted(incident) == (risk in ("yes", "unknown"))
    assert fact_sheet.data_checked(incident) == (statement == fact_sheet.NO_DATA)


def test_what_customers_read_of_data_changes_with_what_is_known_and_not_before(
    incident: Incident, ada: Person, now: datetime
) -> None:
    assert not fact_sheet.data_doubted(incident)
    fact_sheet.give(incident, {"data_at_risk": "no", "data_checked": "by hand"}, by=ada, now=now)
    fact_sheet.give(incident, {"data_at_risk": "yes"}, by=ada, now=now)
    assert incident.facts.get("data_statement", "not said") == ""
    incident.facts["data_statement"] = "Names were visible to others"
    fact_sheet.give(incident, {"data_at_risk": "yes"}, by=ada, now=now)
    assert incident.facts["data_statement"] == "Names were visible to others"


def test_lint_25_the_commander_who_resolves_says_what_became_of_data(incident: Incident) -> None:
    assert not fact_sheet.data_checked(incident)
    incident.data_statement = "No data was lost"
    assert fact_sheet.data_checked(incident)


def test_role_16_the_technical_lead_or_the_commander_gives_them(
    incident: Incident, cleo: Person, dan: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match="nobody is yet; you can be"):
        fact_sheet.give(incident, {}, by=cleo, now=now)
    lead(incident, dan, now)
    with pytest.raises(Refused, match="Dan, the Technical Lead"):
        fact_sheet.give(incident, {}, by=cleo, now=now)
    incident.phase = Phase.RESOLVED
    with pytest.raises(Refused, match="is resolved"):
        fact_sheet.give(incident, {}, by=dan, now=now)


def test_role_18c_facts_are_due_before_the_update(
    incident: Incident, cleo: Person, dan: Person, now: datetime, after: At
) -> None:
    post(incident, cleo, now)
    owed = incident.deadlines["facts"]
    assert (owed.due_at, owed.wake_at) == (after(15), after(10))
    lead(incident, dan, after(1))
    staffing.release(incident, Role.TECHNICAL_LEAD, whose=dan, by=dan, now=after(2))
    assert incident.deadlines["facts"] == owed


def test_cad_21_without_a_technical_lead_the_facts_are_asked_of_commander_then_deputy_then_declarer(
    *, incident: Incident, ada: Person, bob: Person, cleo: Person, dan: Person, now: datetime
) -> None:
    post(incident, cleo, now)
    staffing.assign(incident, Role.DEPUTY, to=dan, by=ada, now=now)
    owed = incident.deadlines["facts"]
    assert escalation.audience(incident, owed) == (ada,)
    with pytest.raises(Refused, match="nobody is yet"):
        fact_sheet.may_give(incident, dan)
    incident.holders = [holder for holder in incident.holders if holder.role is not Role.IC]
    assert escalation.audience(incident, owed) == (dan,)
    with pytest.raises(Refused, match="nobody is yet"):
        fact_sheet.may_give(incident, bob)
    fact_sheet.may_give(incident, dan)
    incident.holders = []
    assert escalation.audience(incident, owed) == (incident.declared_by,) == (bob,)
    fact_sheet.give(incident, {"symptom": "errors"}, by=bob, now=now)
    assert "facts" not in incident.deadlines, "whoever is asked may answer"


def test_role_18f_with_a_short_cadence_they_are_due_half_way(
    *, led: Led, cleo: Person, dan: Person, now: datetime, after: At
) -> None:
    incident = led(Severity.SEV2)
    post(incident, cleo, now)
    lead(incident, dan, now)
    assert incident.deadlines["facts"].due_at == after(45)
    declaring.set_severity(incident, Severity.SEV1, reason="", by=cleo, now=now)
    assert incident.deadlines["facts"].due_at == after(15)


def test_once_given_they_are_owed_again_only_after_the_next_post(
    incident: Incident, cleo: Person, dan: Person, now: datetime, after: At
) -> None:
    post(incident, cleo, now)
    lead(incident, dan, now)
    fact_sheet.give(incident, {"symptom": "errors"}, by=dan, now=after(5))
    assert "facts" not in incident.deadlines
    staffing.assign(incident, Role.TECHNICAL_LEAD, to=cleo, by=incident.commander or dan, now=after(6))
    assert "facts" not in incident.deadlines
    post(incident, cleo, after(20))
    assert incident.deadlines["facts"].due_at == after(35)


def test_facts_from_before_the_first_post_count(incident: Incident, dan: Person, now: datetime) -> None:
    lead(incident, dan, now)
    fact_sheet.give(incident, {"symptom": "errors"}, by=dan, now=now)
    assert "facts" not in incident.deadlines


def test_cad_5_the_technical_lead_is_asked_then_the_commander_then_another_expert(
    *, incident: Incident, bob: Person, cleo: Person, dan: Person, now: datetime, after: At
) -> None:
    post(incident, cleo, now)
    lead(incident, dan, now)
    staffing.assign(incident, Role.SME, to=bob, by=bob, now=now)
    found = []
    for minute in range(1, 30):
        incident.news.clear()
        reminding.remind(incident, now=after(minute))
        found += [
            (minute, [one.name for one in event.audience], [one.name for one in event.escalated])
            for event in incident.news
            if isinstance(event, Reminded) and event.deadline.kind == "facts"
        ]
    assert found == [(10, ["Dan"], []), (15, ["Dan"], ["Ada"]), (20, ["Dan"], ["Ada", "Bob"])]


def test_a_cause_that_was_another_is_asked_for_again(incident: Incident, ada: Person, now: datetime) -> None:
    fact_sheet.give(incident, {"cause_certainty": "confirmed"}, by=ada, now=now)
    confirming.forget(incident)
    fact_sheet.give(incident, {"cause_certainty": "confirmed"}, by=ada, now=now)
    assert incident.cause_confirmed_by == ada


def test_eta_1_when_it_works_again_is_an_estimate_and_no_fact_for_a_post(
    incident: Incident, ada: Person, dan: Person, now: datetime, after: At
) -> None:
    lead(incident, dan, now)
    fact_sheet.give(incident, {"symptom": "errors"}, believed=Believed(40, "medium"), by=dan, now=now)
    assert incident.facts == {"symptom": "errors"}
    assert incident.sheet == {}
    assert (incident.estimates[0].raw_at, incident.estimates[0].public_at) == (after(40), after(60))
    with pytest.raises(Refused, match="Dan, the Technical Lead, estimates"):
        fact_sheet.give(incident, {"symptom": "none"}, believed=Believed(10), by=ada, now=now)
    assert incident.facts == {"symptom": "errors"}
