"""What is said in Slack: one message for one op, whole even where it is long, private where it is private."""

from typing import Any

import pytest
from conversation import BOB, CLEO
from fakes.slack.workspace import Message
from office import Office, card, office, op, post, refused

from bot.slack.workspace import APART
from scheduler.chat import Place
from templates import marks
from templates.card import Button

pytestmark = pytest.mark.timeout(30)

STATUS = Place(name="status")


async def test_a_post_carries_its_op_and_unfurls_nothing(here: Office) -> None:
    room = await here.room()
    ref = await post(here, Place(room=room.ref), card("see https://example.com"))
    (call,) = here.slack.ledger.calls("chat.postMessage")
    assert (call.args["unfurl_links"], call.args["unfurl_media"]) == ("false", "false")
    assert not {"link_names", "parse"} & set(call.args)
    (effect,) = here.slack.ledger.op(op(7))
    assert ref == f"{effect.channel_id}:{effect.ts}"


async def test_the_organisations_own_rooms_may_be_configured_by_name(tmp_path: Any) -> None:
    async with office(tmp_path, channels={"status": "#status", "incidents": "incidents"}) as here:
        ref = await post(here, STATUS)
        assert ref.split(":")[0] == here.slack.rooms.room("status").id
        here.slack.clock.advance(2)
        assert await here.chat.find(op(7), STATUS) == ref
        assert "users.conversations" not in here.methods()


async def test_and_are_found_among_ours_by_whoever_starts_anew(tmp_path: Any) -> None:
    async with office(tmp_path, channels={"status": "status"}) as here:
        assert await here.chat.find(op(7), STATUS) is None
        assert here.methods().count("users.conversations") == 1


LONG = card("\n\n".join(f"Paragraph {number}. " + "words and more words " * 40 for number in range(40)))


async def test_a_long_card_is_several_messages_and_the_first_is_its_ref(here: Office) -> None:
    room = await here.room()
    ref = await post(here, Place(room=room.ref), LONG)
    said = here.slack.ledger.visible("inc-1-checkout", kind="message")
    assert len(said) > 1
    assert [effect.op for effect in said] == [op(7), *(f"{op(7)}#{n}" for n in range(2, len(said) + 1))]
    assert ref.endswith(said[0].ts)
    shown = " ".join(effect.text for effect in said)
    assert all(f"Paragraph {number}." in shown for number in range(40))


async def test_rel_036_a_long_card_that_was_half_shown_is_completed_and_not_repeated(here: Office) -> None:
    room = await here.room()
    here.slack.fault("drop", "chat.postMessage", skip=1, worked=False)
    told = await refused(post(here, Place(room=room.ref), LONG))
    assert told.unsure
    here.slack.clock.advance(61)
    assert await here.chat.find(op(7), Place(room=room.ref)) is None
    await post(here, Place(room=room.ref), LONG)
    assert here.slack.ledger.duplicates() == {}
    here.slack.clock.advance(2)
    assert await here.chat.find(op(7), Place(room=room.ref)) is not None


async def test_rel_030_a_long_card_of_which_the_rest_has_to_wait_is_left_alone_until_then(here: Office) -> None:
    room = await here.room()
    here.slack.goes_wrong("2nd chat.postMessage is limited for 45 s")
    told = await refused(post(here, Place(room=room.ref), LONG))
    assert (told.unsure, told.retry_after) == (True, 45 + APART)


@pytest.mark.parametrize("lag", [0.0, 1.5])
async def test_rel_036_a_message_whose_reply_was_lost_is_found_though_history_lags(here: Office, lag: float) -> None:
    room = await here.room()
    here.slack.fault("drop", "chat.postMessage")
    assert (await refused(post(here, Place(room=room.ref)))).unsure
    here.slack.faults.history_lag = lag
    found = await here.chat.find(op(7), Place(room=room.ref))
    assert found == f"{room.ref.removeprefix('slack:')}:{here.slack.ledger.op(op(7))[0].ts}"
    assert await here.chat.find(op(8), Place(room=room.ref)) is None


async def test_somebody_elses_message_with_our_op_is_not_taken_for_ours(here: Office) -> None:
    room = await here.room()
    channel = here.slack.rooms.room("inc-1-checkout")
    forged = {"event_type": "sitrep_post", "event_payload": {"op": op(7)}}
    channel.messages["9.000001"] = Message("9.000001", here.slack.person("eve").id, "x", metadata=forged)
    assert await here.chat.find(op(7), Place(room=room.ref)) is None


async def test_where_we_may_not_read_nothing_is_found(here: Office) -> None:
    """Without the history scope ("commands only") a lost reply may cost one repeat."""
    room = await here.room()
    await post(here, Place(room=room.ref))
    here.slack.app.scopes.discard("channels:history")
    assert await here.chat.find(op(7), Place(room=room.ref)) is None


async def test_a_look_that_fails_for_now_is_no_answer(here: Office) -> None:
    here.slack.fault("ratelimited", "conversations.history")
    assert not (await refused(here.chat.find(op(7), STATUS))).permanent


@pytest.mark.parametrize("code", ["msg_too_long", "msg_blocks_too_long", "invalid_blocks"])
async def test_rel_043_what_slack_finds_too_large_is_shown_plainly(here: Office, code: str) -> None:
    room = await here.room()
    here.slack.fault("error", "chat.postMessage", code=code)
    shown = card(f"{marks.bold('Bad')} <!channel> " + "words " * 1500, buttons=(Button("Resolve", says="resolve"),))
    ref = await post(here, Place(room=room.ref), shown)
    said = here.slack.ledger.visible("inc-1-checkout", kind="message")
    assert all(not effect.blocks for effect in said)
    assert " ".join(effect.text for effect in said).count("words") == 1500
    assert "resolve" in said[-1].text
    assert "<!channel>" not in said[0].text
    assert ref.endswith(said[0].ts)


@pytest.mark.parametrize("code", ["msg_too_long", "msg_blocks_too_long", "invalid_blocks"])
async def test_rel_043_so_is_an_edit(here: Office, code: str) -> None:
    room = await here.room()
    ref = await post(here, Place(room=room.ref))
    here.slack.fault("error", "chat.update", code=code)
    assert await here.chat.edit(op(8), ref, card("words " * 3000)) is None
    (message,) = [each for each in here.slack.rooms.room("inc-1-checkout").messages.values() if each.bot_id]
    assert message.blocks == []
    assert message.text.startswith("words")
    assert len(message.text) < 4000


async def test_an_edit_of_many_words_stays_within_the_limit(here: Office) -> None:
    room = await here.room()
    ref = await post(here, Place(room=room.ref))
    assert await here.chat.edit(op(8), ref, LONG) is None
    (call,) = here.slack.ledger.calls("chat.update")
    assert call.answer == "ok"
    assert len(here.slack.ledger.op(op(7))) == 1


async def test_rel_033_a_card_is_edited_at_most_once_a_second(here: Office) -> None:
    room = await here.room()
    ref = await post(here, Place(room=room.ref))
    await here.chat.edit(op(1), ref, card("a"))
    held = await refused(here.chat.edit(op(2), ref, card("b")))
    assert 0 < (held.retry_after or 0) <= 1


async def test_private_words_go_into_the_direct_conversation(here: Office) -> None:
    bob = here.slack.person("bob")
    for number, page in enumerate((False, True)):
        here.slack.clock.advance(2)
        await here.chat.private(op(number), Place(person=BOB.id), card(title="You are IC"), incident=1, page=page)
    quiet, loud = [effect for effect in here.slack.ledger if effect.kind == "message"]
    direct = here.slack.workspace.channels[quiet.channel_id]
    assert direct.kind == "im"
    assert bob.id in direct.members
    assert "PAGE" not in quiet.text
    assert "PAGE" in loud.text
    assert here.slack.ledger.ephemerals() == []
    assert await here.chat.find(op(1), Place(person=BOB.id)) == f"{loud.channel_id}:{loud.ts}"
    assert here.methods().count("conversations.open") == 1


async def test_whoever_is_not_in_slack_cannot_be_written_to(here: Office) -> None:
    told = await refused(here.chat.private(op(1), Place(person=CLEO.id), card(), incident=1, page=True))
    assert told.permanent
    assert "not known in Slack" in told.reason


async def test_the_ref_of_another_platform_is_refused(here: Office) -> None:
    for call in (here.chat.topic(op(1), "web:7", "x"), here.chat.pin(op(1), "17"), here.chat.edit(op(1), "17", card())):
        assert (await refused(call)).permanent
