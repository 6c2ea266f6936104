"""The organisation's own channels, for announcements and public posts: as configured, followed where they move."""

from dataclasses import dataclass, field

import structlog

from bot.slack.calls import SlackFailure
from bot.slack.rooms import Rooms, is_id
from storage import facts
from storage.database import Database

log = structlog.get_logger()

AGAIN = 60.0
TRIES = 60
"""A minute apart. After an hour an announcement is no news, and what is left of it is told in the room."""

_OUTSIDE = {
    "channel_not_found": "Sitrep is not in {0}; type /invite @Sitrep there",
    "not_in_channel": "Sitrep is not in {0}; type /invite @Sitrep there",
    "is_archived": "{0} is archived; unarchive it, or name another in sitrep.toml",
    "restricted_action": "Slack lets Sitrep write nothing in {0}; change who may post there",
    "restricted_action_read_only_channel": "Slack lets Sitrep write nothing in {0}; change who may post there",
    "missing_scope": "Sitrep's Slack app lacks a permission for {0}; sitrep doctor says which",
}


@dataclass(slots=True)
class Own:
    """``channels``: by their names in the configuration (`status`), as channel ids or names without #."""

    channels: dict[str, str]
    rooms: Rooms
    database: Database
    _asked: set[str] = field(default_factory=set)

    async def channel(self, name: str) -> str:
        """Where to post: an id, or a name as long as nobody knows its id. Ids are followed (REL-057)."""
        channel = self.channels.get(name, name)
        if channel in self._asked or not is_id(channel):
            return channel
        async with self.database.read() as c:
            moved = [channel]
            while (further := await facts.get(c, _fact(moved[-1]))) and further not in moved:
                moved.append(further)
        self._asked.add(moved[-1])
        self.learn(channel, moved[-1])
        return moved[-1]

    async def id_of(self, name: str) -> str:
        """Raises SlackFailure, to be tried again, where Sitrep is in no such channel."""
        channel = await self.channel(name)
        try:
            found = await self.rooms.id_of(channel)
        except SlackFailure as problem:
            raise outside(channel, problem) from problem
        self.learn(channel, found)
        return found

    def learn(self, known_as: str, channel: str) -> None:
        """A channel that is configured by its name is known by its id from the first post on."""
        self.channels = {own: channel if now == known_as else now for own, now in self.channels.items()}

    async def moved(self, old: str, new: str) -> list[str]:
        """Slack gave it another id. The names under which it is configured; empty when that is known or not ours."""
        for name in self.channels:
            await self.channel(name)
        ours = [name for name, channel in self.channels.items() if channel == old]
        if ours:
            async with self.database.begin() as c:
                await facts.put(c, _fact(old), new)
            self.learn(old, new)
        return ours


def outside(channel: str, problem: SlackFailure) -> SlackFailure:
    """Somebody has to let us in: tried for an hour, and people are told meanwhile (GEN-8)."""
    reason = _OUTSIDE.get(problem.code)
    if reason is None:
        return problem
    named = channel if is_id(channel) else f"#{channel}"
    told = reason.format(named)
    return SlackFailure(told, code=problem.code, retry_after=AGAIN, tries=TRIES, tell=True)


def _fact(channel: str) -> str:
    return f"slack:channel:{channel}"
