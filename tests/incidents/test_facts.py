"""What people said, and how later words replace it."""

import pytest

from incidents.facts import told

BEFORE = {"symptom": "errors", "symptom@fr": "erreurs", "service": "Checkout"}


def test_newer_words_win_and_the_rest_stays() -> None:
    assert told(BEFORE, {"service": "Search"}) == {**BEFORE, "service": "Search"}


@pytest.mark.parametrize(
    ("now", "french"),
    [
        ({"symptom": "delays"}, None),
        ({"symptom": "delays", "symptom@fr": "lenteurs"}, "lenteurs"),
        ({"symptom": "errors"}, "erreurs"),
        ({"symptom@fr": "messages d'erreur"}, "messages d'erreur"),
        ({}, "erreurs"),
    ],
)
def test_a_changed_fact_takes_its_other_languages_with_it(now: dict[str, str], french: str | None) -> None:
    assert told(BEFORE, now).get("symptom@fr") == french


def test_neither_side_is_changed() -> None:
    before, now = dict(BEFORE), {"symptom": "delays"}
    told(before, now)
    assert (before, now) == (BEFORE, {"symptom": "delays"})
