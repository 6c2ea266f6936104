"""Slack lets us post only so often: whoever leads is told, once, where silence would last (REL-032)."""

import pytest
from conversation import ADA, BOB
from office import Office

from bot.slack.delays import NOTICE

pytestmark = pytest.mark.timeout(30)


async def declared(here: Office) -> str:
    ada = here.slack.person("ada", email=ADA.id)
    bob = here.slack.person("bob", email=BOB.id)
    for person in (ada, bob):
        await here.people.person(person.id)
    await here.says("/incident sev1 Checkout returns 500s")
    await here.settle()
    room = here.slack.workspace.channel_named("inc-1-checkout-returns-500s")
    assert room
    room.members = list(dict.fromkeys([*room.members, ada.id, bob.id]))
    return f"slack:{room.id}"


async def test_rel_032_whoever_leads_is_told_once_that_messages_are_delayed_by_slack(here: Office) -> None:
    room = await declared(here)
    here.slack.fault("ratelimited", "chat.postMessage", times=3, retry_after="15")
    await here.says("!note first", room=room)
    await here.says("!decide we roll back", room=room)
    await here.says("!page @bob come", room=room)
    await here.settle(60)
    told = [effect for effect in here.slack.ledger.ephemerals("ada") if effect.text == NOTICE]
    assert [effect.channel_id for effect in told] == [room.removeprefix("slack:")]
    assert here.slack.ledger.visible("inc-1-checkout-returns-500s", kind="message", text="come")
    assert here.slack.ledger.ephemerals("bob") == []


async def test_rel_032_waiting_for_the_next_second_is_no_delay(here: Office) -> None:
    room = await declared(here)
    for number in range(15):
        await here.says(f"!decide number {number}", room=room)
        await here.says(f"!page @bob again {number}", room=room)
        await here.settle(2)
    await here.settle(30)
    assert here.slack.ledger.ephemerals("ada") == []
