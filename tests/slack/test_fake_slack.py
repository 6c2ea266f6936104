"""The stand-in behaves as Slack does: tried with Slack's own clients."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from fakes.slack.fake import FakeSlack
from fakes.slack.manifest import install
from fakes.slack.mrkdwn import live_in_blocks, live_tokens
from fakes.slack.outgoing import Delivery
from fakes.slack.refusal import CannotDo, Json
from fakes.slack.remote import remote_slack
from fakes.slack.stage import Bot, Phone, eventually, listening
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

MODAL = {
    "type": "modal",
    "callback_id": "declare",
    "title": {"type": "plain_text", "text": "Declare"},
    "submit": {"type": "plain_text", "text": "Declare"},
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": {"type": "plain_text", "text": "What is wrong?"},
            "element": {"type": "plain_text_input", "action_id": "words", "max_length": 20},
        }
    ],
}
BUTTON = {
    "type": "button",
    "text": {"type": "plain_text", "text": "Take command"},
    "value": "take",
    "action_id": "take",
}
BUTTONS = [{"type": "actions", "elements": [BUTTON]}]
OP = {"event_type": "sitrep_post", "event_payload": {"op": "op-1"}}


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        yield fake


@pytest.fixture
async def client(slack: FakeSlack) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(
            token=slack.app.bot_token, base_url=slack.base_url, retry_handlers=[], session=session, timeout=5
        )


@pytest.fixture
async def bot(slack: FakeSlack) -> AsyncIterator[Bot]:
    async with listening(slack) as heard:
        yield heard


async def refused(call: Any) -> Any:
    """The answer of a call that Slack refuses."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def test_a_post_is_seen_and_carries_its_op(slack: FakeSlack, client: AsyncWebClient) -> None:
    made = (await client.conversations_create(name="inc-1"))["channel"]
    posted = await client.chat_postMessage(channel=made["id"], text="SEV-1", metadata=OP)
    await client.pins_add(channel=made["id"], timestamp=posted["ts"])
    assert [effect.kind for effect in slack.ledger.visible("#inc-1")] == ["create", "message", "pin"]
    assert len(slack.ledger.op("op-1")) == 1
    assert slack.screen("inc-1") == ["SEV-1"]


async def test_history_hides_metadata_unless_asked(slack: FakeSlack, client: AsyncWebClient) -> None:
    channel = slack.channel("general").id
    posted = await client.chat_postMessage(channel=channel, text="SEV-1", metadata=OP)
    plain = await client.conversations_history(channel=channel)
    full = await client.conversations_history(
        channel=channel, oldest=posted["ts"], inclusive=True, include_all_metadata=True
    )
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == OP


async def test_history_may_lag(slack: FakeSlack, client: AsyncWebClient) -> None:
    channel = slack.channel("general").id
    slack.faults.history_lag = 5
    await client.chat_postMessage(channel=channel, text="SEV-1")
    assert (await client.conversations_history(channel=channel))["messages"] == []
    slack.clock.advance(6)
    assert len((await client.conversations_history(channel=channel))["messages"]) == 1


async def test_replies_come_in_pages_led_by_their_parent(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.limits.off()
    channel = slack.channel("general").id
    parent = (await client.chat_postMessage(channel=channel, text="headline"))["ts"]
    for number in range(3):
        await client.chat_postMessage(channel=channel, text=f"reply {number}", thread_ts=parent)
    first = await client.conversations_replies(channel=channel, ts=parent, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_replies(channel=channel, ts=parent, limit=2, cursor=cursor)
    assert [m["text"] for page in (first, rest) for m in page["messages"]] == [
        "headline",
        "reply 0",
        "reply 1",
        "reply 2",
    ]
    assert [m["text"] for m in (await client.conversations_history(channel=channel))["messages"]] == ["headline"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "invalid_name_required"),
        ("Inc-1", "invalid_name_specials"),
        ("inc 1", "invalid_name_specials"),
        ("---", "invalid_name_punctuation"),
        ("x" * 81, "invalid_name_maxlength"),
        ("general", "name_taken"),
    ],
)
async def test_channel_names_have_rules(client: AsyncWebClient, name: str, code: str) -> None:
    assert (await refused(client.conversations_create(name=name)))["error"] == code


async def test_an_archived_channel_keeps_its_name_and_hears_nothing(slack: FakeSlack, client: AsyncWebClient) -> None:
    channel = slack.channel("inc-1").id
    await client.conversations_archive(channel=channel)
    for call in (
        client.chat_postMessage(channel=channel, text="x"),
        client.conversations_setTopic(channel=channel, topic="x"),
    ):
        assert (await refused(call))["error"] == "is_archived"
    assert (await refused(client.conversations_archive(channel=channel)))["error"] == "already_archived"
    assert (await refused(client.conversations_unarchive(channel=channel)))["error"] == "not_in_channel"
    assert (await refused(client.conversations_create(name="inc-1")))["error"] == "name_taken"


async def test_private_channels_do_not_exist_for_strangers(slack: FakeSlack, client: AsyncWebClient) -> None:
    secret = slack.channel("secret", private=True, members=[slack.person("ada")], with_app=False).id
    assert (await refused(client.conversations_info(channel=secret)))["error"] == "channel_not_found"
    public = slack.channel("else", members=[slack.person("ada")], with_app=False).id
    assert (await refused(client.conversations_history(channel=public)))["error"] == "not_in_channel"
    assert (await client.conversations_join(channel=public))["ok"]


async def test_an_invitation_fails_for_some(slack: FakeSlack, client: AsyncWebClient) -> None:
    channel = slack.channel("inc-1").id
    ada, guest = slack.person("ada"), slack.person("gus", guest="multi")
    answer = await refused(client.conversations_invite(channel=channel, users=[ada.id, guest.id, "U0"]))
    assert [error["error"] for error in answer["errors"]] == ["user_is_restricted", "user_not_found"]
    assert ada.id not in slack.rooms.room("inc-1").members
    forced = await client.conversations_invite(channel=channel, users=[ada.id, guest.id], force=True)
    assert [error["user"] for error in forced["errors"]] == [guest.id]
    assert ada.id in slack.rooms.room("inc-1").members


async def test_marks_are_made_once(slack: FakeSlack, client: AsyncWebClient) -> None:
    channel = slack.channel("general").id
    ts = (await client.chat_postMessage(channel=channel, text="x"))["ts"]
    await client.pins_add(channel=channel, timestamp=ts)
    await client.reactions_add(channel=channel, timestamp=ts, name="pushpin")
    kept = await client.bookmarks_add(channel_id=channel, title="Call", type="link", link="https://example.com")
    await client.bookmarks_edit(channel_id=channel, bookmark_id=kept["bookmark"]["id"], title="The call")
    assert (await client.bookmarks_list(channel_id=channel))["bookmarks"][0]["title"] == "The call"
    assert [item["message"]["ts"] for item in (await client.pins_list(channel=channel))["items"]] == [ts]
    assert (await refused(client.pins_add(channel=channel, timestamp=ts)))["error"] == "already_pinned"
    again = client.reactions_add(channel=channel, timestamp=ts, name="pushpin")
    assert (await refused(again))["error"] == "already_reacted"


async def test_updates_are_shorter_than_posts(slack: FakeSlack, client: AsyncWebClient) -> None:
    channel = slack.channel("general").id
    posted = await client.chat_postMessage(channel=channel, text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000
    long = client.chat_update(channel=channel, ts=posted["ts"], text="x" * 4_001)
    assert (await refused(long))["error"] == "msg_too_long"
    await client.chat_update(channel=channel, ts=posted["ts"], text="short")
    assert slack.screen("general") == ["short"]


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        ([{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}], "less than 151"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "unsupported type: mrkdwn"),
        ([{"type": "section"}], "missing required field"),
        ([{"type": "section", "text": {"type": "mrkdwn", "text": ""}}], "more than 0"),
        ([{"type": "divider"}] * 51, "no more than 50"),
        ([{"type": "divider", "block_id": "a"}] * 2, "already exists"),
        ([{"type": "divider", "colour": "red"}], "invalid additional property: colour"),
        ([{"type": "alert", "text": {"type": "plain_text", "text": "x"}}], "unsupported type: alert"),
        ([{"type": "markdown", "text": "x" * 7000}, {"type": "markdown", "text": "x" * 7000}], "12001"),
        ([{"type": "actions", "elements": [BUTTON, BUTTON]}], "already exists"),
    ],
)
async def test_bad_blocks_are_refused(slack: FakeSlack, client: AsyncWebClient, blocks: list[Json], said: str) -> None:
    answer = await refused(client.chat_postMessage(channel=slack.channel("general").id, text="x", blocks=blocks))
    assert answer["error"] == "invalid_blocks"
    assert said in answer["response_metadata"]["messages"][0]
    assert "json-pointer:/blocks" in answer["response_metadata"]["messages"][0]


async def test_legal_blocks_may_be_too_long_together(slack: FakeSlack, client: AsyncWebClient) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}] * 5
    answer = await refused(client.chat_postMessage(channel=slack.channel("general").id, text="x", blocks=blocks))
    assert answer["error"] == "msg_blocks_too_long"


async def test_every_call_needs_its_scope(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.app.scopes -= {"groups:write", "pins:write"}
    slack.app.events.clear()
    assert (await client.conversations_create(name="open"))["ok"]
    answer = await refused(client.conversations_create(name="closed", is_private=True))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "groups:write")
    assert "chat:write" in answer["provided"]
    assert slack.app.used == {"channels:manage"}


async def test_tokens_die_and_are_replaced(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.app.rotate()
    assert (await refused(client.auth_test()))["error"] == "token_revoked"
    client.token = slack.app.bot_token
    assert (await client.auth_test())["bot_id"] == slack.app.bot_id
    assert (await refused(client.apps_connections_open(app_token=client.token)))["error"] == "not_allowed_token_type"
    client.token = "xoxb-made-up"
    assert (await refused(client.auth_test()))["error"] == "invalid_auth"


async def test_a_channel_takes_one_message_a_second(slack: FakeSlack, client: AsyncWebClient) -> None:
    one, other = slack.channel("one").id, slack.channel("other").id
    await client.chat_postMessage(channel=one, text="1")
    answer = await refused(client.chat_postMessage(channel=one, text="2"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    await client.chat_postMessage(channel=other, text="3")
    slack.clock.advance(1)
    await client.chat_postMessage(channel=one, text="4")


async def test_a_method_has_its_tier_and_impatience_is_noted(slack: FakeSlack, client: AsyncWebClient) -> None:
    channel = slack.channel("general").id
    for number in range(20):
        await client.conversations_setTopic(channel=channel, topic=str(number))
    for _ in range(2):
        answer = await refused(client.conversations_setTopic(channel=channel, topic="x"))
        assert answer["error"] == "ratelimited"
    assert [call.method for call in slack.ledger.impatient] == ["conversations.setTopic"]
    assert (await client.conversations_info(channel=channel))["ok"]
    slack.clock.advance(61)
    assert (await client.conversations_setTopic(channel=channel, topic="x"))["ok"]


async def test_work_done_before_the_connection_drops(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.fault("drop", "chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=slack.channel("general").id, text="SEV-1")
    slack.fault("refuse", "chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=slack.channel("general").id, text="never")
    assert slack.screen("general") == ["SEV-1"]
    assert slack.ledger.calls("chat.postMessage")[0].answer == "reply lost after ok"


@pytest.mark.parametrize(("kind", "more"), [("html", {"status": 502}), ("truncated", {}), ("status", {"status": 503})])
async def test_answers_may_be_rubbish(slack: FakeSlack, client: AsyncWebClient, kind: Any, more: Json) -> None:
    slack.fault(kind, "auth.test", **more)
    await refused(client.auth_test())
    assert (await client.auth_test())["ok"]


async def test_retry_after_may_be_missing_or_junk(slack: FakeSlack, client: AsyncWebClient) -> None:
    for value in (None, "junk"):
        slack.fault("ratelimited", "auth.test", retry_after=value)
        answer = await refused(client.auth_test())
        assert (answer.status_code, answer.headers.get("Retry-After")) == (429, value)
    slack.fault("error", "auth.test", code="fatal_error")
    assert (await refused(client.auth_test()))["error"] == "fatal_error"


async def test_slack_may_be_gone_and_come_back(slack: FakeSlack, client: AsyncWebClient) -> None:
    await client.auth_test()
    await slack.down()
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.auth_test()
    await slack.up()
    assert (await client.auth_test())["ok"]


async def test_a_mention_is_told_twice(slack: FakeSlack, bot: Bot) -> None:
    ada = slack.person("ada")
    slack.channel("general", members=[ada])
    said = await ada.types("#general", "@sitrep declare <b> & @here")
    assert said.acked
    message, mention = (body["event"] for body in bot.bodies)
    assert (message["type"], mention["type"]) == ("message", "app_mention")
    assert message["ts"] == mention["ts"] == said.ts
    assert message["text"] == f"<@{slack.app.user_id}> declare &lt;b&gt; &amp; <!here>"
    assert bot.bodies[0]["event_id"] != bot.bodies[1]["event_id"]


async def test_an_event_comes_again_until_it_is_acknowledged(slack: FakeSlack, bot: Bot) -> None:
    slack.channel("general", members=[slack.person("ada")])
    bot.answer = lambda body: web.Response(status=500 if len(bot.heard) < 3 else 200)
    said = await slack.person("ada").types("#general", "!ic help")
    await slack.settle()
    told = [(r.headers.get("x-slack-retry-num"), r.headers.get("x-slack-retry-reason")) for r in bot.heard]
    assert told == [(None, None), ("1", "http_error"), ("2", "http_error")]
    assert len({body["event_id"] for body in bot.bodies}) == 1
    assert said.acked


async def test_an_app_may_ask_for_no_retry(slack: FakeSlack, bot: Bot) -> None:
    slack.channel("general", members=[slack.person("ada")])
    bot.answer = lambda body: web.Response(status=500, headers={"x-slack-no-retry": "1"})
    await slack.person("ada").types("#general", "!ic help")
    await slack.settle()
    assert len(bot.heard) == 1


async def test_the_retries_keep_their_times(slack: FakeSlack, bot: Bot) -> None:
    slack.channel("general", members=[slack.person("ada")])
    bot.answer = lambda body: web.Response(status=500)
    [delivery] = (await slack.person("ada").types("#general", "!ic help")).deliveries
    await slack.settle()
    gaps = [round(attempt.at - delivery.attempts[0].at) for attempt in delivery.attempts]
    assert gaps == [0, 0, 60, 360]
    assert not delivery.acked


async def test_three_seconds_to_answer(slack: FakeSlack, bot: Bot) -> None:
    async def slowly() -> web.Response:
        slack.clock.advance(3.1)
        await asyncio.sleep(0.05)
        return web.Response()

    bot.answer = lambda body: slowly()
    slack.channel("general")
    delivery = await slack.person("ada").slash("#general", "/incident help")
    assert [attempt.failure for attempt in delivery.attempts] == ["http_timeout"]


async def test_a_command_is_answered_through_ack_and_response_url(slack: FakeSlack, bot: Bot) -> None:
    bot.answer = lambda body: web.json_response({"text": "Heard."})
    slack.channel("general", members=[slack.person("ada")])
    await slack.person("ada").slash("#general", "/incident sev1 @ada a < b")
    form = bot.bodies[-1]
    assert form["text"] == f"sev1 <@{slack.person('ada').id}|ada> a &lt; b"
    async with aiohttp.ClientSession() as session:
        for number in range(5):
            answer = await session.post(form["response_url"], json={"text": f"step {number}"})
            assert answer.status == 200
        assert (await session.post(form["response_url"], json={"text": "late"})).status == 404
    texts = [effect.text for effect in slack.ledger.ephemerals("ada")]
    assert texts == ["Heard.", *[f"step {number}" for number in range(5)]]


async def test_a_trigger_is_good_once_and_for_three_seconds(slack: FakeSlack, client: AsyncWebClient, bot: Bot) -> None:
    ada = slack.person("ada")
    slack.channel("general", members=[ada])
    await ada.slash("#general", "/incident")
    first = bot.bodies[-1]["trigger_id"]
    bad = await refused(client.views_open(trigger_id=first, view={**MODAL, "title": {"type": "plain_text"}}))
    assert bad["error"] == "invalid_arguments"
    await client.views_open(trigger_id=first, view=MODAL)
    again = await refused(client.views_open(trigger_id=first, view=MODAL))
    assert again["error"] == "exchanged_trigger_id"
    await ada.slash("#general", "/incident")
    slack.clock.advance(3.1)
    late = await refused(client.views_open(trigger_id=bot.bodies[-1]["trigger_id"], view=MODAL))
    assert late["error"] == "expired_trigger_id"


async def test_a_form_is_filled_and_answered(slack: FakeSlack, client: AsyncWebClient, bot: Bot) -> None:
    ada = slack.person("ada")
    await ada.shortcut("declare")
    await client.views_open(trigger_id=bot.bodies[-1]["trigger_id"], view=MODAL)
    with pytest.raises(CannotDo, match="required"):
        await ada.submits()
    with pytest.raises(CannotDo, match="do not fit"):
        await ada.submits(title="x" * 21)
    bot.answer = lambda body: web.json_response({"response_action": "errors", "errors": {"title": "Which service?"}})
    await ada.submits({"What is wrong?": "Checkout"})
    assert bot.bodies[-1]["view"]["state"]["values"]["title"]["words"]["value"] == "Checkout"
    assert ada.modal is not None
    assert ada.modal.errors == {"title": "Which service?"}
    bot.answer = lambda body: web.Response()
    await ada.submits(title="Checkout")
    assert ada.modal is None


async def test_a_button_says_where_it_was_pressed(slack: FakeSlack, client: AsyncWebClient, bot: Bot) -> None:
    ada = slack.person("ada")
    channel = slack.channel("general", members=[ada])
    posted = await client.chat_postMessage(channel=channel.id, text="card", blocks=BUTTONS)
    assert (await ada.presses("Take command")).acked
    pressed = bot.bodies[-1]
    assert pressed["actions"][0]["value"] == "take"
    assert pressed["container"]["message_ts"] == pressed["message"]["ts"] == posted["ts"]
    await client.chat_update(channel=channel.id, ts=posted["ts"], text="card", blocks=[])
    with pytest.raises(CannotDo, match="Take command"):
        await ada.presses("Take command")


async def test_a_select_tells_what_was_chosen(slack: FakeSlack, client: AsyncWebClient, bot: Bot) -> None:
    option = {"text": {"type": "plain_text", "text": "SEV-1"}, "value": "sev1"}
    select = {"type": "static_select", "action_id": "severity", "options": [option]}
    ada = slack.person("ada")
    channel = slack.channel("general", members=[ada]).id
    await client.chat_postMessage(channel=channel, text="x", blocks=[{"type": "actions", "elements": [select]}])
    with pytest.raises(CannotDo, match="no such choice"):
        await ada.presses("severity", value="SEV-9")
    await ada.presses("severity", value="SEV-1")
    assert bot.bodies[-1]["actions"][0]["selected_option"]["value"] == "sev1"


async def test_an_ephemeral_card_is_replaced_and_removed(slack: FakeSlack, client: AsyncWebClient, bot: Bot) -> None:
    ada = slack.person("ada")
    channel = slack.channel("general", members=[ada]).id
    await client.chat_postEphemeral(channel=channel, user=ada.id, text="only you", blocks=BUTTONS)
    await ada.presses("Take command")
    pressed = bot.bodies[-1]
    assert pressed["container"]["is_ephemeral"]
    assert "message" not in pressed
    async with aiohttp.ClientSession() as session:
        await session.post(pressed["response_url"], json={"replace_original": True, "text": "done"})
        assert [seen.text for seen in ada.sees("#general")] == ["done"]
        await session.post(pressed["response_url"], json={"delete_original": True})
        assert ada.sees("#general") == []
        await session.post(pressed["response_url"], json={"response_type": "in_channel", "text": "all of you"})
    assert slack.screen("general") == ["all of you"]
    ada.user.away = True
    assert (await client.chat_postEphemeral(channel=channel, user=ada.id, text="unseen"))["ok"]
    eve = client.chat_postEphemeral(channel=channel, user=slack.person("eve").id, text="x")
    assert (await refused(eve))["error"] == "user_not_in_channel"
    assert [effect.text for effect in slack.ledger.ephemerals("ada")] == ["only you", "done"]


async def test_views_are_pushed_updated_and_cleared(slack: FakeSlack, client: AsyncWebClient, bot: Bot) -> None:
    ada = slack.person("ada")
    await ada.shortcut("declare")
    first = (await client.views_open(trigger_id=bot.bodies[-1]["trigger_id"], view=MODAL))["view"]
    bot.answer = lambda body: web.json_response({"response_action": "push", "view": MODAL})
    await ada.submits(title="one")
    second = slack.core.views.stack(ada.id)[-1]
    assert second.previous == first["id"]
    bigger = {**MODAL, "blocks": [*MODAL["blocks"], *BUTTONS]}
    await client.views_update(view_id=second.id, hash=second.hash, view=bigger)
    stale = client.views_update(view_id=second.id, hash="0.old", view=MODAL)
    assert (await refused(stale))["error"] == "hash_conflict"
    bot.answer = lambda body: web.Response()
    await ada.presses("Take command")
    assert bot.bodies[-1]["container"] == {"type": "view", "view_id": second.id}
    await client.views_push(trigger_id=bot.bodies[-1]["trigger_id"], view=MODAL)
    bot.answer = lambda body: web.json_response({"response_action": "clear"})
    await ada.submits(title="two")
    assert ada.modal is None
    assert (await refused(client.views_update(view_id=second.id, view=MODAL)))["error"] == "not_found"


async def test_the_home_is_published_and_pressed(slack: FakeSlack, client: AsyncWebClient, bot: Bot) -> None:
    ada = slack.person("ada")
    await ada.opens_home()
    assert bot.bodies[-1]["event"]["type"] == "app_home_opened"
    await client.views_publish(user_id=ada.id, view={"type": "home", "blocks": BUTTONS})
    await ada.presses("Take command", where="home")
    assert bot.bodies[-1]["view"]["type"] == "home"
    assert [(effect.kind, effect.user) for effect in slack.ledger] == [("home", "ada")]


async def test_a_message_shortcut_brings_the_message(slack: FakeSlack, bot: Bot) -> None:
    ada = slack.person("ada")
    slack.channel("general", members=[ada])
    said = await ada.types("#general", "look at this")
    await ada.shortcut("add_to_timeline", said)
    assert bot.bodies[-1]["type"] == "message_action"
    assert bot.bodies[-1]["message"]["text"] == "look at this"


async def test_people_are_looked_up(slack: FakeSlack, client: AsyncWebClient, bot: Bot) -> None:
    ada = slack.person("ada", email="ada@example.com")
    channel = slack.channel("general", members=[ada]).id
    assert (await client.users_info(user=ada.id))["user"]["profile"]["email"] == "ada@example.com"
    assert (await client.users_lookupByEmail(email="Ada@example.com"))["user"]["id"] == ada.id
    room = (await client.conversations_open(users=[ada.id]))["channel"]["id"]
    await client.chat_postMessage(channel=ada.id, text="just you")
    assert [message.text for message in ada.sees("@sitrep")] == ["just you"]
    assert ada.sees(room)
    assert ada.id in (await client.conversations_members(channel=channel))["members"]
    await slack.rooms.deactivates(ada)
    assert bot.bodies[-1]["event"]["user"]["deleted"]
    assert (await refused(client.users_lookupByEmail(email="ada@example.com")))["error"] == "users_not_found"
    assert (await refused(client.conversations_open(users=[ada.id])))["error"] == "user_disabled"


async def test_rooms_change_behind_our_back(slack: FakeSlack, client: AsyncWebClient, bot: Bot) -> None:
    slack.limits.off()
    old = slack.channel("inc-1").id
    await slack.rooms.changes_id("#inc-1")
    moved = bot.bodies[-1]["event"]
    assert (moved["type"], moved["old_channel_id"]) == ("channel_id_changed", old)
    assert (await refused(client.conversations_info(channel=old)))["error"] == "channel_not_found"
    posted = await client.chat_postMessage(channel=moved["new_channel_id"], text="card")
    await slack.rooms.removes_message("#inc-1", posted["ts"])
    gone = client.chat_update(channel=moved["new_channel_id"], ts=posted["ts"], text="x")
    assert (await refused(gone))["error"] == "message_not_found"
    await slack.rooms.archives("#inc-1")
    assert bot.bodies[-1]["event"]["type"] == "channel_archive"
    await slack.rooms.deletes("#inc-1")
    assert bot.bodies[-1]["event"]["type"] == "channel_deleted"
    assert (await client.conversations_create(name="inc-1"))["ok"]


async def test_other_bots_and_repeated_events(slack: FakeSlack, bot: Bot) -> None:
    slack.channel("general")
    said = await slack.rooms.bot_says("#general", "!ic resolve", modern=False)
    assert bot.bodies[-1]["event"]["subtype"] == "bot_message"
    await slack.rooms.repeats(said.deliveries[0], number=2)
    assert bot.bodies[-1] == bot.bodies[-2]
    assert bot.heard[-1].headers["x-slack-retry-num"] == "2"


async def test_slow_empty_and_endless_answers(slack: FakeSlack, client: AsyncWebClient) -> None:
    client.timeout = 1
    slack.fault("empty", "auth.test")
    await refused(client.auth_test())
    slack.fault("late", "chat.postMessage", seconds=35)
    channel = slack.channel("general").id
    posting = asyncio.ensure_future(client.chat_postMessage(channel=channel, text="slow"))
    await eventually(lambda: slack.screen("general"))
    slack.clock.advance(36)
    assert (await posting)["ok"]
    slack.goes_wrong("every 2nd auth.test answers later:")
    assert (await client.auth_test())["ok"]
    assert (await refused(client.auth_test())).status_code == 429
    assert (await client.auth_test())["ok"]
    slack.faults.clear()
    slack.fault("hang", "auth.test")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.auth_test(), 0.2)


async def test_edits_previews_and_deletions_are_told_apart(slack: FakeSlack, bot: Bot) -> None:
    ada = slack.person("ada")
    slack.channel("general", members=[ada])
    said = await ada.types("#general", "https://example.com", files=["log.txt"])
    await ada.unfurls(said)
    await ada.edits(said, "other")
    await ada.reacts(said, "pushpin")
    await ada.deletes(said)
    file, preview, edit, reaction, deletion = (body["event"] for body in bot.bodies)
    assert file["subtype"] == "file_share"
    assert preview["message"]["text"] == preview["previous_message"]["text"] == "<https://example.com>"
    assert "edited" not in preview["message"]
    assert edit["message"]["edited"]["user"] == ada.id
    assert reaction["reaction"] == "pushpin"
    assert (deletion["subtype"], deletion["deleted_ts"]) == ("message_deleted", said.ts)


async def test_the_app_hears_only_where_it_is(slack: FakeSlack, client: AsyncWebClient, bot: Bot) -> None:
    ada = slack.person("ada")
    slack.channel("general", members=[ada])
    await slack.rooms.kicks_app("#general")
    assert [body["event"]["type"] for body in bot.bodies] == ["member_left_channel", "channel_left"]
    assert (await ada.types("#general", "anybody?")).deliveries == []
    await slack.rooms.renames("#general", "lobby")
    assert bot.bodies[-1]["event"]["channel"]["name"] == "lobby"
    slack.app.scopes -= {"channels:read"}
    assert await slack.rooms.renames("#lobby", "hall") == []
    assert (await client.auth_test())["ok"]


async def test_events_can_be_held_and_come_in_another_order(slack: FakeSlack, bot: Bot) -> None:
    ada = slack.person("ada")
    slack.channel("general", members=[ada])
    slack.outgoing.held = []
    for word in ("one", "two"):
        await ada.types("#general", word)
    await slack.outgoing.release(lambda held: held[::-1])
    assert [body["event"]["text"] for body in bot.bodies] == ["two", "one"]


async def test_above_the_hourly_limit_events_are_left_out(slack: FakeSlack, bot: Bot) -> None:
    ada = slack.person("ada")
    slack.channel("general", members=[ada])
    slack.outgoing.events_per_hour = 2
    for number in range(5):
        await ada.types("#general", str(number))
    assert [body["type"] for body in bot.bodies] == ["event_callback", "event_callback", "app_rate_limited"]


MANIFEST = {
    "display_information": {"name": "Sitrep"},
    "features": {
        "app_home": {"home_tab_enabled": True},
        "slash_commands": [{"command": "/incident", "description": "Run an incident", "should_escape": True}],
        "shortcuts": [{"name": "Declare", "type": "global", "callback_id": "declare", "description": "x"}],
    },
    "oauth_config": {"scopes": {"bot": ["commands", "chat:write", "channels:history"]}},
    "settings": {"event_subscriptions": {"bot_events": ["message.channels"]}, "socket_mode_enabled": True},
}


async def test_the_manifest_is_what_the_app_may(slack: FakeSlack, client: AsyncWebClient, bot: Bot) -> None:
    install(slack.app, MANIFEST)
    ada = slack.person("ada")
    channel = slack.channel("general", members=[ada]).id
    assert len((await ada.types("#general", "@sitrep help")).deliveries) == 1
    assert (await ada.slash("#general", "/incident")).acked
    with pytest.raises(CannotDo, match="not a valid command"):
        await ada.slash("#general", "/ic")
    with pytest.raises(CannotDo, match="no shortcut"):
        await ada.shortcut("other")
    pin = client.pins_add(channel=channel, timestamp="1.000000")
    assert (await refused(pin))["needed"] == "pins:write"
    assert slack.app.used == {"channels:history", "commands"}


@pytest.mark.parametrize(
    ("features", "events", "said"),
    [
        ({"slash_commands": [{"command": "/status", "description": "x"}]}, [], "/status has an invalid name"),
        ({"slash_commands": [{"command": "/" + "x" * 32, "description": "x"}]}, [], "longer than 32"),
        ({}, ["pin_added"], "pin_added needs pins:read"),
        ({}, ["message.groups"], "message.groups needs groups:history"),
    ],
)
def test_a_bad_manifest_is_refused(features: Json, events: list[str], said: str) -> None:
    settings = {"event_subscriptions": {"bot_events": events}}
    with pytest.raises(CannotDo, match=said):
        install(FakeSlack().app, MANIFEST | {"features": features, "settings": settings})


@pytest.mark.parametrize(
    ("text", "live"),
    [
        ("&lt;!here&gt; plain", []),
        ("<!here> <@U1> <#C1|x>", ["broadcast", "user", "channel"]),
        ("<!subteam^S1|@ops>", ["usergroup"]),
        ("<https://evil.example|https://bank.example>", ["link"]),
        ("<!date^1^{date}^https://evil.example|today>", ["date", "link"]),
        ("see https://example.com", ["automatic_link"]),
        ("<\u200b!here>", []),
        ("`<@U1>`", ["user"]),
    ],
)
def test_what_is_live_in_a_text(text: str, live: list[str]) -> None:
    assert [token.kind for token in live_tokens(text)] == live


def test_what_is_live_in_blocks() -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "<!here>"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "<!here> @ada", "verbatim": True}},
        {"type": "markdown", "text": "[bank](https://evil.example)"},
    ]
    assert [token.value for token in live_in_blocks(blocks)] == ["here", "https://evil.example"]


@pytest.fixture
async def phones(slack: FakeSlack) -> AsyncIterator[list[Phone]]:
    both = [Phone(slack), Phone(slack)]
    slack.limits.tiers = False
    for phone in both:
        await phone.opens()
    yield both
    for phone in both:
        await phone.hangs_up()


async def test_each_envelope_goes_to_one_connection(slack: FakeSlack, phones: list[Phone]) -> None:
    ada = slack.person("ada")
    slack.channel("general", members=[ada])
    for number in range(12):
        assert (await ada.types("#general", str(number))).acked
    assert sum(len(phone.heard) for phone in phones) == 12
    assert all(phone.heard for phone in phones)
    phones[0].answer = phones[1].answer = {"text": "Heard."}
    await ada.slash("#general", "/incident help")
    assert [effect.text for effect in slack.ledger.ephemerals("ada")] == ["Heard."]


async def test_what_is_not_acknowledged_comes_on_the_other_connection(slack: FakeSlack, phones: list[Phone]) -> None:
    ada = slack.person("ada")
    slack.channel("general", members=[ada])
    slack.sockets.half_open(slack.sockets.connections[0])
    typing = [asyncio.ensure_future(ada.types("#general", str(number))) for number in range(8)]
    await asyncio.sleep(0.1)
    slack.clock.advance(3.1)
    said = await asyncio.gather(*typing)
    await eventually(lambda: all(each.acked for each in said))
    late = [each.deliveries[0] for each in said if len(each.deliveries[0].attempts) == 2]
    assert late
    assert {attempt.failure for delivery in late for attempt in delivery.attempts} == {"timeout", ""}


async def test_a_half_open_connection_is_left_by_its_client(slack: FakeSlack, phones: list[Phone]) -> None:
    await eventually(lambda: all(connection.pings for connection in slack.sockets.connections))
    slack.sockets.half_open()
    await eventually(lambda: slack.sockets.opened >= 4)


async def test_a_recycled_connection_is_replaced(slack: FakeSlack, phones: list[Phone]) -> None:
    await slack.sockets.disconnect("refresh_requested", slack.sockets.connections[0])
    await eventually(lambda: slack.sockets.opened == 3 and len(slack.sockets.connections) == 2)
    slack.sockets.drop(slack.sockets.connections[0])
    await eventually(lambda: slack.sockets.opened >= 4 and len(slack.sockets.connections) == 2)


async def test_the_real_bolt_app_talks_to_it(slack: FakeSlack, client: AsyncWebClient) -> None:
    """Signed HTTP in, Web API out, through Slack's own framework."""
    app = AsyncApp(signing_secret=slack.app.signing_secret, client=client, process_before_response=True)

    @app.command("/incident")
    async def incident(ack: Any, body: Json, client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)
        await ack("Opening a form.")

    server = app.server(port=0, path="/slack/events")
    runner = web.AppRunner(server.web_app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.listens_at(f"http://127.0.0.1:{runner.addresses[0][1]}")
    ada = slack.person("ada")
    slack.channel("general", members=[ada])
    delivery = await ada.slash("#general", "/incident")
    await slack.outgoing.close()
    await runner.cleanup()
    assert isinstance(delivery, Delivery)
    assert delivery.acked
    assert ada.modal is not None
    assert [effect.kind for effect in slack.ledger] == ["modal", "ephemeral"]


async def test_it_runs_as_a_process_of_its_own() -> None:
    async with remote_slack() as slack:
        client = AsyncWebClient(token=slack.app["bot_token"], base_url=slack.app["base_url"])
        channel = await slack.ask("channel", name="general", members=["ada"])
        await client.chat_postMessage(channel=channel["id"], text="SEV-1", metadata=OP)
        said = await slack.do("ada", "types", "#general", "!ic")
        await slack.do("ada", "edits", {"channel": said["channel"], "ts": said["ts"]}, "!ic help")
        assert await slack.ask("screen", channel="general") == ["SEV-1", "!ic help"]
        assert [effect["op"] for effect in await slack.ledger(kind="message")] == ["op-1"]
