"""What is promised, kept and broken, as people see it; what they say to keep it (CAD-10, CAD-13, CAD-16, CAD-20)."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from conversation import ADA, BOB, CLEO, EVE, Conversation, conversation

from storage import promises


@pytest.fixture
async def call() -> AsyncIterator[Conversation]:
    """A SEV-1 that Ada commands and Cleo speaks for."""
    async with conversation() as begun:
        await begun.says(BOB, "/incident sev1 Checkout fails", "#general")
        await begun.says(ADA, "!ic take ic")
        await begun.says(CLEO, "!ic take customer-liaison")
        yield begun


async def test_everything_that_is_promised_is_listed_with_what_was_kept_and_broken(call: Conversation) -> None:
    await call.says(CLEO, "/status investigating Customers cannot pay.")
    await call.wait(minutes=40)
    await call.says(CLEO, "/status investigating Some can pay again.")
    answer = await call.says(EVE, "/incident due", "#general")
    assert answer.card
    text = answer.card.text
    assert "Public update" in text
    assert "kept: First public notice of inc-1" in text
    assert "broken by 10 min: Public update of inc-1" in text
    assert "First public notice 1 of 1 (100 %)" in text
    here = await call.says(CLEO, "/status due")
    assert here.card
    assert "Promises so far" in [fact.label for fact in here.card.facts]
    async with call.database.read() as c:
        kept = {row.name: row.kept for row in await promises.newest(c)}
    assert kept["first-notice"]
    assert not kept["update"]


async def test_g9_a_private_incidents_promises_are_seen_by_those_who_take_part(call: Conversation) -> None:
    await call.says(BOB, "/incident sev1 A leak --private", "#general")
    for who, seen in ((EVE, False), (BOB, True)):
        answer = await call.says(who, "/incident due all", "@")
        assert answer.card
        assert ("inc-2" in answer.card.text) is seen


async def test_cad_20_snoozing_asks_why_and_keeps_the_answer(call: Conversation) -> None:
    await call.wait(minutes=6)
    answer = await call.presses(CLEO, "Snooze 5 min…")
    assert answer.card
    assert answer.card.form
    await call.fills(CLEO, "Snooze 5 min…", {"because": "two customers are on the phone"})
    rows = [entry.text for entry in await call.timeline()]
    assert "Reminder of First public notice put off for five minutes: two customers are on the phone" in rows


async def test_cad_10_the_third_update_without_news_goes_out_with_a_reason(call: Conversation) -> None:
    await call.says(CLEO, "/status investigating Customers cannot pay.")
    for _ in range(2):
        await call.wait(minutes=26)
        assert not (await call.presses(CLEO, "No news")).refused
    await call.wait(minutes=26)
    before = (await call.incident()).updates
    asked = await call.presses(CLEO, "No news")
    assert asked.card
    assert asked.card.form
    assert (await call.incident()).updates == before
    await call.fills(CLEO, "No news", {"because": "the vendor has not answered"})
    incident = await call.incident()
    assert (incident.updates, incident.no_news) == (before + 1, 3)


async def test_cad_16_management_reads_how_things_stand(call: Conversation) -> None:
    await call.wait(minutes=26)
    assert call.seen(to="@ada", text="Management reads how things stand")
    await call.says(ADA, "/incident executive Half of it works.")
    (told,) = call.seen(to="#incidents", text="Half of it works.")
    assert "SEV-1 / P0 since" in told.text


async def test_cad_13_a_longer_interval_stands_for_later_posts_until_another_ends_it(call: Conversation) -> None:
    await call.says(CLEO, "/status investigating Customers cannot pay.")
    await call.wait(hours=2)
    typed = "--share 20% --functions card payment --action copying the disks"
    for words, minutes in (
        (f"/status long --every 1h {typed}", 60),
        ("/status investigating Half of the disks are copied.", 60),
        (f"/status long --every 30m {typed}", 30),
    ):
        assert not (await call.says(ADA, words)).refused
        incident = await call.incident()
        assert incident.update
        assert incident.update.next_update_at == call.now + timedelta(minutes=minutes)
