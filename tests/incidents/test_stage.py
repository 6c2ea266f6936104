"""Public stages and the ways between them (LIFE-10, LIFE-17, LIFE-18)."""

import pytest

from incidents.errors import Refused
from incidents.stage import LABELS, Stage, allowed_after, check, read

# y allowed, w with a reason, n refused; columns in the order of Stage, as in the table of LIFE-10.
TABLE: dict[Stage | None, str] = {
    None: "ywwwn",
    Stage.INVESTIGATING: "yywwy",
    Stage.IDENTIFIED: "wyywn",
    Stage.MONITORING: "wwyyn",
    Stage.RESOLVED: "wwnyn",
    Stage.WITHDRAWN: "nnnnn",
}
CELLS = [(old, new, verdict) for old, row in TABLE.items() for new, verdict in zip(Stage, row, strict=True)]


def is_allowed(old: Stage | None, new: Stage, *, reason: str) -> bool:
    try:
        check(old, new, reason=reason)
    except Refused:
        return False
    return True


@pytest.mark.parametrize(("old", "new", "verdict"), CELLS)
def test_life_10_a_transition_is_free_or_needs_a_reason_or_is_refused(
    old: Stage | None, new: Stage, verdict: str
) -> None:
    assert is_allowed(old, new, reason="") == (verdict == "y")
    assert is_allowed(old, new, reason="because it is so") == (verdict in "yw")


@pytest.mark.parametrize(("old", "new", "verdict"), [cell for cell in CELLS if cell[2] == "n"])
def test_life_17_an_illegal_transition_is_refused_with_the_allowed_ones(
    old: Stage | None, new: Stage, verdict: str
) -> None:
    with pytest.raises(Refused) as refused:
        check(old, new, reason="because")
    for way in allowed_after(old):
        assert way.value in refused.value.sentence


@pytest.mark.parametrize(("old", "new", "verdict"), [cell for cell in CELLS if cell[2] == "w"])
def test_life_17_a_step_that_needs_a_reason_asks_a_question(old: Stage | None, new: Stage, verdict: str) -> None:
    with pytest.raises(Refused, match=r"\?") as refused:
        check(old, new, reason="")
    assert f"/status {new} --because" in refused.value.hint


def test_nothing_follows_a_withdrawn_post() -> None:
    """LIFE-10."""
    with pytest.raises(Refused, match="it is over"):
        check(Stage.WITHDRAWN, Stage.INVESTIGATING, reason="")


@pytest.mark.parametrize("stage", Stage)
def test_only_resolved_and_withdrawn_are_final(stage: Stage) -> None:
    assert stage.final == (stage in (Stage.RESOLVED, Stage.WITHDRAWN))


@pytest.mark.parametrize("language", ["en", "zh-CN", "fr", "pl"])
def test_life_18_every_stage_has_a_label_of_its_own_in_every_language(language: str) -> None:
    labels = LABELS[language]
    assert set(labels) == set(Stage)
    assert len(set(labels.values())) == len(Stage)


@pytest.mark.parametrize("stage", Stage)
def test_a_stage_is_read_in_any_case(stage: Stage) -> None:
    assert read(stage.value.upper()) is read(stage.value) is stage


@pytest.mark.parametrize("word", ["", "INVESTIGATE", "fixed", "closed"])
def test_other_words_are_no_stage(word: str) -> None:
    assert read(word) is None
