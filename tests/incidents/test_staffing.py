"""Taking, giving and leaving roles (ROLE-2 to ROLE-5, ROLE-19)."""

from collections.abc import Callable
from datetime import datetime

import pytest

from incidents import ending, handover, paging, staffing
from incidents.errors import Refused
from incidents.events import (
    PageAcknowledged,
    RoleReleased,
    RoleTaken,
)
from incidents.incident import Incident
from incidents.person import CLOCK, Person
from incidents.phase import Phase
from incidents.policy import Policy
from incidents.roles import Role, combine
from incidents.severity import Severity

ROLES = (Role.IC, Role.DEPUTY, Role.SCRIBE, Role.CUSTOMER_LIAISON, Role.INTERNAL_LIAISON, Role.SME)
# Nobody but an expert holds a role twice, and a Deputy who takes command stops being Deputy.
PAIRS = [
    (first, second)
    for first in ROLES
    for second in ROLES
    if (first is not second or first is Role.SME) and (first, second) != (Role.DEPUTY, Role.IC)
]


def taken(incident: Incident) -> RoleTaken:
    event = incident.news[-1]
    assert isinstance(event, RoleTaken)
    return event


def test_role_2_nobody_is_in_command_until_somebody_takes_it(
    declared: Callable[..., Incident], ada: Person, now: datetime
) -> None:
    incident = declared()
    assert not incident.holders
    staffing.assign(incident, Role.IC, to=ada, by=ada, now=now)
    assert incident.commander == ada
    assert incident.clocks.ic_assigned_at == now
    assert "ic" not in incident.deadlines
    assert taken(incident) == RoleTaken(at=now, by=ada, role=Role.IC, person=ada)


@pytest.mark.parametrize(("first", "second"), PAIRS)
@pytest.mark.parametrize("small", [False, True])
def test_role_19_a_second_role_is_granted_warned_of_or_refused(
    *, declared: Callable[..., Incident], dan: Person, now: datetime, first: Role, second: Role, small: bool
) -> None:
    incident = declared(policy=Policy(small_team=small))
    staffing.assign(incident, first, to=dan, by=dan, now=now, service="web")
    verdict = combine(first, second)
    if verdict == "no" or (verdict == "small" and not small):
        with pytest.raises(Refused):
            staffing.assign(incident, second, to=dan, by=dan, now=now, service="database")
        assert incident.roles_of(dan) == [first]
        return
    staffing.assign(incident, second, to=dan, by=dan, now=now, service="database")
    assert incident.roles_of(dan) == [first, second]
    assert bool(taken(incident).warnings) == (verdict != "yes")


def test_role_19_an_expert_may_speak_for_several_services_but_not_twice_for_one(
    incident: Incident, dan: Person, now: datetime
) -> None:
    staffing.assign(incident, Role.SME, to=dan, by=dan, now=now, service="database")
    staffing.assign(incident, Role.SME, to=dan, by=dan, now=now, service="web")
    assert taken(incident).warnings == ("Dan now speaks for several services.",)
    with pytest.raises(Refused, match="You are Expert already"):
        staffing.assign(incident, Role.SME, to=dan, by=dan, now=now, service="web")
    staffing.release(incident, Role.SME, whose=dan, by=dan, now=now)
    assert incident.roles_of(dan) == []


def test_role_19_a_commander_who_wants_to_repair_hands_over_first(
    incident: Incident, ada: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match="hand over command first"):
        staffing.assign(incident, Role.SME, to=ada, by=ada, now=now)


def test_role_19_an_expert_who_wants_to_command_releases_that_first(
    declared: Callable[..., Incident], dan: Person, now: datetime
) -> None:
    incident = declared()
    staffing.assign(incident, Role.SME, to=dan, by=dan, now=now)
    with pytest.raises(Refused, match="Release it first"):
        staffing.assign(incident, Role.IC, to=dan, by=dan, now=now)


def test_role_5_whoever_comes_later_does_not_replace_the_commander(
    incident: Incident, bob: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match="only by a handover") as refused:
        staffing.assign(incident, Role.IC, to=bob, by=bob, now=now)
    assert refused.value.hint == "Ada says: /incident handover @bob"


def test_role_5_the_commander_does_not_appoint_another_without_a_handover(
    incident: Incident, ada: Person, bob: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match="only by a handover"):
        staffing.assign(incident, Role.IC, to=bob, by=ada, now=now)


def test_a_deputy_steps_in_for_a_commander_who_has_gone_but_says_why(
    incident: Incident, ada: Person, bob: Person, now: datetime
) -> None:
    """ROLE-11: be ready to take command at once."""
    staffing.assign(incident, Role.DEPUTY, to=bob, by=bob, now=now)
    with pytest.raises(Refused) as refused:
        staffing.assign(incident, Role.IC, to=bob, by=bob, now=now)
    assert "--because" in refused.value.hint
    staffing.assign(incident, Role.IC, to=bob, by=bob, now=now, reason="cannot be reached")
    assert taken(incident).replaced == ada
    assert incident.roles_of(bob) == [Role.IC]
    assert incident.roles_of(ada) == []


def test_role_4_anybody_may_take_command_but_it_is_said_that_they_are_not_trained(
    declared: Callable[..., Incident], ada: Person, eve: Person, now: datetime
) -> None:
    incident = declared(policy=Policy(trained=(ada.id,)))
    staffing.assign(incident, Role.IC, to=eve, by=eve, now=now)
    assert taken(incident).warnings == ("Eve is not on the list of trained Incident Commanders.",)


def test_role_8_a_deputy_is_to_be_trained_as_a_commander_too(
    declared: Callable[..., Incident], ada: Person, eve: Person, now: datetime
) -> None:
    incident = declared(policy=Policy(trained=(ada.id,)))
    staffing.assign(incident, Role.DEPUTY, to=eve, by=eve, now=now)
    assert taken(incident).warnings == ("Eve is not on the list of trained Incident Commanders.",)
    staffing.assign(incident, Role.SCRIBE, to=eve, by=eve, now=now)
    assert taken(incident).warnings == ()


def test_role_4_a_trained_commander_is_not_warned_of(
    declared: Callable[..., Incident], ada: Person, now: datetime
) -> None:
    incident = declared(policy=Policy(trained=(ada.id,)))
    staffing.assign(incident, Role.IC, to=ada, by=ada, now=now)
    assert taken(incident).warnings == ()


@pytest.mark.parametrize("role", [Role.SCRIBE, Role.CUSTOMER_LIAISON, Role.INTERNAL_LIAISON, Role.TECHNICAL_LEAD])
def test_role_2_the_commander_replaces_the_one_holder_of_a_role(
    *, declared: Callable[..., Incident], ada: Person, bob: Person, dan: Person, now: datetime, role: Role
) -> None:
    incident = declared()
    staffing.assign(incident, Role.IC, to=ada, by=ada, now=now)
    staffing.assign(incident, role, to=bob, by=bob, now=now)
    with pytest.raises(Refused, match="Bob is"):
        staffing.assign(incident, role, to=dan, by=dan, now=now)
    staffing.assign(incident, role, to=dan, by=ada, now=now)
    assert [held.person for held in incident.holders_of(role)] == [dan]
    assert taken(incident).replaced == bob


def test_role_2_there_may_be_several_deputies(incident: Incident, bob: Person, dan: Person, now: datetime) -> None:
    for person in (bob, dan):
        staffing.assign(incident, Role.DEPUTY, to=person, by=person, now=now)
    assert incident.holder(Role.DEPUTY) == bob
    assert len(incident.holders_of(Role.DEPUTY)) == 2


def test_only_command_names_other_people(incident: Incident, dan: Person, eve: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="Ask Ada"):
        staffing.assign(incident, Role.SCRIBE, to=dan, by=eve, now=now)


def test_without_a_commander_anybody_names_people(
    declared: Callable[..., Incident], bob: Person, dan: Person, now: datetime
) -> None:
    incident = declared()
    staffing.assign(incident, Role.SCRIBE, to=dan, by=bob, now=now)
    assert incident.holder(Role.SCRIBE) == dan


def test_nobody_is_named_again_for_what_they_are(incident: Incident, ada: Person, cleo: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="Cleo is Customer Liaison already"):
        staffing.assign(incident, Role.CUSTOMER_LIAISON, to=cleo, by=ada, now=now)


def test_role_3_the_reminder_of_empty_roles_ends_when_all_are_filled_and_comes_back_when_one_is_left(
    incident: Incident, bob: Person, dan: Person, after: Callable[[float], datetime]
) -> None:
    staffing.assign(incident, Role.SCRIBE, to=bob, by=bob, now=after(1))
    staffing.assign(incident, Role.INTERNAL_LIAISON, to=bob, by=bob, now=after(1))
    assert incident.open_roles() == (Role.DEPUTY,)
    assert incident.deadlines["roles"].due_at == after(10)
    staffing.assign(incident, Role.DEPUTY, to=dan, by=dan, now=after(2))
    assert "roles" not in incident.deadlines
    staffing.assign(incident, Role.IC, to=dan, by=dan, now=after(20), reason="Ada is ill")
    assert incident.open_roles() == (Role.DEPUTY,)
    assert incident.deadlines["roles"].due_at == after(30)


def test_a_role_is_left_by_its_holder(incident: Incident, cleo: Person, now: datetime) -> None:
    staffing.release(incident, Role.CUSTOMER_LIAISON, whose=cleo, by=cleo, now=now)
    assert incident.roles_of(cleo) == []
    assert incident.news == [RoleReleased(at=now, by=cleo, role=Role.CUSTOMER_LIAISON, person=cleo)]


def test_a_role_is_taken_away_by_command_only(
    incident: Incident, ada: Person, cleo: Person, eve: Person, now: datetime
) -> None:
    with pytest.raises(Refused, match="Only the Incident Commander"):
        staffing.release(incident, Role.CUSTOMER_LIAISON, whose=cleo, by=eve, now=now)
    staffing.release(incident, Role.CUSTOMER_LIAISON, whose=cleo, by=ada, now=now)
    assert incident.holder(Role.CUSTOMER_LIAISON) is None


def test_what_nobody_holds_cannot_be_left(incident: Incident, ada: Person, eve: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="You do not hold Scribe"):
        staffing.release(incident, Role.SCRIBE, whose=eve, by=eve, now=now)
    with pytest.raises(Refused, match="Eve does not hold Scribe"):
        staffing.release(incident, Role.SCRIBE, whose=eve, by=ada, now=now)


def test_role_2_command_is_never_dropped(incident: Incident, ada: Person, now: datetime) -> None:
    with pytest.raises(Refused, match="Hand over instead"):
        staffing.release(incident, Role.IC, whose=ada, by=ada, now=now)


def test_after_the_end_there_are_no_roles_to_take(
    declared: Callable[..., Incident], eve: Person, now: datetime
) -> None:
    incident = declared(Severity.SEV4)
    ending.cancel(incident, reason="the probe was wrong", by=eve, now=now)
    with pytest.raises(Refused, match="is cancelled"):
        staffing.assign(incident, Role.SCRIBE, to=eve, by=eve, now=now)


def test_participants_are_all_who_declared_hold_a_role_or_were_named(
    incident: Incident, ada: Person, bob: Person, cleo: Person, eve: Person
) -> None:
    assert incident.participants() == {ada.id, bob.id, cleo.id}
    incident.review_owner = eve
    assert eve.id in incident.participants()


def test_cad_1_whoever_was_called_and_takes_a_role_has_come(
    *, declared: Callable[..., Incident], ada: Person, bob: Person, dan: Person, after: Callable[[float], datetime]
) -> None:
    incident = declared()
    for called in ([ada, bob], [ada], [dan]):
        paging.page(incident, called, reason="", by=bob, now=after(0), again=True)
    staffing.assign(incident, Role.IC, to=ada, by=ada, now=after(2))
    assert [page.acknowledged_by for page in incident.pages] == [ada, ada, None]
    assert [name for name in incident.deadlines if name.startswith("page:")] == ["page:3"]
    assert incident.clocks.acked_at == after(2)
    assert [event.seconds for event in incident.news if isinstance(event, PageAcknowledged)] == [120, 120]


def test_cad_1_a_page_that_was_answered_is_not_answered_again(
    incident: Incident, ada: Person, bob: Person, dan: Person, now: datetime
) -> None:
    paging.page(incident, [bob, dan], reason="", by=ada, now=now)
    paging.acknowledge(incident, 1, by=bob, now=now)
    staffing.assign(incident, Role.SCRIBE, to=dan, by=dan, now=now)
    assert incident.pages[0].acknowledged_by == bob


def test_anti_24_being_named_is_not_coming(incident: Incident, ada: Person, dan: Person, now: datetime) -> None:
    paging.page(incident, [dan], reason="", by=ada, now=now)
    staffing.assign(incident, Role.SCRIBE, to=dan, by=ada, now=now)
    assert incident.pages[0].acknowledged_by is None
    assert "page:1" in incident.deadlines


def test_rel_059_whose_account_is_gone_holds_nothing_and_command_is_owed_anew(
    led: Callable[..., Incident], ada: Person, bob: Person, after: Callable[[float], datetime]
) -> None:
    incident = led()
    handover.offer(incident, to=bob, by=ada, now=after(1))
    assert "ic" not in incident.deadlines
    staffing.leave(incident, ada, now=after(2))
    assert incident.commander is None
    assert incident.handover is None
    assert incident.deadlines["ic"].due_at == after(7)
    event = next(event for event in incident.news if isinstance(event, RoleReleased))
    assert (event.role, event.person, event.by, event.left) == (Role.IC, ada, CLOCK, True)
    told = len(incident.news)
    staffing.leave(incident, ada, now=after(3))
    assert len(incident.news) == told


def test_rel_059_another_role_becomes_vacant_and_command_stays(
    led: Callable[..., Incident], ada: Person, cleo: Person, after: Callable[[float], datetime]
) -> None:
    incident = led()
    staffing.leave(incident, cleo, now=after(2))
    assert incident.commander == ada
    assert incident.holder(Role.CUSTOMER_LIAISON) is None
    assert "ic" not in incident.deadlines


@pytest.mark.parametrize(("phase", "leads"), [(Phase.CLOSED, True), (Phase.TRIAGE, False)])
def test_rel_059_what_is_over_keeps_its_roles_and_a_report_owes_no_commander(
    *, led: Callable[..., Incident], ada: Person, after: Callable[[float], datetime], phase: Phase, leads: bool
) -> None:
    incident = led()
    incident.phase = phase
    staffing.leave(incident, ada, now=after(2))
    assert (incident.commander == ada) is leads
    assert "ic" not in incident.deadlines
