"""What can be read back: messages, replies, members."""

import base64
import binascii
from typing import TypeVar

from fakes.slack.core import Call
from fakes.slack.refusal import Json, Refusal
from fakes.slack.workspace import Channel, Message

MOST_PER_PAGE = 1000
RESTRICTED_PAGE = 15
_T = TypeVar("_T")


def history(call: Call) -> Json:
    """Newest first, without the replies that stayed in their threads."""
    channel = _readable(call)
    shown = [m for m in _settled(call, channel) if not m.is_reply or m.broadcast or m.subtype == "thread_broadcast"]
    shown = [m for m in shown if _between(call, m)]
    return _page_of(call, channel, shown[::-1]) | {"pin_count": len(channel.pins)}


def replies(call: Call) -> Json:
    """Oldest first, led by the parent."""
    channel = _readable(call)
    asked = channel.messages.get(call.need("ts"))
    parent = channel.messages.get(asked.thread_ts or asked.ts) if asked else None
    if parent is None:
        raise Refusal("thread_not_found")
    thread = [m for m in _settled(call, channel) if m.thread_ts == parent.ts and m is not parent and _between(call, m)]
    return _page_of(call, channel, [parent, *thread])


def members(call: Call) -> Json:
    channel = call.channel()
    people, cursor = _page(call, channel.members, 100)
    return {"members": people, "response_metadata": {"next_cursor": cursor}}


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.member_of(channel)
    return channel


def _settled(call: Call, channel: Channel) -> list[Message]:
    """In order of time, less what a lagging Slack does not show yet."""
    newest = call.core.clock.now() - call.core.faults.history_lag
    return sorted((m for m in channel.messages.values() if m.seen_at <= newest), key=lambda message: message.ts)


def _between(call: Call, message: Message) -> bool:
    oldest, latest = _moment(call, "oldest"), _moment(call, "latest")
    ts = float(message.ts)
    if call.flag("inclusive"):
        return (oldest is None or ts >= oldest) and (latest is None or ts <= latest)
    return (oldest is None or ts > oldest) and (latest is None or ts < latest)


def _moment(call: Call, key: str) -> float | None:
    try:
        return float(call.word(key)) if call.word(key) not in ("", "0") else None
    except ValueError:
        raise Refusal(f"invalid_ts_{key}") from None


def _page_of(call: Call, channel: Channel, messages: list[Message]) -> Json:
    """Metadata is left out unless asked for: a look before resending must ask."""
    page, cursor = _page(call, messages, 100)
    with_metadata = call.flag("include_all_metadata")
    answer: Json = {
        "messages": [_told(channel, message, with_metadata=with_metadata) for message in page],
        "has_more": bool(cursor),
    }
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def _told(channel: Channel, message: Message, *, with_metadata: bool) -> Json:
    body = message.as_json(with_metadata=with_metadata)
    answers = channel.replies(message.ts)
    if not answers:
        return body
    who = list(dict.fromkeys(answer.user for answer in answers))
    return body | {
        "reply_count": len(answers),
        "reply_users": who,
        "reply_users_count": len(who),
        "latest_reply": answers[-1].ts,
    }


def _page(call: Call, everything: list[_T], usual: int) -> tuple[list[_T], str]:
    try:
        limit = int(call.word("limit") or usual)
        start = int(base64.b64decode(call.word("cursor"), validate=True) or b"0")
    except (ValueError, binascii.Error):
        raise Refusal("invalid_cursor" if call.word("cursor") else "invalid_limit") from None
    if not 0 < limit <= MOST_PER_PAGE:
        raise Refusal("invalid_limit")
    if call.core.policy.history_restricted and call.method != "conversations.members":
        limit = min(limit, RESTRICTED_PAGE)
    end = start + limit
    more = base64.b64encode(str(end).encode()).decode() if end < len(everything) else ""
    return everything[start:end], more


METHODS = {
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.members": members,
}
