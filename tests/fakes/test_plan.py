"""The language in which every fake's faults are said."""

import pytest
from fakes.plan import Outcome, Plan, Rule


def _met(words: str, *calls: str) -> list[str]:
    plan = Plan(words)
    return [outcome.kind if (outcome := plan.meet(call)) else "" for call in calls]


def test_a_rule_counts_the_calls_of_its_own_method() -> None:
    assert _met("2nd post loses its reply", "post", "find", "post", "post") == ["", "", "reply lost", ""]


def test_calls_from_one_to_another_and_from_one_on() -> None:
    assert _met("2nd to 3rd post fails", *["post"] * 4) == ["", "fails", "fails", ""]
    assert _met("3rd and later post hangs", *["post"] * 4) == ["", "", "hangs", "hangs"]


def test_every_call_every_nth_and_any_method() -> None:
    assert _met("every post is refused", "post", "pin") == ["refused", ""]
    assert _met("every 3rd * stumbles", "post", "pin", "find", "post") == ["", "", "stumbles", ""]


def test_the_first_rule_that_is_met_decides() -> None:
    assert _met("1st chat.* takes 2 s; every chat.postMessage fails", *["chat.postMessage"] * 2) == ["slow", "fails"]


def test_an_answer_of_the_fakes_own_with_the_work_done_or_not() -> None:
    plan = Plan("1st auth.test answers token_revoked; 2nd * works and answers half")
    assert plan.meet("auth.test") == Outcome("answers", answer="token_revoked")
    assert plan.meet("chat.update") == Outcome("answers", answer="half", worked=True)
    assert [rule.outcome.works for rule in plan.rules] == [False, True]


def test_rules_in_turn_count_only_what_none_before_them_has_met() -> None:
    plan = Plan("1st post fails")
    plan.rules.append(Rule("post", Outcome("hangs"), last=1, in_turn=True))
    assert [outcome and outcome.kind for outcome in (plan.meet("post"), plan.meet("post"), plan.meet("post"))] == [
        "fails",
        "hangs",
        None,
    ]


def test_a_share_comes_from_the_seed() -> None:
    def met(seed: int) -> list[bool]:
        plan = Plan("30% of post fails", seed=seed)
        return [plan.meet("post") is not None for _ in range(400)]

    assert met(1) == met(1) != met(2)
    assert 80 < sum(met(1)) < 160


def test_seconds_belong_to_what_takes_time() -> None:
    assert Plan("every post is limited for 30 s").meet("post") == Outcome("limited", 30.0)
    assert [Plan(f"every x {each}").rules[0].outcome.works for each in ("takes 0.5 s", "hangs")] == [True, False]


@pytest.mark.parametrize(
    "words",
    ["post fails", "2nd post", "2nd post explodes", "2nd post takes", "1st post fails 3 s", "0.5 of post fails"],
)
def test_what_is_no_rule_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"WHICH METHOD OUTCOME|how many seconds"):
        Plan(words)


def test_a_rule_that_nobody_met_is_named() -> None:
    plan = Plan("1st post fails; 5th find fails")
    plan.meet("post")
    assert [rule.method for rule in plan.left()] == ["find"]
    assert plan.met == [("post", "fails")]
