"""What customers report, in conversation: counted, answered in time, compared, told what is public (FB rules)."""

import re
from dataclasses import replace

import pytest
from conversation import ADA, BOB, CLEO, DAN, EVE, HOUSE, SETTINGS, Conversation, conversation

from commands.run import Answer
from storage import publications, stray_reports
from templates import standard_answers
from templates.card import Card
from templates.typography import french

FOUR = replace(SETTINGS, house=replace(HOUSE, languages=("en", "zh-CN", "fr", "pl")))


async def begin(call: Conversation) -> None:
    await call.says(ADA, "/incident sev1 Checkout: payments fail", "#general")
    await call.says(ADA, "!take ic")
    await call.says(CLEO, "!take customer-liaison")


async def post(call: Conversation, stage: str, text: str = "", **facts: str) -> None:
    fields = {"stage": stage, "text": text, **facts}
    await call.says(CLEO, f"/status {stage}")
    answer = await call.fills(CLEO, "the form", fields)
    assert not answer.refused
    assert not answer.card, answer.card.text


async def investigating(call: Conversation) -> None:
    await post(
        call,
        "investigating",
        symptom="error messages when paying",
        action_now="checking",
        affected_who="some customers",
    )


def shown(answer: Answer) -> Card:
    assert answer.card
    return answer.card


def labels(answer: Answer) -> list[str]:
    return [button.label for button in shown(answer).buttons]


async def test_fb_2_a_report_is_counted_without_who_wrote(call: Conversation) -> None:
    await begin(call)
    await call.says(EVE, '!feedback 12 "cannot pay" "Ann Example, ann@customer.example" phone --region Asia')
    made = (await call.incident()).reports[0]
    assert (made.count, made.symptom, made.channel, made.region) == (12, "cannot pay", "phone", "Asia")
    assert made.customer == "Ann Example, ann@customer.example"
    assert (await call.timeline())[-1].text == "12 customer reports (Asia): cannot pay"
    assert call.seen(to="#inc-1", text="12 in all")
    assert not call.seen(text="customer.example")


async def test_who_wrote_is_shown_to_those_who_answer_and_to_nobody_else(call: Conversation) -> None:
    await begin(call)
    await call.says(ADA, '!feedback 12 "cannot pay" "ticket 8812"')
    answers = {person.handle: shown(await call.says(person, "!feedback")) for person in (CLEO, BOB)}
    assert "ticket 8812" in answers["cleo"].facts[0].value
    assert "ticket 8812" not in answers["bob"].facts[0].value


async def test_fb_3_the_brief_and_the_status_tell_number_and_trend_and_also_none(call: Conversation) -> None:
    await begin(call)
    assert "Customer reports: none so far." in shown(await call.says(ADA, "!brief")).text
    await call.says(EVE, '!feedback 3 "payments fail"')
    await call.wait(minutes=10)
    await call.says(EVE, '!feedback 9 "payments fail" --region Asia')
    told = "9 in the last 10 min, 3 before (rising), 12 in all; new: Asia"
    assert told in shown(await call.says(ADA, "!brief")).text
    state = shown(await call.says(ADA, "/status"))
    assert told in [fact.value for fact in state.facts]
    assert call.seen(to="#inc-1", slot="feedback")[-1].text.startswith(f"Customer reports: {told}.")


async def test_fb_4_what_is_new_proposes_an_update(call: Conversation) -> None:
    await begin(call)
    await call.says(EVE, '!feedback "payments fail"')
    assert not call.seen(text="Customers report something new")
    await call.says(EVE, "!feedback 2 the invoice is empty")
    assert call.seen(to="#inc-1", text="Customers report something new: the invoice is empty")
    assert call.seen(to="#inc-1", text="@ada, please assess it: is it the same fault?")
    await call.says(DAN, "!take technical-lead")
    await call.says(EVE, "!feedback 2 the basket loses items")
    assert call.seen(to="#inc-1", text="@dan, please assess it: is it the same fault?")
    await call.presses(CLEO, "Post update")


async def test_fb_1_the_first_answer_is_asked_for_and_then_the_commander_hears(call: Conversation) -> None:
    await begin(call)
    answer = await call.says(EVE, '!feedback "payments fail"')
    assert "Our engineers are checking it." in shown(answer).text
    await call.wait(minutes=3.1)
    assert call.seen(to="@cleo", text="Report 1 (1 × payments fail)")
    assert not call.seen(to="@ada", text="Report 1 (1 × payments fail)")
    await call.wait(minutes=2)
    assert call.seen(to="@ada", text="Report 1 (1 × payments fail)")


async def test_an_answered_report_is_not_asked_about(call: Conversation) -> None:
    await begin(call)
    await call.says(EVE, '!feedback "payments fail"')
    await call.says(EVE, '!feedback 4 "payments fail"')
    await call.says(CLEO, "!feedback answered 1")
    await call.says(CLEO, "!feedback answered")
    await call.wait(minutes=6)
    assert not call.seen(text="waits for its first answer")
    assert call.seen(to="#inc-1", slot="feedback")[-1].text.endswith("All answered.")
    assert (await call.says(CLEO, "!feedback answered")).refused
    assert (await call.says(CLEO, "!feedback answered 9")).refused
    assert (await call.says(CLEO, "!feedback answered all")).refused


async def test_what_makes_no_sense_is_refused_or_asked_about(call: Conversation) -> None:
    await begin(call)
    assert (await call.says(EVE, "!feedback 0 cannot pay")).refused
    assert (await call.says(EVE, "!feedback 9999999 cannot pay")).refused
    assert shown(await call.says(EVE, "!feedback 4")).form
    assert (await call.says(EVE, "!feedback cannot pay --for 9")).refused
    assert (await call.says(EVE, "!us")).refused
    filled = await call.fills(EVE, "the form", {"symptom": "cannot pay", "count": "5", "customer": "ticket 1"})
    assert not filled.refused
    assert (await call.incident()).reports[0].count == 5


async def test_is_this_us_answers_with_what_is_public(call: Conversation) -> None:
    await begin(call)
    answer = await call.says(EVE, "!us customer cannot pay, payments fail", "#general")
    assert "is being checked" in shown(answer).text or "are checking it" in shown(answer).text
    await investigating(call)
    answer = await call.says(EVE, "!is-this-us payments fail with an error", "@")
    assert shown(answer).title == "Yes, this is us"
    assert "https://status.example.com" in shown(answer).text
    assert "There is no reliable estimate yet." in shown(answer).text
    assert labels(answer) == ["Count it for 1"]
    await call.presses(EVE, "Count it for 1", "@")
    assert [each.symptom for each in (await call.incident()).reports] == ["payments fail with an error"]


async def test_a_private_incident_is_told_to_nobody(call: Conversation) -> None:
    await call.says(ADA, "/incident sev1 --private Keys of the vault are gone", "#general")
    answer = await call.says(EVE, "!us the vault keys are gone", "#general")
    assert shown(answer).title == "Nothing like this is known here"
    assert (await call.says(EVE, '!feedback "vault keys gone" --for 1', "#general")).refused


async def test_inc_8_three_alike_in_ten_minutes_are_a_reason_to_declare(call: Conversation) -> None:
    first = await call.says(EVE, '!feedback "search finds nothing" "ticket 1"', "#general")
    assert shown(first).title == "Nothing like this is known here"
    await call.says(BOB, "!us parcels are late", "#general")
    await call.says(BOB, "!us the search finds no products", "#general")
    third = await call.says(CLEO, "!us search is empty", "#general")
    assert "3 customers reported this within ten minutes" in shown(third).text
    async with call.database.read() as c:
        kept = await stray_reports.since(c, call.now.replace(hour=0))
    assert [each.symptom for each in kept] == [
        "search finds nothing",
        "parcels are late",
        "the search finds no products",
        "search is empty",
    ]
    assert "ticket" not in repr(kept)
    await call.presses(CLEO, "Declare", "#general")
    assert (await call.incident()).title == "search is empty"


async def test_fb_8_answers_follow_every_post_once_they_were_asked_for(call: Conversation) -> None:
    await begin(call)
    await investigating(call)
    assert not call.seen(slot="answers")
    private = await call.says(EVE, "!faq")
    assert "We are still investigating and do not want to guess." in shown(private).text
    assert "There is no workaround at present." in shown(private).text
    assert len(call.seen(to="#inc-1", slot="answers")) == 1
    await post(
        call,
        "identified",
        cause_plain="a faulty setting reached our servers",
        affected_share="40%",
        functions="card payment",
        fix_plain="rolling back",
        regions="Europe",
        workaround="pay by invoice",
        eta_time="16:00 UTC",
    )
    now = call.seen(to="#inc-1", slot="answers")[-1].text
    assert "We expect normal service by 16:00 UTC." in now
    assert "No. 40% of customers in Europe see this: error messages when paying." in now
    assert "The cause is confirmed: a faulty setting reached our servers." in now
    assert "Until then: pay by invoice." in now
    await call.says(EVE, "!faq")
    assert len(call.seen(to="#inc-1", slot="answers")) == 2


@pytest.mark.parametrize(("said", "then"), [("We do not know", "still investigating"), ("40 minutes", "no reliable")])
async def test_what_responders_know_and_customers_do_not_is_unknown(call: Conversation, said: str, then: str) -> None:
    await begin(call)
    await call.says(ADA, f"!cause {said}")
    await call.says(ADA, "!eta 40m")
    await call.says(CLEO, "/status investigating Customers cannot pay. Search works.")
    text = shown(await call.says(EVE, "!faq")).text
    assert said not in text
    assert then in text


async def test_when_it_is_over_the_answers_say_so(call: Conversation) -> None:
    await begin(call)
    await investigating(call)
    await call.says(EVE, "!faq")
    await call.says(ADA, '!resolve No data was lost or changed. --because "it is well"')
    await post(
        call,
        "resolved",
        because="it recovered",
        fix_plain="a new disk",
        prevention="test it",
        data_statement="No data was lost or changed.",
    )
    text = call.seen(to="#inc-1", slot="answers")[-1].text
    assert "It works normally again." in text
    assert "No data was lost or changed." in text
    assert "Is it only me?" not in text


async def test_four_languages_never_mix_words_of_another() -> None:
    async with conversation(FOUR) as call:
        await begin(call)
        await investigating(call)
        await call.says(CLEO, "/status identified")
        await post(
            call,
            "identified",
            cause_plain="a faulty setting reached our servers",
            affected_share="40%",
            functions="card payment",
            fix_plain="rolling back",
            eta_time="16:00 UTC",
        )
        text = shown(await call.says(EVE, "!faq")).text
        english, _, others = text.partition("中文")
        assert "a faulty setting" in english
        assert "a faulty setting" not in others
        for sentence in (
            "有40%的客户受到影响",
            "16:00 UTC",
            "Sont touchés\u00a0: 40\u202f% des clients.",
            "Dotyczy to 40% klientów.",
        ):
            assert sentence in others
        explained = "La cause est confirmée ; notre dernier message l’explique : https://status.example.com."
        assert french(explained) in others


async def test_a_post_in_own_words_is_never_contradicted(call: Conversation) -> None:
    await begin(call)
    await call.says(CLEO, "/status investigating Customers in Asia cannot pay; please pay by invoice.")
    early = shown(await call.says(EVE, "!faq")).text
    assert "We are still investigating" in early
    assert "no workaround" not in early
    await call.says(CLEO, "/status identified A faulty setting keeps customers in Asia from paying.")
    text = call.seen(to="#inc-1", slot="answers")[-1].text
    assert "still investigating" not in text
    assert text.count("Our latest update says what we know so far: https://status.example.com.") == 3


def test_every_language_answers_the_same_questions_with_the_same_facts() -> None:
    """Whatever is known, each has something to say; none uses a placeholder that the others lack."""
    found = {language: standard_answers._texts(language) for language in standard_answers.NAMES}
    shapes = {language: {name: placeholders(text) for name, text in texts.items()} for language, texts in found.items()}
    assert all(shape == shapes["en"] for shape in shapes.values())
    for texts in found.values():
        for name in standard_answers.QUESTIONS:
            for variants in filter(None, (texts[name]["answer"], texts[name].get("over"))):
                assert placeholders(variants[-1][0]) == []


def placeholders(text: object) -> list[str]:
    return sorted(re.findall(r"\{(\w+)\}", repr(text)))


KNOWN = {
    "cause_plain": "a faulty setting reached our servers",
    "affected_share": "40%",
    "functions": "card payment",
    "fix_plain": "rolling back",
    "regions": "Europe",
    "workaround": "pay by invoice",
    "eta_time": "16:00 UTC",
}
ENGLISH = {
    "When does it work again?": (
        "There is no reliable estimate yet. Next update by 14:30 UTC.",
        "We expect normal service by 16:00 UTC. If that changes, we tell you at once.",
    ),
    "Is it only me?": (
        "We are confirming who is affected. If you see something other than this, please tell us: "
        "error messages when paying.",
        "No. 40% of customers in Europe see this: error messages when paying.",
    ),
    "Why does this happen?": (
        "We are still investigating and do not want to guess. We name the cause once it is confirmed.",
        "The cause is confirmed: a faulty setting reached our servers.",
    ),
    "Is my data safe?": ("We are checking this now and will answer by 14:30 UTC.",) * 2,
    "Will I be compensated?": (
        "Right now we concentrate on restoring service. "
        "Please send questions about compensation to support@example.com.",
    )
    * 2,
    "What can I do meanwhile?": ("There is no workaround at present.", "Until then: pay by invoice."),
    "Where do I get news?": ("https://status.example.com Subscribe: https://status.example.com/subscribe",) * 2,
}
"""Each question (FB-9 to FB-15), answered while nothing is known, and once it is published."""


async def test_fb_9_fb_10_fb_11_fb_12_fb_13_fb_14_fb_15_each_question_has_both_its_answers(call: Conversation) -> None:
    await begin(call)
    await investigating(call)
    unknown = shown(await call.says(EVE, "!faq")).text
    await post(call, "identified", **KNOWN)
    known = call.seen(to="#inc-1", slot="answers")[-1].text
    for text, which in ((unknown, 0), (known, 1)):
        told = text.partition("\n")[2] if text.startswith("Standard answers") else text
        pairs = dict(block.split("\n", 1) for block in told.strip().split("\n\n"))
        assert pairs == {question: answers[which] for question, answers in ENGLISH.items()}


async def test_fb_12_data_is_called_safe_only_once_somebody_has_checked_it(call: Conversation) -> None:
    """What is typed into a post is a statement to customers; without one nothing is promised."""
    await begin(call)
    await investigating(call)
    assert "We are checking this now" in shown(await call.says(EVE, "!faq")).text
    await call.says(ADA, '!resolve No data was lost or changed. --because "it is well"')
    await post(call, "resolved", because="it recovered", fix_plain="a new disk", prevention="test it")
    assert "No data was lost or changed." in call.seen(to="#inc-1", slot="answers")[-1].text


async def test_fb_5_the_receipt_names_the_report_where_it_belongs_and_when_they_hear_again() -> None:
    async with conversation(FOUR) as call:
        await begin(call)
        before = shown(await call.says(EVE, '!feedback "cannot pay"')).text
        assert "we have your report about cannot pay. Our engineers are checking it." in before
        assert "status.example.com" not in before, "there is nothing to be read yet"
        await post(call, "investigating", symptom="payments fail", action_now="checking", affected_who="some")
        after = shown(await call.says(EVE, '!feedback "cannot pay" ')).text
        for said in ("we have your report about cannot pay.", "https://status.example.com.", "by 14:30 UTC."):
            assert said in after
        assert after.count("https://status.example.com") == after.count("14:30 UTC") == 4


async def test_fb_1_whoever_writes_is_told_the_way_around_it_while_there_is_one(call: Conversation) -> None:
    await begin(call)
    await investigating(call)
    before = shown(await call.says(EVE, '!feedback "cannot pay"')).text
    assert "meanwhile" not in before
    await post(call, "identified", **KNOWN)
    told = "What you can do meanwhile: pay by invoice. You will hear from us by"
    assert told in shown(await call.says(EVE, '!feedback "cannot pay" ')).text
    await call.says(ADA, '!resolve No data was lost or changed. --because "it is well"')
    await post(call, "resolved", because="it recovered", fix_plain="a new disk", prevention="test it")
    assert "meanwhile" not in shown(await call.says(EVE, '!feedback "cannot pay"')).text


async def test_fb_6_every_post_names_a_way_to_reach_us() -> None:
    """In every language, whatever was posted: holding, no news, form, words of one's own, the end."""
    async with conversation(FOUR) as call:
        await begin(call)
        await call.says(CLEO, "/status holding")
        await post(call, "investigating", symptom="payments fail", action_now="checking", affected_who="some")
        await call.until("14:25")
        await call.says(CLEO, "/status no-news")
        await post(call, "identified", **KNOWN)
        await call.says(CLEO, "/status monitoring Payments work again for most customers.")
        await call.says(ADA, '!resolve No data was lost or changed. --because "it is well"')
        await post(call, "resolved", fix_plain="a new disk", prevention="test it")
        async with call.database.read() as c:
            posts = await publications.of_subject(c, "incident:1")
        assert [each.stage for each in posts][-3:] == ["identified", "monitoring", "resolved"]
        assert len(posts) >= 5
        for each in posts:
            for language, text in each.record.texts.items():
                assert "support@example.com" in text.body, (each.number, each.record.template, language)


async def test_fb_7_everybody_who_wrote_is_to_hear_that_it_is_over(call: Conversation) -> None:
    await begin(call)
    await investigating(call)
    await call.says(EVE, '!feedback 12 "cannot pay" "ticket 8812" phone')
    await call.says(BOB, '!feedback "no receipt"')
    await call.says(ADA, '!resolve No data was lost or changed. --because "it is well"')
    assert not call.seen(text="to answer once more")
    await post(call, "resolved", because="it recovered", fix_plain="a new disk", prevention="test it")
    (asked,) = [seen.card for seen in call.seen(to="@cleo", kind="private", text="to answer once more")]
    assert asked
    assert asked.title == "It is over: 13 customer reports to answer once more"
    assert asked.text.startswith("It works normally again.\nNo data was lost or changed.\nhttps://status.example.com")
    assert ["ticket 8812" in fact.value for fact in asked.facts] == [False, True]
    await call.presses(CLEO, "All answered", "@")
    assert all(each.answered_by for each in (await call.incident()).reports)
