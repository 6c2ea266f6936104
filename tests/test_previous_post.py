"""A post is compared with the one that customers read before it (LINT-50, LINT-58, LINT-59)."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from conversation import ADA, CLEO, SETTINGS, Conversation, conversation

from commands.run import Answer

LANGUAGES = ("en", "zh-CN", "fr", "pl")
FIRST = "Since 14:00 UTC 20% of customers cannot pay. We are restarting the payment service."
CHANGED = "Since 14:00 UTC 60% of customers cannot pay. We are replacing the faulty line."


@pytest.fixture
async def call() -> AsyncIterator[Conversation]:
    house = replace(SETTINGS.house, languages=LANGUAGES)
    async with conversation(replace(SETTINGS, house=house)) as begun:
        await begun.says(ADA, "/incident sev2 Checkout: payments fail", "#general")
        await begun.presses(ADA, "Take command")
        await begun.says(CLEO, "!take customer-liaison")
        begun.news()
        yield begun


def wording(answer: Answer) -> str:
    assert answer.card
    return {fact.label: fact.value for fact in answer.card.facts}["Wording"]


async def test_lint_58_another_share_is_kept_back_until_it_is_called_a_change(call: Conversation) -> None:
    await call.says(CLEO, f"/status investigating {FIRST}")
    answer = await call.says(CLEO, f"/status investigating {CHANGED}")
    assert answer.card
    assert answer.card.form
    assert "LINT-58" in answer.card.form.intro
    assert (await call.incident()).updates == 1
    await call.says(CLEO, f"/status investigating {CHANGED.replace('60%', '60% (earlier: 20%)')}")
    assert (await call.incident()).updates == 2


async def test_lint_58_another_cause_is_kept_back_until_it_is_called_a_change(call: Conversation) -> None:
    told = "--because known --share 40% --functions card payment --fix replacing it"
    await call.says(CLEO, f"/status identified third-party {told} --workaround pay by invoice")
    first = "--because known --cause a full disk Card payment is unavailable because a full disk stops it."
    await call.says(CLEO, f"/status identified {first}")
    assert (await call.incident()).updates == 2
    other = 'Card payment is unavailable because a worn cable stops it. --cause "a worn cable" --because known'
    answer = await call.says(CLEO, f"/status identified {other}")
    assert answer.card
    assert answer.card.form
    assert "LINT-58" in answer.card.form.intro
    await call.says(CLEO, f"/status identified Correction: {other}")
    assert (await call.incident()).updates == 3


async def test_lint_59_the_same_words_again_are_pointed_out_but_go_out(call: Conversation) -> None:
    await call.says(CLEO, f"/status investigating {FIRST}")
    assert "LINT-59 (en)" in wording(await call.says(CLEO, f"/status preview investigating {FIRST}"))
    other = wording(await call.says(CLEO, "/status preview investigating We moved to a spare line."))
    assert "LINT-59 (en)" not in other
    await call.says(CLEO, f"/status investigating {FIRST}")
    assert (await call.incident()).updates == 2


async def test_lint_50_a_thing_keeps_its_name_from_post_to_post(call: Conversation) -> None:
    await call.says(CLEO, "/status investigating There is an issue with card payment since 14:00 UTC.")
    found = wording(await call.says(CLEO, "/status preview investigating The anomaly with card payment goes on."))
    assert "LINT-50" in found
    same = wording(await call.says(CLEO, "/status preview investigating The issue with card payment goes on."))
    assert "LINT-50" not in same


async def test_lint_58_a_template_says_itself_that_a_figure_was_another_one(call: Conversation) -> None:
    typed = "--functions card payment --action replacing the line"
    await call.says(CLEO, f"/status scoping --share 20% {typed}")
    await call.says(CLEO, f"/status scoping --share 60% {typed}")
    update = (await call.incident()).update
    assert update
    assert update.number == 2
    assert "Updated figure: 60% of customers (earlier: 20%)." in update.body
    assert "受影响范围更新为60%的客户（此前：20%）。" in update.texts["zh-CN"].body
    spaced = " ".join(update.texts["fr"].body.split())
    assert "Chiffre actualisé : 60 % des clients (précédemment : 20 %)." in spaced
    assert "Zaktualizowane dane: problem dotyczy 60% klientów (wcześniej: 20%)." in update.texts["pl"].body
    await call.says(CLEO, f"/status scoping --share 60% {typed} --workaround pay by invoice")
    third = (await call.incident()).update
    assert third
    assert third.number == 3
    assert "earlier" not in third.body


async def test_lint_58_a_later_estimate_is_called_one(call: Conversation) -> None:
    typed = "--because known --cause a full disk --share 20% --functions card payment --fix clearing it"
    await call.says(CLEO, f"/status identified {typed} --eta 16:00 UTC")
    await call.says(CLEO, f"/status identified {typed} --eta 17:00 UTC")
    update = (await call.incident()).update
    assert update
    assert update.number == 2
    assert "Updated estimate: 17:00 UTC (earlier: 16:00 UTC)." in update.body
    assert "预计时间更新为17:00 UTC（此前：16:00 UTC）。" in update.texts["zh-CN"].body


async def test_stg_4_preview_and_timeline_say_which_template_it_came_from(call: Conversation) -> None:
    typed = "--share 20% --functions card payment --action replacing the line"
    preview = await call.says(CLEO, f"/status preview scoping {typed}")
    assert preview.card
    facts = {fact.label: fact.value for fact in preview.card.facts}
    assert facts["Made from"] == "STG-12 v1, zh-CN and fr and pl: short v1"
    await call.presses(CLEO, "Post")
    update = (await call.incident()).update
    assert update
    assert update.origins == {"en": "STG-12 v1", "zh-CN": "short v1", "fr": "short v1", "pl": "short v1"}
    rows = [entry.text for entry in await call.timeline() if entry.type == "post"]
    assert rows[0].startswith("Investigating posted from STG-12 v1, zh-CN and fr and pl: short v1: ")


async def test_stg_4_own_words_come_from_no_template(call: Conversation) -> None:
    preview = await call.says(CLEO, "/status preview investigating We moved to a spare line.")
    assert preview.card
    await call.presses(CLEO, "Post")
    rows = [entry.text for entry in await call.timeline() if entry.type == "post"]
    assert rows[0].startswith("Investigating posted")
    assert "STG" not in rows[0]
