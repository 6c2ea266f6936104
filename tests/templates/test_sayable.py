"""What nobody reads over before it goes out says nothing that the wording rules would stop (WL-2)."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from posts_of import DUE, NOW, house, incident, post, update

from incidents.incident import Incident
from incidents.records import Update
from incidents.stage import Stage
from incidents.wording.post import House as Wording
from templates import channels_text, standard_answers
from templates.phrases import LANGUAGES
from templates.samples import SAMPLES, sample

STOPPED = {
    "LINT-21": {"en": "soon", "zh-CN": "很快", "fr": "bientôt", "pl": "wkrótce"},
    "LINT-29": dict.fromkeys(LANGUAGES, "db-7 10.0.3.4"),
    "LINT-40": dict.fromkeys(LANGUAGES, "joe@customer.example"),
    "LINT-41": dict.fromkeys(LANGUAGES, "password: hunter22"),
}
OPEN = (Stage.INVESTIGATING, Stage.IDENTIFIED, Stage.MONITORING)


def titled(title: str, stage: Stage | None = None) -> Incident:
    about = incident(stage)
    about.title = title
    return about


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", STOPPED)
def test_a_text_without_news_goes_on_without_what_is_stopped(rule: str, language: str) -> None:
    bad, whole = STOPPED[rule][language], sample(language)
    facts = whole | {"action_now": f"{whole['action_now']} {bad}"}
    made = post("no-news", Stage.INVESTIGATING, facts, where=house(language))
    assert made.template == "STG-13"
    assert bad not in made.body
    assert SAMPLES[language]["action_now"] not in made.body
    assert SAMPLES[language]["action_now"] in post("no-news", Stage.INVESTIGATING, whole, where=house(language)).body


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_holding_statement_does_not_repeat_a_title_that_is_stopped(language: str) -> None:
    about = titled("db-7 hit CVE-2031-1111")
    made = post("holding", Stage.INVESTIGATING, {}, where=house(language), about=about)
    assert "db-7" not in made.title + made.body
    about = titled("Checkout: db-7 does not answer")
    made = post("holding", Stage.INVESTIGATING, {}, where=house(language), about=about)
    assert "Checkout" in made.title
    assert "Checkout" in made.body
    assert "db-7" not in made.title


def test_what_the_title_calls_the_service_is_stopped_too() -> None:
    made = post("holding", Stage.INVESTIGATING, {}, where=house("en"), about=titled("db-7: payments fail"))
    assert made.title == "Investigating - reports about our service"
    assert "our service" in made.body


def test_the_short_text_of_another_language_does_without_it() -> None:
    facts = {"service": "Checkout", "cause_plain": "a faulty setting", "affected_share": "40%", "functions": "payment"}
    facts |= {"fix_plain": "rolling it back", "symptom": "errors", "symptom@fr": "erreurs sur db-7"}
    made = post("", Stage.IDENTIFIED, facts, where=house("en", "fr"), language="fr")
    assert made.template == "short"
    assert "db-7" not in made.title


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("made_for", [channels_text.sms, channels_text.social])
def test_lint_29_what_is_made_for_one_channel_does_without_it(made_for: Callable[..., str], language: str) -> None:
    """The post told another fact, so the gate has never read this one."""
    whole = sample(language)
    bad = whole | {"symptom": f"{whole['symptom']} 10.0.3.4", "action_now": "password: hunter22"}
    told: list[Update] = [update(stage, facts) for stage in OPEN for facts in (whole, bad)]
    texts = [made_for(each, incident=incident(), house=house(language), language=language) for each in told]
    assert not any("10.0.3.4" in text or "hunter22" in text for text in texts)
    assert any(whole["symptom"] in text for text in texts)


def test_the_organisations_own_names_are_known_here_too() -> None:
    facts = sample("en") | {"action_now": "waiting for Cloudy"}
    where = replace(house("en"), wording=Wording(providers=("Cloudy",)))
    assert "Cloudy" not in post("no-news", Stage.INVESTIGATING, facts, where=where).body
    allowed = replace(where, wording=Wording(providers=("Cloudy",), allowed=("Cloudy",)))
    assert "Cloudy" in post("no-news", Stage.INVESTIGATING, facts, where=allowed).body


def test_lint_41_colleagues_read_everything_but_secrets() -> None:
    told = incident(facts=sample("en") | {"action_now": "restarting db-7", "next_step": "token: s3cr3t-s3cr3t"})
    text = channels_text.executive(told, house=house("en"), now=NOW, next_update_at=DUE)
    assert "restarting db-7" in text
    assert "s3cr3t" not in text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_lint_29_support_is_given_nothing_to_copy_that_the_gate_would_stop(language: str) -> None:
    told = incident(Stage.IDENTIFIED)
    fine = {"workaround": "pay by invoice", "workaround@fr": "payez sur facture"}
    for facts in (fine, {name: f"{text} at 10.0.3.4" for name, text in fine.items()}):
        told.update = update(Stage.IDENTIFIED, facts)
        text = standard_answers.answers(told, house("en", "fr"), NOW, language)
        assert "10.0.3.4" not in text
        assert (fine["workaround" if language == "en" else "workaround@fr"] in text) == (facts is fine)


def test_lint_25_data_is_called_safe_once_the_sheet_says_how_that_was_checked() -> None:
    facts = sample("en") | {"action_now": "confirming that no data was lost"}
    about = incident()
    assert "no data was lost" not in post("no-news", Stage.INVESTIGATING, facts, where=house("en"), about=about).body
    about.sheet |= {"data_at_risk": "no", "data_checked": "compared all orders"}
    assert "no data was lost" in post("no-news", Stage.INVESTIGATING, facts, where=house("en"), about=about).body
