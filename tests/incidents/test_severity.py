"""Levels, their two scales and how people spell them (table 3.1, SVR-1, SVR-2, SVR-7)."""

import pytest

from incidents.errors import Refused
from incidents.policy import Policy
from incidents.severity import CHOICES, Severity, read


@pytest.mark.parametrize(
    ("level", "label", "title"),
    [
        (Severity.SEV1, "SEV-1 / P0", "critical"),
        (Severity.SEV2, "SEV-2 / P1", "major"),
        (Severity.SEV3, "SEV-3 / P2", "general"),
        (Severity.SEV4, "SEV-4 / P3", "minor"),
        (Severity.SEV5, "SEV-5 / P3", "cosmetic"),
    ],
)
def test_a_level_is_shown_in_both_scales(level: Severity, label: str, title: str) -> None:
    """SVR-1, GEN-6."""
    assert (level.label, level.title) == (label, title)


@pytest.mark.parametrize("level", Severity)
def test_only_sev_1_and_sev_2_are_major_by_themselves(level: Severity) -> None:
    """SVR-7."""
    assert level.major == (level in (Severity.SEV1, Severity.SEV2))


def test_sev_1_is_the_worst() -> None:
    assert Severity.SEV1.worse_than(Severity.SEV2)
    assert not Severity.SEV2.worse_than(Severity.SEV2)
    assert not Severity.SEV3.worse_than(Severity.SEV2)


@pytest.mark.parametrize("level", Severity)
@pytest.mark.parametrize(
    "spelling", ["sev{}", "sev-{}", "sev {}", "sev_{}", "s{}", "S-{}", "SEV{}", "Sev-{}", "severity{}", "Severity {}"]
)
def test_a_level_is_understood_on_the_sev_scale(spelling: str, level: Severity) -> None:
    """SVR-2."""
    assert read(spelling.format(level.value)) is level


@pytest.mark.parametrize("spelling", ["p{}", "P{}", "p-{}", "P-{}", "p {}", "P_{}"])
@pytest.mark.parametrize(
    ("digit", "level"), [(0, Severity.SEV1), (1, Severity.SEV2), (2, Severity.SEV3), (3, Severity.SEV4)]
)
def test_a_level_is_understood_on_the_p_scale(spelling: str, digit: int, level: Severity) -> None:
    """SVR-1, SVR-2: p1 means SEV-2."""
    assert read(spelling.format(digit)) is level


@pytest.mark.parametrize("digit", "0123456789")
def test_a_bare_digit_is_refused_with_the_choices(digit: str) -> None:
    """SVR-2."""
    with pytest.raises(Refused) as refused:
        read(digit)
    assert refused.value.choices == CHOICES == ("sev1", "sev2", "sev3", "sev4", "sev5")


@pytest.mark.parametrize("word", ["sev0", "sev6", "sev-10", "severity 99", "s0", "s9", "p4", "P-9"])
def test_a_level_that_does_not_exist_is_refused_with_the_choices(word: str) -> None:
    """SVR-2."""
    with pytest.raises(Refused, match="no level") as refused:
        read(word)
    assert refused.value.choices == CHOICES


@pytest.mark.parametrize("word", ["", "checkout", "p99", "p50", "s3000", "12", "sev", "p", "sev1!", "xsev1", "sev1st"])
def test_a_word_of_a_title_is_no_level(word: str) -> None:
    """INC-6: "p99 latency is up" must not stop a declaration."""
    assert read(word) is None


@pytest.mark.parametrize(
    ("level", "minutes"),
    [
        (Severity.SEV1, (5, 5, 15, 30, 30)),
        (Severity.SEV2, (30, 15, 30, 60, 30)),
        (Severity.SEV3, (120, None, 120, 240, 15)),
        (Severity.SEV4, (None, None, None, None, 0)),
        (Severity.SEV5, (None, None, None, None, 0)),
    ],
)
def test_each_level_has_the_minutes_of_table_3_1(level: Severity, minutes: tuple[int | None, ...]) -> None:
    """Acknowledge, first notice (target and deadline), cadence, monitoring (CAD-1, CAD-3, CAD-7, LIFE-11)."""
    owed = Policy().level(level)
    assert (owed.acknowledge, owed.first_notice_target, owed.first_notice, owed.cadence, owed.monitor) == minutes
