"""Plans that hold unless somebody objects strongly (ROLE-39)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from incidents import ending, paging, proposals, reminding
from incidents.errors import Refused
from incidents.events import (
    Carried,
    CaughtUp,
    Objected,
    Proposed,
)
from incidents.incident import Incident
from incidents.person import CLOCK, Person
from incidents.policy import Policy

HALF_A_MINUTE = timedelta(seconds=30)


@pytest.fixture
def proposed(incident: Incident, ada: Person, dan: Person, now: datetime) -> Incident:
    proposals.propose(incident, "move the traffic", by=ada, now=now, executor=dan)
    return incident


def test_role_39_a_proposal_waits_thirty_seconds_for_a_strong_objection(proposed: Incident, now: datetime) -> None:
    [proposal] = proposed.proposals
    assert (proposal.state, proposal.until) == ("open", now + HALF_A_MINUTE)
    assert isinstance(proposed.news[-1], Proposed)
    reminding.remind(proposed, now=now + timedelta(seconds=29))
    assert proposed.proposals[0].state == "open"


def test_role_39_silence_carries_it_with_its_executor(proposed: Incident, dan: Person, now: datetime) -> None:
    reminding.remind(proposed, now=now + HALF_A_MINUTE)
    [proposal] = proposed.proposals
    assert (proposal.state, proposal.executor) == ("carried", dan)
    assert proposed.news[-1] == Carried(at=now + HALF_A_MINUTE, by=CLOCK, proposal=proposal)
    assert proposed.acted
    assert "proposal:1" not in proposed.deadlines


def test_role_39_one_strong_objection_stops_it(proposed: Incident, eve: Person, now: datetime) -> None:
    proposals.object_to(proposed, 1, reason="the spare line is full", by=eve, now=now)
    [proposal] = proposed.proposals
    assert proposed.news[-1] == Objected(at=now, by=eve, proposal=proposal, reason="the spare line is full")
    reminding.remind(proposed, now=now + HALF_A_MINUTE)
    assert proposed.proposals[0].state == "objected"
    assert not proposed.acted


def test_what_is_decided_is_decided(proposed: Incident, eve: Person, now: datetime) -> None:
    reminding.remind(proposed, now=now + HALF_A_MINUTE)
    with pytest.raises(Refused, match="decided already"):
        proposals.object_to(proposed, 1, reason="too late", by=eve, now=now + HALF_A_MINUTE)


@pytest.mark.parametrize("number", [-1, 0, 2])
def test_an_unknown_proposal_is_refused(proposed: Incident, eve: Person, now: datetime, number: int) -> None:
    with pytest.raises(Refused, match="no such proposal"):
        proposals.object_to(proposed, number, reason="no", by=eve, now=now)


def test_an_empty_plan_is_refused(incident: Incident, ada: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="What do you propose"):
        proposals.propose(incident, "", by=ada, now=now)


def test_a_stranger_tells_the_commander_instead_of_proposing(
    incident: Incident, ada: Person, eve: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match=r"You have no part in this incident yet\. Tell Ada what you propose"):
        proposals.propose(incident, "move the traffic", by=eve, now=now)
    paging.page(incident, [eve], reason="", by=ada, now=now)
    proposals.propose(incident, "move the traffic", by=eve, now=now)
    assert [proposal.by for proposal in incident.proposals] == [eve]


def test_while_nobody_commands_anybody_proposes(declared: Callable[..., Incident], eve: Person, now: datetime) -> None:
    incident = declared()
    proposals.propose(incident, "move the traffic", by=eve, now=now)
    assert [proposal.state for proposal in incident.proposals] == ["open"]


def test_after_the_end_there_is_nothing_to_decide(incident: Incident, ada: Person, now: datetime) -> None:
    ending.cancel(incident, reason="the probe was wrong", by=ada, now=now)
    with pytest.raises(Refused, match="is cancelled"):
        proposals.propose(incident, "move the traffic", by=ada, now=now)


def test_the_second_of_two_proposals_is_carried_on_its_own(
    proposed: Incident, ada: Person, eve: Person, now: datetime
) -> None:
    proposals.propose(proposed, "restart the mailer", by=ada, now=now)
    proposals.object_to(proposed, 1, reason="no", by=eve, now=now)
    reminding.remind(proposed, now=now + HALF_A_MINUTE)
    assert [proposal.state for proposal in proposed.proposals] == ["objected", "carried"]


def test_no_time_to_object_carries_at_once(led: Callable[..., Incident], ada: Person, now: datetime) -> None:
    incident = led(policy=Policy(objection_seconds=0))
    proposals.propose(incident, "move the traffic", by=ada, now=now)
    reminding.remind(incident, now=now)
    assert incident.proposals[0].state == "carried"


def test_cad_22_a_proposal_that_ran_out_during_an_absence_is_carried_and_told_in_the_one_message(
    proposed: Incident, after: Callable[[float], datetime]
) -> None:
    reminding.remind(proposed, now=after(10))
    carried, caught_up = proposed.news[1:]
    assert carried == Carried(at=after(10), by=CLOCK, proposal=proposed.proposals[0])
    assert isinstance(caught_up, CaughtUp)
    assert "proposal:1" in [missed.deadline.name for missed in caught_up.missed]
    assert proposed.proposals[0].state == "carried"
