"""Nobody's words go past the wording rules by another door: not an approver's, not those that changed while waiting."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from conversation import ADA, CLEO, DAN, SETTINGS, Conversation, conversation

from incidents.policy import Approval

CLEAN = "Customers cannot complete checkout. Search works."


@pytest.fixture
async def call() -> AsyncIterator[Conversation]:
    """Cleo writes, Ada clears."""
    settings = replace(SETTINGS, policy=replace(SETTINGS.policy, approval=Approval(mode="on")))
    async with conversation(settings) as begun:
        await begun.says(ADA, "/incident sev1 Checkout: payments fail", "#general")
        await begun.presses(ADA, "Take command")
        await begun.says(CLEO, "!take customer-liaison")
        yield begun


async def posts(call: Conversation) -> list[str]:
    return [entry.text for entry in await call.timeline() if entry.type == "post"]


async def test_lint_41_an_approver_cannot_write_a_password_into_it(call: Conversation) -> None:
    await call.says(CLEO, f"/status investigating {CLEAN}")
    await call.presses(ADA, "Edit and approve…")
    kept = await call.fills(ADA, "no button", {"text": f"{CLEAN} The password: hunter22 is being replaced."})
    assert kept.card
    assert kept.card.form
    assert "LINT-41" in kept.card.form.intro
    fields = {field.name: field.value for field in kept.card.form.fields}
    assert "hunter22" in fields["text"]
    assert "override" not in fields
    assert call.seen(to="#status") == []
    assert not (await call.fills(ADA, "no button", {"text": CLEAN})).refused
    assert len(call.seen(to="#status", text=CLEAN)) == 1


async def test_wl_2_an_approver_goes_past_with_a_reason_that_is_logged(call: Conversation) -> None:
    await call.says(CLEO, f"/status investigating {CLEAN}")
    await call.presses(ADA, "Edit and approve…")
    words = f"{CLEAN} It works again soon."
    kept = await call.fills(ADA, "no button", {"text": words})
    assert kept.card
    assert "LINT-21" in kept.card.text
    assert await posts(call) == []
    await call.fills(ADA, "no button", {"text": words, "override": "the board wants it"})
    assert len(call.seen(to="#status", text="again soon")) == 1
    assert ["wording rules LINT-21 set aside: the board wants it" in row for row in await posts(call)] == [True]


async def test_wl_2_what_its_author_set_aside_is_cleared_with_one_press(call: Conversation) -> None:
    await call.says(CLEO, f'/status investigating --override "the board wants it" {CLEAN} It works again soon.')
    assert call.seen(to="#status") == []
    await call.presses(ADA, "Approve")
    assert ["set aside: the board wants it" in row for row in await posts(call)] == [True]


async def test_lint_29_words_that_changed_while_they_waited_are_read_by_the_gate_too(call: Conversation) -> None:
    await call.says(DAN, "!take technical-lead")
    await call.says(CLEO, '/status investigating --symptom errors --action "restarting the payment service"')
    await call.says(DAN, "/incident facts")
    await call.fills(DAN, "no button", {"not_affected": "search, which runs on db-7 (10.0.3.4)"})
    again = await call.presses(ADA, "Approve")
    assert again.card
    assert "10.0.3.4" in again.card.text
    kept = await call.presses(ADA, "Approve")
    assert kept.card
    assert "LINT-29" in kept.card.text
    assert call.seen(to="#status") == []
    await call.fills(ADA, "no button", {"not_affected": "search"})
    assert [seen.text.count("Not affected: search.") for seen in call.seen(to="#status")] == [1]
