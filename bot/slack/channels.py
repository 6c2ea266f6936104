"""What happens to channels themselves: another id, another name, closed, Sitrep taken out or let in again."""

from dataclasses import dataclass

import structlog

from bot.slack import moves, payload
from bot.slack.calls import SlackFailure
from bot.slack.chat import SlackChat
from bot.slack.gaps import Gaps
from bot.slack.listen import Ears
from bot.slack.payload import Payload
from bot.slack.posts import Sleep
from incidents.incident import Incident
from scheduler.chat import Place, Undelivered
from storage import facts, incidents, rooms
from templates import marks
from templates.card import Card
from templates.house import House

log = structlog.get_logger()


_PAUSES = (5.0, 15.0, 60.0, 300.0)
"""Seconds between tries to come back while Slack cannot be reached."""


@dataclass(slots=True)
class Channels:
    """Everything here is done after Slack was answered: the next message would notice the same (REL-054)."""

    ears: Ears
    chat: SlackChat
    gaps: Gaps
    house: House
    sleep: Sleep

    async def id_changed(self, event: Payload) -> None:
        """The event `channel_id_changed`; what sitrep.toml names is followed too (REL-057)."""
        await moves.follow(self.ears, event)
        old, new = payload.id_of(event, "old_channel_id"), payload.id_of(event, "new_channel_id")
        if old and new and old != new:
            for name in await self.chat.own.moved(old, new):
                log.warning("configured channel has another id", action="slack_own_moved", channel=old, to=new)
                self.ears.later.start(self._advise(name, old, new), "advice")

    async def renamed(self, event: Payload) -> None:
        """The events `channel_rename` and `group_rename` (REL-056)."""
        channel, name = payload.id_of(event, "channel", "id"), payload.text(event, "channel", "name")
        if channel and name:
            async with self.ears.database.begin() as c:
                await rooms.rename(c, "slack", f"slack:{channel}", name[:200])

    async def closed(self, event: Payload) -> None:
        """Archived or deleted by hand while its incident is open (REL-054, REL-055)."""
        channel = payload.id_of(event, "channel")
        code = "is_archived" if payload.text(event, "type").endswith("_archive") else "channel_not_found"
        if incident := await self._open_in(channel):
            self.ears.later.start(self._flee(incident, channel, code), "refuge")

    async def left(self, event: Payload) -> None:
        """Sitrep was taken out: back into a public channel; of a private one whoever leads is told (REL-058)."""
        channel = payload.id_of(event, "channel")
        if incident := await self._open_in(channel):
            at = f"{self.ears.now().timestamp():.6f}"
            async with self.ears.database.begin() as c:
                if await facts.get(c, _left(channel)):
                    return
                await facts.put(c, _left(channel), at)
            self.ears.later.start(self._back(incident, channel, at), "back")

    async def joined(self, event: Payload) -> None:
        """The event `member_joined_channel`: back in an incident's room, what was said meanwhile is read (REL-021)."""
        channel, user = payload.id_of(event, "channel"), payload.id_of(event, "user")
        if user != (await self.ears.workspace.me()).user or not (incident := await self._open_in(channel)):
            return
        async with self.ears.database.begin() as c:
            since = await facts.get(c, _left(channel))
            await facts.put(c, _left(channel), "")
        if since:
            self.ears.later.start(self.gaps.since(incident.id, float(since)), "gap")

    async def _open_in(self, channel: str) -> Incident | None:
        async with self.ears.database.read() as c:
            number = await rooms.incident_of(c, "slack", f"slack:{channel}") if channel else None
            found = await incidents.by_id(c, number) if number else None
        return found if found and found.phase.active else None

    async def _flee(self, incident: Incident, channel: str, code: str) -> None:
        try:
            await self.chat.refuge.of(incident.id, channel, SlackFailure(code, code=code, permanent=True))
        except SlackFailure as problem:
            log.warning("no refuge", action="slack_no_refuge", incident=incident.id, reason=problem.reason)
            why = "was archived" if code == "is_archived" else "is gone"
            await self._tell(incident, channel, f"{marks.bold(incident.room_name)}: its channel {why}. {self._web()}")

    async def _back(self, incident: Incident, channel: str, at: str) -> None:
        for pause in _PAUSES:
            try:
                await self.ears.workspace.call("conversations.join", channel=channel)
            except SlackFailure as problem:
                log.warning("left out", action="slack_left", incident=incident.id, reason=problem.reason)
                if problem.permanent:
                    await self._left_out(incident, channel, at)
                    return
                await self.sleep(max(pause, problem.retry_after or 0.0))
            else:
                return

    async def _left_out(self, incident: Incident, channel: str, at: str) -> None:
        """Whoever leads, and those who look after Sitrep; of a private incident only whoever leads (G9)."""
        invite = "Sitrep was taken out of its channel. Type /invite @Sitrep there; then it reads what it missed."
        text = f"{marks.bold(incident.room_name)}: {invite}"
        await self._tell(incident, at, text)
        if not incident.private:
            leader = (incident.commander or incident.declared_by).id
            await self._administrators(f"left:{channel}:{at}", Card(text=text, tone="warn"), but=leader)

    def _web(self) -> str:
        base = self.house.link_base
        return f"It goes on in Sitrep’s web room{f': {base}' if base else ''}."

    async def _tell(self, incident: Incident, about: str, text: str) -> None:
        """Whoever leads, once: Slack tells of an event again when in doubt."""
        await self.chat.tell(f"channel:{incident.id}:{about}", Card(text=text, tone="warn"), incident)

    async def _advise(self, name: str, old: str, new: str) -> None:
        """To those who look after Sitrep; where nobody is named, where incidents are announced."""
        place = next((place for place, own in self.house.own_rooms.items() if own == name), "announce")
        key = f"{place}_channel"
        text = f"Slack gave the channel {old} the id {new}. Sitrep follows it; please write in sitrep.toml: "
        card = Card(text=f'{text}[slack] {key} = "{new}"', tone="warn")
        if self.ears.settings.administrators:
            await self._administrators(f"moved:{old}:{new}", card)
        else:
            await self._show(f"moved:{old}:{new}:0", Place(name=self.house.announce_room), card)

    async def _administrators(self, op: str, card: Card, *, but: str = "") -> None:
        """Each of them directly; ``but`` knows already."""
        for number, email in enumerate(self.ears.settings.administrators):
            if email != but:
                await self._show(f"{op}:{number}", Place(person=email), card)

    async def _show(self, op: str, place: Place, card: Card) -> None:
        try:
            await self.chat.show(op, place, card)
        except Undelivered as problem:
            log.warning("not told", action="slack_not_told", reason=problem.reason)


def _left(channel: str) -> str:
    return f"slack:left:{channel}"
