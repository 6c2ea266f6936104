"""Transfer of command (ROLE-20)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from incidents import ending, handover, reminding, staffing
from incidents.errors import Refused
from incidents.events import (
    CommandHandedOver,
    HandoverAccepted,
    HandoverEnded,
    HandoverOffered,
)
from incidents.incident import Incident
from incidents.person import Person
from incidents.policy import Policy
from incidents.promise_events import CommandAsked, CommandDeclined
from incidents.roles import Role


@pytest.fixture
def offered(incident: Incident, ada: Person, bob: Person, now: datetime) -> Incident:
    """Ada has asked Bob to take over."""
    handover.offer(incident, to=bob, by=ada, now=now)
    return incident


def test_role_20_the_old_commander_leads_until_it_is_done(
    offered: Incident, ada: Person, bob: Person, after: Callable[[float], datetime]
) -> None:
    assert offered.commander == ada
    handover.accept(offered, by=bob, now=after(1))
    assert offered.commander == ada
    handover.finish(offered, by=bob, now=after(2))
    assert offered.commander == bob
    assert offered.roles_of(ada) == []
    assert offered.handover is None
    assert offered.news == [
        HandoverOffered(at=after(0), by=ada, to=bob),
        HandoverAccepted(at=after(1), by=bob, old=ada),
        CommandHandedOver(at=after(2), by=bob, old=ada, new=bob),
    ]


def test_role_20_either_of_the_two_says_that_it_is_done(
    offered: Incident, ada: Person, bob: Person, eve: Person, now: datetime
) -> None:
    handover.accept(offered, by=bob, now=now)
    with pytest.raises(Refused, match="Only Ada or Bob"):
        handover.finish(offered, by=eve, now=now)
    handover.finish(offered, by=ada, now=now)
    assert offered.commander == bob


def test_role_20_nothing_is_done_before_the_successor_accepts(offered: Incident, ada: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="Bob has not accepted yet"):
        handover.finish(offered, by=ada, now=now)
    assert offered.commander == ada


def test_role_20_a_handover_is_accepted_once(offered: Incident, bob: Person, now: datetime) -> None:
    handover.accept(offered, by=bob, now=now)
    with pytest.raises(Refused, match="accepted already"):
        handover.accept(offered, by=bob, now=now)


def test_role_20_the_successor_may_decline(offered: Incident, ada: Person, bob: Person, now: datetime) -> None:
    handover.decline(offered, by=bob, now=now)
    assert offered.commander == ada
    assert offered.handover is None
    assert offered.news[-1] == HandoverEnded(at=now, by=bob, to=bob, declined=True)


def test_the_commander_may_call_it_off(offered: Incident, ada: Person, bob: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="Only Ada"):
        handover.cancel(offered, by=bob, now=now)
    handover.cancel(offered, by=ada, now=now)
    assert offered.news[-1] == HandoverEnded(at=now, by=ada, to=bob, declined=False)


@pytest.mark.parametrize("answer", [handover.accept, handover.decline])
def test_only_the_one_who_was_asked_answers(
    offered: Incident, eve: Person, now: datetime, answer: Callable[..., None]
) -> None:
    with pytest.raises(Refused, match="offered to Bob, not to you"):
        answer(offered, by=eve, now=now)


@pytest.mark.parametrize("step", [handover.accept, handover.decline, handover.cancel, handover.finish])
def test_there_is_nothing_to_answer_when_none_is_under_way(
    incident: Incident, bob: Person, now: datetime, step: Callable[..., None]
) -> None:
    with pytest.raises(Refused, match="No handover is under way"):
        step(incident, by=bob, now=now)


def test_only_the_commander_offers_command(incident: Incident, bob: Person, eve: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="Only Ada"):
        handover.offer(incident, to=bob, by=eve, now=now)


def test_nobody_hands_over_to_themselves(incident: Incident, ada: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="in command already"):
        handover.offer(incident, to=ada, by=ada, now=now)


def test_there_is_one_handover_at_a_time(offered: Incident, ada: Person, dan: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="to Bob is under way"):
        handover.offer(offered, to=dan, by=ada, now=now)


def test_role_4_where_nobody_commands_command_is_taken(
    declared: Callable[..., Incident], ada: Person, bob: Person, now: datetime
) -> None:
    with pytest.raises(Refused) as refused:
        handover.offer(declared(), to=bob, by=ada, now=now)
    assert refused.value.choices == ("take ic",)


def test_after_the_end_there_is_no_command_to_hand_over(
    incident: Incident, ada: Person, bob: Person, now: datetime
) -> None:
    ending.cancel(incident, reason="the probe was wrong", by=ada, now=now)
    with pytest.raises(Refused, match="is cancelled"):
        handover.offer(incident, to=bob, by=ada, now=now)


def test_role_20_it_is_said_when_the_successor_is_not_trained(
    led: Callable[..., Incident], ada: Person, bob: Person, now: datetime
) -> None:
    incident = led(policy=Policy(trained=(ada.id,)))
    handover.offer(incident, to=bob, by=ada, now=now)
    assert incident.news == [
        HandoverOffered(at=now, by=ada, to=bob, warnings=("Bob is not on the list of trained Incident Commanders.",))
    ]


def test_role_19_the_new_commander_gives_up_other_roles_which_are_then_wanted(
    *, incident: Incident, ada: Person, bob: Person, cleo: Person, dan: Person, after: Callable[[float], datetime]
) -> None:
    for role, person in ((Role.SCRIBE, bob), (Role.INTERNAL_LIAISON, bob), (Role.DEPUTY, dan)):
        staffing.assign(incident, role, to=person, by=person, now=after(0))
    assert "roles" not in incident.deadlines
    handover.offer(incident, to=cleo, by=ada, now=after(1))
    assert incident.news[-1] == HandoverOffered(
        at=after(1), by=ada, to=cleo, warnings=("Cleo gives up Customer Liaison.",)
    )
    handover.accept(incident, by=cleo, now=after(2))
    handover.finish(incident, by=cleo, now=after(3))
    assert incident.roles_of(cleo) == [Role.IC]
    assert incident.open_roles() == (Role.CUSTOMER_LIAISON,)
    assert incident.deadlines["roles"].due_at == after(13)
    assert [held.person for held in incident.holders] == [cleo, bob, bob, dan]


def test_a_deputy_who_steps_in_ends_a_handover(offered: Incident, dan: Person, bob: Person, now: datetime) -> None:
    """I13: the successor cannot take command from the one who stepped in."""
    staffing.assign(offered, Role.DEPUTY, to=dan, by=dan, now=now)
    staffing.assign(offered, Role.IC, to=dan, by=dan, now=now, reason="Ada is ill")
    with pytest.raises(Refused, match="No handover"):
        handover.accept(offered, by=bob, now=now)


def asked(incident: Incident, *, to: Person, by: Person, now: datetime) -> Incident:
    handover.ask(incident, to=to, by=by, now=now)
    assert [event.to for event in incident.news if isinstance(event, CommandAsked)] == [to]
    incident.news.clear()
    return incident


def test_role_24_whoever_interrupts_and_says_yes_takes_over_in_order(
    incident: Incident, ada: Person, eve: Person, now: datetime, after: Callable[[float], datetime]
) -> None:
    """A briefing first, and until it is done the old commander leads (ROLE-20)."""
    handover.take_it(asked(incident, to=eve, by=ada, now=now), by=eve, now=after(0.5))
    (offered,) = [event for event in incident.news if isinstance(event, HandoverOffered)]
    assert (offered.by, offered.to) == (ada, eve)
    assert incident.commander == ada
    assert "takeover" not in incident.deadlines


@pytest.mark.parametrize("silent", [False, True])
def test_role_24_a_no_or_a_minute_of_silence_is_told_to_the_room(
    incident: Incident, ada: Person, eve: Person, now: datetime, after: Callable[[float], datetime], *, silent: bool
) -> None:
    asked(incident, to=eve, by=ada, now=now)
    incident.deadlines = {"takeover": incident.deadlines["takeover"]}
    if silent:
        reminding.remind(incident, now=after(0.9))
        assert incident.news == []
        reminding.remind(incident, now=after(1))
    else:
        handover.leave_it(incident, by=eve, now=after(0.5))
    assert [event.to for event in incident.news if isinstance(event, CommandDeclined)] == [eve]
    assert "takeover" not in incident.deadlines
    with pytest.raises(Refused, match="Nobody asked you"):
        handover.take_it(incident, by=eve, now=after(2))


def test_role_24_a_silence_that_passed_while_sitrep_was_away_is_told_once(
    incident: Incident, ada: Person, eve: Person, now: datetime, after: Callable[[float], datetime]
) -> None:
    asked(incident, to=eve, by=ada, now=now)
    incident.deadlines = {"takeover": incident.deadlines["takeover"]}
    for minutes in (30, 31):
        reminding.remind(incident, now=after(minutes))
    assert [type(event) for event in incident.news] == [CommandDeclined]
    handover.unanswered(incident, now=after(32))
    assert len(incident.news) == 1


def test_role_24_only_whoever_commands_asks_and_only_the_one_who_was_asked_answers(
    incident: Incident, ada: Person, bob: Person, eve: Person, now: datetime
) -> None:
    for by, to, why in ((bob, eve, "Only whoever commands"), (ada, ada, "in command already")):
        with pytest.raises(Refused, match=why):
            handover.ask(incident, to=to, by=by, now=now)
    asked(incident, to=eve, by=ada, now=now)
    with pytest.raises(Refused, match="Nobody asked you"):
        handover.leave_it(incident, by=bob, now=now)
    incident.holders[0] = replace(incident.holders[0], person=bob)
    with pytest.raises(Refused, match="Ada is not in command any more"):
        handover.take_it(incident, by=eve, now=now)


def test_role_24_while_a_handover_is_under_way_nobody_else_is_asked(
    offered: Incident, ada: Person, eve: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match="A handover is under way"):
        handover.ask(offered, to=eve, by=ada, now=now)
