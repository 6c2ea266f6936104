"""Every rule that needs a whole post: one without fault in each language, and what happens when it is changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from posts import STAGES, WORDS, model

from incidents.severity import Severity
from incidents.wording.check import check
from incidents.wording.lexicon import lexicon
from incidents.wording.post import LANGUAGES, Component, Estimate, House, Post, Times, plain

NOW = datetime(2031, 5, 12, 14, 30, tzinfo=UTC)
each_language = pytest.mark.parametrize("language", LANGUAGES)


def ids(post: Post) -> list[str]:
    return [finding.id for finding in check(post)]


def levels(post: Post, id: str) -> list[str]:
    return [finding.severity for finding in check(post) if finding.id == id]


def without(post: Post, field: str) -> Post:
    return replace(post, fields={name: text for name, text in post.fields.items() if name != field})


def with_field(post: Post, field: str, text: str) -> Post:
    return replace(post, fields={**post.fields, field: text})


def ago(post: Post, **changes: Any) -> Post:
    return replace(post, previous=replace(post, **changes))


def rendered(post: Post) -> Post:
    label = lexicon(post.language).labels[post.stage]
    return plain(f"{label} - {post.title}\n\n" + "\n\n".join(post.fields.values()), replace(post, fields={}))


@each_language
@pytest.mark.parametrize("stage", STAGES)
def test_a_post_without_fault_has_no_finding(language: str, stage: str) -> None:
    assert check(model(language, stage)) == []


@each_language
@pytest.mark.parametrize("stage", STAGES)
def test_nor_has_the_same_post_as_plain_text(language: str, stage: str) -> None:
    assert check(rendered(model(language, stage))) == []


@each_language
@pytest.mark.parametrize(
    ("stage", "field", "id"),
    [
        ("investigating", "problem", "LINT-3"),
        ("investigating", "impact", "LINT-4"),
        ("investigating", "action", "LINT-5"),
        ("investigating", "next_update_at", "LINT-6"),
        ("investigating", "started_at", "LINT-9"),
        ("identified", "workaround", "LINT-11"),
        ("identified", "cause", "LINT-12"),
        ("identified", "impact", "LINT-13"),
        ("identified", "eta", "LINT-14"),
        ("monitoring", "fix", "LINT-15"),
        ("monitoring", "progress", "LINT-15"),
        ("monitoring", "remaining_impact", "LINT-15"),
        ("resolved", "duration", "LINT-16"),
        ("resolved", "problem", "LINT-16"),
        ("resolved", "data_statement", "LINT-17"),
        ("resolved", "cause", "LINT-18"),
        ("resolved", "prevention", "LINT-18"),
        ("resolved", "apology", "LINT-18"),
        ("resolved", "contact", "LINT-18"),
        ("scheduled", "impact", "LINT-19"),
        ("scheduled", "cause", "LINT-19"),
        ("scheduled", "contact", "LINT-19"),
        ("scheduled", "started_at", "LINT-19"),
    ],
)
def test_a_missing_element_is_missed(language: str, stage: str, field: str, id: str) -> None:
    assert id in ids(without(model(language, stage), field))


@each_language
def test_lint_1_the_label_is_that_of_the_stage(language: str) -> None:
    post, labels = model(language), lexicon(language).labels
    assert ids(replace(post, label=labels["investigating"])) == []
    assert ids(replace(post, label=labels["monitoring"])) == ["LINT-1"]
    assert ids(replace(post, title=f"{labels['monitoring']} - {post.title}")) == ["LINT-1"]
    assert ids(replace(post, title=f"{lexicon(language).words['wrong_label'][0]}: {post.title}")) == ["LINT-1"]
    assert ids(replace(post, title=f"[{labels['investigating']}] {post.title}")) == []


@each_language
def test_lint_1_a_plain_post_shows_its_stage(language: str) -> None:
    post = rendered(model(language))
    assert ids(replace(post, title=model(language).title)) == ["LINT-1"]


@each_language
def test_lint_2_a_title_names_component_and_symptom(language: str) -> None:
    post = model(language)
    assert "LINT-2" in ids(replace(post, title=None))
    assert "LINT-2" in ids(replace(post, title=lexicon(language).words["generic_title"][0]))
    assert "LINT-2" in ids(replace(post, title=WORDS[language].component))
    assert "LINT-2" in ids(replace(post, title=WORDS[language].component, components=()))
    assert "LINT-2" not in ids(replace(post, components=()))
    assert levels(replace(post, title=f"{post.title} {'x' * 90}"), "LINT-2") == ["warning"]


def test_lint_2_an_alias_is_as_good_as_a_name() -> None:
    component = Component("files", "degraded_performance")
    post = replace(model("en"), components=(component,))
    assert "LINT-2" in ids(post)
    assert ids(replace(post, components=(replace(component, aliases=("upload",)),))) == []
    assert ids(replace(post, house=House(aliases=(("files", "Upload"), ("mail", "x"))))) == []


def test_lint_2_what_is_withdrawn_needs_no_symptom() -> None:
    post = Post(title="Withdrawn - Upload", body="Customers were not affected.", stage="withdrawn")
    assert "LINT-2" not in ids(post)
    assert "LINT-2" not in ids(replace(post, components=(Component("Upload", "operational"),)))


def test_lint_4_at_first_it_may_be_unknown_who_is_affected() -> None:
    post = with_field(model("en"), "impact", "We are confirming how many customers are affected.")
    assert ids(post) == []
    assert "LINT-4" in ids(with_field(model("en", "monitoring"), "impact", "We are confirming who is affected."))


@each_language
def test_lint_7_the_next_update_is_within_the_cadence(language: str) -> None:
    def at(minutes: int) -> list[str]:
        times = Times(posted_at=NOW, next_update_at=NOW + timedelta(minutes=minutes))
        return levels(replace(model(language), times=times), "LINT-7")

    assert (at(60), at(5)) == ([], [])
    assert at(61) == ["error"]
    assert at(4) == ["warning"]
    assert at(0) == ["error"]


def test_lint_7_without_a_severity_there_is_no_cadence() -> None:
    times = Times(posted_at=NOW, next_update_at=NOW + timedelta(hours=9))
    assert ids(replace(model("en"), severity=None, times=times)) == []


@each_language
def test_lint_10_a_component_has_a_state(language: str) -> None:
    assert ids(replace(model(language), components=())) == ["LINT-10"]
    assert ids(replace(model(language), components=(Component(WORDS[language].component),))) == ["LINT-10"]


@each_language
def test_lint_11_to_15_hold_for_the_first_post_of_a_stage(language: str) -> None:
    post = without(without(model(language, "identified"), "cause"), "workaround")
    assert ids(post) == ["LINT-11", "LINT-12"]
    assert ids(replace(post, first_of_stage=False)) == []
    assert ids(replace(post, first_of_stage=False, previous=post))[:1] == ["LINT-59"]
    assert "LINT-12" in ids(replace(post, previous=model(language)))


def test_lint_12_a_suspected_cause_is_not_identified() -> None:
    assert "LINT-12" in ids(replace(model("en", "identified"), cause="suspected"))
    assert ids(replace(without(model("en", "resolved"), "cause"), cause="unknown")) == []


def test_lint_14_the_policy_may_be_to_say_nothing() -> None:
    post = without(model("en", "identified"), "eta")
    assert ids(post) == ["LINT-14"]
    assert ids(replace(post, house=House(eta="none"))) == []
    said = with_field(post, "progress", "There is no reliable estimate yet.")
    assert ids(said) == []


@each_language
def test_lint_19_maintenance_is_announced_a_day_ahead(language: str) -> None:
    post = model(language, "scheduled")
    late = Times(posted_at=NOW, window_start=NOW + timedelta(hours=23), window_end=NOW + timedelta(hours=25))
    early = replace(late, posted_at=NOW - timedelta(hours=1))
    assert ids(replace(post, times=late)) == ["LINT-19"]
    assert ids(replace(post, times=early)) == []
    assert ids(with_field(post, "started_at", "02:00 - 04:00")) == ["LINT-19", "LINT-49"]


@each_language
def test_lint_22_once_numbers_are_known_they_are_said(language: str) -> None:
    words, post = WORDS[language], replace(model(language, "identified"), severity=None)
    found = check(with_field(post, "impact", words.known))
    assert [finding.id for finding in found] == ["LINT-22"]
    assert words.known[found[0].start : found[0].end] == words.vague
    later = with_field(without(post, "impact"), "impact", words.known.replace("40", "").replace("%", ""))
    assert "LINT-22" not in ids(later)
    assert "LINT-22" in ids(replace(later, previous=post))


@each_language
def test_lint_25_data_is_called_safe_after_a_check(language: str) -> None:
    safe = f"{lexicon(language).words['data_safe'][0]}."
    post = with_field(model(language, "resolved"), "data_statement", safe)
    assert "LINT-25" in ids(post)
    assert "LINT-25" in ids(replace(post, data_check="running"))
    assert "LINT-25" not in ids(replace(post, data_check="confirmed"))


@each_language
def test_lint_27_nobody_is_named(language: str) -> None:
    post = with_field(model(language, "identified"), "cause", WORDS[language].provider)
    assert ids(post) == []
    assert ids(replace(post, house=House(providers=("Cloudy",)))) == ["LINT-27"]
    assert ids(replace(post, house=House(staff=("Cloudy",)))) == ["LINT-27"]
    linked = with_field(post, "cause", WORDS[language].provider.rstrip(".。") + " https://status.cloudy.example")
    assert ids(replace(linked, house=House(providers=("Cloudy",)))) == []


def test_lint_30_a_suspicion_is_called_unconfirmed() -> None:
    post = with_field(model("en"), "cause", "A link to the release is not confirmed.")
    assert levels(post, "LINT-30") == ["warning"]
    assert levels(with_field(post, "cause", "The release broke it."), "LINT-30") == ["error"]
    body = "A link to the release, which may be due to a change, is being checked."
    assert levels(Post(body=body), "LINT-30") == ["warning"]


def test_lint_31_the_policy_decides_after_investigating() -> None:
    post = model("en", "identified")
    assert ids(post) == []
    assert ids(replace(post, house=House(eta="none"))) == ["LINT-31"]
    assert "LINT-31" in ids(with_field(model("en"), "eta", "16:00 CEST"))
    assert "LINT-31" not in ids(with_field(model("en"), "eta", "There is no reliable estimate yet."))
    assert "LINT-31" not in ids(Post(body="Next update by 15:00 CEST, when it is expected to be known."))
    assert "LINT-31" not in ids(Post(body="We cannot say when it is expected to be normal."))


@each_language
def test_lint_32_an_estimate_is_padded_and_ahead(language: str) -> None:
    post = model(language, "identified")
    estimate = Estimate(NOW, timedelta(minutes=40))

    def at(minutes: int, *, next_update: int = 30, severity: Severity | None = None) -> list[str]:
        times = Times(
            posted_at=NOW,
            next_update_at=NOW + timedelta(minutes=next_update),
            eta_at=NOW + timedelta(minutes=minutes),
        )
        return ids(replace(post, estimate=estimate, times=times, severity=severity))

    assert at(56) == []
    assert at(55) == ["LINT-32"]
    assert at(58, next_update=59) == ["LINT-32"]
    assert at(58, next_update=59, severity=Severity.SEV2) == []
    past = Times(posted_at=NOW, eta_at=NOW)
    assert ids(replace(post, times=past)) == ["LINT-32"]


@each_language
def test_lint_34_an_outage_is_one_where_nothing_works(language: str) -> None:
    word = lexicon(language).words["outage_word"][0]
    post = with_field(model(language, "identified"), "progress", f"{word}.")
    assert "LINT-34" in ids(post)
    assert "LINT-34" not in ids(replace(post, components=(Component(WORDS[language].component, "major_outage"),)))


@each_language
def test_lint_35_is_an_error_in_a_security_post(language: str) -> None:
    word = lexicon(language).words["euphemism"][0]
    post = with_field(model(language), "progress", f"{word}.")
    assert levels(post, "LINT-35") == ["warning"]
    assert levels(replace(post, kind="security"), "LINT-35") == ["error"]
    assert levels(replace(post, kind="maintenance"), "LINT-35") == []


def test_lint_37_one_term_may_be_explained() -> None:
    def found(body: str) -> int:
        return ids(Post(body=body, stage="identified")).count("LINT-37")

    assert found("A load balancer (it spreads requests) was replaced.") == 0
    assert found("Requests are spread (load balancer) again.") == 0
    assert found("A load balancer, that is a machine which spreads requests, was replaced.") == 0
    assert found("A load balancer was replaced.") == 1
    assert found("A load balancer (it spreads requests) and a node (a machine) were replaced.") == 1


@each_language
def test_what_was_approved_may_be_said(language: str) -> None:
    words, post = lexicon(language).words, model(language)
    attack = with_field(post, "progress", f"{words['security_word'][0].strip('*')}.")
    assert "LINT-43" in ids(attack)
    assert "LINT-43" not in ids(replace(attack, cleared=frozenset({"security"})))
    assert "LINT-43" not in ids(replace(attack, kind="security"))
    refund = with_field(post, "progress", f"{words['compensation'][0]}.")
    assert "LINT-44" in ids(refund)
    assert "LINT-44" not in ids(replace(refund, cleared=frozenset({"compensation"})))


def test_inside_codes_and_short_words_are_fine() -> None:
    body = "Checkout is unavailable for all customers since 14:30 CEST. This SEV-1 needs the LB. We are on it."
    assert {"LINT-38", "LINT-39"} <= set(ids(Post(body=body)))
    assert {"LINT-38", "LINT-39"} & set(ids(Post(body=body, channel="internal"))) == set()


@each_language
def test_lint_46_at_most_three_sentences_a_paragraph(language: str) -> None:
    sentence, gap = WORDS[language].sentence, "" if language == "zh-CN" else " "
    assert "LINT-46" not in ids(Post(body=gap.join([sentence] * 3), language=language))
    assert "LINT-46" in ids(Post(body=gap.join([sentence] * 4), language=language))
    assert "LINT-46" in ids(Post(body="\n".join([gap.join([sentence] * 2)] * 2), language=language))
    in_chat = Post(body="\n".join([gap.join([sentence] * 2)] * 2), language=language, channel="chat")
    assert "LINT-46" not in ids(in_chat)


@each_language
def test_lint_47_short_sentences(language: str) -> None:
    word = "很长" if language == "zh-CN" else "word "
    longest = {"en": 25, "fr": 28, "pl": 28, "zh-CN": 25}[language]
    assert "LINT-47" not in ids(Post(body=word * longest, language=language))
    assert "LINT-47" in ids(Post(body=word * (longest + 1), language=language))


@each_language
def test_lint_50_a_thing_keeps_its_name(language: str) -> None:
    first, second = WORDS[language].renamed
    before = Post(body=first, language=language)
    assert "LINT-50" not in ids(replace(before, previous=before))
    assert "LINT-50" in ids(Post(body=second, language=language, previous=before))


@each_language
def test_lint_52_somebody_acts(language: str) -> None:
    post = Post(body=WORDS[language].passive, language=language)
    assert "LINT-52" in ids(post)
    assert "LINT-52" not in ids(replace(post, channel="sms"))


@each_language
def test_lint_54_what_a_channel_carries(language: str) -> None:
    text = WORDS[language].sentence
    parts = {"en": 306, "zh-CN": 134, "fr": 306, "pl": 134}[language]
    fits, over = (text * parts)[:parts], (text * parts)[: parts + 1]
    assert "LINT-54" not in ids(Post(body=fits, language=language, channel="sms"))
    assert "LINT-54" in ids(Post(body=over, language=language, channel="sms"))
    assert "LINT-54" in ids(Post(title=over, language=language, channel="sms"))
    posts = 140 if language == "zh-CN" else 280
    assert "LINT-54" not in ids(Post(body=(text * 280)[:posts], language=language, channel="social"))
    assert "LINT-54" in ids(Post(body=(text * 280)[: posts + 1], language=language, channel="social"))
    assert "LINT-54" in ids(Post(title=over[:79], language=language, channel="email"))
    assert "LINT-54" not in ids(Post(title=over[:78], language=language, channel="email"))


@each_language
def test_lint_55_long_texts_have_paragraphs(language: str) -> None:
    sentence = WORDS[language].sentence
    wall = Post(body=" ".join([sentence] * 80), language=language)
    assert "LINT-55" in ids(wall)
    assert "LINT-55" not in ids(replace(wall, body="\n\n".join([sentence] * 80)))
    assert "LINT-55" not in ids(replace(wall, body=f"- {sentence * 80}"))


@each_language
def test_lint_57_a_serious_post_shows_feeling(language: str) -> None:
    post = Post(body=WORDS[language].bare, language=language, severity=Severity.SEV1)
    assert "LINT-57" in ids(post)
    assert "LINT-57" not in ids(replace(post, severity=Severity.SEV3))


@each_language
def test_lint_58_a_change_is_called_one(language: str) -> None:
    few, many = WORDS[language].share
    before = with_field(model(language, "identified"), "impact", few)
    assert "LINT-58" in ids(replace(with_field(before, "impact", many), previous=before))
    assert "LINT-58" not in ids(replace(with_field(before, "not_affected", "Web"), previous=before))
    named = with_field(with_field(before, "impact", many), "progress", lexicon(language).words["correction"][0])
    assert "LINT-58" not in ids(replace(named, previous=before))


@pytest.mark.parametrize(
    ("language", "affected", "served", "more"),
    [
        ("en", "15% of customers cannot pay.", "99% of requests succeed again.", "40% of customers cannot pay."),
        (
            "fr",
            "15 % des clients ne peuvent pas payer.",
            "99 % des requêtes aboutissent à nouveau.",
            "40 % des clients ne peuvent pas payer.",
        ),
        (
            "pl",
            "15% klientów nie może płacić.",
            "99% żądań jest ponownie obsługiwanych prawidłowo.",
            "40% klientów nie może płacić.",
        ),
        ("zh-CN", "15%的客户无法付款。", "99%的请求已恢复正常。", "40%的客户无法付款。"),
    ],
)
def test_lint_58_what_works_again_is_no_other_share(language: str, affected: str, served: str, more: str) -> None:
    before = Post("T", affected, language=language, stage="identified")
    now = Post("T", served, language=language, stage="monitoring", previous=before)
    assert "LINT-58" not in ids(now)
    assert "LINT-58" in ids(replace(now, body=more))


def test_lint_58_holds_for_start_cause_and_estimate() -> None:
    before = model("en", "identified")
    for field in ("cause", "eta"):
        assert "LINT-58" in ids(replace(with_field(before, field, "by 17:00 CEST"), previous=before))
    moved = replace(before, times=Times(started_at=NOW + timedelta(minutes=5)))
    assert "LINT-58" in ids(replace(moved, previous=replace(before, times=Times(started_at=NOW))))
    assert "LINT-58" not in ids(replace(moved, previous=moved))


@each_language
def test_lint_59_not_the_same_text_again(language: str) -> None:
    post = model(language)
    later = with_field(post, "next_update_at", post.fields["next_update_at"].replace("15", "16"))
    assert ids(replace(later, previous=post)) == ["LINT-59"]
    news = with_field(later, "action", f"{WORDS[language].sentence} {WORDS[language].passive}")
    assert "LINT-59" not in ids(replace(news, previous=post))


@pytest.mark.parametrize(
    ("before", "after", "reason", "fine"),
    [
        ("investigating", "identified", "", True),
        ("investigating", "resolved", "", False),
        ("investigating", "resolved", "it recovered by itself", True),
        ("resolved", "monitoring", "why not", False),
        ("scheduled", "in_progress", "", True),
        ("scheduled", "completed", "", False),
        ("completed", "scheduled", "", False),
        ("investigating", "completed", "", False),
    ],
)
@each_language
def test_lint_60_stages_follow_each_other(language: str, before: str, after: str, reason: str, *, fine: bool) -> None:
    post = Post(body="x", language=language, stage=after, reason=reason, previous=Post(body="y", stage=before))
    assert ("LINT-60" not in ids(post)) is fine


@each_language
def test_lint_61_a_duration_adds_up(language: str) -> None:
    text, said = WORDS[language].wrong_sum
    found = [finding for finding in check(Post(body=text, language=language, stage="resolved"))]
    wrong = next(finding for finding in found if finding.id == "LINT-61")
    assert text[wrong.start : wrong.end] == said
    assert wrong.suggestion == "1 h 30 min"
    assert "LINT-61" not in ids(model(language, "resolved"))


@pytest.mark.parametrize(("minutes", "better"), [(90, ""), (91, "1 h 31 min"), (120, "2 h"), (0, "0 min")])
def test_lint_61_the_clocks_know_better(minutes: int, better: str) -> None:
    times = Times(started_at=NOW, ended_at=NOW + timedelta(minutes=minutes))
    found = check(replace(model("en", "resolved"), times=times))
    assert [finding.suggestion for finding in found] == ([better] if better else [])


def test_lint_61_needs_something_to_compare() -> None:
    times = Times(started_at=NOW, ended_at=NOW + timedelta(minutes=5))
    assert "LINT-61" not in ids(Post(fields={"duration": "a while"}, stage="resolved", times=times))
    assert "LINT-61" not in ids(Post(fields={"duration": "5 min"}, stage="resolved"))


@each_language
def test_lint_62_the_states_fit_the_text(language: str) -> None:
    component = WORDS[language].component
    red, green = Component(component, "partial_outage"), Component(component, "operational")
    assert ids(replace(model(language), components=(green,))) == ["LINT-62"]
    resolved = model(language, "resolved")
    assert ids(replace(resolved, components=(red,))) == ["LINT-62"]
    assert ids(with_field(replace(resolved, components=(red,)), "remaining_impact", component)) == []


def test_lint_62_an_exception_may_be_named_in_the_text() -> None:
    post = Post(body="Mail still waits.", stage="resolved", components=(Component("Mail", "partial_outage"),))
    assert "LINT-62" not in ids(post)
    assert "LINT-62" in ids(replace(post, body="Mail is resolved."))


@each_language
def test_lint_63_a_short_text_has_a_link(language: str) -> None:
    post = Post(body=WORDS[language].sentence, language=language, channel="sms")
    assert "LINT-63" in ids(post)
    assert "LINT-63" not in ids(replace(post, body=f"{post.body} https://status.example.com"))


@each_language
def test_a_short_channel_need_not_tell_everything(language: str) -> None:
    text = f"{WORDS[language].sentence} 14:30 CEST: https://status.example.com"
    post = replace(model(language), title=None, fields={}, body=text)
    required = {"LINT-4", "LINT-5", "LINT-6"}
    assert required <= set(ids(post))
    assert required & set(ids(replace(post, channel="sms"))) == set()


def test_lint_4_a_security_post_may_keep_to_itself_who_is_affected() -> None:
    post = replace(without(model("en"), "impact"), kind="security")
    assert "LINT-4" not in ids(post)


def test_lint_45_planned_work_may_begin_with_its_date() -> None:
    post = Post(body="On 12 May we will move house.", kind="maintenance")
    assert "LINT-45" not in ids(post)
    assert "LINT-45" in ids(replace(post, kind="incident"))
    assert "LINT-45" in ids(replace(post, body="Dear customers, on 12 May we move."))


@each_language
def test_lint_64_a_text_is_in_its_language(language: str) -> None:
    other = "pl" if language == "en" else "en"
    post = model(language)
    foreign = with_field(post, "problem", model(other).fields["problem"])
    assert [finding.field for finding in check(foreign) if finding.id == "LINT-64"] == ["problem"]
    if language != "zh-CN":
        chinese = with_field(post, "problem", model("zh-CN").fields["problem"])
        assert "LINT-64" in ids(chinese)


@each_language
def test_lint_65_something_good_is_said(language: str) -> None:
    post = Post(body=WORDS[language].bare, language=language, stage="identified")
    assert "LINT-65" in ids(post)
    assert "LINT-65" not in ids(replace(post, fields={"not_affected": WORDS[language].component}))


@each_language
def test_lint_66_and_67_hold_for_a_postmortem(language: str) -> None:
    words, house = WORDS[language], House(staff=("Kim",))
    post = Post(body=f"{words.hindsight}\n\n{words.culprit}", language=language, kind="postmortem", house=house)
    assert {"LINT-66", "LINT-67"} <= set(ids(post)) <= {"LINT-28", "LINT-34", "LINT-66", "LINT-67"}
    assert {"LINT-66", "LINT-67"} & set(ids(replace(post, kind="incident"))) == set()
    fine = replace(post, body=words.sentence)
    assert ids(fine) == []


@each_language
def test_lint_68_a_security_statement_is_dated(language: str) -> None:
    post = replace(model(language), kind="security")
    assert "LINT-68" in ids(post)
    assert "LINT-68" not in ids(replace(post, title=WORDS[language].dated))


def test_a_field_that_the_body_repeats_is_told_once() -> None:
    post = Post(fields={"action": "We will restart it soon."}, body="We will restart it soon.")
    assert [(f.field, f.id) for f in check(post) if f.id == "LINT-21"] == [("action", "LINT-21")]
    more = replace(post, body="We will restart it soon, or shortly.")
    assert [f.field for f in check(more) if f.id == "LINT-21"] == ["action", "body"]


def test_lint_58_compares_what_a_rendered_post_is_known_to_say() -> None:
    before = replace(rendered(model("en")), known={"cause": "a full disk"})
    same = replace(before, previous=before)
    assert "LINT-58" not in ids(same)
    assert "LINT-58" in ids(replace(same, known={"cause": "a worn cable"}))
    assert "LINT-58" not in ids(replace(same, known={}))


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("We expect normal service by 15:40 CEST.", ["LINT-32"]),
        ("We expect normal service by 15:55 CEST.", ["LINT-32"]),
        ("We expect normal service by 16:00 CEST.", []),
        ("Since 14:30 CEST, some orders fail.", []),
        ("We expect normal service soon; the next update comes by 15:30 CEST.", []),
    ],
)
def test_lint_32_the_technical_leads_own_time_is_not_read_by_customers(said: str, found: list[str]) -> None:
    """At 15:00 in Berlin it takes 40 minutes, with the buffer 56; whatever the post calls its fields."""
    estimate = Estimate(datetime(2031, 4, 2, 13, 0, 30, tzinfo=UTC), timedelta(minutes=40), zone="Europe/Berlin")
    post = Post(title="Identified - Checkout", body=said, stage="identified", estimate=estimate)
    assert [finding.id for finding in check(post) if finding.id == "LINT-32"] == found
    assert not [finding for finding in check(replace(post, estimate=None)) if finding.id == "LINT-32"]
