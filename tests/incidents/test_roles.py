"""Roles, their spellings and what goes together (ROLE-1 to ROLE-3, ROLE-19)."""

import pytest

from incidents.roles import GROWTH, SPELLINGS, Role, combine, read

# ROLE-19 as printed; s: only in small-team mode, with a warning.
COLUMNS = (Role.IC, Role.DEPUTY, Role.SCRIBE, Role.CUSTOMER_LIAISON, Role.INTERNAL_LIAISON, Role.SME)
MATRIX = {
    Role.IC: " nnssn",
    Role.DEPUTY: "n ywyn",
    Role.SCRIBE: "ny wyn",
    Role.CUSTOMER_LIAISON: "sww yw",
    Role.INTERNAL_LIAISON: "syyy w",
    Role.SME: "nnnwww",
}
VERDICTS = {"y": "yes", "w": "warn", "s": "small", "n": "no"}
CELLS = [
    (row, column, VERDICTS[letter])
    for row, letters in MATRIX.items()
    for column, letter in zip(COLUMNS, letters, strict=True)
    if letter != " "
]


@pytest.mark.parametrize(("one", "other", "verdict"), CELLS)
def test_role_19_two_roles_go_together_as_the_matrix_says(one: Role, other: Role, verdict: str) -> None:
    assert combine(one, other) == verdict


@pytest.mark.parametrize("role", COLUMNS[:-1])
def test_a_technical_lead_combines_like_the_expert_they_are(role: Role) -> None:
    """ROLE-16, ROLE-19."""
    assert combine(role, Role.TECHNICAL_LEAD) == combine(Role.TECHNICAL_LEAD, role) == combine(role, Role.SME)


def test_an_expert_may_be_technical_lead() -> None:
    """ROLE-16."""
    assert combine(Role.SME, Role.TECHNICAL_LEAD) == "yes"


def test_role_2_there_is_one_commander_and_one_of_each_liaison_but_many_deputies_and_experts() -> None:
    assert {role for role in Role if not role.single} == {Role.DEPUTY, Role.SME}


def test_role_3_a_response_grows_in_this_order() -> None:
    assert [role.value for role in GROWTH] == ["ic", "scribe", "deputy", "customer-liaison", "internal-liaison"]


def test_role_34_a_commander_is_never_only_ic() -> None:
    assert Role.IC.label == "Incident Commander"


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_label_and_is_read_by_its_own_name(role: Role) -> None:
    assert role.label
    assert read(role.value) is role


@pytest.mark.parametrize(("word", "role"), SPELLINGS.items())
def test_a_role_is_read_in_any_case_and_with_any_joint(word: str, role: Role) -> None:
    assert read(word.upper()) is read(word.replace("-", "_")) is read(f" {word.replace('-', ' ')} ") is role


def test_other_words_are_no_role() -> None:
    assert read("boss") is None
