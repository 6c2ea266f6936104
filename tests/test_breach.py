"""What only a few may know, as people see it: duties after a breach (CAD-24e, CAD-25); interruptions (ROLE-24)."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from conversation import ADA, BOB, CLEO, DAN, EVE, SETTINGS, Conversation, conversation

from bot.incident_state import state
from incidents.policy import Duty
from templates import plain

LEGAL = replace(
    SETTINGS,
    policy=replace(
        SETTINGS.policy,
        regulatory=(Duty("Tell the regulator", 72, DAN), Duty("Tell those whose data it is", 24, DAN, "personal data")),
        posting_criteria=("Is it the shop that customers pay in?",),
    ),
)


@pytest.fixture
async def call() -> AsyncIterator[Conversation]:
    """A SEV-2 that Ada commands; Dan is Legal."""
    async with conversation(LEGAL) as begun:
        await begun.says(BOB, "/incident sev2 Strange logins", "#general")
        await begun.says(ADA, "!ic take ic")
        await begun.says(CLEO, "!ic take customer-liaison")
        begun.news()
        yield begun


async def test_cad_25_command_and_legal_read_what_is_owed_and_the_room_does_not(call: Conversation) -> None:
    await call.says(ADA, "/incident breach confirmed personal data", "@")
    told = [seen for seen in call.news() if "regulator" in seen.text or "breach" in seen.text]
    assert {seen.to for seen in told} == {"@ada", "@dan"}
    assert "Tell those whose data it is, @dan: until 2031-04-03 14:00 UTC" in told[0].text
    for who, knows in ((ADA, True), (DAN, True), (CLEO, False), (EVE, False)):
        due = await call.says(who, "/incident due")
        assert due.card
        assert ("regulator" in plain.text(due.card)) is knows
        shown = await call.says(who, "/incident breach", "@")
        assert shown.refused is not knows
    rows = await call.timeline()
    assert not [row for row in rows if "breach" in row.text.lower() or "regulator" in row.text.lower()]
    everybody = await call.says(EVE, "/incident due all", "#general")
    assert everybody.card
    assert "Legal" not in plain.text(everybody.card)
    assert "legal" not in str(state(await call.incident(), rows)["deadlines"])


async def test_cad_25_the_reminder_has_the_button_that_says_it_is_done(call: Conversation) -> None:
    await call.says(ADA, "/incident breach confirmed personal data", "@")
    await call.says(ADA, "/incident cancel a false alarm")
    call.news()
    await call.wait(hours=12)
    (to_dan,) = [seen for seen in call.news() if "Tell those whose data it is" in seen.text and seen.to == "@dan"]
    assert "is due at" in to_dan.text
    await call.presses(DAN, "It is done", "@")
    assert {seen.to for seen in call.news() if "done, @dan says" in seen.text} == {"@ada", "@dan"}
    assert "legal:2" not in (await call.incident()).deadlines
    assert "legal:1" in (await call.incident()).deadlines


async def test_cad_24e_that_the_statement_is_out_is_said_once(call: Conversation) -> None:
    assert (await call.says(ADA, "/incident breach met statement", "@")).refused
    await call.says(ADA, "/incident breach confirmed", "@")
    await call.says(ADA, "/incident breach met statement", "@")
    assert "statement" not in (await call.incident()).deadlines
    for wrong in ("met", "met two", "perhaps", "confirmed aliens"):
        assert (await call.says(ADA, f"/incident breach {wrong}", "@")).refused


async def test_cad_8_and_9_before_customers_hear_nothing_its_questions_are_asked(call: Conversation) -> None:
    """The organisation's own stand below the usual ones, and come again with the second question."""
    asked = await call.says(ADA, "/status skip")
    assert asked.card
    assert asked.card.form
    assert "• Do people outside see it or report it?" in asked.card.text
    assert "• Is it the shop that customers pay in?" in asked.card.text
    await call.fills(ADA, "", {"because": "four customers, all written to"})
    assert (await call.incident()).skipped_post == "four customers, all written to"
    call.news()
    await call.wait(minutes=15)
    (again,) = [seen for seen in call.news() if "Is that still right?" in seen.text and seen.to.startswith("#inc-1")]
    assert "• Is it the shop that customers pay in?" in again.text
    assert not (await call.says(ADA, "/status skip")).refused


async def test_role_24_whoever_interrupts_is_asked_in_private_and_silence_is_a_no(call: Conversation) -> None:
    await call.says(ADA, "/incident handover ask @eve")
    (asked,) = [seen for seen in call.news() if "will you take command?" in seen.text]
    assert asked.to == "@eve"
    await call.wait(seconds=61)
    (told,) = [seen for seen in call.news() if "does not take command" in seen.text and seen.to.startswith("#inc-1")]
    assert "Whoever keeps interrupting is asked to leave the call" in told.text
    await call.says(ADA, "/incident handover ask @eve")
    await call.presses(EVE, "Yes, I take command", "@")
    await call.presses(EVE, "Accept command", "@")
    await call.says(ADA, "/incident handover done")
    assert (await call.incident()).commander == EVE


async def test_role_23_the_former_commander_is_sent_to_rest_and_not_mentioned_again(call: Conversation) -> None:
    for who, words in ((ADA, "@bob"), (BOB, "accept"), (BOB, "done")):
        await call.says(who, f"/incident handover {words}")
    (rest,) = [seen for seen in call.news() if seen.to == "@ada" and "rest" in seen.text]
    assert "leave the call and the rooms" in rest.text
    await call.wait(minutes=70)
    assert not [seen for seen in call.news() if seen.to == "@ada" or "@ada" in seen.text]
