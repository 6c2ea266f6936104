"""Our app as Slack knows it: tokens, scopes, subscriptions, the signing secret."""

from fakes.slack.names import Ids
from fakes.slack.refusal import Refusal

ALL_SCOPES = frozenset(
    [
        "app_mentions:read",
        "bookmarks:read",
        "bookmarks:write",
        "channels:history",
        "channels:join",
        "channels:manage",
        "channels:read",
        "chat:write",
        "chat:write.public",
        "commands",
        "files:read",
        "groups:history",
        "groups:read",
        "groups:write",
        "im:history",
        "im:read",
        "im:write",
        "mpim:history",
        "mpim:read",
        "mpim:write",
        "pins:read",
        "pins:write",
        "reactions:read",
        "reactions:write",
        "users:read",
        "users:read.email",
    ]
)
ALL_EVENTS = frozenset(
    [
        "app_home_opened",
        "app_mention",
        "app_uninstalled",
        "channel_archive",
        "channel_created",
        "channel_deleted",
        "channel_id_changed",
        "channel_left",
        "channel_rename",
        "channel_unarchive",
        "file_shared",
        "group_archive",
        "group_deleted",
        "group_left",
        "group_rename",
        "group_unarchive",
        "member_joined_channel",
        "member_left_channel",
        "message.channels",
        "message.groups",
        "message.im",
        "message.mpim",
        "pin_added",
        "pin_removed",
        "reaction_added",
        "reaction_removed",
        "team_join",
        "tokens_revoked",
        "user_change",
    ]
)


class App:
    """`used` collects every scope that some call or event really needed (SEC-150).

    Until a manifest is installed it has every scope and event, and any command and shortcut.
    """

    def __init__(self, ids: Ids, *, user_id: str) -> None:
        self._ids = ids
        self.id = ids.new("A")
        self.bot_id = ids.new("B")
        self.user_id = user_id
        self.signing_secret = ids.hex(32)
        self.verification_token = ids.new("", 24)
        self.scopes = set(ALL_SCOPES)
        self.events = set(ALL_EVENTS)
        self.used: set[str] = set()
        self.escapes_commands = True
        self.home_tab = True
        self.socket_mode = True
        self.commands: set[str] | None = None
        self.shortcuts: set[str] | None = None
        self.bot_token = ""
        self.app_token = ""
        self.dead: dict[str, str] = {}
        self.rotate()

    def rotate(self, *, old: str = "token_revoked") -> None:
        """New tokens; from now on the old ones are answered with this code."""
        self.dead.update({token: old for token in (self.bot_token, self.app_token) if token})
        self.bot_token = f"xoxb-{self._ids.number(12)}-{self._ids.new('', 24)}"
        self.app_token = f"xapp-1-{self.id}-{self._ids.number(13)}-{self._ids.hex(64)}"

    def kill(self, code: str) -> None:
        """token_revoked, account_inactive, invalid_auth, token_expired … until revive()."""
        self.dead.update({self.bot_token: code, self.app_token: code})

    def revive(self) -> None:
        for token in (self.bot_token, self.app_token):
            self.dead.pop(token, None)

    def authenticate(self, token: str, *, needs_app_token: bool) -> None:
        if not token:
            raise Refusal("not_authed")
        if token in self.dead:
            raise Refusal(self.dead[token])
        if token not in (self.bot_token, self.app_token):
            raise Refusal("invalid_auth")
        if (token == self.app_token) != needs_app_token:
            raise Refusal("not_allowed_token_type")

    def allow(self, alternatives: tuple[str, ...]) -> None:
        """Raises missing_scope unless one of them was granted, and remembers which one it was."""
        granted = self.scopes | {"connections:write"}
        if not alternatives:
            return
        if not any(scope in granted for scope in alternatives):
            raise Refusal("missing_scope", needed=alternatives[0], provided=",".join(sorted(self.scopes)))
        self.used.add(next(scope for scope in alternatives if scope in granted))

    def hears(self, subscription: str, scopes: tuple[str, ...]) -> bool:
        if subscription not in self.events or (scopes and not self.scopes.intersection(scopes)):
            return False
        self.used.update(self.scopes.intersection(scopes[:1]))
        return True
