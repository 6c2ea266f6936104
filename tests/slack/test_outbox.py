"""The outbox against Slack: whatever fails, nothing is lost, doubled or sent too early (G3, I11)."""

from typing import Any

import pytest
from conversation import ADA
from fakes.slack.limits import Limits
from office import Office, created

from storage.tables import outbox, posted
from storage.tables import room as rooms_table

pytestmark = pytest.mark.timeout(30)


async def test_rel_045_declaring_asks_for_no_lists(here: Office) -> None:
    here.slack.person("ada")
    await here.says("/incident sev1 Checkout returns 500s")
    await here.settle()
    assert here.slack.rooms.room("inc-1-checkout-returns-500s").topic
    assert [method for method in here.methods() if "list" in method or method == "users.conversations"] == []


async def test_rel_063_a_card_deleted_by_hand_is_posted_again_once_and_pinned(here: Office) -> None:
    await here.says("/incident sev2 Checkout returns 500s")
    await here.settle()
    name = "inc-1-checkout-returns-500s"
    (before,) = [row["ref"] for row in await here.rows(posted) if row["slot"] == "headline"]
    await here.slack.rooms.removes_message(name, before.split(":")[1])
    for severity in ("sev1 it is worse", "rename Nobody can pay"):
        await here.says(f"/incident {severity}", incident=1, via="cli")
        await here.settle()
    (after,) = [row["ref"] for row in await here.rows(posted) if row["slot"] == "headline"]
    assert after != before
    channel = here.slack.rooms.room(name)
    assert channel.pins == [after.split(":")[1]]
    headlines = [message for message in channel.messages.values() if "Nobody can pay" in str(message.blocks)]
    assert after.split(":")[1] in {message.ts for message in headlines}
    reposted = [
        effect for effect in here.slack.ledger.visible(name, kind="message") if effect.ts == after.split(":")[1]
    ]
    assert len(reposted) == 1


@pytest.mark.parametrize("kind", ["drop", "truncated", "empty", "html", "status", "refuse"])
@pytest.mark.parametrize(
    "method",
    [
        "conversations.create",
        "conversations.setPurpose",
        "conversations.invite",
        "conversations.setTopic",
        "conversations.open",
        "conversations.history",
        "chat.postMessage",
        "chat.update",
        "pins.add",
        "users.lookupByEmail",
    ],
)
async def test_rel_036_whatever_call_loses_its_reply_nothing_is_lost_or_doubled(
    here: Office, method: str, kind: Any
) -> None:
    here.slack.person("ada")
    here.slack.fault(kind, method, times=2, **({"status": 503} if kind == "status" else {}))
    await here.says("/incident sev1 Checkout returns 500s")
    for _ in range(3):
        await here.settle(8)
        await here.wait(61)
    await here.says("take ic", incident=1, via="button")
    for _ in range(4):
        await here.settle(6)
        await here.wait(61)
    assert {row["state"] for row in await here.rows(outbox)} <= {"sent", "superseded"}
    assert here.slack.ledger.duplicates() == {}
    assert created(here) == ["inc-1-checkout-returns-500s"]
    assert len([effect for effect in here.slack.ledger if effect.kind == "pin"]) == 1
    sent = [row for row in await here.rows(outbox) if row["kind"] in ("private", "page") and row["state"] == "sent"]
    assert all(len(here.slack.ledger.op(row["op"])) == 1 for row in sent)


async def test_rel_042_an_answer_nobody_knows_ends_after_three_tries_and_people_hear_of_it(here: Office) -> None:
    here.slack.person("ada")
    here.slack.fault("error", "conversations.open", code="feeling_unwell", times=None)
    await here.says("/incident sev2 Checkout returns 500s")
    await here.says("take ic", incident=1, via="button")
    for _ in range(4):
        await here.settle(5)
        await here.wait(61)
    dead = [row for row in await here.rows(outbox) if row["state"] == "dead"]
    assert dead
    assert here.methods().count("conversations.open") == 3 * len(dead)
    assert here.slack.ledger.visible("inc-1-checkout-returns-500s", text="could not be delivered")


async def test_i11_the_story_sends_at_most_one_message_a_second_into_a_channel(here: Office) -> None:
    here.slack.person("ada")
    await here.says("/incident sev1 Checkout returns 500s")
    for number in range(12):
        await here.says(f"note finding {number}", incident=1, via="cli")
    await here.settle(40)
    assert {row["state"] for row in await here.rows(outbox)} <= {"sent", "superseded"}
    assert {call.answer for call in here.slack.ledger.calls("chat.postMessage")} == {"ok"}
    assert here.slack.ledger.impatient == []
    assert isinstance(here.slack.limits, Limits)


async def test_the_room_is_bound_with_the_name_it_really_got(here: Office) -> None:
    here.slack.channel("inc-1-checkout-returns-500s", members=[here.slack.person("eve")])
    here.slack.person("ada")
    await here.says("/incident sev2 Checkout returns 500s", ADA)
    await here.settle()
    (bound,) = await here.rows(rooms_table)
    assert bound["name"] == "inc-1-checkout-returns-500s-2"
    (announced,) = here.slack.ledger.visible("incidents", kind="message")
    assert {token.value for token in announced.tokens if token.kind == "channel"} == {bound["ref"].split(":")[1]}


async def test_rel_030_nothing_leaves_before_retry_after_and_everything_soon_after(here: Office) -> None:
    ada = here.slack.person("ada")
    here.slack.fault("ratelimited", "chat.postMessage", retry_after="30")
    await here.says("/incident sev2 Checkout returns 500s")
    await here.settle(25)
    assert here.slack.ledger.visible(kind="message") == []
    assert ada.id in here.slack.rooms.room("inc-1-checkout-returns-500s").members
    await here.settle(20)
    assert here.slack.ledger.impatient == []
    assert {row["state"] for row in await here.rows(outbox)} <= {"sent", "superseded"}


async def test_rel_040_the_queue_drains_once_the_token_works_again(here: Office) -> None:
    here.slack.person("ada")
    await here.workspace.me()
    here.slack.app.kill("token_revoked")
    await here.says("/incident sev2 Checkout returns 500s")
    for _ in range(30):
        await here.wait(61)
    assert len(here.methods()) <= 33
    here.slack.app.revive()
    await here.wait(61)
    await here.settle(30)
    assert {row["state"] for row in await here.rows(outbox)} <= {"sent", "superseded"}
    assert here.slack.ledger.duplicates() == {}


async def test_an_announcement_waits_for_the_room_it_links_to_but_not_for_ever(here: Office) -> None:
    here.slack.fault("ratelimited", "conversations.create", retry_after="600")
    await here.says("/incident sev2 Checkout returns 500s")
    await here.settle(10)
    assert here.slack.ledger.visible("incidents", kind="message") == []
    await here.settle(15)
    assert len(here.slack.ledger.visible("incidents", kind="message")) == 1


@pytest.mark.parametrize("kind", ["ratelimited", "refuse", "status", "drop"])
async def test_rel_036_as_long_as_nobody_could_look_nothing_is_sent_again(here: Office, kind: Any) -> None:
    here.slack.person("ada")
    here.slack.fault("drop", "chat.postMessage", times=2)
    here.slack.fault(kind, "conversations.history", times=3, **({"status": 503} if kind == "status" else {}))
    await here.says("/incident sev2 Checkout returns 500s")
    for _ in range(8):
        await here.settle(5)
        await here.wait(61)
    assert here.slack.ledger.duplicates() == {}
    assert {row["state"] for row in await here.rows(outbox)} <= {"sent", "superseded"}
    assert len([call for call in here.slack.ledger.calls("conversations.history") if call.answer != "ok"]) == 3
