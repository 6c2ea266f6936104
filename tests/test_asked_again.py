"""What waits for somebody's answer is asked about again: a task, the aim of the first notice, no post, the cause."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from conversation import ADA, BOB, CLEO, DAN, EVE, SETTINGS, Conversation, conversation

from bot.transcript import Seen
from commands.settings import Contact, Roster

ROSTER = Roster(
    primary=Contact(ADA), duty_manager=Contact(EVE), directory={each.id: Contact(each) for each in (ADA, EVE)}
)


@pytest.fixture
async def led(call: Conversation) -> Conversation:
    """A SEV-1: Ada commands, Bob is deputy, Cleo speaks to customers."""
    await begin(call, "sev1")
    return call


@pytest.fixture
async def minor() -> AsyncIterator[Conversation]:
    """A SEV-2 that only one customer notices."""
    async with conversation() as begun:
        await begin(begun, "sev2")
        yield begun


async def begin(call: Conversation, severity: str) -> None:
    await call.says(ADA, f"/incident {severity} Checkout fails", "#general")
    await call.says(ADA, "!ic take ic")
    await call.says(BOB, "!ic take deputy")
    await call.says(CLEO, "!ic take customer-liaison")
    call.news()


def asked(news: list[Seen], text: str) -> list[str]:
    """Where something was said, in private too; times in the reader's own words."""
    return [f"{seen.at:%H:%M} {seen.to}" for seen in news if text in seen.text]


async def test_role_37_a_task_that_nobody_confirms_comes_back_to_its_person_and_then_to_those_who_lead(
    led: Conversation,
) -> None:
    await led.says(ADA, "!task @dan 10m look at the database")
    led.news()
    await led.wait(minutes=9)
    news = led.news()
    assert asked(news, "Is task 1 clear? Ada Okafor asks you: look at the database") == ["14:02 @dan", "14:04 @dan"]
    assert asked(news, "Dan Nowak has not confirmed task 1") == ["14:04 @ada", "14:04 @bob"]
    rows = [entry.text for entry in await led.timeline() if entry.type == "callout"]
    assert rows == ["Confirmation of task 1 2 min overdue"]


async def test_role_37_the_button_on_the_card_confirms_and_nobody_is_asked_again(led: Conversation) -> None:
    await led.says(ADA, "!task @dan 10m look at the database")
    await led.wait(minutes=2)
    await led.presses(DAN, "Clear, I do it", "@")
    assert led.seen(to="#inc-1", text="Task 1 is clear: Dan Nowak answers by 14:10 UTC")
    led.news()
    await led.wait(minutes=7)
    assert asked(led.news(), "task 1") == []


async def test_role_37_the_asking_survives_a_restart(led: Conversation) -> None:
    await led.says(ADA, "!task @dan 10m look at the database")
    await led.restart()
    await led.wait(minutes=2)
    assert led.seen(to="@dan", text="Is task 1 clear?")


async def test_cad_3_the_aim_is_shown_and_reminded_of_once(minor: Conversation) -> None:
    answer = await minor.says(CLEO, "/status due")
    assert answer.card
    owed = {fact.label: fact.value for fact in answer.card.facts}
    assert owed["First public notice"].startswith("14:30 UTC (in 30 min), aim 14:15 UTC, ")
    answer = await minor.says(CLEO, "/status")
    assert answer.card
    assert "14:30 UTC (in 30 min), aim 14:15 UTC" in [fact.value for fact in answer.card.facts]
    minor.news()
    await minor.wait(minutes=21)
    said = minor.news()
    assert asked(said, "It should be out by now: the aim is 14:15 UTC") == [
        "14:15 #inc-1-checkout-fails",
        "14:15 @cleo",
    ]
    headlines = [seen.text for seen in minor.effects if seen.slot == "headline"]
    assert "aim 14:15 UTC, due 14:30 UTC, in 30 min" in headlines[0]
    assert "aim" not in headlines[-1]


async def test_cad_3_nobody_is_reminded_of_the_aim_after_the_first_notice(minor: Conversation) -> None:
    await minor.says(CLEO, "/status investigating Some customers cannot pay.")
    minor.news()
    await minor.wait(minutes=25)
    assert asked(minor.news(), "public notice") == []


async def test_cad_8_a_decision_not_to_post_is_asked_about_again_and_kept_with_one_press(minor: Conversation) -> None:
    await minor.says(ADA, "/status skip only our own test customer")
    minor.news()
    await minor.wait(minutes=16)
    news = minor.news()
    assert asked(news, "So far customers are told nothing") == ["14:15 @cleo", "14:15 @ada"]
    assert asked(news, "so far customers are told nothing (only our own") == ["14:15 #inc-1-checkout-fails"]
    refused = await minor.presses(CLEO, "Still no post")
    assert refused.refused
    await minor.presses(ADA, "Still no post")
    assert minor.seen(to="#inc-1", text="Looked at again by @ada: still no public post. only our own test customer")
    decisions = [entry.text for entry in await minor.timeline() if entry.type == "decision"]
    assert decisions == [
        "No public post: only our own test customer",
        "Still no public post: only our own test customer",
    ]
    minor.news()
    await minor.wait(hours=3)
    assert asked(minor.news(), "customers are told nothing") == []


async def test_cad_8_the_question_is_answered_by_posting(minor: Conversation) -> None:
    await minor.says(ADA, "/status skip only our own test customer")
    await minor.wait(minutes=15)
    await minor.presses(CLEO, "Holding statement", "@")
    assert minor.seen(to="#status", kind="post")
    assert (await minor.incident()).skipped_post == ""


async def test_cad_8_a_raised_severity_asks_at_once() -> None:
    async with conversation() as call:
        await begin(call, "sev3")
        await call.says(ADA, "/status skip only our own test customer")
        await call.says(DAN, "/incident sev2")
        await call.wait(seconds=1)
        assert asked(call.news(), "customers are told nothing (only") != []


async def test_life_10_d_identified_waits_for_the_technical_lead_and_keeps_the_text(led: Conversation) -> None:
    await led.says(ADA, "!ic assign technical-lead @dan")
    await led.says(CLEO, "/status investigating Some customers cannot pay.")
    led.news()
    answer = await led.says(CLEO, "/status identified A full disk stops payments.")
    assert answer.card
    assert answer.card.form
    assert "Dan Nowak, the Technical Lead, has not confirmed the cause and nobody has said" in answer.card.form.intro
    assert {field.name: field.value for field in answer.card.form.fields} == {
        "affected_who": "",
        "because": "",
        "stage": "identified",
        "text": "A full disk stops payments.",
    }
    assert led.seen(to="@dan", text="would tell customers that the cause is known: “A full disk stops payments.”")
    assert (await led.incident()).stage == "investigating"
    led.news()
    await led.presses(DAN, "Confirm the cause", "@")
    assert asked(led.news(), "@dan confirms that the cause is known") == ["14:00 #inc-1-checkout-fails"]
    await led.fills(CLEO, "", {"affected_who": "customers in Europe"})
    incident = await led.incident()
    assert (incident.stage, incident.facts) == ("identified", {"affected_who": "customers in Europe"})
    assert led.seen(to="#status", text="A full disk stops payments.")
    rows = [(entry.type, entry.text) for entry in await led.timeline()]
    assert ("finding", "Cause confirmed") in rows


async def test_life_17_the_cause_need_not_be_waited_for_with_a_reason(led: Conversation) -> None:
    await led.says(ADA, "!ic assign technical-lead @dan")
    await led.says(CLEO, "/status investigating Some customers cannot pay.")
    await led.says(CLEO, '/status identified --because "Dan said it on the call" A full disk stops payments.')
    assert (await led.incident()).stage == "identified"
    assert not led.seen(to="@dan", text="would tell customers")
    assert any("(Dan said it on the call)" in entry.text for entry in await led.timeline())


async def test_life_15_a_confirmed_cause_asks_whether_customers_should_hear_of_it(led: Conversation) -> None:
    await led.says(ADA, "!ic assign technical-lead @dan")
    await led.says(DAN, "!cause a log that nobody rotates filled the disk")
    assert led.seen(to="#inc-1", text="@dan confirms that the cause is known: a log that nobody rotates filled")
    assert not led.seen(to="#inc-1", text="should customers hear of it?")
    await led.says(CLEO, "/status investigating Some customers cannot pay.")
    await led.says(DAN, "!cause a log of the search filled the disk")
    assert led.seen(to="#inc-1", text="@cleo, should customers hear of it?")
    answer = await led.presses(CLEO, "Post identified")
    assert answer.card
    assert answer.card.form
    brief = await led.says(ADA, "!brief")
    assert brief.card
    assert "a log of the search filled the disk" in brief.card.text


async def test_life_10_d_a_team_without_a_technical_lead_posts_as_before(led: Conversation) -> None:
    await led.says(CLEO, "/status investigating Some customers cannot pay.")
    answer = await led.says(CLEO, "/status identified A full disk stops payments.")
    assert not answer.refused
    assert (await led.incident()).stage == "identified"


async def test_cad_14_nothing_new_waits_for_its_time_and_what_is_new_does_not(led: Conversation) -> None:
    await led.says(CLEO, "/status investigating Some customers cannot pay.")
    refused = await led.says(CLEO, "!update no-news")
    assert refused.refused
    assert refused.card
    assert "Has something changed?" in refused.card.text
    await led.says(CLEO, "!update investigating Card payments fail, invoices work.")
    await led.wait(minutes=15)
    await led.presses(CLEO, "No news")
    assert len(led.seen(to="#status", kind="post")) == 3


async def test_life_15_going_back_to_size_up_and_reopening_offer_to_tell_customers(led: Conversation) -> None:
    await led.says(CLEO, "/status investigating Some customers cannot pay.")
    await led.says(CLEO, "/status identified A full disk stops payments.")
    await led.says(ADA, "!decide empty the disk")
    await led.says(ADA, "/incident phase stabilise")
    await led.says(ADA, "/incident phase size-up")
    assert [seen.buttons for seen in led.news() if "Was it another cause" in seen.text] == [("Post investigating",)]
    await led.says(ADA, '/incident resolve No data was lost. --because "the disk is empty"')
    await led.says(CLEO, '/status resolved --because "seen to work" It works again. No data was lost.')
    await led.says(ADA, "/incident reopen the disk is full again")
    assert [seen.buttons for seen in led.news() if "reopened this incident" in seen.text] == [("Post investigating",)]


async def test_cmd_5_a_call_of_a_sev_2_goes_to_the_next_level_after_five_minutes() -> None:
    async with conversation(replace(SETTINGS, roster=ROSTER)) as call:
        await call.says(BOB, "/incident sev2 Search is slow", "#general")
        call.news()
        await call.wait(minutes=6)
        news = call.news()
        assert asked(news, "Nobody answered. Calling @eve") == ["14:05 #inc-1-search-is-slow"]
        eve = [seen for seen in news if seen.kind == "page" and seen.to == "@eve"]
        assert asked(eve, "Search is slow") == ["14:05 @eve", "14:06 @eve"]
        await call.wait(minutes=5)
        assert asked(call.news(), "Nobody has answered the call to @eve") == ["14:10 #inc-1-search-is-slow"]
