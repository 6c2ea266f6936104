"""conversations.*: opening, naming, filling and closing rooms."""

from collections.abc import Callable

from fakes.slack.core import Call
from fakes.slack.names import LONGEST_TOPIC, check_channel_name
from fakes.slack.refusal import Json, Refusal
from fakes.slack.workspace import Channel, User

MOST_INVITED = 1000
MOST_IN_DIRECT = 8


def create(call: Call) -> Json:
    """The bot that creates a channel is its first member."""
    workspace = call.core.workspace
    private = call.flag("is_private")
    if not call.core.policy.may_create_channels:
        raise Refusal("restricted_action")
    name = call.word("name").removeprefix("#")
    check_channel_name(name)
    if workspace.name_is_taken(name):
        raise Refusal("name_taken")
    channel = workspace.add_channel(name, "private" if private else "public", creator=call.me)
    call.shows("create", channel, text="private" if private else "public")
    call.core.happenings.created(channel)
    return _answer(call, channel)


def rename(call: Call) -> Json:
    channel = _open_room(call)
    name = call.word("name")
    check_channel_name(name)
    if channel.creator != call.me:
        raise Refusal("not_authorized")
    if call.core.workspace.name_is_taken(name, but=channel):
        raise Refusal("name_taken")
    call.core.happenings.rename(channel, name, call.me)
    call.shows("rename", channel, text=name)
    return _answer(call, channel)


def archive(call: Call) -> Json:
    channel = call.channel()
    call.member_of(channel)
    if channel.archived:
        raise Refusal("already_archived")
    if channel.general:
        raise Refusal("cant_archive_general")
    if not call.core.policy.may_archive:
        raise Refusal("restricted_action")
    call.core.happenings.archive(channel, call.me)
    call.shows("archive", channel)
    return {}


def unarchive(call: Call) -> Json:
    """A bot was taken out of the channel when it was archived, and cannot come back to open it."""
    channel = call.channel()
    if not channel.archived:
        raise Refusal("not_archived")
    if not call.core.policy.bots_may_unarchive:
        raise Refusal("not_in_channel")
    call.core.happenings.unarchive(channel, call.me)
    call.shows("unarchive", channel)
    return {}


def set_topic(call: Call) -> Json:
    channel = _open_room(call)
    topic = call.word("topic")
    _short_enough(topic)
    channel.topic = topic
    text = f"set the channel topic: {topic}"
    call.core.happenings.system(channel, "channel_topic", call.me, text, topic=topic)
    call.shows("topic", channel, text=topic)
    return _answer(call, channel)


def set_purpose(call: Call) -> Json:
    channel = _open_room(call)
    purpose = call.word("purpose")
    _short_enough(purpose)
    channel.purpose = purpose
    text = f"set the channel description: {purpose}"
    call.core.happenings.system(channel, "channel_purpose", call.me, text, purpose=purpose)
    call.shows("purpose", channel, text=purpose)
    return {"purpose": purpose}


def invite(call: Call) -> Json:
    """Without `force` one bad name keeps everybody out; somebody who left the company does not."""
    channel = _open_room(call)
    users = [user.strip() for user in call.word("users").split(",") if user.strip()]
    if not users:
        raise Refusal("no_user")
    if len(users) > MOST_INVITED:
        raise Refusal("too_many_users")
    verdicts = {user: _why_not(call, channel, user) for user in users}
    errors = [{"user": user, "ok": False, "error": why} for user, why in verdicts.items() if why]
    removed = all(_deactivated(call, str(error["user"])) for error in errors)
    if not errors or removed or call.flag("force"):
        for user in [user for user, why in verdicts.items() if not why]:
            call.core.happenings.join(channel, user, inviter=call.me)
            call.shows("invite", channel, user=user)
    if not errors:
        return _answer(call, channel)
    if call.flag("force") and len(errors) < len(users) and call.core.policy.forced_invite_is_ok:
        return _answer(call, channel) | {"errors": errors}
    raise Refusal(str(errors[0]["error"]), errors=errors)


def _why_not(call: Call, channel: Channel, user_id: str) -> str:
    user = call.core.workspace.users.get(user_id)
    if user is None:
        return "user_not_found"
    rules: list[tuple[str, Callable[[User], bool]]] = [
        ("cant_invite_self", lambda user: user.id == call.me),
        ("cant_invite", lambda user: user.deactivated),
        ("already_in_channel", lambda user: user.id in channel.members),
        ("no_external_invite_permission", lambda user: user.external),
        ("user_is_restricted", lambda user: user.guest == "multi"),
        ("ura_max_channels", lambda user: user.guest == "single"),
    ]
    return next((code for code, holds in rules if holds(user)), "")


def _deactivated(call: Call, user_id: str) -> bool:
    user = call.core.workspace.users.get(user_id)
    return user is not None and user.deactivated


def join(call: Call) -> Json:
    channel = call.channel()
    if channel.kind != "public":
        raise Refusal("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refusal("is_archived")
    if call.me in channel.members:
        warned = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
        return _answer(call, channel) | warned
    call.core.happenings.join(channel, call.me)
    call.shows("join", channel)
    return _answer(call, channel)


def info(call: Call) -> Json:
    channel = call.channel()
    answer = _answer(call, channel)
    if call.flag("include_num_members"):
        answer["channel"]["num_members"] = len(channel.members)
    return answer


def mine(call: Call) -> Json:
    """The rooms we are in; archived ones unless they are left out."""
    kinds = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
    wanted = {kinds[kind.strip()] for kind in (call.word("types") or "public_channel").split(",")}
    found = [
        each
        for each in call.core.workspace.channels.values()
        if each.kind in wanted and call.me in each.members and not each.deleted
    ]
    if call.flag("exclude_archived"):
        found = [each for each in found if not each.archived]
    start, limit = int(call.word("cursor") or 0), int(call.word("limit") or 100)
    more = str(start + limit) if start + limit < len(found) else ""
    page = [each.as_json(member=call.me) for each in found[start : start + limit]]
    return {"channels": page, "response_metadata": {"next_cursor": more}}


def open_direct(call: Call) -> Json:
    if call.word("channel"):
        return {"channel": {"id": call.channel().id}}
    users = [user.strip() for user in call.word("users").split(",") if user.strip()]
    if not users:
        raise Refusal("users_list_not_supplied")
    if len(users) > MOST_IN_DIRECT:
        raise Refusal("too_many_users")
    known = [call.core.workspace.users.get(user) for user in users]
    if any(user is None for user in known):
        raise Refusal("user_not_found")
    if any(user is not None and user.deactivated for user in known):
        raise Refusal("user_disabled")
    before = len(call.core.workspace.channels)
    channel = call.core.workspace.direct(users, by=call.me)
    already = len(call.core.workspace.channels) == before
    described = channel.as_json(member=call.me) if call.flag("return_im") else {"id": channel.id}
    return {"no_op": already, "already_open": already, "channel": described}


def _open_room(call: Call) -> Channel:
    channel = call.channel()
    if channel.kind == "im":
        raise Refusal("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refusal("is_archived")
    call.member_of(channel)
    return channel


def _short_enough(text: str) -> None:
    if len(text) > LONGEST_TOPIC:
        raise Refusal("too_long")


def _answer(call: Call, channel: Channel) -> Json:
    return {"channel": channel.as_json(member=call.me)}


METHODS = {
    "conversations.create": create,
    "conversations.rename": rename,
    "conversations.archive": archive,
    "conversations.unarchive": unarchive,
    "conversations.setTopic": set_topic,
    "conversations.setPurpose": set_purpose,
    "conversations.invite": invite,
    "conversations.join": join,
    "conversations.info": info,
    "conversations.open": open_direct,
    "users.conversations": mine,
}
