"""What happens in the workspace, whoever did it: it changes the rooms and is told to the app."""

from collections.abc import Callable
from typing import Any

from fakes.slack import scopes
from fakes.slack.app import App
from fakes.slack.clock import Clock
from fakes.slack.refusal import Json
from fakes.slack.workspace import Channel, Message, User, Workspace

Told = list[Any]
Tell = Callable[[Json], Any]


class Happenings:
    """Every method returns the deliveries it caused; nobody need wait for them."""

    def __init__(self, workspace: Workspace, app: App, clock: Clock) -> None:
        self._workspace = workspace
        self._app = app
        self._clock = clock
        self.tell: Tell = lambda event: None

    def _emit(self, event: Json, channel: Channel | None = None) -> Told:
        """Only what the app subscribed to and has the scope for; of messages only those where it is a member."""
        kind = channel.kind if channel else "public"
        subscription = scopes.subscription(event["type"], kind)
        if not self._app.hears(subscription, scopes.for_event(event["type"], kind)):
            return []
        told = self.tell(event | {"event_ts": event.get("event_ts") or f"{self._clock.now():.6f}"})
        return [] if told is None else [told]

    def _in(self, channel: Channel) -> bool:
        return self._app.user_id in channel.members

    def _message_event(self, channel: Channel, body: Json) -> Told:
        if not self._in(channel):
            return []
        kinds = {"public": "channel", "private": "group"}
        where = {"channel": channel.id, "channel_type": kinds.get(channel.kind, channel.kind)}
        return self._emit({"type": "message", **body, **where}, channel)

    def post(self, channel: Channel, message: Message) -> Told:
        message.seen_at = self._clock.now()
        channel.messages[message.ts] = message
        if message.is_reply and (parent := channel.messages.get(message.thread_ts)):
            parent.thread_ts = parent.ts
        told = self._message_event(channel, self._told(message) | {"event_ts": message.ts})
        if f"<@{self._app.user_id}>" in message.text and message.user != self._app.user_id and self._in(channel):
            # The same words a second time, under an event id of their own.
            body = self._told(message) | {"type": "app_mention", "event_ts": message.ts, "channel": channel.id}
            body.pop("channel_type", None)
            told += self._emit(body, channel)
        return told

    def _told(self, message: Message) -> Json:
        team = {"team": self._workspace.id}
        ours = message.bot_id == self._app.bot_id
        return message.as_json() | team | ({"app_id": self._app.id} if ours else {})

    def system(self, channel: Channel, subtype: str, user: str, text: str, **extra: object) -> Told:
        """The grey lines: somebody joined, a topic was set."""
        ts = self._workspace.ts(channel.id)
        return self.post(channel, Message(ts=ts, user=user, text=text, subtype=subtype, extra=dict(extra)))

    def change(self, channel: Channel, message: Message, before: Json, *, by: str = "") -> Told:
        """An edit has an author; a preview that Slack added has none."""
        if by:
            message.edited = {"user": by, "ts": self._workspace.ts(channel.id)}
        body = {
            "subtype": "message_changed",
            "hidden": True,
            "message": self._told(message),
            "previous_message": before,
            "ts": self._workspace.ts(channel.id),
        }
        return self._message_event(channel, body)

    def delete(self, channel: Channel, message: Message) -> Told:
        del channel.messages[message.ts]
        channel.pins = [ts for ts in channel.pins if ts != message.ts]
        if channel.replies(message.ts):
            return self._tombstone(channel, message)
        body = {
            "subtype": "message_deleted",
            "hidden": True,
            "deleted_ts": message.ts,
            "previous_message": self._told(message),
            "ts": self._workspace.ts(channel.id),
        }
        return self._message_event(channel, body)

    def _tombstone(self, channel: Channel, message: Message) -> Told:
        """What has replies leaves a stone in its place, and Slack calls that a change."""
        stone = {"type": "message", "subtype": "tombstone", "text": "This message was deleted.", "ts": message.ts}
        body = {
            "subtype": "message_changed",
            "hidden": True,
            "message": stone | {"user": "USLACKBOT", "hidden": True, "thread_ts": message.ts},
            "previous_message": self._told(message),
            "ts": self._workspace.ts(channel.id),
        }
        return self._message_event(channel, body)

    def react(self, channel: Channel, message: Message, name: str, user: str, *, added: bool = True) -> Told:
        users = message.reactions.setdefault(name, [])
        if added:
            users.append(user)
        else:
            users.remove(user)
        if not users:
            del message.reactions[name]
        item = {"type": "message", "channel": channel.id, "ts": message.ts}
        kind = "reaction_added" if added else "reaction_removed"
        event = {"type": kind, "user": user, "reaction": name, "item_user": message.user, "item": item}
        return self._emit(event, channel) if self._in(channel) else []

    def pin(self, channel: Channel, message: Message, user: str) -> Told:
        channel.pins.append(message.ts)
        item = {
            "type": "message",
            "channel": channel.id,
            "message": message.as_json(),
            "created": int(float(message.ts)),
        }
        event = {"type": "pin_added", "user": user, "channel_id": channel.id, "item": item}
        return self._emit(event, channel) if self._in(channel) else []

    def join(self, channel: Channel, user: str, *, inviter: str = "") -> Told:
        channel.members.append(user)
        extra = {"inviter": inviter} if inviter else {}
        told = self.system(channel, "channel_join", user, f"<@{user}> has joined the channel", **extra)
        event = {
            "type": "member_joined_channel",
            "user": user,
            "channel": channel.id,
            "team": self._workspace.id,
            **extra,
        }
        return told + (self._emit(event, channel) if self._in(channel) else [])

    def leave(self, channel: Channel, user: str, *, kicked_by: str = "") -> Told:
        ours = self._in(channel)
        channel.members.remove(user)
        actor = {"actor_id": kicked_by} if kicked_by else {}
        told: Told = []
        if ours:
            event = {"type": "member_left_channel", "user": user, "channel": channel.id, "team": self._workspace.id}
            told += self._emit(event | {"channel_type": "C" if channel.kind == "public" else "G"}, channel)
        if user == self._app.user_id:
            kind = "channel_left" if channel.kind == "public" else "group_left"
            told += self._emit({"type": kind, "channel": channel.id, **actor}, channel)
        return told + self.system(channel, "channel_leave", user, f"<@{user}> has left the channel")

    def created(self, channel: Channel) -> Told:
        if channel.kind != "public":
            return []
        about = {"id": channel.id, "name": channel.name, "created": int(channel.created), "creator": channel.creator}
        return self._emit({"type": "channel_created", "channel": about}, channel)

    def rename(self, channel: Channel, name: str, user: str) -> Told:
        old, channel.name = channel.name, name
        channel.previous_names.insert(0, old)
        about = {"id": channel.id, "name": name, "created": int(channel.created)}
        told = self._emit({"type": self._type(channel, "rename"), "channel": about}, channel)
        text = f'has renamed the channel from "{old}" to "{name}"'
        return told + self.system(channel, "channel_name", user, text, old_name=old, name=name)

    def archive(self, channel: Channel, user: str) -> Told:
        told = self.system(channel, "channel_archive", user, "archived the channel")
        channel.archived = True
        return told + self._emit({"type": self._type(channel, "archive"), "channel": channel.id, "user": user}, channel)

    def unarchive(self, channel: Channel, user: str) -> Told:
        channel.archived = False
        event = {"type": self._type(channel, "unarchive"), "channel": channel.id, "user": user}
        return self._emit(event, channel) + self.system(channel, "channel_unarchive", user, "unarchived the channel")

    def remove_channel(self, channel: Channel) -> Told:
        channel.deleted = True
        return self._emit({"type": self._type(channel, "deleted"), "channel": channel.id}, channel)

    def change_id(self, channel: Channel) -> Told:
        old = self._workspace.change_id(channel)
        return self._emit({"type": "channel_id_changed", "old_channel_id": old, "new_channel_id": channel.id}, channel)

    def change_user(self, user: User) -> Told:
        return self._emit({"type": "user_change", "user": user.as_json(with_email=True)})

    def other(self, event: Json) -> Told:
        """Any event that has no room: app_home_opened, tokens_revoked …"""
        return self._emit(event)

    @staticmethod
    def _type(channel: Channel, what: str) -> str:
        return f"{'channel' if channel.kind == 'public' else 'group'}_{what}"
