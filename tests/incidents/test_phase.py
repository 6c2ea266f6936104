"""The internal phases and what follows what (LIFE-1 to LIFE-8)."""

import pytest

from incidents.errors import Refused
from incidents.phase import LEADS_TO, Phase, check, read

TABLE = {
    "triage": {"size_up", "dismissed"},
    "size_up": {"stabilise", "verify", "cancelled"},
    "stabilise": {"verify", "size_up"},
    "verify": {"resolved", "size_up", "stabilise"},
    "resolved": {"review", "size_up"},
    "review": {"closed", "size_up"},
    "closed": set(),
    "cancelled": {"closed"},
    "dismissed": {"closed"},
}


@pytest.mark.parametrize("old", Phase)
@pytest.mark.parametrize("new", Phase)
def test_life_1_to_8_a_phase_leads_only_where_the_table_says(old: Phase, new: Phase) -> None:
    if new.value in TABLE[old.value]:
        check(old, new)
        return
    with pytest.raises(Refused) as refused:
        check(old, new)
    for way in LEADS_TO[old]:
        assert way.label in refused.value.sentence


def test_nothing_follows_closed() -> None:
    """LIFE-7."""
    with pytest.raises(Refused, match="it is over"):
        check(Phase.CLOSED, Phase.SIZE_UP)


@pytest.mark.parametrize("phase", Phase)
def test_work_goes_on_from_triage_to_verify(phase: Phase) -> None:
    """CAD-23."""
    assert phase.active == (phase.value in {"triage", "size_up", "stabilise", "verify"})


@pytest.mark.parametrize("word", ["size_up", "SIZE-UP", "size up", "Size_Up"])
def test_a_phase_is_read_with_any_case_and_joint(word: str) -> None:
    assert read(word) is Phase.SIZE_UP


def test_other_words_are_no_phase() -> None:
    assert read("sizing") is None


def test_a_phase_is_shown_in_words() -> None:
    assert Phase.SIZE_UP.label == "size up"
