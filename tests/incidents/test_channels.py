"""Who hears of what where (table 10.3, CHN-3, CHN-5, REG-3)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from incidents.channels import DEFAULT, Audience, Channel, Matrix, Medium, chosen, column_of, lacking
from incidents.severity import Severity
from incidents.stage import Stage

PAGE = Channel("page", Medium.STATUS_PAGE, "statuspage")
MAIL = Channel("mail", Medium.EMAIL, "apprise", audience=(Audience.USERS, Audience.SALES))
SMS = Channel("sms", Medium.SMS, "apprise")
SOCIAL = Channel("social", Medium.SOCIAL, "hand")
PRESS = Channel("press", Medium.PRESS, "hand", audience=(Audience.MEDIA,))
ALL = (MAIL, SMS, SOCIAL, PRESS, PAGE)


def names(column: str, *, wanted: bool, stage: Stage | None = Stage.INVESTIGATING) -> list[str]:
    found = chosen(ALL, DEFAULT, column=column, stage=stage, subject="incident")
    return [choice.channel.name for choice in found if choice.wanted is wanted]


@pytest.mark.parametrize(
    ("column", "told", "offered"),
    [
        ("sev1", ["page", "mail", "sms", "social", "press"], []),
        ("sev2", ["page", "mail"], ["social", "press"]),
        ("sev3", ["page"], ["mail"]),
        ("sev4", [], []),
        ("sev5", [], []),
        ("maintenance", ["page", "mail"], []),
    ],
)
def test_table_10_3_status_pages_first(column: str, told: list[str], offered: list[str]) -> None:
    assert names(column, wanted=True) == told
    assert names(column, wanted=False) == offered


def test_a_severity_has_its_column() -> None:
    assert [column_of(severity) for severity in Severity] == ["sev1", "sev2", "sev3", "sev4", "sev5"]


def test_a_channel_can_be_named_in_the_matrix_and_is_told_when_any_audience_is() -> None:
    matrix: Matrix = {Audience.USERS: {"sev4": ("mail", "(social)")}, Audience.SALES: {"sev4": ()}}
    found = chosen(ALL, matrix, column="sev4", subject="incident")
    assert [(choice.channel.name, choice.wanted) for choice in found] == [("mail", True), ("social", False)]


@pytest.mark.parametrize(
    ("narrowed", "column", "stage", "used"),
    [
        ({"stages": (Stage.RESOLVED,)}, "sev1", Stage.INVESTIGATING, False),
        ({"stages": (Stage.RESOLVED,)}, "sev1", Stage.RESOLVED, True),
        ({"severities": (Severity.SEV2,)}, "sev1", Stage.RESOLVED, False),
        ({"severities": (Severity.SEV1,)}, "sev1", Stage.RESOLVED, True),
        ({"severities": (Severity.SEV1,)}, "maintenance", None, True),
        ({"subjects": ("maintenance",)}, "sev1", Stage.RESOLVED, False),
    ],
)
def test_reg_3_a_channel_is_used_for_what_it_is_for(
    narrowed: dict[str, tuple[object, ...]], column: str, stage: Stage | None, used: bool
) -> None:
    channel = Channel("mail", Medium.EMAIL, "apprise", **narrowed)  # type: ignore[arg-type]
    assert bool(chosen((channel,), DEFAULT, column=column, stage=stage, subject="incident")) is used


def test_reg_9_what_a_channel_lacks_is_named() -> None:
    """From the day after the ninetieth on a test is too old."""
    today = date(2031, 4, 2)
    bare = Channel("sms", Medium.SMS, "apprise")
    assert list(lacking(bare, today)) == [
        "has no owner",
        "has no access note, so somebody would have to search for the login",
        "was never tested",
    ]
    kept = replace(bare, owner="cleo", access="vault, entry sms", last_tested=today - timedelta(days=90))
    assert list(lacking(kept, today)) == []
    assert list(lacking(kept, today + timedelta(days=1))) == ["was last tested 91 days ago"]
