"""Sentences as people write them, two hundred and more per language: what is found in them, and where."""

import json
from pathlib import Path
from typing import Any

import pytest

from incidents.wording.check import check
from incidents.wording.finding import Finding
from incidents.wording.post import LANGUAGES, Post, plain
from incidents.wording.rules import IDS

FOLDER = Path(__file__).parent / "vectors"
# What a sentence alone can break; the others need a whole post.
OF_WORDS = {f"LINT-{n}" for n in (8, *range(20, 32), *range(33, 45), 46, 47, 48, 49, 51, 53, 56, 61, 64)}


def rows(language: str, *, good: bool) -> list[Any]:
    lines = (FOLDER / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    found = [row for row in map(json.loads, lines) if row["good"] is good]
    return [pytest.param(language, row, id=f"{language}: {row['text']}") for row in found]


GOOD = [row for language in LANGUAGES for row in rows(language, good=True)]
BAD = [row for language in LANGUAGES for row in rows(language, good=False)]


def findings(language: str, row: dict[str, Any]) -> list[Finding]:
    field, text = row["field"], row["text"]
    if field == "title":
        return check(Post(title=text, language=language, stage=row["stage"]))
    if field == "body":
        return check(Post(body=text, language=language, stage=row["stage"]))
    return check(Post(fields={field: text}, language=language, stage=row["stage"]))


@pytest.mark.parametrize(("language", "row"), GOOD)
def test_nothing_is_said_against_a_good_sentence(language: str, row: dict[str, Any]) -> None:
    found = {finding.id: finding.message for finding in findings(language, row) if finding.id in OF_WORDS}
    assert set(found) == set(row["present"]), found


@pytest.mark.parametrize(("language", "row"), BAD)
def test_a_bad_sentence_is_found_at_its_words(language: str, row: dict[str, Any]) -> None:
    found = findings(language, row)
    assert set(row["present"]) <= {finding.id for finding in found}
    places = {(finding.start, finding.end) for finding in found if finding.id in row["present"]}
    assert {tuple(place) for place in row["at"]} <= places


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_two_hundred_half_good_half_bad(language: str) -> None:
    good, bad = len(rows(language, good=True)), len(rows(language, good=False))
    assert good >= 100
    assert bad >= 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_of_words_has_a_bad_sentence(language: str) -> None:
    shown = {id for row in rows(language, good=False) for id in row.values[1]["present"]}
    # These need names, numbers or another post: test_rules.py.
    assert OF_WORDS - shown - {"LINT-22", "LINT-27", "LINT-46", "LINT-47", "LINT-61", "LINT-64"} == set()


FLAGGED = [
    ("en", "There is a tiny hiccup, we are working on it and it should be back soon.", {20, 21, 23, 42, 6}),
    ("zh-CN", "平台出了点小问题，正在努力排除，大概很快能用。", {20, 21, 23, 42, 6}),
    ("fr", "Un petit souci, nous essayons de le régler au plus vite.", {20, 21, 23, 6}),
    ("pl", "Drobny problem, staramy się naprawić go jak najszybciej.", {20, 21, 23, 6}),
]
PASSING = [
    (
        "en",
        "Order submission has been unavailable since 09:20 CET for all customers in the east region. "
        "We are switching traffic to a spare line. Next update by 09:50 CET.",
    ),
    (
        "zh-CN",
        "订单提交自 09:20 起无法完成，影响华东地区全部客户。"
        "我们正在切换到备用线路，09:50（北京时间）前给出下一次更新。",
    ),
    (
        "fr",
        "La validation des commandes est indisponible depuis 09 h 20 CET pour tous les clients de la région Est. "
        "Nous dirigeons le trafic vers une liaison de secours. Prochaine information à 09 h 50 CET au plus tard.",
    ),
    (
        "pl",
        "Składanie zamówień jest niedostępne od 09:20 CET dla wszystkich klientów w regionie wschodnim. "
        "Przełączamy ruch na łącze zapasowe. Następna informacja do 09:50 CET.",
    ),
]


@pytest.mark.parametrize(("language", "text", "expected"), FLAGGED)
def test_the_posts_that_must_not_go_out_do_not(language: str, text: str, expected: set[int]) -> None:
    found = {finding.id for finding in check(plain(text, Post(language=language)))}
    assert {f"LINT-{number}" for number in expected} <= found


@pytest.mark.parametrize(("language", "text"), PASSING)
def test_the_posts_that_may_go_out_lack_nothing_but_components(language: str, text: str) -> None:
    assert [finding.id for finding in check(plain(text, Post(language=language)))] == ["LINT-10"]


def words_of(post: Post) -> set[str]:
    """What is found besides missing elements."""
    required = {f"LINT-{number}" for number in range(1, 20)}
    return {finding.id for finding in check(post)} - required


def test_users_may_see_something_and_may_try_something() -> None:
    assert words_of(Post(fields={"impact": "Some users may see slow uploads."})) == {"LINT-33"}
    assert words_of(Post(fields={"impact": "部分用户可能遇到上传超时。"}, language="zh-CN")) == set()
    assert words_of(Post(fields={"workaround": "Until then please try the south region."})) == set()


def test_what_users_may_see_is_known_once_it_is_over() -> None:
    assert "LINT-20" in words_of(Post(fields={"impact": "用户可能遇到超时。"}, language="zh-CN", stage="resolved"))


def test_there_are_sixty_eight_rules() -> None:
    assert [f"LINT-{number}" for number in range(1, 69)] == list(IDS)
