"""Looking at a post before anybody reads it, the parts of the service in it, and the facts it is made of."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from conversation import ADA, CLEO, DAN, EVE, SETTINGS, Conversation, conversation

from commands.line import Line
from incidents.components import Component, ComponentState
from incidents.policy import Approval
from incidents.stage import Stage

WORDS = "Customers cannot complete checkout. Search works."
PARTS = (Component("Checkout", aliases=("payments",)), Component("Search"))
HOUSE = replace(SETTINGS.house, components=PARTS)


@pytest.fixture
async def call() -> AsyncIterator[Conversation]:
    """Ada commands and Cleo speaks to customers; two parts of the service are named."""
    async with conversation(replace(SETTINGS, house=HOUSE)) as begun:
        await led(begun)
        yield begun


async def led(call: Conversation) -> None:
    await call.says(ADA, "/incident sev1 Checkout: payments fail", "#general")
    await call.presses(ADA, "Take command")
    await call.says(CLEO, "!take customer-liaison")
    call.news()


async def test_a_preview_shows_the_exact_words_and_who_would_read_them(call: Conversation) -> None:
    answer = await call.says(CLEO, f"/status preview investigating {WORDS}")
    assert answer.card
    assert WORDS in answer.card.text
    assert "Investigating - Checkout: payments fail" in answer.card.text
    facts = {fact.label: fact.value for fact in answer.card.facts}
    assert "https://status.example.com: customers" in facts["Goes to"]
    assert "Say who is affected" in facts["Wording"]
    assert facts["Wording"].index("✗") < facts["Wording"].index("•"), "what must change comes first"
    assert [seen for seen in call.news() if seen.to != "@cleo"] == []
    assert [entry for entry in await call.timeline() if "preview" in entry.text] == []
    await call.presses(CLEO, "Post")
    assert len(call.seen(to="#status", text=WORDS)) == 1
    assert (await call.incident()).previews == {}


async def test_update_preview_is_the_same_word(call: Conversation) -> None:
    answer = await call.says(CLEO, f"/incident update preview investigating {WORDS}")
    assert answer.card
    assert answer.card.title == "Preview: not sent yet"


async def test_back_to_the_form_keeps_everything(call: Conversation) -> None:
    await call.says(CLEO, "!update investigating")
    given = {"symptom": "errors", "action_now": "we look", "component:Search": "partial_outage", "then": "preview"}
    answer = await call.fills(CLEO, "no button", given)
    assert answer.card
    assert "errors" in answer.card.text
    facts = {fact.label: fact.value for fact in answer.card.facts}
    assert facts["Components"] == "Checkout: Major outage, Search: Partial outage"
    back = await call.presses(CLEO, "Back to the form")
    assert back.card
    assert back.card.form
    values = {field.name: field.value for field in back.card.form.fields}
    assert (values["symptom"], values["component:Search"], values["then"]) == ("errors", "partial_outage", "post")
    assert call.seen(to="#status") == []


async def test_without_a_preview_back_is_the_form(call: Conversation) -> None:
    answer = await call.says(CLEO, "/incident update back")
    assert answer.card
    assert answer.card.form


async def test_a_preview_with_gaps_can_only_go_back(call: Conversation) -> None:
    answer = await call.says(CLEO, "/status preview identified --because known")
    assert answer.card
    assert [button.label for button in answer.card.buttons] == ["Back to the form"]
    assert "✗ Still empty: Confirmed cause, " in {fact.label: fact.value for fact in answer.card.facts}["Wording"]


async def test_a_preview_is_used_once(call: Conversation) -> None:
    answer = await call.says(CLEO, f"/status preview investigating {WORDS}")
    assert answer.card
    says = answer.card.buttons[0].says
    await call.presses(CLEO, "Post")
    again = await call.hears(Line(CLEO, says, call.now, "again", via="button", incident=1))
    assert again.refused
    assert len(call.seen(to="#status", text=WORDS)) == 1


async def test_the_words_are_shown_again_when_what_is_known_has_changed(call: Conversation) -> None:
    await call.says(CLEO, f"/status preview investigating {WORDS}")
    await call.says(ADA, "/incident rename Checkout: nobody can pay")
    answer = await call.presses(CLEO, "Post")
    assert answer.card
    assert answer.card.text.startswith("What is known has changed")
    assert "nobody can pay" in answer.card.text
    assert call.seen(to="#status") == []
    await call.presses(CLEO, "Post")
    assert len(call.seen(to="#status", text="nobody can pay")) == 1


async def test_an_older_preview_does_not_send_a_newer_one(call: Conversation) -> None:
    old = await call.says(CLEO, f"/status preview investigating {WORDS}")
    assert old.card
    await call.says(CLEO, "/status preview investigating Nobody can pay.")
    says = old.card.buttons[0].says
    answer = await call.hears(Line(CLEO, says, call.now, "old", via="button", incident=1))
    assert answer.card
    assert "Nobody can pay." in answer.card.text
    assert call.seen(to="#status") == []


async def test_with_approval_a_preview_is_sent_for_it() -> None:
    policy = replace(SETTINGS.policy, approval=Approval(mode="on"))
    async with conversation(replace(SETTINGS, policy=policy)) as call:
        await led(call)
        await call.says(CLEO, f"/status preview investigating {WORDS}")
        answer = await call.presses(CLEO, "Send for approval")
        assert answer.card
        assert answer.card.title == "Sent for approval"
        assert call.seen(to="@ada", kind="private", text=WORDS)
        assert call.seen(to="#status") == []


async def test_stg_1_a_post_tells_the_state_of_each_part_and_the_end_makes_all_well(call: Conversation) -> None:
    await call.says(CLEO, "!update investigating")
    await call.fills(CLEO, "no button", {"symptom": "errors", "action_now": "we look"})
    incident = await call.incident()
    assert incident.update
    assert incident.update.components == {"Checkout": ComponentState.MAJOR}
    await call.says(CLEO, f"/status investigating {WORDS}")
    assert (await call.incident()).components == {"Checkout": ComponentState.MAJOR}
    await call.says(ADA, '/incident resolve No data was lost. --because "restarted"')
    await call.says(CLEO, "!update resolved --because restarted")
    told = {"prevention": "watch it", "because": "it recovered", "cause_plain": "a disk", "fix_plain": "a new disk"}
    await call.fills(CLEO, "no button", told)
    incident = await call.incident()
    assert incident.stage is Stage.RESOLVED
    assert incident.components == {"Checkout": ComponentState.OPERATIONAL}


async def test_stg_7_facts_of_the_technical_lead_stand_in_the_next_form(call: Conversation) -> None:
    assert (await call.says(EVE, "/incident facts")).refused
    await call.says(DAN, "!take technical-lead")
    await call.says(DAN, "/incident facts")
    given = {"symptom": "error messages", "cause_plain": "a full disk", "cause_certainty": "suspected"}
    await call.fills(DAN, "no button", {**given, "data_at_risk": "unknown"})
    assert call.seen(to="#inc-1", text="What customers see: error messages")
    answer = await call.says(CLEO, "!update identified --because urgent")
    assert answer.card
    assert answer.card.form
    values = {field.name: field.value for field in answer.card.form.fields}
    assert (values["symptom"], values["cause_plain"]) == ("error messages", "")
    assert values["data_statement"] == "We are checking whether data is affected"
    form = await call.says(DAN, "/incident facts")
    assert form.card
    assert form.card.form
    assert {field.name: field.value for field in form.card.form.fields}["cause_plain"] == "a full disk"


async def test_cad_5_the_technical_lead_is_asked_before_the_update(call: Conversation) -> None:
    await call.says(DAN, "!take technical-lead")
    await call.says(CLEO, f"/status investigating {WORDS}")
    call.news()
    await call.until("14:10")
    asked = [seen for seen in call.news() if "The facts are due at 14:15 UTC" in seen.text]
    assert [(seen.to, seen.kind) for seen in asked] == [("@dan", "private")]
    await call.fills(DAN, "Fill in the facts", {"symptom": "errors"})
    await call.until("14:25")
    assert [seen for seen in call.news() if "The facts are" in seen.text] == []


async def test_a_text_without_fault_says_so_and_only_a_house_with_parts_is_asked_for_their_state() -> None:
    async with conversation(SETTINGS) as call:
        await led(call)
        answer = await call.says(CLEO, "/status preview holding")
        assert answer.card
        assert {fact.label: fact.value for fact in answer.card.facts}["Wording"] == "nothing found"


async def test_wl_2_forbidden_wording_is_kept_back_with_why_in_the_form_that_opens() -> None:
    async with conversation() as call:
        await call.says(ADA, "/incident sev1 Checkout: payments fail", room="#general")
        await call.says(CLEO, "!ic take customer-liaison")
        answer = await call.says(CLEO, "/status investigating Payments fail and should be back soon")
        assert answer.card
        assert answer.card.form
        assert "LINT-21" in answer.card.form.intro
        assert (await call.incident()).stage is None
        again = "/status investigating --override “the board wants these words” Payments fail and should be back soon"
        assert not (await call.says(CLEO, again.replace("“", '"').replace("”", '"'))).refused
        assert (await call.incident()).stage is Stage.INVESTIGATING
        rows = [entry.text for entry in await call.timeline() if entry.type == "post"]
        assert any("LINT-21" in row and "the board wants these words" in row for row in rows)


async def test_wl_2_what_was_looked_at_first_passes_the_same_gate() -> None:
    async with conversation() as call:
        await call.says(ADA, "/incident sev1 Checkout: payments fail", room="#general")
        await call.says(CLEO, "!ic take customer-liaison")
        await call.says(CLEO, "/status preview investigating Payments fail and should be back soon")
        answer = await call.presses(CLEO, "Post")
        assert answer.card
        assert answer.card.form
        assert "LINT-21" in answer.card.form.intro
        assert (await call.incident()).stage is None


async def test_lint_25_data_is_called_safe_only_after_a_recorded_check() -> None:
    async with conversation() as call:
        await call.says(ADA, "/incident sev1 Checkout: payments fail", room="#general")
        await call.says(CLEO, "!ic take customer-liaison")
        answer = await call.says(CLEO, "/status investigating Payments fail. No data was lost.")
        assert answer.card
        assert answer.card.form
        assert "LINT-25" in answer.card.form.intro


async def test_stg_7_what_the_sheet_says_was_checked_may_be_said(call: Conversation) -> None:
    words = "/status investigating Customers cannot complete checkout. No data was lost."
    await call.says(DAN, "!take technical-lead")
    refused = await call.says(CLEO, words)
    assert refused.card
    assert "(LINT-25)" in refused.card.text
    await call.says(DAN, "/incident facts")
    await call.fills(DAN, "no button", {"data_at_risk": "no", "data_checked": "compared orders with payments"})
    assert (await call.says(CLEO, words)).card is None


async def test_lint_41_one_press_for_no_news_publishes_nothing_that_the_gate_would_stop(call: Conversation) -> None:
    await call.says(CLEO, "/status holding")
    await call.says(DAN, "!take technical-lead")
    await call.says(DAN, "/incident facts")
    noted = {"action_now": "rebooting db-7 at 10.0.3.4, password: hunter22", "workaround": "pay by invoice"}
    warned = await call.fills(DAN, "no button", noted)
    assert warned.card
    lines = warned.card.text.splitlines()
    assert all(line.startswith("What we are doing now: ✗") for line in lines)
    assert {line.rpartition("(")[2] for line in lines} >= {"LINT-29)", "LINT-41)"}
    await call.until("14:25")
    shown = [seen.text for seen in call.news() if "would say now" in seen.text]
    await call.says(CLEO, "/status no-news")
    posted = call.seen(to="#status", text="The situation is unchanged")
    assert len(posted) == 1
    assert "We continue to investigate the cause" in posted[0].text
    assert shown
    assert not any("10.0.3.4" in text for text in shown)


async def test_what_is_emptied_in_the_form_is_not_told_again(call: Conversation) -> None:
    await call.says(CLEO, "!update investigating")
    given = {"symptom": "errors", "action_now": "we look", "not_affected": "search"}
    await call.fills(CLEO, "no button", given)
    assert len(call.seen(to="#status", text="Not affected: search")) == 1
    opened = await call.says(CLEO, "!update investigating")
    assert opened.card
    assert opened.card.form
    assert {field.name: field.value for field in opened.card.form.fields}["not_affected"] == "search"
    await call.fills(CLEO, "no button", {"not_affected": "", "action_now": "we repair"})
    assert "we repair" in call.seen(to="#status")[-1].text
    assert "search" not in call.seen(to="#status")[-1].text
    assert not (await call.incident()).facts["not_affected"]


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("/status holding", ComponentState.MAJOR),
        (f"/status investigating {WORDS}", ComponentState.MAJOR),
        ('/status partial-outage --functions cards --share 40% --action "restarting it"', ComponentState.PARTIAL),
    ],
)
async def test_lint_62_no_page_calls_operational_what_a_post_of_one_line_says_is_not(
    call: Conversation, said: str, state: ComponentState
) -> None:
    assert not (await call.says(CLEO, said)).refused
    assert (await call.incident()).components == {"Checkout": state}


async def test_what_somebody_said_of_the_parts_stands_until_it_is_said_otherwise(call: Conversation) -> None:
    await call.says(CLEO, "!update investigating")
    told = {"symptom": "errors", "action_now": "we look", "component:Checkout": "degraded_performance"}
    await call.fills(CLEO, "no button", told)
    await call.says(CLEO, f"/status investigating {WORDS}")
    assert (await call.incident()).components == {"Checkout": ComponentState.DEGRADED}
