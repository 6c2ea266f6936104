"""Pins, bookmarks and reactions."""

import re

from fakes.slack.core import Call
from fakes.slack.refusal import Json, Refusal
from fakes.slack.workspace import Channel, Message

MOST_PINS = 100
MOST_BOOKMARKS = 100
MOST_EMOJI = 23


def add_pin(call: Call) -> Json:
    channel = call.channel()
    call.member_of(channel)
    message = _message(call, channel)
    if message.ts in channel.pins:
        raise Refusal("already_pinned")
    if len(channel.pins) >= MOST_PINS:
        raise Refusal("too_many_pins")
    if message.subtype.startswith("channel_"):
        raise Refusal("not_pinnable")
    call.core.happenings.pin(channel, message, call.me)
    call.shows("pin", channel, text=message.text, ts=message.ts)
    return {}


def list_pins(call: Call) -> Json:
    channel = call.channel()
    items = []
    for ts in reversed(channel.pins):
        message = channel.messages[ts]
        link = call.core.permalink(channel, ts)
        body = message.as_json(with_metadata=False) | {"permalink": link, "pinned_to": [channel.id]}
        items.append({"type": "message", "channel": channel.id, "created": int(float(ts)), "message": body})
    return {"items": items}


def add_bookmark(call: Call) -> Json:
    channel = call.channel("channel_id")
    call.member_of(channel)
    if call.need("type") != "link":
        raise Refusal("invalid_bookmark_type")
    title, link = call.need("title"), call.word("link")
    _check_link(link)
    if len(channel.bookmarks) >= MOST_BOOKMARKS:
        raise Refusal("too_many_bookmarks")
    bookmark = {
        "id": call.core.ids.new("Bk"),
        "channel_id": channel.id,
        "title": title,
        "link": link,
        "emoji": call.word("emoji"),
        "type": "link",
        "date_created": int(call.core.clock.now()),
        "date_updated": 0,
        "last_updated_by_user_id": call.me,
        "app_id": call.core.app.id,
    }
    channel.bookmarks.append(bookmark)
    call.shows("bookmark", channel, text=f"{title} {link}")
    return {"bookmark": bookmark}


def edit_bookmark(call: Call) -> Json:
    channel = call.channel("channel_id")
    wanted = call.need("bookmark_id")
    bookmark = next((each for each in channel.bookmarks if each["id"] == wanted), None)
    if bookmark is None:
        raise Refusal("not_found")
    if call.word("link"):
        _check_link(call.word("link"))
    bookmark.update({key: call.word(key) for key in ("title", "link", "emoji") if call.word(key)})
    bookmark["date_updated"] = int(call.core.clock.now())
    call.shows("bookmark", channel, text=f"{bookmark['title']} {bookmark['link']}")
    return {"bookmark": bookmark}


def list_bookmarks(call: Call) -> Json:
    return {"bookmarks": list(call.channel("channel_id").bookmarks)}


def add_reaction(call: Call) -> Json:
    channel = call.channel()
    if channel.archived:
        raise Refusal("is_archived")
    call.member_of(channel)
    message = _message(call, channel)
    name = call.word("name").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name):
        raise Refusal("invalid_name")
    if call.me in message.reactions.get(name, []):
        raise Refusal("already_reacted")
    if name not in message.reactions and len(message.reactions) >= MOST_EMOJI:
        raise Refusal("too_many_emoji")
    call.core.happenings.react(channel, message, name, call.me)
    call.shows("reaction", channel, text=name, ts=message.ts)
    return {}


def _message(call: Call, channel: Channel) -> Message:
    ts = call.word("timestamp")
    if not ts:
        raise Refusal("no_item_specified")
    if not re.fullmatch(r"\d+\.\d{6}", ts):
        raise Refusal("bad_timestamp")
    if ts not in channel.messages:
        raise Refusal("message_not_found")
    return channel.messages[ts]


def _check_link(link: str) -> None:
    if not link.startswith(("http://", "https://")):
        raise Refusal("invalid_link")


METHODS = {
    "pins.add": add_pin,
    "pins.list": list_pins,
    "bookmarks.add": add_bookmark,
    "bookmarks.edit": edit_bookmark,
    "bookmarks.list": list_bookmarks,
    "reactions.add": add_reaction,
}
