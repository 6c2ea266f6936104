"""What the app says through an acknowledgement or a response_url."""

import json
from typing import Any

from fakes.slack.blocks import check_message_blocks, with_ids
from fakes.slack.core import Call, Core
from fakes.slack.refusal import Json, Refusal
from fakes.slack.triggers import ResponseUrl
from fakes.slack.workspace import Channel, Ephemeral, Message


def acknowledged(core: Core, user: str, channel: Channel, answer: Any) -> None:
    """The body of the answer to a slash command; an empty one shows nothing."""
    said = {"text": answer} if isinstance(answer, str) else answer
    if isinstance(said, dict) and (said.get("text") or said.get("blocks")):
        _say(Call(core, "ack", said), user, channel, said)


def responded(core: Core, url: ResponseUrl, said: Json) -> None:
    """Raises Refusal like the Web API. What it may replace is the message whose button was pressed."""
    channel = core.workspace.channels[url.channel]
    call = Call(core, "response_url", said)
    source = _source(core, url, channel)
    if said.get("delete_original") and source:
        _delete(call, channel, source)
    elif said.get("replace_original") and source:
        _replace(call, channel, source, said)
    else:
        _say(call, url.user, channel, said)


def _say(call: Call, user: str, channel: Channel, said: Json) -> None:
    text, blocks = _content(call, said)
    workspace = call.core.workspace
    ts = workspace.ts(channel.id)
    named = with_ids(blocks, call.core.ids.new("", 3))
    thread_ts = str(said.get("thread_ts") or "")
    if said.get("response_type") == "in_channel":
        bot_id = call.core.app.bot_id
        message = Message(ts=ts, user=call.me, text=text, blocks=named, bot_id=bot_id, thread_ts=thread_ts)
        call.core.happenings.post(channel, message)
        call.shows("message", channel, text=text, blocks=blocks, ts=ts, thread_ts=thread_ts)
        return
    workspace.ephemerals.append(Ephemeral(ts, user, channel.id, text, named, thread_ts))
    call.shows("ephemeral", channel, user=user, text=text, blocks=blocks, ts=ts, thread_ts=thread_ts)


def _content(call: Call, said: Json) -> tuple[str, list[Json]]:
    text = str(said.get("text") or "")
    blocks = call.decoded("blocks", "invalid_blocks_format") or []
    check_message_blocks(blocks)
    if not text and not blocks:
        raise Refusal("no_text")
    return text, blocks


def _source(core: Core, url: ResponseUrl, channel: Channel) -> Message | Ephemeral | None:
    hidden = [each for each in core.workspace.ephemerals if each.ts == url.source and each.user == url.user]
    return hidden[0] if hidden else channel.messages.get(url.source)


def _delete(call: Call, channel: Channel, source: Message | Ephemeral) -> None:
    if isinstance(source, Ephemeral):
        call.core.workspace.ephemerals.remove(source)
    else:
        call.core.happenings.delete(channel, source)
        call.shows("delete", channel, text=source.text, ts=source.ts)


def _replace(call: Call, channel: Channel, source: Message | Ephemeral, said: Json) -> None:
    text, blocks = _content(call, said)
    before = {} if isinstance(source, Ephemeral) else json.loads(json.dumps(source.as_json()))
    source.text, source.blocks = text, with_ids(blocks, call.core.ids.new("", 3))
    if isinstance(source, Ephemeral):
        call.shows("ephemeral", channel, user=source.user, text=text, blocks=blocks, ts=source.ts)
    else:
        call.core.happenings.change(channel, source, before, by=call.me)
        call.shows("update", channel, text=text, blocks=blocks, ts=source.ts)
