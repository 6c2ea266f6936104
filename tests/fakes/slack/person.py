"""Somebody who uses Slack: types, presses, fills in forms, comes and goes."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fakes.slack import compose, controls, payloads, replies
from fakes.slack.blocks import view_complaints
from fakes.slack.core import Core
from fakes.slack.outgoing import Delivery, Outgoing
from fakes.slack.refusal import CannotDo, Json, Refusal
from fakes.slack.views import View
from fakes.slack.workspace import Channel, Ephemeral, Message, User


@dataclass
class Said:
    """A message and what was told of it; `deliveries` are two where the bot was mentioned."""

    channel: Channel
    ts: str
    deliveries: list[Delivery] = field(default_factory=list)

    @property
    def acked(self) -> bool:
        return bool(self.deliveries) and all(delivery.acked for delivery in self.deliveries)


class Person:
    def __init__(self, core: Core, outgoing: Outgoing, user: User) -> None:
        self._core = core
        self._outgoing = outgoing
        self.user = user

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def mention(self) -> str:
        return f"<@{self.user.id}>"

    @property
    def modal(self) -> View | None:
        return self._core.views.top(self.id)

    @property
    def home(self) -> View | None:
        return self._core.views.homes.get(self.id)

    def sees(self, channel: str) -> list[Message | Ephemeral]:
        """The room as it stands now, with what only this person sees, oldest first."""
        room = self._room(channel)
        hidden = [e for e in self._core.workspace.ephemerals if e.user == self.id and e.channel == room.id]
        shown: list[Message | Ephemeral] = [*room.messages.values(), *hidden]
        return sorted(shown, key=lambda each: each.ts)

    async def types(
        self,
        channel: str,
        text: str,
        *,
        thread: str = "",
        broadcast: bool = False,
        files: Iterable[str] = (),
        raw: bool = False,
        at: float | None = None,
    ) -> Said:
        """Waits until the app answered the first attempt. `raw` sends the text as it is; `at` backdates it."""
        room = await self._enter(channel)
        attached = [self._upload(room, name) for name in files]
        words = text if raw else compose.message(self._core, text)
        ts = self._core.workspace.ts(room.id) if at is None else f"{at:.6f}"
        parent = room.messages.get(thread)
        extra: Json = {"client_msg_id": self._core.ids.hex(32)}
        extra |= {"files": attached, "upload": True} if attached else {}
        extra |= {"parent_user_id": parent.user} if parent else {}
        message = Message(
            ts=ts,
            user=self.id,
            text=words,
            blocks=compose.rich_text(words),
            subtype="thread_broadcast" if broadcast else "file_share" if attached else "",
            thread_ts=thread,
            broadcast=broadcast,
            extra=extra,
        )
        return await self._heard(room, ts, self._core.happenings.post(room, message))

    async def edits(self, said: Said, text: str) -> Said:
        message, before = self._message(said)
        message.text = compose.message(self._core, text)
        message.blocks = compose.rich_text(message.text)
        told = self._core.happenings.change(said.channel, message, before, by=self.id)
        return await self._heard(said.channel, said.ts, told)

    async def unfurls(self, said: Said) -> Said:
        """Slack adds the preview of a link: a change that nobody made."""
        message, before = self._message(said)
        message.extra["attachments"] = [{"id": 1, "title": "Preview", "from_url": "https://example.com"}]
        return await self._heard(said.channel, said.ts, self._core.happenings.change(said.channel, message, before))

    async def deletes(self, said: Said) -> Said:
        message, _ = self._message(said)
        return await self._heard(said.channel, said.ts, self._core.happenings.delete(said.channel, message))

    async def reacts(self, said: Said, name: str, *, added: bool = True) -> Said:
        message, _ = self._message(said)
        told = self._core.happenings.react(said.channel, message, name, self.id, added=added)
        return await self._heard(said.channel, said.ts, told)

    async def slash(self, channel: str, line: str) -> Delivery:
        """`line` is as typed, "/incident sev1 …". The answer's words are shown to this person alone."""
        room = await self._enter(channel)
        command, _, text = line.partition(" ")
        if self._core.app.commands is not None and command not in self._core.app.commands:
            raise CannotDo(f"{command} is not a valid command")
        payload = payloads.slash(self._core, self.user, room, command, compose.command(self._core, text.strip()))
        delivery = await self._outgoing.ask("slash_commands", payload)
        if delivery.acked:
            replies.acknowledged(self._core, self.id, room, delivery.answer)
        return delivery

    async def presses(self, label: str, *, where: str = "", ts: str = "", value: object = None) -> Delivery:
        """`where` is a channel, "modal" or "home"; without it the open modal, then the newest message that has it."""
        for view in self._views(where):
            if found := controls.find(view.blocks, label):
                return await self._press_in_view(view, *found, value)
        for seen in self._messages(where, ts):
            if found := controls.find(seen.blocks, label):
                room = self._channel_of(seen)
                action = controls.action(*found, value, self._core.workspace.ts("actions"))
                payload = payloads.pressed_in_message(self._core, self.user, room, seen, action)
                return await self._outgoing.ask("interactive", payload)
        raise CannotDo(f"{self.user.name} sees no {label!r}")

    async def _press_in_view(self, view: View, block: Json, element: Json, value: object) -> Delivery:
        action = controls.action(block, element, value, self._core.workspace.ts("actions"))
        state = {"values": {block["block_id"]: {element["action_id"]: action}} if element["type"] != "button" else {}}
        payload = payloads.pressed_in_view(self._core, self.user, view, action, state)
        return await self._outgoing.ask("interactive", payload)

    async def submits(self, values: Mapping[str, object] | None = None, **more: object) -> Delivery:
        """Fields by block_id, action_id or label. Afterwards `modal` is what the app's answer made of it."""
        view = self.modal
        if view is None:
            raise CannotDo(f"{self.user.name} has no form open")
        state = controls.fill(view.blocks, {**(values or {}), **more})
        delivery = await self._outgoing.ask("interactive", payloads.submission(self._core, self.user, view, state))
        if delivery.acked:
            self._after_submit(view, delivery.answer)
        return delivery

    def _after_submit(self, view: View, answer: object) -> None:
        said = answer if isinstance(answer, dict) else {}
        match said.get("response_action"):
            case "errors":
                known = {block["block_id"] for block in view.blocks if block["type"] == "input"}
                if not said.get("errors") or set(said["errors"]) - known:
                    raise CannotDo(f"errors must name input blocks: {said.get('errors')}")
                view.errors = dict(said["errors"])
            case "update" | "push" as action:
                if complaints := view_complaints(said.get("view"), "modal"):
                    raise CannotDo(f"Slack refuses the view: {complaints}")
                views = self._core.views
                _ = views.replace(view, said["view"]) if action == "update" else views.push(self.id, said["view"])
            case other:
                self._core.views.close(view, all_of_them=other == "clear")

    async def closes(self) -> Delivery | None:
        """Cancels the form; the app hears of it only with notify_on_close."""
        view = self.modal
        if view is None:
            raise CannotDo(f"{self.user.name} has no form open")
        self._core.views.close(view)
        if not view.json.get("notify_on_close"):
            return None
        return await self._outgoing.ask("interactive", payloads.closed(self._core, self.user, view))

    async def searches(self, label: str, typed: str) -> Delivery:
        """Types into a list that the app fills; `answer` has the options."""
        for view in self._views(""):
            if found := controls.find(view.blocks, label):
                payload = payloads.suggestion(self._core, self.user, view, found, typed)
                return await self._outgoing.ask("interactive", payload)
        raise CannotDo(f"{self.user.name} sees no {label!r}")

    async def shortcut(self, callback_id: str, said: Said | None = None) -> Delivery:
        """Global, or on a message."""
        if self._core.app.shortcuts is not None and callback_id not in self._core.app.shortcuts:
            raise CannotDo(f"there is no shortcut {callback_id}")
        payload = payloads.global_shortcut(self._core, self.user, callback_id)
        if said:
            message, _ = self._message(said)
            payload = payloads.message_shortcut(self._core, self.user, callback_id, said.channel, message)
        return await self._outgoing.ask("interactive", payload)

    async def opens_home(self) -> Delivery | None:
        home = self.home
        event: Json = {"type": "app_home_opened", "user": self.id, "tab": "home", "channel": self._direct().id}
        event |= {"view": self._core.view_json(home)} if home else {}
        told = await self._heard(self._direct(), "", self._core.happenings.other(event))
        return told.deliveries[0] if told.deliveries else None

    async def _enter(self, channel: str) -> Channel:
        """Whoever speaks in a public channel joins it first."""
        room = self._room(channel)
        if room.archived:
            raise CannotDo(f"#{room.name} is archived")
        if self.id not in room.members:
            if room.kind != "public":
                raise CannotDo(f"{self.user.name} is not in {room.name or room.id}")
            await self._heard(room, "", self._core.happenings.join(room, self.id))
        return room

    def _room(self, channel: str) -> Channel:
        """ "@sitrep" is the direct room with the app."""
        if channel.startswith("@"):
            other = self._core.workspace.user_named(channel)
            if other:
                return self._core.workspace.direct([other.id], by=self.id)
        room = self._core.workspace.channel_named(channel)
        if room is None:
            raise CannotDo(f"no channel {channel}")
        return room

    def _direct(self) -> Channel:
        return self._core.workspace.direct([self._core.app.user_id], by=self.id)

    def _views(self, where: str) -> list[View]:
        shown = [self.modal] if where in ("", "modal") else []
        shown += [self.home] if where in ("", "home") else []
        return [view for view in shown if view]

    def _messages(self, where: str, ts: str) -> list[Message | Ephemeral]:
        """Newest first."""
        rooms = [self._room(where)] if where else list(self._core.workspace.channels.values())
        seen = [each for room in rooms if self.id in room.members for each in self.sees(room.id)]
        return sorted((each for each in seen if ts in ("", each.ts)), key=lambda each: each.ts, reverse=True)

    def _channel_of(self, seen: Message | Ephemeral) -> Channel:
        for room in self._core.workspace.channels.values():
            if room.messages.get(seen.ts) is seen or (isinstance(seen, Ephemeral) and room.id == seen.channel):
                return room
        raise CannotDo("that message is gone")

    def _message(self, said: Said) -> tuple[Message, Json]:
        message = said.channel.messages.get(said.ts)
        if message is None:
            raise Refusal("message_not_found")
        before: Json = json.loads(json.dumps(message.as_json()))
        return message, before

    def _upload(self, room: Channel, name: str) -> Json:
        file_id = self._core.ids.new("F")
        link = f"https://{self._core.workspace.domain}.slack.com/files/{self.id}/{file_id}/{name}"
        file = {"id": file_id, "name": name, "title": name, "user": self.id, "permalink": link, "mode": "hosted"}
        self._core.workspace.files[file_id] = file | {"channels": [room.id], "mimetype": "application/octet-stream"}
        return file

    async def _heard(self, room: Channel, ts: str, told: list[Delivery]) -> Said:
        for delivery in told:
            await delivery.first.wait()
        return Said(room, ts, told)
