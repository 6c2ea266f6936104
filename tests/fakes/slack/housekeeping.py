"""What happens to rooms and people behind the bot's back: renamed, archived, kicked, deactivated."""

from fakes.slack.core import Core
from fakes.slack.outgoing import Delivery, Outgoing
from fakes.slack.person import Person, Said
from fakes.slack.refusal import CannotDo, Json
from fakes.slack.workspace import Channel, Message


class Housekeeping:
    """`by` is the person who does it; without one it is the first administrator Slack made up."""

    def __init__(self, core: Core, outgoing: Outgoing, owner: str) -> None:
        self._core = core
        self._outgoing = outgoing
        self._owner = owner

    def room(self, channel: str) -> Channel:
        room = self._core.workspace.channel_named(channel)
        if room is None:
            raise CannotDo(f"no channel {channel}")
        return room

    async def joins(self, channel: str, person: Person) -> list[Delivery]:
        return await self._told(self._core.happenings.join(self.room(channel), person.id))

    async def leaves(self, channel: str, person: Person) -> list[Delivery]:
        return await self._told(self._core.happenings.leave(self.room(channel), person.id))

    async def invites_app(self, channel: str) -> list[Delivery]:
        room = self.room(channel)
        return await self._told(self._core.happenings.join(room, self._core.app.user_id, inviter=self._owner))

    async def kicks_app(self, channel: str, by: Person | None = None) -> list[Delivery]:
        who = by.id if by else self._owner
        return await self._told(self._core.happenings.leave(self.room(channel), self._core.app.user_id, kicked_by=who))

    async def archives(self, channel: str, by: Person | None = None) -> list[Delivery]:
        return await self._told(self._core.happenings.archive(self.room(channel), by.id if by else self._owner))

    async def unarchives(self, channel: str, by: Person | None = None) -> list[Delivery]:
        return await self._told(self._core.happenings.unarchive(self.room(channel), by.id if by else self._owner))

    async def renames(self, channel: str, name: str, by: Person | None = None) -> list[Delivery]:
        return await self._told(self._core.happenings.rename(self.room(channel), name, by.id if by else self._owner))

    async def deletes(self, channel: str) -> list[Delivery]:
        return await self._told(self._core.happenings.remove_channel(self.room(channel)))

    async def changes_id(self, channel: str) -> list[Delivery]:
        """Slack does this when a channel becomes shared."""
        return await self._told(self._core.happenings.change_id(self.room(channel)))

    async def removes_message(self, channel: str, ts: str) -> list[Delivery]:
        """An administrator takes away anybody's message, a card of ours too."""
        room = self.room(channel)
        return await self._told(self._core.happenings.delete(room, room.messages[ts]))

    async def deactivates(self, person: Person) -> list[Delivery]:
        person.user.deactivated = True
        return await self._told(self._core.happenings.change_user(person.user))

    async def bot_says(self, channel: str, text: str, *, name: str = "robot", modern: bool = True) -> Said:
        """Another app's message. Old integrations have the subtype, modern ones only a bot_id."""
        room = self.room(channel)
        ids = self._core.ids
        extra: Json = {"app_id": ids.new("A")} if modern else {"username": name}
        subtype = "" if modern else "bot_message"
        ts = self._core.workspace.ts(room.id)
        message = Message(ts=ts, user=ids.new("U"), text=text, subtype=subtype, bot_id=ids.new("B"), extra=extra)
        return Said(room, ts, await self._told(self._core.happenings.post(room, message)))

    async def limits_events(self) -> Delivery:
        """app_rate_limited: from now on Slack leaves events out."""
        delivery = self._outgoing.tell_rate_limited(int(self._core.clock.now()) // 60 * 60)
        await delivery.first.wait()
        return delivery

    async def sends(self, event: Json) -> list[Delivery]:
        """Any event, as it is."""
        delivery = self._outgoing.tell(event)
        return await self._told([delivery] if delivery else [])

    async def repeats(self, delivery: Delivery, *, number: int = 1, reason: str = "http_timeout") -> Delivery:
        """Once more the very same event, as if the acknowledgement had been lost (REL-003)."""
        again = Delivery(delivery.what, delivery.payload)
        self._outgoing.deliveries.append(again)
        await self._outgoing.attempt(again, number, reason)
        again.first.set()
        again.done.set()
        return again

    @staticmethod
    async def _told(deliveries: list[Delivery]) -> list[Delivery]:
        for delivery in deliveries:
            await delivery.first.wait()
        return deliveries
