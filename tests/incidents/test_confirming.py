"""Customers read *identified* when the technical lead has confirmed the cause and the scope is known (LIFE-10 d)."""

from collections.abc import Callable
from datetime import datetime

import pytest

from incidents import confirming, ending, publishing, staffing
from incidents.ending import Recovery
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.person import Person
from incidents.posting_events import CauseAsked, CauseConfirmed, UpdatePublished
from incidents.roles import Role
from incidents.stage import Stage

INVESTIGATING, IDENTIFIED, MONITORING = Stage.INVESTIGATING, Stage.IDENTIFIED, Stage.MONITORING
NOBODY_SAID = "nobody has said who is affected."
EUROPE = {"affected_who": "customers in Europe"}


def post(
    incident: Incident,
    stage: Stage,
    *,
    by: Person,
    now: datetime,
    reason: str = "",
    facts: dict[str, str] | None = None,
) -> None:
    publishing.publish(
        incident, stage, title="", body="", template="", by=by, now=now, reason=reason, facts=facts or {}
    )


@pytest.fixture
def read(incident: Incident, cleo: Person, now: datetime) -> Incident:
    """Customers read *investigating*; nobody is technical lead."""
    post(incident, INVESTIGATING, by=cleo, now=now)
    return incident


@pytest.fixture
def advised(read: Incident, ada: Person, dan: Person, now: datetime) -> Incident:
    """Dan is technical lead."""
    staffing.assign(read, Role.TECHNICAL_LEAD, to=dan, by=ada, now=now)
    read.news.clear()
    return read


def test_life_10_d_without_a_technical_lead_nothing_is_asked(read: Incident, cleo: Person, now: datetime) -> None:
    assert confirming.missing(read, IDENTIFIED, {}, by=cleo) == ""
    post(read, IDENTIFIED, by=cleo, now=now)
    assert read.stage is IDENTIFIED


def test_life_10_d_an_unconfirmed_cause_and_an_unknown_scope_stop_the_post(
    advised: Incident, cleo: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match="Dan, the Technical Lead, has not confirmed the cause and nobody has said who"):
        post(advised, IDENTIFIED, by=cleo, now=now)
    with pytest.raises(Refused, match=r"has not confirmed the cause\.$"):
        post(advised, IDENTIFIED, by=cleo, now=now, facts=EUROPE)
    assert (advised.stage, advised.news) == (INVESTIGATING, [])


def test_life_17_with_a_reason_it_goes_out_all_the_same(advised: Incident, cleo: Person, now: datetime) -> None:
    post(advised, IDENTIFIED, by=cleo, now=now, reason="Dan said so on the call")
    event = advised.news[-1]
    assert isinstance(event, UpdatePublished)
    assert (event.reason, advised.cause_confirmed_by) == ("Dan said so on the call", None)


def test_life_10_d_once_confirmed_it_is_posted_without_a_reason(
    advised: Incident, cleo: Person, dan: Person, now: datetime
) -> None:
    confirming.confirm(advised, "the disk is full", by=dan, now=now)
    assert advised.news == [CauseConfirmed(at=now, by=dan, cause="the disk is full")]
    assert (advised.cause, advised.cause_confirmed_by) == ("the disk is full", dan)
    assert confirming.missing(advised, IDENTIFIED, {}, by=cleo) == NOBODY_SAID
    post(advised, IDENTIFIED, by=cleo, now=now, facts=EUROPE)
    assert advised.stage is IDENTIFIED


@pytest.mark.parametrize("name", confirming.SCOPE)
def test_life_10_d_one_fact_about_the_scope_is_enough(advised: Incident, dan: Person, name: str) -> None:
    assert confirming.missing(advised, IDENTIFIED, {name: "some"}, by=dan) == ""
    advised.facts[name] = "some"
    assert confirming.missing(advised, IDENTIFIED, {}, by=dan) == ""


@pytest.mark.parametrize("value", ["", " ", "?", "[?]", "Unknown", "not known", "TBD"])
def test_life_10_d_what_is_unknown_is_not_stated(advised: Incident, dan: Person, value: str) -> None:
    assert confirming.missing(advised, IDENTIFIED, {"regions": value}, by=dan) == NOBODY_SAID


def test_life_10_d_the_technical_leads_own_post_confirms_the_cause(
    advised: Incident, ada: Person, cleo: Person, dan: Person, now: datetime
) -> None:
    staffing.release(advised, Role.CUSTOMER_LIAISON, whose=cleo, by=ada, now=now)
    staffing.assign(advised, Role.CUSTOMER_LIAISON, to=dan, by=ada, now=now)
    post(advised, IDENTIFIED, by=dan, now=now, facts=EUROPE)
    assert advised.cause_confirmed_by == dan


def test_life_10_d_only_this_step_is_guarded(advised: Incident, cleo: Person, now: datetime) -> None:
    assert confirming.missing(advised, INVESTIGATING, {}, by=cleo) == ""
    assert confirming.missing(advised, MONITORING, {}, by=cleo) == ""
    post(advised, MONITORING, by=cleo, now=now, reason="the restart helped")
    assert confirming.missing(advised, IDENTIFIED, {}, by=cleo) == ""


def test_life_10_d_each_technical_lead_is_asked_once(
    *, advised: Incident, ada: Person, bob: Person, cleo: Person, dan: Person, now: datetime
) -> None:
    for _ in range(2):
        confirming.ask(advised, "A disk is full.", by=cleo, now=now)
    staffing.assign(advised, Role.TECHNICAL_LEAD, to=bob, by=ada, now=now)
    confirming.ask(advised, "A disk is full.", by=cleo, now=now)
    asked = [event for event in advised.news if isinstance(event, CauseAsked)]
    assert [(event.to, event.text) for event in asked] == [(dan, "A disk is full."), (bob, "A disk is full.")]


def test_nobody_is_asked_what_is_confirmed(advised: Incident, cleo: Person, dan: Person, now: datetime) -> None:
    confirming.confirm(advised, "", by=dan, now=now)
    advised.news.clear()
    confirming.ask(advised, "A disk is full.", by=cleo, now=now)
    assert advised.news == []


def test_only_the_technical_lead_confirms_and_while_there_is_none_the_commander(
    advised: Incident, ada: Person, cleo: Person, dan: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match="Dan, the Technical Lead, confirms"):
        confirming.confirm(advised, "", by=ada, now=now)
    staffing.release(advised, Role.TECHNICAL_LEAD, whose=dan, by=dan, now=now)
    with pytest.raises(Refused, match="Ada, the Incident Commander, confirms"):
        confirming.confirm(advised, "", by=cleo, now=now)
    confirming.confirm(advised, "", by=ada, now=now)
    assert advised.cause_confirmed_by == ada


def test_while_nobody_leads_anybody_confirms(declared: Callable[..., Incident], eve: Person, now: datetime) -> None:
    incident = declared()
    confirming.confirm(incident, "the disk is full", by=eve, now=now)
    assert incident.cause == "the disk is full"


def test_a_cause_is_confirmed_again_only_with_new_words(advised: Incident, dan: Person, now: datetime) -> None:
    confirming.confirm(advised, "the disk is full", by=dan, now=now)
    for words in ("", "the disk is full"):
        with pytest.raises(Refused, match="Dan has confirmed the cause already"):
            confirming.confirm(advised, words, by=dan, now=now)
    confirming.confirm(advised, "a job filled the disk", by=dan, now=now)
    assert advised.cause == "a job filled the disk"


def test_after_the_end_the_review_looks_for_the_cause(
    advised: Incident, ada: Person, dan: Person, now: datetime
) -> None:
    _resolve(advised, by=ada, now=now)
    with pytest.raises(Refused, match="the review looks for the cause"):
        confirming.confirm(advised, "", by=dan, now=now)


def test_life_10_h_looking_for_the_cause_again_forgets_it(
    advised: Incident, cleo: Person, dan: Person, now: datetime
) -> None:
    confirming.confirm(advised, "the disk is full", by=dan, now=now)
    post(advised, INVESTIGATING, by=cleo, now=now)
    assert advised.cause_confirmed_by == dan
    post(advised, IDENTIFIED, by=cleo, now=now, facts=EUROPE)
    post(advised, INVESTIGATING, by=cleo, now=now, reason="it was not the disk")
    assert (advised.cause, advised.cause_asked) == ("", "")
    assert "has not confirmed" in confirming.missing(advised, IDENTIFIED, {}, by=cleo)


def test_life_10_l_a_reopened_incident_has_no_confirmed_cause(
    advised: Incident, ada: Person, dan: Person, now: datetime
) -> None:
    confirming.confirm(advised, "the disk is full", by=dan, now=now)
    _resolve(advised, by=ada, now=now)
    ending.reopen(advised, reason="it is back", by=ada, now=now)
    assert advised.cause_confirmed_by is None


def _resolve(incident: Incident, *, by: Person, now: datetime) -> None:
    recovery = Recovery(
        impact_ended=True, recovered=True, confident=True, data_statement="No data was lost.", early_reason="checked"
    )
    ending.resolve(incident, recovery, by=by, now=now)
