"""Posts that more than one person clears, and what goes out when time has run out (APPR-2, APPR-5, APPR-8, SEC-20)."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from conversation import ADA, BOB, CLEO, DAN, EVE, SETTINGS, Conversation, conversation
from test_approval import led, rows, settings

from incidents.person import CLOCK
from incidents.policy import Approval, Approvers

LEGAL, PR = Approvers(people=(EVE,)), Approvers(people=(DAN,))
SECURITY = Approval(security={"legal": LEGAL, "communications": PR})
WORDS = "Customers cannot complete checkout. Search works."
PRIVATE = "/status investigating security-private --functions card payment"
TOLD = (
    "/status investigating security --date 2031-04-02 --data-types names --start 2031-04-01 22:10 UTC "
    "--end 2031-04-02 09:40 UTC --fix replaced all keys --customer-steps choose a new password"
)


@pytest.fixture
async def call() -> AsyncIterator[Conversation]:
    """Approval is off, but Legal and communications are named for security."""
    async with conversation(settings(SECURITY)) as begun:
        await led(begun)
        yield begun


@pytest.mark.parametrize("line", [PRIVATE, TOLD, "/status security 2031-04-02: we found unauthorised access."])
async def test_appr_2_a_security_statement_waits_for_commander_legal_and_communications(
    call: Conversation, line: str
) -> None:
    sent = await call.says(CLEO, line)
    assert sent.card
    assert sent.card.title == "Sent for approval"
    assert [seen.to for seen in call.news() if seen.kind == "private" and "For approval" in seen.text] == [
        "@ada",
        "@eve",
        "@dan",
    ]
    await call.presses(ADA, "Approve")
    assert call.seen(to="#status") == []
    assert call.seen(to="#inc-1", slot="approval-1", text="has said yes")
    assert (await call.presses(ADA, "Approve")).refused, "one person gives one yes"
    await call.presses(EVE, "Approve")
    assert call.seen(to="#status") == []
    await call.wait(seconds=30)
    await call.presses(DAN, "Approve")
    assert len(call.seen(to="#status")) == 1
    update = (await call.incident()).update
    assert update
    assert update.approved_by == ADA
    assert [text.partition(";")[0] for text in (await rows(call))[1:]] == [
        "Draft 1 (investigating) cleared after 0 s",
        "Draft 1 (investigating) cleared after 0 s",
        "Draft 1 (investigating) by Cleo Marchetti approved as post 1 after 30 s",
    ]


async def test_appr_6_changed_words_are_cleared_anew_by_the_others(call: Conversation) -> None:
    await call.says(CLEO, PRIVATE)
    await call.presses(EVE, "Approve")
    await call.fills(ADA, "Edit and approve…", {"functions": "sign-in"})
    assert call.seen(to="@cleo", kind="private", text="sign-in")
    draft = (await call.incident()).draft
    assert draft
    assert list(draft.cleared.values()) == [ADA]
    assert call.seen(to="#status") == []
    shown = await call.presses(EVE, "Approve")
    assert not shown.refused
    await call.presses(DAN, "Approve")
    assert call.seen(to="#status", text="sign-in")


async def test_appr_4_two_who_change_it_in_turn_read_in_the_card_whose_yes_is_missing(call: Conversation) -> None:
    await call.says(CLEO, PRIVATE)
    await call.presses(DAN, "Approve")
    await call.fills(ADA, "Edit and approve…", {"functions": "sign-in"})
    await call.fills(EVE, "Edit and approve…", {"functions": "sign-in and payment"})
    shown = call.seen(to="#inc-1", slot="approval-1")[-1].text
    assert "Written by: @cleo" in shown
    assert "Changed by: @ada, then @eve." in shown
    assert "Said yes: @eve" in shown
    assert "Waits for: @ada; communications: @dan" in shown
    assert (await call.presses(CLEO, "Approve")).refused, "whoever wrote it never clears it"
    hurried = await call.says(ADA, '/incident approve --because "no time to read"')
    assert hurried.card
    assert "sign-in and payment" in hurried.card.text, "a reason replaces no reading"
    await call.presses(ADA, "Approve")
    await call.presses(DAN, "Approve")
    assert len(call.seen(to="#status", text="sign-in and payment")) == 1
    assert (await rows(call))[-1].startswith("Draft 1 (investigating) by Cleo Marchetti approved as post 1")


async def test_where_legal_writes_it_legal_has_said_yes(call: Conversation) -> None:
    await call.says(ADA, "/incident assign customer-liaison @eve")
    await call.says(EVE, PRIVATE)
    await call.presses(ADA, "Approve")
    await call.presses(DAN, "Approve")
    assert len(call.seen(to="#status")) == 1


async def test_sec_20_without_anybody_named_two_of_those_who_lead_clear_it() -> None:
    async with conversation() as call:
        await led(call)
        await call.says(CLEO, PRIVATE)
        await call.presses(ADA, "Approve")
        assert call.seen(to="#status") == []
        await call.presses(BOB, "Approve")
        assert len(call.seen(to="#status")) == 1


async def test_sec_20_one_who_leads_alone_cannot_clear_it() -> None:
    async with conversation(settings(Approval(), small=True)) as call:
        await led(call, deputy=False)
        await call.says(CLEO, PRIVATE)
        await call.presses(ADA, "Approve")
        assert call.seen(to="#inc-1", text="Nobody here may give the yes that is missing")
        alone = await call.says(CLEO, '/incident approve --because "nobody can be reached"')
        assert alone.refused
        assert alone.card
        assert "For security a second person clears every post" in alone.card.text
        assert call.seen(to="#status") == []


async def test_lint_68_a_security_statement_has_its_date_in_the_title(call: Conversation) -> None:
    await call.says(CLEO, "/status security We found unauthorised access to some accounts.")
    draft = (await call.incident()).draft
    assert draft
    assert draft.title.startswith("2031-04-02 - ")


async def test_lint_43_words_of_an_attack_need_the_security_case(call: Conversation) -> None:
    answer = await call.says(CLEO, "/status investigating Some accounts were hacked at 13:10 UTC.")
    assert answer.card
    assert answer.card.form
    assert "LINT-43" in answer.card.form.intro


async def test_stg_34_a_security_statement_is_told_in_full_in_every_language() -> None:
    house = replace(SETTINGS.house, languages=("en", "fr"))
    async with conversation(replace(SETTINGS, house=house)) as call:
        await led(call)
        answer = await call.says(CLEO, TOLD)
        assert answer.card
        assert answer.card.text.startswith("Still empty: What customers should do (français), Which data (français)")
        assert (await call.incident()).draft is None


async def test_appr_2_pr_is_asked_besides_and_waited_for_no_longer_than_the_deadline() -> None:
    async with conversation(settings(Approval(mode="on", besides={"sev1": PR}))) as call:
        await led(call)
        await call.says(CLEO, f"/status investigating {WORDS}")
        await call.presses(ADA, "Approve")
        assert call.seen(to="#status") == []
        await call.until("14:05")
        assert len(call.seen(to="#status", text=WORDS)) == 1
        assert (await call.incident()).draft is None


async def test_appr_2_with_the_yes_of_pr_it_goes_out_at_once() -> None:
    async with conversation(settings(Approval(mode="on", besides={"sev1": PR}))) as call:
        await led(call)
        await call.says(CLEO, f"/status investigating {WORDS}")
        await call.presses(DAN, "Approve")
        assert call.seen(to="#status") == []
        await call.presses(ADA, "Approve")
        assert len(call.seen(to="#status", text=WORDS)) == 1
        update = (await call.incident()).update
        assert update
        assert update.approved_by == ADA


async def test_appr_6_what_changed_meanwhile_is_not_released_by_the_clock() -> None:
    async with conversation(settings(Approval(mode="on", besides={"sev1": PR}))) as call:
        await led(call)
        await call.says(CLEO, f"/status investigating {WORDS}")
        await call.presses(ADA, "Approve")
        await call.says(ADA, "/incident rename Checkout: nobody can pay")
        call.news()
        await call.until("14:06")
        assert call.seen(to="#status") == []
        assert "@ada" in [seen.to for seen in call.news() if "nobody can pay" in seen.text]
        await call.presses(ADA, "Approve")
        assert len(call.seen(to="#status", text="nobody can pay")) == 1


async def test_appr_8_the_clock_posts_the_holding_statement_where_that_was_agreed_on() -> None:
    async with conversation(settings(Approval(mode="on", at_deadline="post"))) as call:
        await led(call)
        await call.says(CLEO, f"/status investigating {WORDS}")
        await call.until("14:14")
        assert call.seen(to="#status") == []
        await call.until("14:15")
        assert len(call.seen(to="#status", text="Investigating")) == 1
        incident = await call.incident()
        assert incident.update
        assert (incident.update.template, incident.update.by, incident.draft is None) == ("STG-10", CLOCK, False)
        posts = [entry.text for entry in await call.timeline() if entry.type == "post"]
        assert "nothing was cleared; these words were approved beforehand" in posts[0]
        assert "update" in incident.deadlines


@pytest.mark.parametrize("words", ["/incident sev1 Checkout: payments fail", "/incident sev1 --private Checkout fails"])
async def test_appr_8_the_clock_posts_nothing_of_a_private_incident_nor_where_nothing_is_cleared(words: str) -> None:
    approved = Approval(mode="on" if "--private" in words else "off", at_deadline="post")
    async with conversation(settings(approved)) as call:
        await call.says(ADA, words, "#general")
        await call.presses(ADA, "Take command")
        await call.until("14:20")
        assert call.seen(to="#status") == []
        assert (await call.incident()).update is None


async def test_appr_5_the_commander_asks_for_strong_objections() -> None:
    async with conversation(settings(Approval(mode="on"))) as call:
        await led(call)
        await call.says(CLEO, f"/status investigating {WORDS}")
        assert (await call.says(BOB, "/incident approve poll")).refused
        await call.presses(ADA, "Objections?")
        assert call.seen(to="#inc-1", text="Customers read draft 1")
        proposal = (await call.incident()).proposals[0]
        assert (proposal.until - call.now).total_seconds() <= 30
        await call.wait(seconds=31)
        assert call.seen(to="#status") == [], "it decides nothing by itself"
        await call.presses(ADA, "Approve")
        assert len(call.seen(to="#status", text=WORDS)) == 1


async def test_role_21_what_waits_for_approval_is_in_the_briefing_and_in_the_brief() -> None:
    async with conversation(settings(Approval(mode="on"))) as call:
        await led(call)
        await call.says(CLEO, f"/status investigating {WORDS}")
        said = "raft 1 (investigating) by Cleo Marchetti waits for approval by "
        brief = await call.says(BOB, "/incident brief")
        assert brief.card
        assert (
            said in brief.card.text.replace("\x02", "@").replace("\x03", "") or "waits for approval" in brief.card.text
        )
        await call.says(ADA, "/incident handover @bob")
        briefing = call.seen(to="@bob", kind="private", text="Briefing")
        assert said in briefing[-1].text


async def test_a_house_without_posts_to_clear_says_nothing_of_them() -> None:
    async with conversation(replace(SETTINGS)) as call:
        await led(call)
        brief = await call.says(BOB, "/incident brief")
        assert brief.card
        assert "approval" not in brief.card.text


async def test_cad_6_a_draft_is_asked_for_in_time_and_the_timeline_says_when_it_came() -> None:
    async with conversation(settings(Approval(mode="on"))) as call:
        await led(call)
        await call.says(CLEO, f"/status investigating {WORDS}")
        await call.presses(ADA, "Approve")
        call.news()
        await call.until("14:20")
        told = "The draft of the next post is due at 14:20 UTC, "
        asked = [seen.to for seen in call.news() if told in seen.text]
        assert asked == ["@cleo", "@cleo", "@ada"], "five minutes ahead; when it is due the commander too"
        await call.until("14:22")
        await call.says(CLEO, "/status investigating We moved to a spare line.")
        assert (await rows(call))[-1].endswith("sent for approval to Ada Okafor, 8 min before the post is due")


async def test_appr_10_without_a_liaison_the_commander_is_asked_and_can_name_one() -> None:
    async with conversation(settings(Approval(mode="on"))) as call:
        await call.says(ADA, "/incident sev1 Checkout: payments fail", "#general")
        await call.presses(ADA, "Take command")
        call.news()
        await call.until("14:10")
        asked = [seen for seen in call.news() if seen.kind == "private" and "first public notice" in seen.text]
        assert {seen.to for seen in asked} == {"@ada"}
        form = await call.presses(ADA, "Hand to somebody")
        assert form.card
        assert form.card.form
        assert form.card.form.fields[0].value == "customer-liaison"


async def test_wl_2_forbidden_wording_stops_whoever_clears_a_post_too() -> None:
    async with conversation(settings(Approval(mode="on"))) as call:
        await led(call)
        await call.says(CLEO, f"/status investigating {WORDS}")
        answer = await call.fills(ADA, "Edit and approve…", {"text": "It will be fixed ASAP."})
        assert answer.card
        assert answer.card.title == "Not posted yet"
        assert answer.card.form
        assert answer.card.form.fields[-1].name == "override"
        assert call.seen(to="#status") == []
        await call.fills(ADA, "no button", {"text": "It will be fixed ASAP.", "override": "a quotation"})
        assert call.seen(to="#status", text="ASAP")
        posts = [entry.text for entry in await call.timeline() if entry.type == "post"]
        assert "set aside: a quotation" in posts[0]
        update = (await call.incident()).update
        assert update
        assert update.aside
