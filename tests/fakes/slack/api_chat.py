"""chat.*: what an app says, changes and takes back."""

import json
from typing import Any

from fakes.slack.blocks import check_message_blocks, with_ids
from fakes.slack.core import Call
from fakes.slack.refusal import Json, Refusal
from fakes.slack.workspace import Channel, Ephemeral, Message

CUT_AT = 40_000
LONGEST_UPDATE = 4_000
LARGEST_METADATA = 16_000
MOST_ATTACHMENTS = 100


def post_message(call: Call) -> Json:
    channel = _where(call)
    if channel.archived:
        raise Refusal("is_archived")
    _may_post(call, channel)
    text, blocks, metadata, warnings = _content(call)
    thread_ts = _thread(call, channel)
    broadcast = bool(thread_ts) and call.flag("reply_broadcast")
    message = Message(
        ts=call.core.workspace.ts(channel.id),
        user=call.me,
        text=text[:CUT_AT],
        blocks=with_ids(blocks, call.core.ids.new("", 3)),
        subtype="thread_broadcast" if broadcast else "",
        thread_ts=thread_ts,
        broadcast=broadcast,
        bot_id=call.core.app.bot_id,
        metadata=metadata,
    )
    call.core.happenings.post(channel, message)
    op = str(metadata.get("event_payload", {}).get("op", ""))
    call.shows("message", channel, text=message.text, blocks=blocks, op=op, ts=message.ts, thread_ts=thread_ts)
    if len(text) > CUT_AT:
        warnings.append("message_truncated")
    return {"channel": channel.id, "ts": message.ts, "message": message.as_json(), **_warned(warnings)}


def update(call: Call) -> Json:
    """Text alone leaves the blocks, and no metadata leaves the metadata; an empty list takes the blocks away."""
    channel = call.channel()
    call.member_of(channel)
    message = _own(call, channel, "ts", "cant_update_message")
    if channel.archived:
        raise Refusal("is_inactive")
    text, blocks, metadata, warnings = _content(call, kept=message)
    if len(text) > LONGEST_UPDATE:
        raise Refusal("msg_too_long")
    before = json.loads(json.dumps(message.as_json()))
    message.text = text
    if call.args.get("blocks") is not None:
        message.blocks = with_ids(blocks, call.core.ids.new("", 3))
    message.metadata = metadata
    call.core.happenings.change(channel, message, before, by=call.me)
    op = str(metadata.get("event_payload", {}).get("op", ""))
    call.shows("update", channel, text=text, blocks=blocks, op=op, ts=message.ts, thread_ts=message.thread_ts)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": text,
        "message": message.as_json(),
        **_warned(warnings),
    }


def delete(call: Call) -> Json:
    channel = call.channel()
    call.member_of(channel)
    message = _own(call, channel, "ts", "cant_delete_message")
    call.core.happenings.delete(channel, message)
    call.shows("delete", channel, text=message.text, ts=message.ts)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(call: Call) -> Json:
    """ok even when the reader is away and will never see it."""
    channel = _where(call)
    if channel.archived:
        raise Refusal("is_archived")
    call.member_of(channel)
    reader = call.need("user")
    if reader not in channel.members:
        raise Refusal("user_not_in_channel")
    text, blocks, _, warnings = _content(call)
    if len(text) > CUT_AT:
        raise Refusal("msg_too_long")
    if call.core.workspace.users[reader].away:
        return {"message_ts": call.core.workspace.ts(channel.id), **_warned(warnings)}
    named = with_ids(blocks, call.core.ids.new("", 3))
    seen = Ephemeral(call.core.workspace.ts(channel.id), reader, channel.id, text, named, call.word("thread_ts"))
    call.core.workspace.ephemerals.append(seen)
    call.shows("ephemeral", channel, user=reader, text=text, blocks=blocks, ts=seen.ts, thread_ts=seen.thread_ts)
    return {"message_ts": seen.ts, **_warned(warnings)}


def get_permalink(call: Call) -> Json:
    channel = call.channel()
    message = channel.messages.get(call.need("message_ts"))
    if message is None:
        raise Refusal("message_not_found")
    return {"channel": channel.id, "permalink": call.core.permalink(channel, message.ts, message.thread_ts)}


def _where(call: Call) -> Channel:
    """A post may name a channel by id or by name; a person's id means the direct room with them."""
    wanted = call.need("channel")
    workspace = call.core.workspace
    if wanted in workspace.users:
        return workspace.direct([wanted], by=call.me)
    found = workspace.channel_named(wanted)
    if found is None or (found.kind != "public" and call.me not in found.members):
        raise Refusal("channel_not_found")
    return found


def _may_post(call: Call, channel: Channel) -> None:
    if call.me not in channel.members:
        if "chat:write.public" not in call.core.app.scopes:
            raise Refusal("not_in_channel")
        call.core.app.used.add("chat:write.public")
    if channel.read_only:
        raise Refusal("restricted_action_read_only_channel")
    if any(call.word(key) for key in ("username", "icon_emoji", "icon_url")):
        call.core.app.allow(("chat:write.customize",))
    wait = call.core.limits.wait_for_channel(call.method, channel.id)
    if wait:
        raise Refusal("ratelimited", retry_after=wait)


def _thread(call: Call, channel: Channel) -> str:
    """A reply to a reply goes to the same thread; an unknown parent is accepted by Slack, so here too."""
    thread_ts = call.word("thread_ts")
    parent = channel.messages.get(thread_ts)
    if parent is None:
        return thread_ts
    if parent.subtype.startswith("channel_"):
        raise Refusal("cannot_reply_to_message")
    return parent.thread_ts or parent.ts


def _content(call: Call, *, kept: Message | None = None) -> tuple[str, list[Json], Json, list[str]]:
    """Text, blocks, metadata and warnings. What an update leaves out is taken from the message it changes."""
    given = call.decoded("blocks", "invalid_blocks_format")
    blocks: list[Json] = [] if given is None else given
    check_message_blocks(blocks)
    attachments = call.decoded("attachments", "invalid_attachments") or []
    if len(attachments) > MOST_ATTACHMENTS:
        raise Refusal("too_many_attachments")
    text, markdown = call.word("text"), call.word("markdown_text")
    if markdown and (text or blocks):
        raise Refusal("markdown_text_conflict")
    text = text or markdown
    if not text.strip() and not blocks and not attachments:
        raise Refusal("no_text")
    metadata = _metadata(call.decoded("metadata", "invalid_metadata_format"))
    if kept and metadata is None:
        metadata = kept.metadata
    if kept and given is None:
        blocks = kept.blocks
    return text, blocks, metadata or {}, [] if text else ["missing_text_in_message"]


def _metadata(given: Any) -> Json | None:
    if given is None or given == {}:
        return None if given is None else {}
    if not isinstance(given, dict) or set(given) - {"event_type", "event_payload", "entities"}:
        raise Refusal("invalid_metadata_format")
    if not isinstance(given.get("event_type"), str) or not isinstance(given.get("event_payload"), dict):
        raise Refusal("invalid_metadata_format")
    if len(json.dumps(given)) > LARGEST_METADATA:
        raise Refusal("metadata_too_large")
    checked: Json = given
    return checked


def _own(call: Call, channel: Channel, key: str, refusal: str) -> Message:
    message = channel.messages.get(call.need(key))
    if message is None:
        raise Refusal("message_not_found")
    if message.user != call.me:
        raise Refusal(refusal)
    return message


def _warned(warnings: list[str]) -> Json:
    return {"warning": ",".join(warnings), "response_metadata": {"warnings": warnings}} if warnings else {}


METHODS = {
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.delete": delete,
    "chat.postEphemeral": post_ephemeral,
    "chat.getPermalink": get_permalink,
}
