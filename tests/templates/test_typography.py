"""What a native eye stumbles over: spaces, numbers of verbs, the first of the month."""

import re
from datetime import UTC, date, datetime

import pytest
from posts_of import CASES, house, post

from bot.web.public import words
from incidents.stage import Stage
from templates.dates import calendar_day
from templates.phrases import LANGUAGES
from templates.samples import sample
from templates.standard_answers import _say, _texts
from templates.typography import french

WRONG_VERB = re.compile(
    r"1 customer (?:in [\w ]+ )?are |1 client(?: \([\w ]+\))? (?:n'ont|ne peuvent|sont)"
    r"|[Cc]oncernés\s?:\s1 client|1 klientów"
)


def test_french_keeps_its_signs_on_the_line() -> None:
    assert french("Quoi ? « Oui » : 40 % ; fin !") == (
        "Quoi\u202f? «\u202fOui\u202f»\u00a0: 40\u202f%\u202f; fin\u202f!"
    )


@pytest.mark.parametrize(("kind", "stage"), CASES)
def test_french_posts_break_before_no_sign(kind: str, stage: Stage) -> None:
    made = post(kind, stage, sample("fr"), where=house("fr"))
    assert not re.search(r" [;:!?%»]|« ", f"{made.title}\n{made.body}")


def test_the_french_page_and_answers_break_before_no_sign() -> None:
    page = words.of("fr")
    shown = [*page.page.values(), *page.stages.values(), *page.states.values(), *page.banners.values()]
    questions = [_texts("fr")[name]["question"] for name in ("when", "data")]
    answer = _say([["La cause est confirmée : {cause}."]], {"cause": "un câble"}, "fr")
    assert [text for text in [*shown, *map(french, questions), answer] if re.search(r" [;:!?%»]", text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "stage"), CASES)
def test_one_customer_has_a_verb_of_their_own(kind: str, stage: Stage, language: str) -> None:
    made = post(kind, stage, sample(language) | {"affected_share": "1"}, where=house(language))
    assert not WRONG_VERB.search(made.body.replace("\u00a0", " ").replace("\u202f", " "))


def test_many_customers_have_theirs() -> None:
    english = post("scoping", Stage.IDENTIFIED, sample("en") | {"affected_share": "2"}, where=house("en"))
    assert "2 customers in Europe and Asia are affected" in english.body
    alone = post("scoping", Stage.IDENTIFIED, sample("en") | {"affected_share": "1"}, where=house("en"))
    assert "1 customer in Europe and Asia is affected" in alone.body
    found = post("", Stage.IDENTIFIED, sample("fr") | {"affected_share": "1"}, where=house("fr"))
    assert "1 client (Europe et Asie) n'a pas accès" in found.body


def test_the_first_of_the_month_is_the_first_in_french() -> None:
    assert calendar_day(date(2031, 4, 1), "fr") == "1er avril 2031"
    assert calendar_day(date(2031, 4, 11), "fr") == "11 avril 2031"
    assert calendar_day(date(2031, 4, 1), "pl") == "1 kwietnia 2031"
    assert words.of("fr").date(datetime(2031, 4, 1, 12, tzinfo=UTC), "UTC") == "1er avril 2031"
    assert words.of("fr").date(datetime(2031, 4, 2, 12, tzinfo=UTC), "UTC") == "2 avril 2031"


@pytest.mark.parametrize(("kind", "stage"), CASES)
def test_chinese_posts_have_full_punctuation(kind: str, stage: Stage) -> None:
    made = post(kind, stage, sample("zh-CN"), where=house("zh-CN"))
    assert not re.search(r"[\u4e00-\u9fff][,;:!?()]|[,;!?()][\u4e00-\u9fff]", made.body)
