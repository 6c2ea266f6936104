"""Slack makes a channel wait: whoever leads there is told once, by a call that is counted elsewhere (REL-032)."""

from dataclasses import dataclass, field

import structlog

from bot.slack.calls import SlackFailure
from bot.slack.people import Slackers
from bot.slack.workspace import Workspace
from storage import incidents
from storage.database import Database

log = structlog.get_logger()

LONG = 10.0
"""Seconds after which silence would be taken for failure."""

NOTICE = "Delayed by Slack, which lets Sitrep post only so often. What is missing here follows by itself."


@dataclass(slots=True)
class Delays:
    workspace: Workspace
    people: Slackers
    database: Database
    _since: dict[str, float] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    async def met(self, channel: str, incident: int | None, problem: SlackFailure) -> None:
        """A message for this channel has to wait; how long in all is known as soon as Slack says so."""
        if problem.retry_after is None or incident is None:
            return
        now = self.workspace.holds.now()
        begun = self._since.setdefault(channel, now)
        if now + problem.retry_after - begun >= LONG and channel not in self._told:
            self._told.add(channel)
            await self._tell(channel, incident)

    def over(self, channel: str) -> None:
        self._since.pop(channel, None)
        self._told.discard(channel)

    async def _tell(self, channel: str, incident: int) -> None:
        async with self.database.read() as c:
            found = await incidents.by_id(c, incident)
        who = found and (found.commander or found.declared_by)
        user = (await self.people.users([who])).get(who.id) if who else None
        if user is None:
            return
        try:
            await self.workspace.call("chat.postEphemeral", channel=channel, user=user, text=NOTICE)
        except SlackFailure as problem:
            log.info("not told of a delay", action="slack_delay_untold", channel=channel, code=problem.code)
