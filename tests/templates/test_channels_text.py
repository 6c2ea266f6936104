"""The same post in short messages, on social media, for management, and for one customer."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from posts_of import DUE, NOW, T0, house, incident, post, update

from incidents.channels import Audience, Channel, Medium
from incidents.records import Update, Wording
from incidents.stage import Stage
from templates import channels_text, lengths
from templates.house import House
from templates.phrases import LANGUAGES
from templates.samples import SAMPLES, sample

LINK = "https://status.example.com"
LONG = "customers who pay with a card that was issued by a bank abroad see an error message " * 4


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", list(Stage))
def test_stg_29_a_short_message_fits_and_leads_on(stage: Stage, language: str) -> None:
    text = channels_text.sms(update(stage, sample(language)), incident=incident(), house=house(language))
    assert lengths.sms_parts(text) <= 2
    assert text.endswith(LINK)
    assert "\n" not in text
    assert ("17:00 CEST" in text) == (not stage.final)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", list(Stage))
def test_stg_30_a_social_post_fits_and_leads_on(stage: Stage, language: str) -> None:
    text = channels_text.social(update(stage, sample(language)), incident=incident(), house=house(language))
    assert lengths.weight(text) <= 280
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
    assert lengths.sms_parts(text) == parts


def test_chn_2_chinese_counts_twice_and_an_address_23() -> None:
    assert lengths.weight("ab中") == 4
    assert lengths.weight("https://status.example.com/a/very/long/path/indeed ok") == 26


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
    made = post("limited", Stage.INVESTIGATING, sample(language), where=house(language))
    assert made.template == "STG-17"
    assert made.unknown == ()
    assert "17:00 CEST" in made.body


HOUSE = house("en", "zh-CN", "pl")
ZH = Wording("调查中 - 结账", "结账变慢。我们正在调查。")


def own_words(title: str = "Investigating - Checkout", body: str = "It is slow. We look.") -> Update:
    about = update(Stage.INVESTIGATING, {})
    return replace(about, title=title, body=body, template="text", texts={"zh-CN": ZH})


def channel(kind: Medium, *languages: str, **more: Any) -> Channel:
    return Channel("there", kind, "apprise", languages=languages, **more)


def shown(posted: Update, where: Channel, about: House = HOUSE) -> Wording:
    return channels_text.channel_text(posted, where, incident=incident(facts=posted.facts), house=about)


def test_chn_4_every_long_text_carries_revision_and_link() -> None:
    text = shown(own_words(), channel(Medium.EMAIL))
    assert text == Wording("Investigating - Checkout", f"It is slow. We look.\n\nUpdate 2 · {LINK}")
    assert shown(own_words(), channel(Medium.IM), House()).body == "It is slow. We look.\n\nUpdate 2"


def test_a_channel_reads_its_own_language_and_the_first_one_where_there_is_no_other() -> None:
    chinese = shown(own_words(), channel(Medium.EMAIL, "zh-CN"))
    assert chinese == Wording(ZH.title, f"{ZH.body}\n\n第 2 次更新 · {LINK}")
    assert shown(own_words(), channel(Medium.EMAIL, "pl")).body.endswith(f"Update 2 · {LINK}")


def test_a_channel_of_two_languages_carries_both_and_ends_once() -> None:
    both = shown(own_words(), channel(Medium.IM, "zh-CN", "en"))
    assert both.title == ZH.title
    assert both.body.index(ZH.body) < both.body.index("Investigating - Checkout") < both.body.index("It is slow.")
    assert both.body.count(LINK) == 1


@pytest.mark.parametrize("kind", [Medium.SMS, Medium.SOCIAL])
def test_stg_29_short_channels_get_the_text_that_is_made_for_them(kind: Medium) -> None:
    posted = update(Stage.INVESTIGATING, sample("en"))
    made = {Medium.SMS: channels_text.sms, Medium.SOCIAL: channels_text.social}[kind]
    text = shown(posted, channel(kind), house("en"))
    assert text == Wording("", made(posted, incident=incident(), house=house("en")))
    assert SAMPLES["en"]["symptom"] in text.body


def test_in_ones_own_words_short_channels_get_title_first_sentence_and_link() -> None:
    assert shown(own_words(), channel(Medium.SMS)) == Wording("", f"Investigating - Checkout. It is slow. {LINK}")
    assert shown(own_words(), channel(Medium.SOCIAL, "zh-CN")).body == f"调查中 - 结账。结账变慢。 {LINK}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_aud_14_management_reads_the_state_inside_and_nobody_else_does(language: str) -> None:
    posted = replace(update(Stage.INVESTIGATING, sample(language)), body="For customers.", language=language)
    inside = shown(posted, channel(Medium.EMAIL, audience=(Audience.MANAGEMENT,)), house(language))
    assert inside.title == "SEV-1 / P0 · Checkout returns 500s"
    assert "SEV-1 / P0" in inside.body
    assert SAMPLES[language]["symptom"] in inside.body
    assert "16:32 CEST" in inside.body, "this post is the last one"
    for audience in ((Audience.USERS,), (Audience.MANAGEMENT, Audience.USERS), (Audience.SUPPORT,)):
        text = shown(posted, channel(Medium.EMAIL, audience=audience), house(language))
        assert text.body.startswith("For customers.")
        assert "SEV" not in text.body


def test_stg_28_colleagues_get_the_mail_afterwards_and_customers_the_post() -> None:
    posted = replace(update(Stage.RESOLVED, sample("en")), body="Over for customers.")
    for audience in (Audience.SUPPORT, Audience.MANAGEMENT):
        assert "INC-1" in shown(posted, channel(Medium.EMAIL, audience=(audience,)), house("en")).title
    assert shown(posted, channel(Medium.EMAIL), house("en")).body.startswith("Over for customers.")
    chat = shown(posted, channel(Medium.IM, audience=(Audience.MANAGEMENT,)), house("en"))
    assert chat.body.startswith("Over for customers.")


@given(st.text(min_size=1, max_size=900), st.sampled_from([Medium.SMS, Medium.SOCIAL, Medium.EMAIL]), st.booleans())
def test_chn_2_no_text_is_longer_than_its_channel_and_the_link_is_whole(words: str, kind: Medium, own: bool) -> None:
    posted = own_words(words, words) if own else update(Stage.INVESTIGATING, {"service": words, "symptom": words})
    text = shown(posted, channel(kind))
    assert LINK in text.body
    assert lengths.sms_parts(text.body) <= 2 or kind is not Medium.SMS
    assert lengths.weight(text.body) <= 280 or kind is not Medium.SOCIAL
    assert len(text.title) <= 78


def test_a_length_of_its_own_holds() -> None:
    assert len(shown(own_words(body="word " * 500), channel(Medium.IM, length=200)).body) <= 200
    assert lengths.sms_parts(shown(own_words(body="word " * 90), channel(Medium.SMS, length=1)).body) == 1
    short = update(Stage.INVESTIGATING, sample("en"))
    assert lengths.weight(shown(short, channel(Medium.SOCIAL, length=100), house("en")).body) <= 100
