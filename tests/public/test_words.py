"""The fixed words of the page in four languages (LIFE-18, GEN-2)."""

import re
import string
from datetime import UTC, datetime

import pytest
from public.press import STORY, page

from bot.web.public import api, pages, words
from bot.web.public.tree import Tree
from bot.web.public.words import Words
from incidents.components import ComponentState
from incidents.stage import LABELS

LANGUAGES = ("en", "zh-CN", "fr", "pl")
AT = datetime(2031, 4, 2, 12, 30, tzinfo=UTC)


def slots(table: dict[str, str]) -> dict[str, set[str | None]]:
    return {key: {slot for _, slot, _, _ in string.Formatter().parse(text) if slot} for key, text in table.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything(language: str) -> None:
    found, english = words.of(language), words.of("en")
    for table in ("page", "stages", "states", "banners", "languages"):
        ours = getattr(found, table)
        assert set(ours) == set(getattr(english, table)), table
        assert all(text.strip() for text in ours.values())
    assert slots(found.page) == slots(english.page)
    assert len(found.months) == len(found.headings) == 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_life_18_stages_are_called_as_the_rules_call_them(language: str) -> None:
    assert {stage.value: label for stage, label in LABELS[language].items()}.items() <= words.of(
        language
    ).stages.items()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_and_every_indicator_has_words(language: str) -> None:
    found = words.of(language)
    assert set(found.states) == {state.value for state in ComponentState}
    assert set(found.banners) == {*api.DESCRIPTIONS, "incident"}


@pytest.mark.parametrize(
    ("language", "moment", "month"),
    [
        ("en", "2 April 2031, 14:30 CEST", "April 2031"),
        ("zh-CN", "2031年4月2日 14:30 CEST", "2031年4月"),
        ("fr", "2 avril 2031, 14:30 CEST", "avril 2031"),
        ("pl", "2 kwietnia 2031, 14:30 CEST", "kwiecień 2031"),
    ],
)
def test_gen_2_times_are_the_organisations_and_name_their_zone(language: str, moment: str, month: str) -> None:
    found: Words = words.of(language)
    assert found.moment(AT, "Europe/Berlin") == moment
    assert found.month(AT, "Europe/Berlin") == month


def test_a_window_names_its_day_once_if_it_is_one_day() -> None:
    found = words.of("en")
    assert found.window(AT, AT.replace(hour=14), "UTC") == "2 April 2031, 12:30 UTC – 14:30 UTC"
    assert found.window(AT, AT.replace(day=3), "UTC") == "2 April 2031, 12:30 UTC – 3 April 2031, 12:30 UTC"
    assert found.window(AT, None, "UTC") == "2 April 2031, 12:30 UTC"


def test_chinese_has_no_gaps_behind_its_signs_and_is_not_slanted() -> None:
    shown = Tree(page(*STORY))
    text = re.sub(r"<[^>]+>", "", shown.document("zh-CN/index.html").body.decode())
    assert "受影响：Payments、Checkout" in text
    assert "联系方式：support@example.com" in text
    assert not re.findall(r"[，。：；、] +\S", text)
    assert ":lang(zh) .aside { font-style: normal" in pages.stylesheet()[1].decode()
    english = re.sub(r"<[^>]+>", "", shown.document("en/index.html").body.decode())
    assert "Affected: Payments, Checkout" in english
    assert "Europe/Berlin. Contact: support@example.com" in english
