"""Clearing a post before customers read it (section 11)."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from conversation import ADA, BOB, CLEO, SETTINGS, Conversation, conversation

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
        "Draft 1 (investigating) sent for approval to Ada Okafor",
        "Draft 1 (investigating) by Cleo Marchetti approved as post 1 after 90 s",
    ]


async def test_the_times_in_an_approved_post_are_those_of_its_publication(cleared: Conversation) -> None:
    call = cleared
    await call.says(CLEO, POST)
    assert call.seen(to="@ada", text="14:30 UTC")
    await call.wait(minutes=5)
    await call.presses(ADA, "Approve")
    assert call.seen(to="#status", text="14:35 UTC")
