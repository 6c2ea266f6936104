"""Role cards."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from incidents import staffing, tasks
from incidents.declaring import declare
from incidents.incident import Incident
from incidents.person import Person
from incidents.policy import Policy
from incidents.roles import Role
from incidents.severity import Severity
from templates import plain
from templates.house import House
from templates.role_cards import role_card

ADA = Person(id="ada@example.org", name="Ada Lovelace", handle="ada")
BOB = Person(id="bob@example.org", name="Bob Boole", handle="bob")
T0 = datetime(2031, 4, 2, 14, 2, tzinfo=UTC)
HOUSE = House()


def commanded(severity: Severity = Severity.SEV1) -> Incident:
    incident = declare(id=1, title="Checkout {{7*7}}", severity=severity, by=ADA, now=T0, policy=Policy())
    staffing.assign(incident, Role.IC, to=ADA, by=ADA, now=T0 + timedelta(minutes=1))
    return incident


@pytest.mark.parametrize("role", Role)
def test_every_role_is_told_what_to_do_and_what_not(role: Role) -> None:
    shown = plain.text(role_card(role, commanded(), HOUSE))
    assert re.match(rf"You are (the|an?) {role.label}: Checkout \{{\{{7\*7\}}\}}\n", shown)
    assert "You must not" in shown
    assert "Room: #inc-1-checkout-7-7" in shown
    assert "Severity: SEV-1 / P0" in shown
    assert "First public notice due: 14:17 UTC" in shown


@pytest.mark.parametrize("role", Role)
def test_lines_are_short_and_close_together(role: Role) -> None:
    text = role_card(role, commanded(), HOUSE).text
    assert max(len(line) for line in text.splitlines()) <= 240
    assert "\n\n\n" not in text
    assert len(re.findall(r"\S+", text)) < 260


@pytest.mark.parametrize(
    ("role", "says"),
    [
        (Role.IC, ["update", "severity", "page"]),
        (Role.DEPUTY, ["brief"]),
        (Role.SCRIBE, ["note"]),
        (Role.CUSTOMER_LIAISON, ["update", "update holding"]),
        (Role.INTERNAL_LIAISON, ["brief", "page"]),
        (Role.SME, ["note"]),
        (Role.TECHNICAL_LEAD, ["note"]),
    ],
)
def test_the_buttons_are_what_the_role_needs_first(role: Role, says: list[str]) -> None:
    assert [button.says for button in role_card(role, commanded(), HOUSE).buttons] == says


def test_the_commander_sees_which_roles_are_open() -> None:
    shown = plain.text(role_card(Role.IC, commanded(), HOUSE))
    assert "Still open: Scribe, Deputy, Customer Liaison, Internal Liaison" in shown


def test_the_others_see_who_commands_and_what_is_being_done() -> None:
    incident = commanded()
    tasks.give(incident, "look at the database", to=BOB, minutes=10, by=ADA, now=T0)
    shown = plain.text(role_card(Role.DEPUTY, incident, HOUSE))
    assert "Incident Commander: @ada" in shown
    assert "Open tasks: @bob look at the database" in shown


def test_the_liaison_learns_the_interval_of_this_severity() -> None:
    assert "every 30 min at this severity" in role_card(Role.CUSTOMER_LIAISON, commanded(), HOUSE).text
    quiet = role_card(Role.CUSTOMER_LIAISON, commanded(Severity.SEV5), HOUSE)
    assert "at this severity" not in quiet.text
    assert "holding statement needs no facts" not in quiet.text


def test_stakeholders_are_sent_elsewhere_but_hear_nothing_of_a_private_incident() -> None:
    incident = commanded()
    for role in (Role.IC, Role.INTERNAL_LIAISON):
        incident.private = False
        assert "in #incidents" in plain.text(role_card(role, incident, HOUSE))
        incident.private = True
        assert "#incidents" not in plain.text(role_card(role, incident, HOUSE))


def test_a_card_with_nothing_due_names_no_time() -> None:
    incident = commanded(Severity.SEV5)
    for role in (Role.SCRIBE, Role.DEPUTY, Role.CUSTOMER_LIAISON, Role.INTERNAL_LIAISON):
        person = Person(id=role.value, name=role.label, handle=role.value)
        staffing.assign(incident, role, to=person, by=ADA, now=T0)
    shown = plain.text(role_card(Role.IC, incident, HOUSE))
    assert "due:" not in shown
    assert "Still open" not in shown
