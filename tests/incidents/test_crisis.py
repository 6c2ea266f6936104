"""A crisis is declared and ended by a word of few, and posts wait for more people while it lasts (CRI-3, APPR-2)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from incidents import account, approval, clearing, crisis, drafts, ending, publishing, staffing
from incidents.account_records import Account
from incidents.approval_events import DraftSubmitted
from incidents.crisis_events import CrisisDeclared, CrisisEnded
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.person import Person
from incidents.phase import Phase
from incidents.policy import Approval, Approvers, Policy
from incidents.records import Crisis, Draft, OnCall, Wording
from incidents.roles import Role
from incidents.stage import Stage

Led = Callable[..., Incident]
At = Callable[[float], datetime]

DAN, EVE = Person("dan@example.org", "Dan", "dan"), Person("eve@example.org", "Eve", "eve")


def draft(by: Person, now: datetime) -> Draft:
    return Draft(0, Stage.INVESTIGATING, "STG-11", {"en": Wording("Checkout", "We look.")}, by, now)


def submit(incident: Incident, by: Person, now: datetime) -> Draft:
    approval.submit(incident, draft(by, now), by=by, now=now)
    return approval.waiting(incident)


def test_cri_3_the_commander_the_duty_manager_and_executives_declare_it(
    led: Led, ada: Person, bob: Person, now: datetime
) -> None:
    incident = led(policy=Policy(executives=(DAN,)))
    incident.on_call = OnCall(duty_manager=EVE)
    with pytest.raises(Refused, match="the duty manager or an executive"):
        crisis.declare(incident, 1, by=bob, now=now)
    for level, who in enumerate((ada, DAN, EVE), start=1):
        crisis.declare(incident, level, reason="why", by=who, now=now)
        assert incident.crisis == Crisis(level, who, now)
        assert incident.news[-1] == CrisisDeclared(at=now, by=who, level=level, old=level - 1, reason="why")
    with pytest.raises(Refused, match="the duty manager or an executive"):
        crisis.end(incident, by=bob, now=now)


@pytest.mark.parametrize("level", [0, 4])
def test_cri_2_it_has_one_of_three_levels(led: Led, ada: Person, now: datetime, level: int) -> None:
    with pytest.raises(Refused, match="Which level"):
        crisis.declare(led(), level, by=ada, now=now)


def test_cri_7_it_stands_until_somebody_says_that_it_is_over(led: Led, ada: Person, now: datetime, after: At) -> None:
    incident = led()
    with pytest.raises(Refused, match="no crisis"):
        crisis.end(incident, by=ada, now=now)
    crisis.declare(incident, 2, by=ada, now=now)
    with pytest.raises(Refused, match="of level 2 already"):
        crisis.declare(incident, 2, by=ada, now=after(1))
    crisis.declare(incident, 3, by=ada, now=after(2))
    assert incident.crisis
    assert incident.crisis.since == now, "a level more is no new crisis"
    incident.phase = Phase.RESOLVED
    with pytest.raises(Refused, match="still a crisis"):
        ending.close(incident, severity=None, by=ada, now=after(3))
    crisis.end(incident, reason="calm", by=ada, now=after(10))
    assert incident.news[-1] == CrisisEnded(at=after(10), by=ada, level=3, seconds=600, reason="calm")
    with pytest.raises(Refused, match="resolved"):
        crisis.declare(incident, 1, by=ada, now=after(11))
    with pytest.raises(Refused, match="no crisis"):
        crisis.end(incident, by=ada, now=after(11))


@pytest.mark.parametrize("kind", ["crisis", "security"])
def test_appr_2_in_a_crisis_legal_and_communications_clear_every_post_besides(
    led: Led, ada: Person, cleo: Person, now: datetime, kind: str
) -> None:
    """Whom the organisation named for a crisis, else for security; also where posts are not cleared otherwise."""
    named = {"legal": Approvers(people=(DAN,)), "communications": Approvers(people=(EVE,))}
    other = {} if kind == "security" else {"security": {"legal": Approvers(people=(cleo,))}}
    incident = led(policy=Policy(approval=Approval(**{kind: named, **other})))  # type: ignore[arg-type]
    assert not drafts.needed(incident, "STG-11", now=now)
    crisis.declare(incident, 1, by=ada, now=now)
    assert drafts.needed(incident, "STG-11", now=now)
    with pytest.raises(Refused, match="Somebody else clears this post"):
        publishing.publish(incident, Stage.INVESTIGATING, title="", body="", template="STG-11", by=cleo, now=now)
    submit(incident, cleo, now)
    wanted = {"usual": (ada,), "legal": (DAN,), "communications": (EVE,)}
    assert clearing.open_parts(incident, approval.waiting(incident), now=now) == wanted
    for who in (ada, DAN, EVE):
        assert incident.updates == 0
        approval.approve(incident, approval.waiting(incident), by=who, now=now)
    assert incident.updates == 1
    crisis.end(incident, by=ada, now=now)
    assert not drafts.needed(incident, "STG-11", now=now)


def test_appr_2_without_names_a_second_leader_clears_it_in_a_crisis(
    led: Led, ada: Person, bob: Person, cleo: Person, now: datetime
) -> None:
    incident = led()
    staffing.assign(incident, Role.DEPUTY, to=bob, by=bob, now=now)
    crisis.declare(incident, 3, by=ada, now=now)
    submit(incident, cleo, now)
    parts = clearing.open_parts(incident, approval.waiting(incident), now=now)
    assert parts == {"usual": (ada,), "second": (ada, bob)}
    assert clearing.with_yes(incident, approval.waiting(incident), by=ada, now=now) == {"usual": ada}


def test_appr_2_what_waits_when_a_crisis_begins_waits_for_more_people_with_time_for_it(
    led: Led, ada: Person, cleo: Person, now: datetime, after: At
) -> None:
    incident = led(policy=Policy(approval=Approval(mode="on", crisis={"legal": Approvers(people=(DAN,))})))
    first = submit(incident, cleo, now)
    crisis.declare(incident, 2, by=ada, now=after(4))
    waits = approval.waiting(incident)
    assert (waits.number, waits.digest) == (2, first.digest), "an old button clears nothing"
    event = incident.news[-1]
    assert isinstance(event, DraftSubmitted)
    assert (event.crisis, event.needs, event.approvers, event.replaced) == (True, 2, (ada, DAN), first)
    assert incident.deadlines["approval"].due_at == after(9)
    crisis.declare(incident, 3, by=ada, now=after(5))
    assert approval.waiting(incident) == waits, "another level asks nobody again"
    approval.approve(incident, waits, by=ada, now=after(5))
    crisis.end(incident, by=ada, now=after(6))
    assert approval.lapsed(incident, now=after(6)), "nobody else has to say yes any more"


def test_appr_7_nobody_clears_alone_in_a_crisis(led: Led, cleo: Person, ada: Person, now: datetime, after: At) -> None:
    incident = led(policy=Policy(approval=Approval(mode="on"), small_team=True))
    crisis.declare(incident, 1, by=ada, now=now)
    submit(incident, cleo, now)
    with pytest.raises(Refused, match="For a crisis a second person clears every post"):
        approval.may_decide(incident, by=cleo, now=after(20), alone="nobody answers")


def test_appr_8_the_holding_statement_agreed_on_beforehand_is_free_in_a_crisis_too(
    led: Led, ada: Person, now: datetime, after: At
) -> None:
    incident = led(policy=Policy(approval=Approval(at_deadline="holding")))
    crisis.declare(incident, 2, by=ada, now=now)
    assert drafts.needed(incident, "STG-10", now=after(14))
    assert not drafts.needed(incident, "STG-10", now=after(15))
    assert drafts.needed(incident, "STG-11", now=after(15))


def test_appr_2_the_public_report_needs_them_too_while_the_crisis_lasts(
    led: Led, ada: Person, bob: Person, now: datetime
) -> None:
    incident = led(policy=Policy(approval=Approval(crisis={"legal": Approvers(people=(DAN,))})))
    crisis.declare(incident, 2, by=ada, now=now)
    incident.phase, incident.stage, incident.review_owner = Phase.REVIEW, Stage.RESOLVED, bob
    report = Account(0, {"en": Wording("Report", "It works.")}, "en", bob, now)
    account.submit(incident, report, by=bob, now=now)
    assert account.open_parts(incident, account.waiting(incident))["legal"] == (DAN,)
    incident.crisis = None
    assert "legal" not in account.open_parts(incident, account.waiting(incident))


def test_a_post_without_a_crisis_and_without_security_is_not_grave(led: Led, cleo: Person, now: datetime) -> None:
    incident = led()
    assert not clearing.grave(incident, draft(cleo, now))
    assert clearing.grave(incident, replace(draft(cleo, now), kind="security"))
