"""Which scope a method or an event needs; any one of the listed is enough."""

from fakes.slack.workspace import Kind

_READ: dict[Kind, str] = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}
HISTORY: dict[Kind, str] = {
    "public": "channels:history",
    "private": "groups:history",
    "im": "im:history",
    "mpim": "mpim:history",
}
_MANAGE: dict[Kind, str] = {
    "public": "channels:manage",
    "private": "groups:write",
    "im": "im:write",
    "mpim": "mpim:write",
}

_FIXED: dict[str, tuple[str, ...]] = {
    "auth.test": (),
    "apps.connections.open": ("connections:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.getPermalink": (),
    "conversations.join": ("channels:join",),
    "pins.add": ("pins:write",),
    "pins.list": ("pins:read",),
    "bookmarks.add": ("bookmarks:write",),
    "bookmarks.edit": ("bookmarks:write",),
    "bookmarks.list": ("bookmarks:read",),
    "reactions.add": ("reactions:write",),
    "users.info": ("users:read",),
    "bots.info": ("users:read",),
    "users.lookupByEmail": ("users:read.email",),
    "files.info": ("files:read",),
}
_BY_KIND = {
    "conversations.create": _MANAGE,
    "conversations.rename": _MANAGE,
    "conversations.archive": _MANAGE,
    "conversations.unarchive": _MANAGE,
    "conversations.setPurpose": _MANAGE,
    "conversations.setTopic": _MANAGE,
    "conversations.invite": _MANAGE,
    "conversations.open": _MANAGE,
    "conversations.info": _READ,
    "users.conversations": _READ,
    "conversations.members": _READ,
    "conversations.history": HISTORY,
    "conversations.replies": HISTORY,
}
_FINER = {
    "conversations.setTopic": "write.topic",
    "conversations.setPurpose": "write.topic",
    "conversations.invite": "write.invites",
}
_EVENTS: dict[str, tuple[str, ...]] = {
    "app_mention": ("app_mentions:read",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "pin_added": ("pins:read",),
    "pin_removed": ("pins:read",),
    "user_change": ("users:read",),
    "team_join": ("users:read",),
    "file_shared": ("files:read",),
    "app_home_opened": (),
    "app_uninstalled": (),
    "tokens_revoked": (),
    "app_rate_limited": (),
}


def for_method(method: str, kind: Kind = "public") -> tuple[str, ...]:
    """Empty when no scope is needed."""
    if method in _FIXED:
        return _FIXED[method]
    scopes = [_BY_KIND[method][kind]] if method in _BY_KIND else []
    if method in _FINER and kind in ("public", "private"):
        scopes.append(f"{'channels' if kind == 'public' else 'groups'}:{_FINER[method]}")
    return tuple(scopes)


def for_event(event: str, kind: Kind = "public") -> tuple[str, ...]:
    if event == "message":
        return (HISTORY[kind],)
    return _EVENTS.get(event, (_READ[kind],))


def subscription(event: str, kind: Kind) -> str:
    """What the app must have subscribed to: messages are told apart by where they were said."""
    where = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}[kind]
    return f"message.{where}" if event == "message" else event


def for_subscription(event: str) -> tuple[str, ...]:
    """What a manifest must ask for before it may subscribe to this event."""
    kinds: dict[str, Kind] = {"channels": "public", "groups": "private", "im": "im", "mpim": "mpim"}
    name, _, where = event.partition(".")
    if name == "message":
        return (HISTORY[kinds[where]],)
    if event.startswith("member_"):
        return ("channels:read", "groups:read")
    return for_event(event, "private" if event.startswith("group_") else "public")
