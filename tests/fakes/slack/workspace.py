"""What a workspace is: people, channels and the messages in them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from fakes.slack.clock import Clock
from fakes.slack.names import Ids
from fakes.slack.refusal import Json

Guest = Literal["", "multi", "single"]
Kind = Literal["public", "private", "im", "mpim"]


@dataclass
class User:
    id: str
    name: str
    real_name: str
    email: str
    team: str
    guest: Guest = ""
    external: bool = False
    deactivated: bool = False
    away: bool = False
    admin: bool = False
    bot: bool = False
    tz: str = "Europe/Berlin"

    def as_json(self, *, with_email: bool) -> Json:
        profile = {"real_name": self.real_name, "display_name": self.name, "team": self.team}
        return {
            "id": self.id,
            "team_id": self.team,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deactivated,
            "tz": self.tz,
            "profile": profile | ({"email": self.email} if with_email else {}),
            "is_admin": self.admin,
            "is_owner": False,
            "is_restricted": self.guest != "",
            "is_ultra_restricted": self.guest == "single",
            "is_stranger": self.external,
            "is_bot": self.bot,
            "is_app_user": False,
        }


@dataclass
class Message:
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    subtype: str = ""
    thread_ts: str = ""
    broadcast: bool = False
    bot_id: str = ""
    metadata: Json = field(default_factory=dict)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    extra: Json = field(default_factory=dict)
    edited: Json = field(default_factory=dict)
    seen_at: float = 0.0

    @property
    def is_reply(self) -> bool:
        return self.thread_ts not in ("", self.ts)

    def as_json(self, *, with_metadata: bool = True) -> Json:
        optional: Json = {
            "subtype": self.subtype,
            "thread_ts": self.thread_ts,
            "bot_id": self.bot_id,
            "blocks": self.blocks,
            "edited": self.edited,
            "metadata": self.metadata if with_metadata else {},
            "reactions": [{"name": n, "users": list(u), "count": len(u)} for n, u in self.reactions.items()],
        }
        plain = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        return plain | {key: value for key, value in optional.items() if value} | self.extra


@dataclass
class Channel:
    id: str
    name: str
    kind: Kind
    creator: str
    created: float
    members: list[str] = field(default_factory=list)
    archived: bool = False
    deleted: bool = False
    topic: str = ""
    purpose: str = ""
    messages: dict[str, Message] = field(default_factory=dict)
    pins: list[str] = field(default_factory=list)
    bookmarks: list[Json] = field(default_factory=list)
    previous_names: list[str] = field(default_factory=list)
    general: bool = False
    read_only: bool = False

    def replies(self, ts: str) -> list[Message]:
        return [message for message in self.messages.values() if message.thread_ts == ts and message.is_reply]

    def as_json(self, *, member: str) -> Json:
        private = self.kind != "public"
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": self.kind == "public",
            "is_group": self.kind == "private",
            "is_im": self.kind == "im",
            "is_mpim": self.kind == "mpim",
            "is_private": private,
            "is_archived": self.archived,
            "is_general": self.general,
            "is_member": member in self.members,
            "created": int(self.created),
            "creator": self.creator,
            "topic": {"value": self.topic, "creator": self.creator if self.topic else "", "last_set": 0},
            "purpose": {"value": self.purpose, "creator": self.creator if self.purpose else "", "last_set": 0},
            "previous_names": list(self.previous_names),
            "unlinked": 0,
            "is_shared": False,
            "is_ext_shared": False,
            "is_org_shared": False,
        }


@dataclass
class Ephemeral:
    """Only one person sees it, and history does not know it."""

    ts: str
    user: str
    channel: str
    text: str
    blocks: list[Json]
    thread_ts: str = ""


class Workspace:
    def __init__(self, clock: Clock, ids: Ids, *, name: str = "example") -> None:
        self._clock = clock
        self.ids = ids
        self.id = ids.new("T")
        self.domain = name
        self.users: dict[str, User] = {}
        self.bots: dict[str, Json] = {}
        self.channels: dict[str, Channel] = {}
        self.ephemerals: list[Ephemeral] = []
        self.files: dict[str, Json] = {}
        self._last_ts: dict[str, int] = {}

    def ts(self, channel: str) -> str:
        """Unique in its channel and never earlier than the one before."""
        micros = max(int(self._clock.now() * 1_000_000), self._last_ts.get(channel, 0) + 1)
        self._last_ts[channel] = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def change_id(self, channel: Channel) -> str:
        """The old one. Its messages keep their numbers, and the next one comes after them."""
        old, channel.id = channel.id, self.ids.new("C")
        self.channels[channel.id] = self.channels.pop(old)
        self._last_ts[channel.id] = self._last_ts.get(old, 0)
        return old

    def add_user(self, user: User) -> User:
        self.users[user.id] = user
        return user

    def add_channel(self, name: str, kind: Kind, *, creator: str, members: Iterable[str] = ()) -> Channel:
        prefix = "D" if kind == "im" else "C"
        everybody = list(dict.fromkeys([creator, *members]))
        channel = Channel(self.ids.new(prefix), name, kind, creator, self._clock.now(), everybody)
        self.channels[channel.id] = channel
        return channel

    def user_named(self, name: str) -> User | None:
        wanted = name.removeprefix("@")
        return next((user for user in self.users.values() if wanted in (user.name, user.id)), None)

    def channel_named(self, name: str) -> Channel | None:
        """By id, by name or by #name; the living before the archived. Direct rooms have no name."""
        wanted = name.removeprefix("#")
        known = [each for each in self.channels.values() if not each.deleted and wanted in (each.id, each.name)]
        return min(known, key=lambda each: each.archived, default=None)

    def name_is_taken(self, name: str, *, but: Channel | None = None) -> bool:
        """An archived channel keeps its name; a deleted one gives it back."""
        return any(each.name == name and not each.deleted and each is not but for each in self.channels.values())

    def direct(self, users: Iterable[str], *, by: str) -> Channel:
        people = sorted({by, *users})
        kind: Kind = "im" if len(people) <= 2 else "mpim"
        for channel in self.channels.values():
            if channel.kind == kind and sorted(channel.members) == people:
                return channel
        name = "" if kind == "im" else "mpdm-" + "--".join(self.users[each].name for each in people) + "-1"
        return self.add_channel(name, kind, creator=by, members=people)
