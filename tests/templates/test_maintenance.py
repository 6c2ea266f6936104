"""Posts about planned maintenance."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from posts_of import NOW, T0, house

from templates.house import OwnText
from templates.maintenance import CHANGES, Notice, Window, maintenance_draft, maintenance_drafts
from templates.phrases import LANGUAGES, MAINTENANCE_LABELS
from templates.samples import SAMPLES, sample

START = T0.replace(second=0) + timedelta(days=3)
WINDOW = Window(START, START + timedelta(hours=2))
DURING = START + timedelta(hours=1)


def window(change: str) -> Window:
    late, over = START + timedelta(hours=3), START + timedelta(hours=2, minutes=5)
    if change == "extended":
        return replace(WINDOW, new_end=late)
    return replace(WINDOW, ended_at=over) if change == "completed" else WINDOW


def at(change: str) -> datetime:
    return NOW if change in ("scheduled", "cancelled") else DURING


def write(change: str, language: str, *languages: str, facts: dict[str, str] | None = None) -> Notice:
    given = sample(language) if facts is None else facts
    where = house(*(languages or (language,)))
    return maintenance_draft(change, given, window(change), house=where, now=at(change), language=language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("change", CHANGES)
def test_each_change_has_a_whole_text_in_each_language(change: str, language: str) -> None:
    made = write(change, language)
    assert made.unknown == made.unreviewed == ()
    assert made.title.startswith(f"{MAINTENANCE_LABELS[language][made.state]} - ")
    assert SAMPLES[language]["service"] in made.title
    assert not re.search(r"\[\?\]|[{}]|  |\.\.|\x1f", made.title + made.body)


@pytest.mark.parametrize("language", LANGUAGES)
def test_stg_23_the_announcement_names_window_zone_reason_and_effect(language: str) -> None:
    body = write("scheduled", language).body
    for part in ("16:02 CEST", "18:02 CEST", SAMPLES[language]["reason_plain"], SAMPLES[language]["effect"]):
        assert part in body
    assert body.count("2031") == 1


def test_stg_23_a_window_past_midnight_names_both_days() -> None:
    night = Window(START + timedelta(hours=6), START + timedelta(hours=9))
    made = maintenance_draft("scheduled", sample("en"), night, house=house("en"), now=NOW)
    assert "On 2031-04-05, 22:02 CEST - 2031-04-06 01:02 CEST, we will replace" in made.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_stg_24_an_extension_tells_both_ends(language: str) -> None:
    body = write("extended", language).body
    assert "19:02 CEST" in body
    assert "18:02 CEST" in body


@pytest.mark.parametrize("language", LANGUAGES[1:])
@pytest.mark.parametrize("change", CHANGES)
def test_stg_34_without_translation_times_and_service_stand_alone(change: str, language: str) -> None:
    made = write(change, language, *LANGUAGES, facts=sample("en"))
    english = [SAMPLES["en"][name] for name in ("reason_plain", "effect", "not_affected")]
    assert [words for words in english if words in made.body] == []
    assert made.title.startswith(MAINTENANCE_LABELS[language][made.state])
    assert (made.template == "short") == (change in ("scheduled", "extended"))


def test_stg_34_words_given_in_the_language_are_used() -> None:
    facts = sample("en") | {f"{name}@fr": words for name, words in SAMPLES["fr"].items()}
    made = write("scheduled", "fr", "en", "fr", facts=facts)
    assert (made.template, made.unreviewed) == ("STG-23", ())
    assert SAMPLES["fr"]["effect"] in made.body


def test_what_is_missing_is_named_and_seen() -> None:
    made = write("scheduled", "en", facts={"service": "Checkout"})
    assert made.unknown == ("reason_plain", "effect")
    assert made.body.count("[?]") == 2
    nameless = write("started", "en", facts={})
    assert nameless.unknown == ("service",)
    assert nameless.title == "In progress - maintenance of [?]"


def test_chk_9_times_are_equal_in_all_languages() -> None:
    for change in CHANGES:
        made = maintenance_drafts(change, sample("en"), window(change), house=house(), now=at(change))
        times = [set(re.findall(r"\d\d:\d\d", each.body)) for each in made.values()]
        assert all(each == times[0] for each in times), (change, times)


def test_stg_4_a_house_may_have_its_own() -> None:
    own = {
        ("en", "maintenance_started"): OwnText(
            "en/maintenance_started.j2", "{{ stage_label }}\n\nUntil {{ window_end }}.", 7
        )
    }
    made = maintenance_draft("started", sample("en"), WINDOW, house=house("en", own=own), now=DURING)
    assert (made.title, made.body, made.origin) == ("In progress", "Until 18:02 CEST.", "STG-24a v7 own")
