"""Every public template in every language: whole with what is known, and equal in what must be equal."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from posts_of import CASES, DUE, NOW, T0, house, incident, post

from incidents.stage import LABELS, Stage
from templates.phrases import LANGUAGES, PHRASES
from templates.samples import SAMPLES, sample
from templates.update_fields import fields
from templates.updates import Draft, drafts, wordings

FOLDER = Path(__file__).parents[2] / "templates/updates"
FOREIGN = [language for language in LANGUAGES if language != "en"]
GAP = re.compile(
    r"\[\?\]|[{}]|None|\x1f|  |\.\.|。。| [,.。，]|：[。，]|: ?[.,;]|\(\)|（）|^[.,;:。，；]|\n\n\n|~", re.MULTILINE
)
SENTENCE = re.compile(r"[.!?](?=\s|$)|[。！？]")
CLOCK = re.compile(r"\d{1,2}:\d{2}")
LINK = re.compile(r"https?://\S+")


def whole(made: Draft) -> None:
    shown = f"{made.title}\n\n{made.body}"
    assert made.title
    assert made.body
    assert not GAP.search(shown), shown
    for paragraph in made.body.split("\n\n"):
        ended = paragraph.replace("godz.", "godz")
        assert len(SENTENCE.findall(ended)) <= 3, paragraph


def figures(made: Draft) -> tuple[list[str], list[str], list[str]]:
    shown = f"{made.title} {made.body}"
    shares = [share.replace(",", ".") for share in re.findall(r"\d+(?:[.,]\d+)?(?=\s?%)", shown)]
    return sorted(set(CLOCK.findall(shown))), sorted(set(shares)), sorted(set(LINK.findall(shown)))


def test_every_language_has_the_same_templates() -> None:
    files = {language: {file.name for file in (FOLDER / language).glob("*.j2")} for language in LANGUAGES}
    assert all(names == files["en"] for names in files.values())
    assert len(files["en"]) == 33


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "stage"), CASES)
def test_stg_3_a_template_with_every_fact_is_whole(kind: str, stage: Stage, language: str) -> None:
    made = post(kind, stage, sample(language), where=house(language))
    assert made.unknown == made.unreviewed == ()
    assert made.language == language
    whole(made)


@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_stg_3_a_template_is_whole_without_any_of_its_optional_facts(data: st.DataObject) -> None:
    language = data.draw(st.sampled_from(LANGUAGES))
    kind, stage = data.draw(st.sampled_from(CASES))
    needed = {field.name for field in fields(stage, kind) if field.required}
    names = data.draw(st.sets(st.sampled_from(sorted(sample(language)))))
    facts = {name: value for name, value in sample(language).items() if name in needed | names}
    facts["affected_share"] = data.draw(st.sampled_from(["40%", "all", "200", "1", "about 12.5%"]))
    bare = house(language, components=())
    due = data.draw(st.sampled_from([DUE, None]))
    made = post(kind, stage, facts, where=bare, next_update_at=due)
    assert made.unknown == (("date",) if kind == "security" and "date" in made.unknown else ())
    whole(made)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "stage"), CASES)
def test_a_required_fact_that_is_missing_is_seen_in_every_language(kind: str, stage: Stage, language: str) -> None:
    for field in fields(stage, kind):
        if field.required and field.name not in ("start_time", "date"):
            made = post(kind, stage, sample(language) | {field.name: ""}, where=house(language))
            assert made.unknown == (field.name,)
            assert "[?]" in made.body + made.title


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", list(Stage))
def test_life_18_the_title_begins_with_the_stage(stage: Stage, language: str) -> None:
    made = post("", stage, sample(language), where=house(language))
    assert made.title.startswith(f"{LABELS[language][stage]} - {SAMPLES[language]['service']}")


@pytest.mark.parametrize(("kind", "stage"), CASES)
@pytest.mark.parametrize("share", ["40%", "about 12.5%", "all", "200"])
def test_chk_9_times_shares_and_links_are_equal_in_all_languages(kind: str, stage: Stage, share: str) -> None:
    """The words are given in each language; what is no word comes from one place."""
    given_words = {f"{name}@{language}": words for language in FOREIGN for name, words in SAMPLES[language].items()}
    facts = {**sample("en"), **given_words, "affected_share": share}
    made = drafts(
        stage,
        kind,
        facts,
        incident=incident(None if kind == "holding" else stage),
        house=house(),
        now=NOW,
        next_update_at=DUE,
    )
    assert [each.unreviewed for each in made.values()] == [()] * 4
    assert len({each.template for each in made.values()}) == 1
    shown = [figures(each) for each in made.values()]
    assert all(each == shown[0] for each in shown), shown
    assert list(wordings(made, but="en")) == FOREIGN


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize(("kind", "stage"), CASES)
def test_stg_34_words_that_nobody_gave_in_a_language_are_not_shown_in_it(
    kind: str, stage: Stage, language: str
) -> None:
    """The readers get the stage, the service, the times, the share and the address, without an English word."""
    made = post(kind, stage, sample("en"), where=house(), language=language)
    assert made.unknown == ()
    whole(made)
    shown = f"{made.title}\n{made.body}"
    words = [value for name, value in SAMPLES["en"].items() if name not in ("service", "data_statement", "raw_eta")]
    assert [value for value in words if value in shown] == []
    assert LABELS[language][made.stage] in made.title or kind in ("security", "limited")
    if made.template == "short":
        assert made.unreviewed
        assert "https://status.example.com" in shown
        assert set(figures(made)[0]) <= set(figures(post(kind, stage, sample("en"), where=house()))[0]) | {
            "16:02",
            "16:32",
        }


@pytest.mark.parametrize("language", FOREIGN)
def test_stg_34_the_short_text_needs_only_figures(language: str) -> None:
    made = post("", Stage.IDENTIFIED, sample("en"), where=house(), language=language)
    assert made.template == "short"
    assert made.unreviewed == ("cause_plain", "fix_plain", "functions", "regions", "workaround")
    assert figures(made) == (["16:00", "17:00"], ["40"], ["https://status.example.com"])


def test_stg_34_a_standing_statement_is_known_in_every_language() -> None:
    made = post("", Stage.RESOLVED, sample("en"), where=house(), language="fr")
    assert "Aucune donnée n'a été perdue ni modifiée." in made.body


def test_stg_34_an_optional_fact_without_translation_leaves_the_rest_of_the_text() -> None:
    french = {f"{name}@fr": words for name, words in SAMPLES["fr"].items() if name != "workaround"}
    made = post("", Stage.IDENTIFIED, {**sample("en"), **french}, where=house("en", "fr"), language="fr")
    assert (made.template, made.unreviewed) == ("STG-14", ("workaround",))
    assert "En attendant" not in made.body
    assert "Correction en cours : retour au réglage précédent." in made.body.replace("\u00a0", " ")


@pytest.mark.parametrize("language", FOREIGN)
def test_stg_34_a_house_may_post_untranslated_words_and_says_so(language: str) -> None:
    where = house(post_untranslated=True)
    made = post("", Stage.IDENTIFIED, sample("en"), where=where, language=language)
    assert made.template == "STG-14"
    assert SAMPLES["en"]["cause_plain"] in made.body
    assert made.body.endswith(f"\n\n{PHRASES[language].mixed}")
    assert post("", Stage.IDENTIFIED, sample(language), where=house(language, post_untranslated=True)).unreviewed == ()


def test_own_words_in_each_language() -> None:
    where = house("en", "fr")
    english = post("", Stage.IDENTIFIED, {}, where=where, text="We roll back", language="en")
    french = post(
        "",
        Stage.IDENTIFIED,
        {},
        where=where,
        text="We roll back",
        texts={"fr": "Nous revenons en arrière"},
        language="fr",
    )
    short = post("", Stage.IDENTIFIED, {}, where=where, text="We roll back", language="fr")
    assert english.body.startswith("We roll back.\n\n")
    assert (english.origin, english.unreviewed) == ("own words", ())
    assert french.body.startswith("Nous revenons en arrière.\n\nProchaine information au plus tard\u00a0: 17:00 CEST.")
    assert (short.template, short.unreviewed) == ("short", ("text",))
    assert "roll back" not in short.body


def test_a_stale_translation_is_never_shown() -> None:
    about = incident(Stage.INVESTIGATING, {**sample("en"), "symptom@fr": "le paiement n'aboutit pas"})
    made = post("", Stage.INVESTIGATING, {"symptom": "slow pages"}, where=house("en", "fr"), language="fr", about=about)
    assert made.template == "short"
    assert "aboutit" not in made.title + made.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cause_that_is_not_confirmed_is_in_no_post_while_investigating(language: str) -> None:
    for kind in ("long", "full-outage", "partial-outage", "third-party"):
        made = post(kind, Stage.INVESTIGATING, sample(language), where=house(language))
        assert SAMPLES[language]["cause_plain"] not in made.body
        assert "16:00" not in made.body


def test_stg_4_a_post_knows_its_template_and_version() -> None:
    assert post("", Stage.IDENTIFIED, sample("en"), where=house("en")).origin == "STG-14 v1"
    assert post("full-outage", Stage.IDENTIFIED, sample("en"), where=house("en")).origin == "STG-21 v1"


def test_french_punctuation_does_not_break_off() -> None:
    made = post("", Stage.IDENTIFIED, sample("fr"), where=house("fr"))
    assert "cause\u00a0: un réglage" in made.body
    assert "40\u202f% des clients" in made.body
    assert not re.search(r" [:;!?%]", made.title + made.body)


def test_chinese_has_no_space_beside_its_punctuation_and_one_beside_letters() -> None:
    facts = sample("zh-CN") | {"service": "Checkout"}
    made = post("", Stage.INVESTIGATING, facts, where=house("zh-CN", zone="Asia/Shanghai"))
    assert made.title == "调查中 - Checkout：付款时出现错误提示"
    assert made.body.startswith("自 22:02（北京时间）起，欧洲的客户在使用 Checkout 时遇到以下问题：")
    assert not re.search(r" [，。：；（）]|[，。：；（）] ", made.body)


def test_all_customers_leave_no_others() -> None:
    for language, others in (
        ("en", "all others"),
        ("fr", "autres clients"),
        ("zh-CN", "其他客户"),
        ("pl", "pozostali"),
    ):
        some = post("", Stage.IDENTIFIED, sample(language), where=house(language))
        everyone = post("", Stage.IDENTIFIED, sample(language) | {"affected_share": "all"}, where=house(language))
        assert others in some.body
        assert others not in everyone.body


def test_the_day_is_named_when_it_is_another() -> None:
    from datetime import timedelta

    facts = sample("pl")
    made = post("no-news", Stage.IDENTIFIED, facts, where=house("pl"), now=T0 + timedelta(days=1))
    assert "(2 kwietnia 2031, 16:06 CEST)" in made.body
