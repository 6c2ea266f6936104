"""Clearing a post before customers read it (section 11)."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from conversation import ADA, BOB, CLEO, DAN, EVE, SETTINGS, Conversation, conversation

from commands.line import Line
from commands.settings import Settings
from incidents.policy import Approval

WORDS = "Customers cannot complete checkout. Search works."
POST = f"/status investigating {WORDS}"


def settings(approval: Approval, *, small: bool = False) -> Settings:
    return replace(SETTINGS, policy=replace(SETTINGS.policy, approval=approval, small_team=small))


ON = Approval(mode="on")


async def led(call: Conversation, *, deputy: bool = True) -> None:
    """Ada commands, Cleo speaks to customers, Bob is the Deputy."""
    await call.says(ADA, "/incident sev1 Checkout: payments fail", "#general")
    await call.presses(ADA, "Take command")
    await call.says(CLEO, "!take customer-liaison")
    if deputy:
        await call.says(BOB, "!take deputy")
    call.news()


@pytest.fixture
async def cleared() -> AsyncIterator[Conversation]:
    async with conversation(settings(ON)) as call:
        await led(call)
        yield call


async def rows(call: Conversation) -> list[str]:
    return [entry.text for entry in await call.timeline() if entry.type == "approval"]


async def test_appr_1_a_post_waits_until_the_commander_clears_it(cleared: Conversation) -> None:
    call = cleared
    answer = await call.says(CLEO, POST)
    assert answer.card
    assert "@ada" in answer.card.text.replace("\x02", "@") or "ada" in answer.card.text
    assert call.seen(to="#status") == []
    asked = call.seen(to="@ada", kind="private", text=WORDS)
    assert len(asked) == 1
    assert "Goes to: #status" in asked[0].text
    assert call.seen(to="#inc-1", slot="approval-1", text=WORDS)
    await call.wait(seconds=90)
    await call.presses(ADA, "Approve")
    assert len(call.seen(to="#status", text=WORDS)) == 1
    incident = await call.incident()
    assert incident.update
    assert (incident.update.by, incident.update.approved_by, incident.draft) == (CLEO, ADA, None)
    assert "approval" not in incident.deadlines
    assert await rows(call) == [
        "Draft 1 (investigating) sent for approval to Ada Okafor, 15 min before the post is due",
        "Draft 1 (investigating) by Cleo Marchetti approved as post 1 after 90 s",
    ]


async def test_the_times_in_an_approved_post_are_those_of_its_publication(cleared: Conversation) -> None:
    call = cleared
    await call.says(CLEO, POST)
    assert call.seen(to="@ada", text="14:30 UTC")
    await call.wait(minutes=5)
    await call.presses(ADA, "Approve")
    assert call.seen(to="#status", text="14:35 UTC")


async def test_appr_4_the_author_cannot_clear_it(cleared: Conversation) -> None:
    call = cleared
    await call.says(CLEO, POST)
    answer = await call.presses(CLEO, "Approve")
    assert answer.refused
    assert answer.card
    assert "You wrote this" in answer.card.text
    assert call.seen(to="#status") == []


async def test_appr_1_a_returned_post_comes_back_with_everything_kept(cleared: Conversation) -> None:
    call = cleared
    await call.says(CLEO, POST)
    await call.fills(ADA, "Return…", {"remark": "say which regions"})
    assert call.seen(to="@cleo", kind="private", text="say which regions")
    answer = await call.presses(CLEO, "Write it again")
    assert answer.card
    assert answer.card.form
    assert {field.name: field.value for field in answer.card.form.fields}["text"] == WORDS
    sent = await call.fills(CLEO, "Send", {"text": "Customers in Europe cannot pay."})
    assert not sent.refused
    await call.presses(ADA, "Approve")
    assert [seen.text.partition("\n")[0] for seen in call.seen(to="#status")] == [
        "Investigating - Checkout: payments fail"
    ]
    assert call.seen(to="#status", text="Customers in Europe cannot pay.")
    assert "Draft 1 (investigating) returned: say which regions" in await rows(call)


async def test_an_author_takes_it_back_with_one_press(cleared: Conversation) -> None:
    call = cleared
    await call.says(CLEO, POST)
    await call.presses(CLEO, "Return…")
    assert (await call.incident()).draft is None
    assert (await rows(call))[-1] == "Draft 1 (investigating) taken back by its author"


async def test_appr_4_the_approver_changes_it_and_the_author_reads_what(cleared: Conversation) -> None:
    call = cleared
    await call.says(CLEO, POST)
    await call.fills(ADA, "Edit and approve…", {"text": "Nobody can pay."})
    assert call.seen(to="#status", text="Nobody can pay.")
    assert call.seen(to="@cleo", kind="private", text="Nobody can pay.")
    assert (await rows(call))[-1].endswith("as post 1 after 0 s, with changes")


async def test_an_edit_that_changes_nothing_is_a_plain_approval(cleared: Conversation) -> None:
    call = cleared
    await call.says(CLEO, POST)
    await call.fills(ADA, "Edit and approve…", {})
    assert (await rows(call))[-1].endswith("as post 1 after 0 s")
    assert call.seen(to="@cleo", kind="private", text="changed your post") == []


async def test_appr_6_an_old_button_shows_the_text_that_waits_now(cleared: Conversation) -> None:
    call = cleared
    await call.says(CLEO, POST)
    old = await approve_button(call)
    await call.says(CLEO, "/status investigating Nobody can pay.")
    for press in (old, "approve edit 1"):
        answer = await call.hears(await call_line(call, press))
        assert answer.card
        assert "Nobody can pay." in answer.card.text
        assert answer.card.text.startswith("Not approved")
    assert (await call.hears(await call_line(call, "return 1"))).refused
    assert call.seen(to="#status") == []
    await call.presses(ADA, "Approve")
    assert [seen for seen in call.seen(to="#status") if WORDS in seen.text] == []


async def test_appr_6_a_change_of_severity_is_read_before_it_is_cleared(cleared: Conversation) -> None:
    call = cleared
    await call.says(CLEO, POST)
    old = await approve_button(call)
    await call.says(ADA, "/incident sev2 few are hit")
    answer = await call.hears(await call_line(call, old))
    assert answer.card
    assert "May be out of date: the severity changed from SEV-1 / P0 to SEV-2 / P1." in answer.card.text
    assert call.seen(to="#status") == []
    shown = await call.presses(ADA, "Approve")
    assert shown.card, "the newest card in the room is the old one"
    await call.presses(ADA, "Approve")
    assert len(call.seen(to="#status")) == 1
    assert "although the severity changed" in (await rows(call))[-1]


async def test_appr_6_facts_that_change_the_words_are_read_again(cleared: Conversation) -> None:
    call = cleared
    await call.says(DAN, "!take technical-lead")
    await call.says(DAN, "/incident facts")
    await call.fills(DAN, "no button", {"symptom": "error messages", "action_now": "checking the cache"})
    await call.says(CLEO, "!update investigating")
    await call.fills(CLEO, "no button", {"symptom": "error messages", "action_now": "checking the cache"})
    assert (await call.incident()).draft
    await call.says(DAN, "/incident facts")
    await call.fills(DAN, "no button", {"not_affected": "the shop window"})
    answer = await call.presses(ADA, "Approve")
    assert answer.card
    assert "the shop window" in answer.card.text
    assert call.seen(to="#status") == []
    assert call.seen(to="#inc-1", slot="approval-2", text="the shop window")
    await call.presses(ADA, "Approve")
    assert call.seen(to="#status", text="the shop window")


async def test_approve_without_a_button_shows_what_would_go_out(cleared: Conversation) -> None:
    call = cleared
    assert (await call.says(ADA, "/incident approve")).refused
    await call.says(CLEO, POST)
    answer = await call.says(ADA, "/incident approve")
    assert answer.card
    assert WORDS in answer.card.text
    assert call.seen(to="#status") == []
    assert (await call.says(EVE, "/incident approve")).refused


async def test_appr_3_the_deputy_reads_it_when_the_commander_does_not_answer(cleared: Conversation) -> None:
    call = cleared
    await call.says(CLEO, POST)
    call.news()
    await call.wait(minutes=3)
    assert [seen.to for seen in call.news() if WORDS in seen.text] == ["@ada"]
    await call.wait(minutes=2)
    fresh = [seen for seen in call.news() if seen.kind == "private" and WORDS in seen.text]
    assert [seen.to for seen in fresh] == ["@ada", "@bob"]
    await call.presses(BOB, "Approve")
    assert len(call.seen(to="#status", text=WORDS)) == 1
    await call.wait(minutes=6)
    assert [seen for seen in call.news() if "waits for approval" in seen.text and seen.kind == "private"] == []


async def test_appr_8_the_holding_statement_needs_nobody_when_it_was_agreed_on() -> None:
    async with conversation(settings(Approval(mode="on", at_deadline="holding"))) as call:
        await led(call)
        answer = await call.says(CLEO, "/status holding")
        assert answer.card
        assert answer.card.title == "Sent for approval"
        await call.until("14:15")
        await call.presses(CLEO, "Holding statement")
        assert len(call.seen(to="#status", text="Investigating")) == 1
        incident = await call.incident()
        assert incident.update
        assert (incident.update.template, incident.update.approved_by) == ("STG-10", None)
        assert incident.draft, "what waits may still be cleared"


async def test_appr_7_a_small_team_posts_alone_with_a_reason() -> None:
    async with conversation(settings(ON, small=True)) as call:
        await led(call, deputy=False)
        await call.says(ADA, "/status holding")
        assert (await call.says(ADA, "/incident approve")).refused
        await call.says(ADA, '/incident approve --because "nobody else is awake"')
        assert len(call.seen(to="#status")) == 1
        assert (await rows(call))[-1].endswith("posted by its author alone as post 1 after 0 s: nobody else is awake")
        todo = [entry.text for entry in await call.timeline() if entry.type == "todo"]
        assert todo == ["look at post 1 together, which Ada Okafor posted alone: nobody else is awake"]


async def test_appr_7_and_appr_8_a_small_team_whose_approver_is_silent() -> None:
    """The whole way: sent, reminded, too early alone, alone with a reason; and what waited is no longer asked about."""
    async with conversation(settings(Approval(mode="on", at_deadline="holding"), small=True)) as call:
        await led(call, deputy=False)
        await call.says(CLEO, "/status holding")
        early = await call.says(CLEO, '/incident approve --because "Ada is silent"')
        assert early.card
        assert "Ada Okafor may still answer" in early.card.text
        await call.wait(minutes=5)
        await call.restart()
        assert (await call.says(BOB, '/incident approve --because "I may"')).refused
        assert not (await call.says(CLEO, '/incident approve --because "Ada is silent"')).refused
        assert len(call.seen(to="#status", text="Investigating")) == 1
        update = (await call.incident()).update
        assert update
        assert (update.template, update.approved_by) == ("STG-10", CLEO)
        call.news()
        await call.until("14:20")
        assert [seen for seen in call.news() if "approval" in seen.text and seen.kind == "private"] == []


async def test_appr_8_where_it_escalates_nothing_goes_out_and_those_who_lead_hear_of_it() -> None:
    async with conversation(settings(ON)) as call:
        await led(call)
        await call.says(CLEO, "/status holding")
        call.news()
        await call.until("14:16")
        heard = [seen.to for seen in call.news() if seen.kind == "private" and "For approval" in seen.text]
        assert {"@ada", "@bob"} <= set(heard)
        assert call.seen(to="#status") == []
        again = await call.says(CLEO, "/status holding")
        assert again.card
        assert again.card.title == "Sent for approval", "these words were not agreed on beforehand"


async def test_a_waiting_post_is_dropped_with_a_false_alarm_and_its_author_told(cleared: Conversation) -> None:
    call = cleared
    await call.says(CLEO, POST)
    await call.says(ADA, "/incident cancel the probe was wrong")
    assert call.seen(to="@cleo", kind="private", text="is dropped: it was a false alarm")
    assert (await call.says(ADA, "/incident approve")).refused


async def test_a_waiting_post_survives_a_restart(cleared: Conversation) -> None:
    call = cleared
    await call.says(CLEO, POST)
    await call.restart()
    await call.presses(ADA, "Approve")
    assert len(call.seen(to="#status", text=WORDS)) == 1


async def approve_button(call: Conversation) -> str:
    """What Ada's Approve button says now."""
    answer = await call.says(ADA, "/incident approve")
    assert answer.card
    return next(button.says for button in answer.card.buttons if button.label == "Approve")


async def call_line(call: Conversation, says: str) -> Line:
    """Ada presses a button of an older card."""
    return Line(ADA, says, call.now, call.play.delivery_id(), via="button", incident=1)


async def test_the_last_post_is_waited_for_like_any_other(cleared: Conversation) -> None:
    call = cleared
    await call.says(CLEO, POST)
    await call.presses(ADA, "Approve")
    await call.says(ADA, '/incident resolve No data was lost. --because "restarted"')
    await call.says(CLEO, '/status resolved --because "it recovered" Checkout works again.')
    call.news()
    await call.wait(minutes=3)
    assert [seen.to for seen in call.news() if "Checkout works again" in seen.text] == ["@ada"]
    await call.presses(ADA, "Approve")
    assert call.seen(to="#status", text="Checkout works again.")
    assert (await call.incident()).deadlines.keys() == {"review-owner", "report"}


async def test_appr_9_the_commander_withdraws_by_clearing_the_liaisons_text(cleared: Conversation) -> None:
    call = cleared
    await call.says(CLEO, POST)
    await call.presses(ADA, "Approve")
    await call.says(CLEO, "/status withdrawn Our probe was wrong.")
    assert (await call.says(BOB, "/incident approve")).refused
    await call.presses(ADA, "Approve")
    assert call.seen(to="#status", text="Withdrawn")


async def test_stg_5_an_edit_that_opens_a_gap_brings_the_form_back(cleared: Conversation) -> None:
    call = cleared
    await call.says(CLEO, "!update investigating")
    await call.fills(CLEO, "no button", {"symptom": "errors", "action_now": "we look"})
    answer = await call.fills(ADA, "Edit and approve…", {"symptom": ""})
    assert answer.card
    assert answer.card.text == "Still empty: What customers see."
    assert answer.card.form
    assert call.seen(to="#status") == []
    await call.fills(ADA, "no button", {"symptom": "a blank page"})
    assert call.seen(to="#status", text="a blank page")
