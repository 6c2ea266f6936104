"""Which permission each call and each event needs, and so what the manifest asks for: no more, no less (SEC-150)."""

from collections.abc import Mapping

from bot.slack.settings import Privacy

_MANAGE = ("channels:manage", "groups:write")
_READ = ("channels:read", "groups:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")

CALLS: Mapping[str, tuple[str, ...]] = {
    "auth.test": (),
    "bookmarks.add": ("bookmarks:write",),
    "bookmarks.list": ("bookmarks:read",),
    "bots.info": ("users:read",),
    "chat.getPermalink": (),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.archive": _MANAGE,
    "conversations.create": _MANAGE,
    "conversations.history": _HISTORY,
    "conversations.info": _READ,
    "conversations.invite": _MANAGE,
    "conversations.join": ("channels:join",),
    "conversations.open": ("im:write",),
    "conversations.replies": _HISTORY,
    "conversations.setPurpose": _MANAGE,
    "conversations.setTopic": _MANAGE,
    "conversations.unarchive": _MANAGE,
    "pins.add": ("pins:write",),
    "reactions.add": ("reactions:write",),
    "users.conversations": _READ,
    "users.info": ("users:read", "users:read.email"),
    "users.lookupByEmail": ("users:read.email",),
    "views.open": (),
    "views.publish": (),
    "views.update": (),
}
"""Every method of the Web API that Sitrep calls with its bot token, with all scopes it needs: one per kind of room."""

EVENTS: Mapping[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "channel_archive": ("channels:read",),
    "channel_deleted": ("channels:read",),
    "channel_id_changed": _READ,
    "channel_left": ("channels:read",),
    "channel_rename": ("channels:read",),
    "group_archive": ("groups:read",),
    "group_deleted": ("groups:read",),
    "group_left": ("groups:read",),
    "group_rename": ("groups:read",),
    "member_joined_channel": _READ,
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "reaction_added": ("reactions:read",),
    "team_join": ("users:read",),
    "user_change": ("users:read",),
}
SCOPES: Mapping[str, tuple[str, ...]] = {**CALLS, **EVENTS}

LISTENING = frozenset(name for name, scopes in SCOPES.items() if set(scopes) & {*_HISTORY, "reactions:read"})
"""What reads messages that were not addressed to Sitrep: all of it is left out when it may hear commands only."""

_FEATURES = ("commands",)
"""Slash commands and shortcuts."""


def bot_scopes(privacy: Privacy) -> list[str]:
    needed = {scope for name, scopes in SCOPES.items() if _wanted(name, privacy) for scope in scopes}
    return sorted(needed | set(_FEATURES))


def bot_events(privacy: Privacy) -> list[str]:
    return sorted(name for name in EVENTS if _wanted(name, privacy))


def _wanted(name: str, privacy: Privacy) -> bool:
    return privacy == "all" or name not in LISTENING
