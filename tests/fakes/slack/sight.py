"""What one person sees in the stand-in: rooms, messages, forms, as the page asks for it."""

from fakes.slack.fake import FakeSlack
from fakes.slack.person import Person
from fakes.slack.refusal import CannotDo, Json
from fakes.slack.views import View
from fakes.slack.workspace import Channel, Ephemeral, Message

_GREY = frozenset({"channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name"})
_GREY_TOO = frozenset({"channel_archive", "channel_unarchive", "pinned_item", "bot_add"})


def sight(slack: FakeSlack, me: Person, *, room: str, thread: str) -> Json:
    """``room`` is an id; an unknown or closed one shows #general."""
    shown = _open(slack, me, room)
    return {
        "me": me.id,
        "now": slack.clock.now(),
        "users": {user.id: {"name": user.real_name, "handle": user.name} for user in slack.workspace.users.values()},
        "rooms": [_listed(slack, me, each) for each in _rooms(slack, me)],
        "room": _headed(shown, me),
        "messages": [_told(me, each, shown) for each in _standing(me, shown)],
        "thread": [_told(me, each, shown) for each in _in_thread(me, shown, thread)],
        "modal": _view(slack, me.modal),
        "home": _view(slack, me.home) if shown.kind == "im" else None,
    }


def may_see(me: Person, channel: Channel) -> bool:
    return not channel.deleted and (channel.kind == "public" or me.id in channel.members)


def _open(slack: FakeSlack, me: Person, room: str) -> Channel:
    wanted = slack.workspace.channels.get(room)
    if wanted and may_see(me, wanted):
        return wanted
    general = slack.workspace.channel_named("general")
    if general is None:
        raise CannotDo("there is no #general")
    return general


def _rooms(slack: FakeSlack, me: Person) -> list[Channel]:
    slack.workspace.direct([slack.app.user_id], by=me.id)
    seen = [each for each in slack.workspace.channels.values() if may_see(me, each) and not each.archived]
    return sorted(seen, key=lambda each: (each.kind in ("im", "mpim"), each.name))


def _listed(slack: FakeSlack, me: Person, channel: Channel) -> Json:
    """``newest`` is the last thing that somebody else said there."""
    others = [each.ts for each in me.sees(channel.id) if each.user != me.id or isinstance(each, Ephemeral)]
    return {
        "id": channel.id,
        "name": channel.name or slack.workspace.users[slack.app.user_id].real_name,
        "kind": channel.kind,
        "joined": me.id in channel.members,
        "newest": max(others, default=""),
    }


def _headed(channel: Channel, me: Person) -> Json:
    bookmarks = [{"title": each.get("title"), "link": each.get("link")} for each in channel.bookmarks]
    pinned = [channel.messages[ts].text for ts in channel.pins if ts in channel.messages]
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "topic": channel.topic,
        "archived": channel.archived,
        "joined": me.id in channel.members,
        "bookmarks": bookmarks,
        "pins": len(pinned),
    }


def _standing(me: Person, channel: Channel) -> list[Message | Ephemeral]:
    return [each for each in me.sees(channel.id) if not _only_in_thread(each)]


def _in_thread(me: Person, channel: Channel, thread: str) -> list[Message | Ephemeral]:
    if thread not in channel.messages:
        return []
    return [each for each in me.sees(channel.id) if thread in (each.ts, each.thread_ts)]


def _only_in_thread(seen: Message | Ephemeral) -> bool:
    return bool(seen.thread_ts) if isinstance(seen, Ephemeral) else seen.is_reply and not seen.broadcast


def _told(me: Person, seen: Message | Ephemeral, channel: Channel) -> Json:
    if isinstance(seen, Ephemeral):
        return {"ts": seen.ts, "user": "", "text": seen.text, "blocks": seen.blocks, "only_you": True}
    return {
        "ts": seen.ts,
        "user": seen.user,
        "app": bool(seen.bot_id),
        "text": seen.text,
        # What people typed is its text; its blocks say the same in another form.
        "blocks": seen.blocks if seen.bot_id else [],
        "grey": seen.subtype in _GREY | _GREY_TOO,
        "edited": bool(seen.edited) and not seen.bot_id,
        "pinned": seen.ts in channel.pins,
        "mine": seen.user == me.id,
        "reactions": [{"name": n, "count": len(u), "mine": me.id in u} for n, u in seen.reactions.items()],
        "replies": len(channel.replies(seen.ts)),
    }


def _view(slack: FakeSlack, view: View | None) -> Json | None:
    return None if view is None else slack.core.view_json(view) | {"errors": view.errors}
