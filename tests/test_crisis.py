"""A crisis as people say it, see it, and post in it (CRI-3, CRI-7, APPR-2)."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from conversation import ADA, BOB, CLEO, DAN, EVE, SETTINGS, Conversation, conversation
from test_approval import led, rows

from incidents.policy import Approval, Approvers

WORDS = "Customers cannot complete checkout. Search works."
POST = f"/status investigating {WORDS}"
APPROVAL = Approval(crisis={"legal": Approvers(people=(EVE,)), "communications": Approvers(people=(DAN,))})
IN_FORCE = replace(SETTINGS, policy=replace(SETTINGS.policy, approval=APPROVAL, executives=(EVE,)))


@pytest.fixture
async def call() -> AsyncIterator[Conversation]:
    """Posts are not cleared; Eve is an executive and of Legal, Dan heads communications."""
    async with conversation(IN_FORCE) as begun:
        await led(begun)
        yield begun


def newest(call: Conversation, to: str, slot: str) -> str:
    return call.seen(to=to, slot=slot)[-1].text


async def test_cri_3_it_is_declared_seen_everywhere_and_ended(call: Conversation) -> None:
    assert (await call.says(BOB, "/incident crisis 2")).refused
    assert not (await call.says(EVE, "/incident crisis 2 the press is calling")).refused
    assert call.seen(to="#inc-1", text="@eve declares a crisis, level 2 (medium): the press is calling.")
    assert newest(call, "#inc-1", "headline").startswith("🔴 SEV-1 / P0 · CRISIS level 2 · Checkout")
    assert "Crisis: level 2 (medium) since 14:00 UTC, by @eve" in newest(call, "#inc-1", "headline")
    assert "CRISIS level 2" in newest(call, "#incidents", "announcement")
    assert "CRISIS level 2" in call.seen(to="#inc-1", kind="topic")[-1].text
    for asked in ("/incident list", "/incident brief"):
        answer = await call.says(BOB, asked)
        assert "level 2" in str(answer.card)
    await call.wait(minutes=30)
    await call.restart()
    await call.presses(ADA, "End the crisis")
    assert call.seen(to="#inc-1", text="the crisis of level 2 (medium) is over, after 30 min")
    for to, slot in (("#inc-1", "headline"), ("#incidents", "announcement")):
        assert "CRISIS" not in newest(call, to, slot)
    assert [entry.text for entry in await call.timeline() if entry.type == "severity"] == [
        "Crisis declared, level 2 (medium): the press is calling",
        "Crisis over, level 2 (medium), after 30 min",
    ]


async def test_the_form_says_how_far_it_reaches_and_that_it_is_over(call: Conversation) -> None:
    assert (await call.says(BOB, "!crisis")).refused
    await call.says(ADA, "!crisis")
    await call.fills(ADA, "no button", {"level": "1", "reason": "payments stay down"})
    incident = await call.incident()
    assert incident.crisis
    assert incident.crisis.level == 1
    await call.says(ADA, "!crisis level 3")
    assert call.seen(to="#inc-1", text="@ada makes this crisis one of level 3 (high).")
    assert (await call.says(ADA, "!crisis 4")).refused
    await call.says(ADA, "!crisis")
    await call.fills(ADA, "no button", {"level": "over", "reason": "calm"})
    assert (await call.incident()).crisis is None


async def test_appr_2_in_a_crisis_every_post_waits_for_legal_and_communications(call: Conversation) -> None:
    await call.says(ADA, "/incident crisis 2")
    sent = await call.says(CLEO, POST)
    assert sent.card
    assert sent.card.title == "Sent for approval"
    assert "Waits for: @ada; Legal: @eve; communications: @dan" in newest(call, "#inc-1", "approval-1")
    for who in (ADA, EVE, DAN):
        assert call.seen(to="#status") == []
        await call.presses(who, "Approve")
    assert len(call.seen(to="#status", text=WORDS)) == 1
    assert "CRISIS" not in call.seen(to="#status")[0].text, "customers read of no crisis"


async def test_appr_2_what_waits_when_it_begins_is_read_by_more_and_what_they_need_not_read_goes_out() -> None:
    settings = replace(IN_FORCE, policy=replace(IN_FORCE.policy, approval=replace(APPROVAL, mode="on")))
    async with conversation(settings) as call:
        await led(call)
        await call.says(CLEO, POST)
        await call.says(ADA, "/incident crisis 3")
        assert "@eve" in [
            seen.to for seen in call.news() if seen.kind == "private" and "It is a crisis now" in seen.text
        ]
        assert (await rows(call))[-1] == (
            "Draft 2 (investigating) waits anew, for the yes of Ada Okafor or Eve Tanaka or Dan Nowak (3 of them), "
            "in a crisis"
        )
        await call.presses(ADA, "Approve")
        assert call.seen(to="#status") == []
        await call.says(EVE, "/incident crisis over")
        assert len(call.seen(to="#status", text=WORDS)) == 1, "Legal need not read it any more"


async def test_when_it_is_over_what_nobody_has_cleared_goes_on_waiting(call: Conversation) -> None:
    await call.says(ADA, "/incident crisis 1")
    await call.says(CLEO, POST)
    await call.says(ADA, "/incident crisis over")
    assert call.seen(to="#status") == []
    assert "Waits for: @ada\n" in newest(call, "#inc-1", "approval-1")
    await call.presses(ADA, "Approve")
    assert len(call.seen(to="#status", text=WORDS)) == 1


async def test_it_outlasts_the_incident_which_is_not_closed_before(call: Conversation) -> None:
    await call.says(ADA, "/incident crisis 1")
    await call.says(ADA, '/incident resolve No data was lost. --because "restarted"')
    await call.says(ADA, "/incident review @bob")
    refused = await call.says(ADA, "/incident close")
    assert refused.card
    assert "still a crisis" in refused.card.text
    assert "CRISIS level 1" in newest(call, "#inc-1", "headline")
    await call.says(ADA, "/incident crisis over")
    assert not (await call.says(ADA, "/incident close")).refused


async def test_tl_8_why_it_is_one_can_be_masked(call: Conversation) -> None:
    await call.says(ADA, "/incident crisis 2 Joe Bloggs sues us")
    number = next(entry.seq for entry in await call.timeline() if "Joe" in entry.text)
    await call.says(ADA, f'/incident mask {number} Joe Bloggs --because "private"')
    assert newest(call, "#inc-1", "headline")
    assert call.seen(to="#inc-1", text="level 2 (medium): [masked] sues us")
