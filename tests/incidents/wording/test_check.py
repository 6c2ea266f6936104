"""The gate, what an organisation may change, how a finding reads, and that no text is too strange."""

from dataclasses import replace

import pytest
from hostile import CORPUS
from hypothesis import given, settings
from hypothesis import strategies as st
from posts import model

from incidents import stage
from incidents.errors import Refused
from incidents.severity import Severity
from incidents.wording.check import ALWAYS_ERRORS, NEVER_OVERRIDDEN, Override, blocking, check, override
from incidents.wording.explain import explain, headings
from incidents.wording.lexicon import lexicon
from incidents.wording.post import CHANNELS, FIELDS, KINDS, LANGUAGES, STAGES, House, Post, plain
from incidents.wording.rules import IDS

VAGUE = Post(body="Login is back soon.")


def ids(post: Post) -> set[str]:
    return {finding.id for finding in check(post)}


def test_errors_block_and_warnings_do_not() -> None:
    post = replace(model("en"), title="Upload: slow transfers")
    assert ids(post) == {"LINT-33"}
    assert blocking(check(post)) == []
    assert {finding.id for finding in blocking(check(VAGUE))} > {"LINT-21", "LINT-10"}


def test_an_override_sets_errors_aside_with_a_reason() -> None:
    findings = check(replace(model("en"), fields={**model("en").fields, "action": "We will restart the queue soon."}))
    assert override(findings, reason=" the clock is broken ") == Override(("LINT-21",), "the clock is broken")
    assert blocking(findings, overridden=["LINT-21"]) == []
    with pytest.raises(Refused, match="reason"):
        override(findings, reason=" ")


@pytest.mark.parametrize(
    ("id", "text"),
    [
        ("LINT-8", "Login is back by {eta_time}."),
        ("LINT-29", "Login on 10.0.3.4 waits."),
        ("LINT-40", "Ask ada.okafor@firm.example."),
        ("LINT-41", "password: hunter22"),
        ("LINT-43", "We were hacked."),
    ],
)
def test_some_rules_nobody_overrides(id: str, text: str) -> None:
    findings = check(Post(body=text))
    assert id in {finding.id for finding in blocking(findings, overridden=IDS)}
    with pytest.raises(Refused, match=f"{id}.* cannot be overridden"):
        override(findings, reason="it is urgent")


def test_the_date_of_a_security_statement_is_not_overridden() -> None:
    post = Post(title="Security notice", body="x", kind="security")
    assert [finding.id for finding in blocking(check(post), overridden=IDS)] == ["LINT-68"]
    assert {f"LINT-{number}" for number in (8, 29, 40, 41, 43, 68)} == NEVER_OVERRIDDEN


def test_wl_5_an_organisation_may_soften_an_error() -> None:
    house = House(levels=(("LINT-21", "warning"), ("LINT-29", "warning")))
    post = Post(body="Login on 10.0.3.4 is back soon.", house=house)
    assert {f.id: f.severity for f in check(post) if f.id in ("LINT-21", "LINT-29")} == {
        "LINT-21": "warning",
        "LINT-29": "error",
    }
    assert {"LINT-29", "LINT-40", "LINT-41"} == ALWAYS_ERRORS


def test_wl_5_an_organisation_adds_words_and_allows_terms() -> None:
    house = House(
        words=(("en", "vague_time", ("in a jiffy",)), ("fr", "hedge", ("back",)), ("en", "no_such", ("back",)))
    )
    assert "LINT-21" in ids(Post(body="Login is back in a jiffy.", house=house))
    assert "LINT-20" not in ids(Post(body="Login is back.", house=house))
    assert "LINT-21" not in ids(Post(body="The product Soon Pay is unavailable.", house=House(allowed=("Soon Pay",))))
    assert "LINT-21" in ids(Post(body="Soon Pay is back soon.", house=House(allowed=("Soon Pay",))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finding_says_what_and_why_and_what_instead(language: str) -> None:
    word = lexicon(language).words["vague_time"][0]
    found = next(f for f in check(Post(body=f"{word}.", language=language)) if f.id == "LINT-21")
    told = explain("LINT-21", language)
    assert told
    assert word in found.message
    assert told.rule in found.message
    assert told.why in found.message
    assert found.suggestion == told.good


def test_a_long_quotation_is_cut() -> None:
    found = next(f for f in check(Post(body="word " * 60)) if f.id == "LINT-47")
    assert "…”" in found.message
    assert len(found.message) < 200
    assert found.suggestion == ""


def test_a_finding_names_what_is_missing() -> None:
    post = Post(fields={"problem": "x"}, stage="monitoring")
    assert [f.message.split(":")[0] for f in check(post) if f.id == "LINT-15"] == [
        "“what was done”",
        "“how far it has recovered”",
        "“who still waits”",
    ]


def test_the_neutral_term_is_offered() -> None:
    found = next(f for f in check(Post(body="支付系统崩溃。", language="zh-CN")) if f.id == "LINT-33")
    assert found.suggestion == "服务中断"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_is_explained_in_every_language(language: str) -> None:
    for id in IDS:
        told = explain(id, language)
        assert told
        assert all((told.rule, told.why, told.bad, told.good)), id
    assert explain("LINT-X", language) is None
    assert len(set(map(headings(language).get, ("rule", "why", "bad", "good")))) == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_lists_and_the_labels_of_the_stages(language: str) -> None:
    assert lexicon(language).words.keys() == lexicon("en").words.keys()
    assert lexicon(language).terms.keys() == lexicon("en").terms.keys()
    assert tuple(lexicon(language).labels) == STAGES
    assert {each.value: label for each, label in stage.LABELS[language].items()}.items() <= lexicon(
        language
    ).labels.items()


def test_a_plain_post_begins_with_its_title() -> None:
    post = plain("Investigating - Login: errors\n\nLogin is unavailable.\n\nMore.\n")
    assert (post.title, post.body) == ("Investigating - Login: errors", "Login is unavailable.\n\nMore.")
    assert (plain("One paragraph.").title, plain("One paragraph.").body) == (None, "One paragraph.")
    assert check(plain("")) != []


texts = (
    st.text(st.characters(), max_size=200)
    | st.sampled_from([text[:300] for text in CORPUS])
    | st.text("aA1 .:@-/\n!可能用户soon\u0301\u200b", max_size=80)
)
posts = st.builds(
    Post,
    title=st.none() | texts,
    body=texts,
    fields=st.dictionaries(st.sampled_from([*FIELDS, "other"]), texts, max_size=4),
    language=st.sampled_from(LANGUAGES),
    stage=st.sampled_from(STAGES),
    kind=st.sampled_from(KINDS),
    channel=st.sampled_from(CHANNELS),
    severity=st.none() | st.sampled_from(Severity),
    label=st.none() | texts,
)


@settings(max_examples=60, deadline=None)
@given(posts, st.none() | posts)
def test_no_text_is_too_strange_and_every_place_is_in_it(post: Post, previous: Post | None) -> None:
    written = {"title": post.title or "", "body": post.body, **post.fields}
    findings = check(replace(post, previous=previous))
    for finding in findings:
        assert 0 <= finding.start <= finding.end <= len(written.get(finding.field, ""))
        assert finding.message
