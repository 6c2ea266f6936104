"""Channels and languages that say different things (CHK-1 to CHK-9)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from incidents.components import ComponentState
from incidents.consistency import Told, across_languages, contradictions
from incidents.records import Wording
from incidents.stage import Stage

AT = datetime(2031, 4, 2, 14, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=30)
TRUTH = Told(
    number=3,
    stage=Stage.IDENTIFIED,
    components={"Checkout": ComponentState.MAJOR},
    started_at=AT,
    ended_at=LATER,
    next_update_at=LATER,
    facts={"affected_share": "15 %", "eta_time": "15:00", "cause_plain": "a pool", "workaround": "use the app"},
)


def test_what_agrees_or_is_not_said_is_no_contradiction() -> None:
    seconds = replace(TRUTH, started_at=AT + timedelta(seconds=59), components={"Other": ComponentState.MAJOR})
    assert contradictions(TRUTH, {"page": TRUTH, "sms": Told(3), "mail": seconds}) == []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("CHK-1", replace(TRUTH, stage=Stage.INVESTIGATING)),
        ("CHK-2", replace(TRUTH, components={"Checkout": ComponentState.PARTIAL})),
        ("CHK-3", replace(TRUTH, started_at=LATER)),
        ("CHK-3", replace(TRUTH, ended_at=AT)),
        ("CHK-4", replace(TRUTH, facts={"affected_share": "20 %"})),
        ("CHK-5", replace(TRUTH, facts={"eta_time": "16:00"})),
        ("CHK-5", replace(TRUTH, next_update_at=AT)),
        ("CHK-6", replace(TRUTH, facts={"cause_plain": "a cable"})),
        ("CHK-6", replace(TRUTH, facts={"workaround": "call us"})),
        ("CHK-7", replace(TRUTH, number=2)),
        ("CHK-8", replace(TRUTH, stage=Stage.RESOLVED)),
    ],
)
def test_chk_1_chk_2_chk_3_chk_4_chk_5_chk_6_chk_7_chk_8_each_difference_is_found_by_its_check(
    rule: str, said: Told
) -> None:
    (found,) = contradictions(TRUTH, {"page": said})
    assert (found.rule, found.channel) == (rule, "page")
    assert found.level == {"CHK-6": "warning", "CHK-8": "urgent"}.get(rule, "error")


def test_chk_10_what_others_wrote_is_a_warning() -> None:
    said = replace(TRUTH, by_others="All fine\n again " + "x" * 200, beside=("Search is slow", "Checkout fails"))
    first, second = contradictions(TRUTH, {"page": said}, about=lambda text: "Checkout" in text)
    assert (first.rule, first.level, first.key) == ("CHK-10", "warning", "CHK-10:page")
    assert first.says.startswith("shows an update that did not come from here: “All fine again x")
    assert first.says.endswith("x…”")
    assert len(first.says) < 180
    assert (second.says, second.key) == ("has another post about this: “Checkout fails”", "CHK-10:page/beside")
    assert contradictions(TRUTH, {"page": replace(said, by_others="")}) == []


def test_chk_8_the_urgent_one_comes_first() -> None:
    said = {"a": replace(TRUTH, facts={"workaround": "x"}), "b": replace(TRUTH, stage=Stage.RESOLVED)}
    assert [each.level for each in contradictions(TRUTH, said)] == ["urgent", "warning"]


def test_a_channel_of_which_only_the_revision_is_known_is_compared_by_that() -> None:
    assert [each.rule for each in contradictions(replace(TRUTH, components=None), {"sms": Told(1)})] == ["CHK-7"]


EN = Wording(
    "Investigating - Checkout",
    "On 2 April 2031, 15 % of 1200 customers cannot pay since 14:30 UTC. Next update by 3:15 pm. "
    "https://status.example.com/x.",
)
ZH = Wording(
    "调查中 - 结账",
    "2031年4月2日14:30 UTC 起，1200 名客户中 15% 无法付款。15:15 前更新。https://status.example.com/x。",
)
FR = Wording(
    "Analyse en cours - Paiement",
    "Le 2 avril 2031, 15 % des 1200 clients ne peuvent pas payer depuis 14 h 30 UTC. Prochain point avant 15:15. "
    "https://status.example.com/x",
)
PL = Wording(
    "Badanie problemu - Koszyk",
    "2 kwietnia 2031 od 14:30 UTC 15% z 1200 klientów nie może płacić. Następny komunikat do 15:15. "
    "https://status.example.com/x",
)


def test_chk_9_languages_that_say_the_same_differ_in_nothing() -> None:
    assert across_languages({"en": EN, "zh-CN": ZH, "fr": FR, "pl": PL}, Stage.INVESTIGATING) == []
    assert across_languages({}, Stage.INVESTIGATING) == []


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        (replace(FR, body=FR.body.replace("14 h 30", "14 h 35")), "time"),
        (replace(FR, body=FR.body.replace("15 %", "16 %")), "percentage"),
        (replace(FR, body=FR.body.replace("1200", "1300")), "number"),
        (replace(FR, body=FR.body.replace("/x", "/y")), "link"),
        (replace(FR, title="Résolu - Paiement"), "does not begin with its stage"),
    ],
)
def test_chk_9_a_difference_is_named(other: Wording, kind: str) -> None:
    (found,) = across_languages({"en": EN, "fr": other}, Stage.INVESTIGATING)
    assert found.startswith("fr:")
    assert kind in found


def test_chk_9_a_title_without_a_stage_needs_none_in_the_others() -> None:
    plain = {"en": Wording("Checkout", "Slow."), "fr": Wording("Paiement", "Lent.")}
    assert across_languages(plain, Stage.INVESTIGATING) == []


def test_chk_9_midnight_and_noon_are_read_right() -> None:
    half = {"en": Wording("A", "12:05 am, 12:10 pm"), "pl": Wording("A", "00:05, 12:10")}
    assert across_languages(half, Stage.INVESTIGATING) == []
