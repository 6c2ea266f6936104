"""The same post in short messages, on social media, for management, and for one customer."""

import re
from datetime import timedelta

import pytest
from posts_of import DUE, NOW, T0, house, incident, update

from incidents.stage import Stage
from templates import channels_text
from templates.phrases import LANGUAGES
from templates.samples import SAMPLES, sample

LINK = "https://status.example.com"
LONG = "customers who pay with a card that was issued by a bank abroad see an error message " * 4


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", list(Stage))
def test_stg_29_a_short_message_fits_and_leads_on(stage: Stage, language: str) -> None:
    text = channels_text.sms(update(stage, sample(language)), incident=incident(), house=house(language))
    assert channels_text.sms_parts(text) <= 2
    assert text.endswith(LINK)
    assert "\n" not in text
    assert ("17:00 CEST" in text) == (not stage.final)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", list(Stage))
def test_stg_30_a_social_post_fits_and_leads_on(stage: Stage, language: str) -> None:
    text = channels_text.social(update(stage, sample(language)), incident=incident(), house=house(language))
    assert channels_text.social_length(text) <= 280
    assert text.endswith(LINK)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_too_long_loses_what_is_least_needed(language: str) -> None:
    facts = sample(language) | {"symptom": LONG, "action_now": LONG}
    posted = update(Stage.INVESTIGATING, facts)
    for text in (
        channels_text.sms(posted, incident=incident(), house=house(language)),
        channels_text.social(posted, incident=incident(), house=house(language)),
    ):
        assert "bank abroad" not in text
        assert "17:00 CEST" in text
        assert text.endswith(LINK)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_stg_34_no_english_words_in_a_foreign_message(language: str) -> None:
    posted = update(Stage.INVESTIGATING, sample("en"))
    text = channels_text.social(posted, incident=incident(), house=house(), language=language)
    assert SAMPLES["en"]["symptom"] not in text
    assert SAMPLES["en"]["action_now"] not in text
    assert "16:02 CEST" in text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("ł" * 70, 1),
        ("ł" * 71, 2),
        ("ł" * 135, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("é" * 160, 1),
    ],
)
def test_chn_2_the_parts_of_a_short_message(text: str, parts: int) -> None:
    assert channels_text.sms_parts(text) == parts


def test_chn_2_chinese_counts_twice_and_an_address_23() -> None:
    assert channels_text.social_length("ab中") == 4
    assert channels_text.social_length("https://status.example.com/a/very/long/path/indeed ok") == 26


@pytest.mark.parametrize("language", LANGUAGES)
def test_stg_27_management_reads_severity_tickets_and_the_internal_estimate(language: str) -> None:
    text = channels_text.executive(incident(facts=sample(language)), house=house(language), now=NOW, next_update_at=DUE)
    for part in ("SEV-1 / P0", "16:02 CEST", SAMPLES[language]["symptom"], "12", "15", "16:06 CEST", "17:00 CEST"):
        assert part in text
    assert not re.search(r"\[\?\]|[{}]|  ", text)


def test_stg_27_before_the_first_post_it_says_so() -> None:
    text = channels_text.executive(incident(None), house=house("en"), now=NOW, next_update_at=None)
    assert text.endswith("Customers have not been told yet.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_stg_28_the_mail_afterwards(language: str) -> None:
    about = incident(Stage.RESOLVED, sample(language))
    about.clocks.impact_ended_at = T0 + timedelta(minutes=90)
    made = channels_text.email(about, house=house(language), now=NOW)
    assert "INC-1" in made.title
    assert len(made.title) <= 78
    assert SAMPLES[language]["symptom"] in made.body
    assert "https://status.example.com/reports/1" in made.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_stg_17_one_customer_is_written_to(language: str) -> None:
    made = channels_text.individual(
        incident(Stage.RESOLVED, sample(language)), house=house(language), now=NOW, next_update_at=DUE
    )
    assert made.template == "STG-17"
    assert made.unknown == ()
    assert "17:00 CEST" in made.body
