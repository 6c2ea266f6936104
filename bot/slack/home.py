"""The App Home: the open incidents that somebody may see, their roles, what they promised."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.slack import dialect, payload
from bot.slack.answering import Json
from bot.slack.calls import SlackFailure
from bot.slack.limits import VIEW_BLOCKS
from bot.slack.listen import Ears
from bot.slack.payload import Payload
from incidents.escalation import audience
from incidents.incident import Incident
from incidents.person import Person
from storage import incidents, promises
from templates import due, marks, promise_list
from templates.card import Button, Card
from templates.house import House
from templates.overviews import incident_list
from templates.words import clock

log = structlog.get_logger()

DECLARE = Button("Declare an incident", says="declare", style="primary")


@dataclass(slots=True)
class Home:
    ears: Ears
    house: House

    async def opened(self, event: Payload) -> None:
        """The event `app_home_opened`; the other tab is the conversation with the bot."""
        user = payload.id_of(event, "user")
        if user and payload.text(event, "tab") == "home":
            self.ears.later.start(self.publish(user), "home")

    async def publish(self, user: str) -> None:
        who = await self.ears.people.person(user)
        now = self.ears.now()
        async with self.ears.database.read() as c:
            running = await incidents.all_open(c)
            settled = await promises.newest(c, limit=100)
            shares = await promises.shares(c, now - promise_list.SHARED)
        seen = [incident for incident in running if not incident.private or who.id in incident.participants()]
        ours = {incident.id for incident in seen}
        past = [each for each in settled if not each.private or each.incident_id in ours][:10]
        everything = promise_list.card(seen, past, shares, house=self.house, now=now)
        view = {"type": "home", "blocks": await self._blocks(seen, who, everything)}
        try:
            await self.ears.workspace.call("views.publish", user_id=user, view=view)
        except SlackFailure as problem:
            log.info("no home", action="slack_no_home", code=problem.code)

    async def _blocks(self, seen: list[Incident], who: Person, everything: Card) -> list[Json]:
        now = self.ears.now()
        cards = [Card(buttons=(DECLARE,)), *(c for c in (incident_list(seen, self.house, now),) if seen)]
        cards += [card for card in (_roles(seen, who), _promises(seen, who, self.house, now)) if card]
        cards.append(everything)
        blocks: list[Json] = []
        for card in cards:
            blocks += dialect.blocks(card, await self.ears.people.known(card), incident=None)
        return blocks[:VIEW_BLOCKS]


def _roles(seen: list[Incident], who: Person) -> Card | None:
    lines = [
        f"{marks.bold(', '.join(role.label for role in held))}: {incident.title} {marks.room(incident.room_name)}"
        for incident in seen
        if (held := incident.roles_of(who))
    ]
    return Card(title="Your roles", text="\n".join(lines)) if lines else None


def _promises(seen: list[Incident], who: Person, house: House, now: datetime) -> Card | None:
    lines = [line for incident in seen for line in _owed(incident, who, house, now)]
    return Card(title="What you promised", text="\n".join(lines)) if lines else None


def _owed(incident: Incident, who: Person, house: House, now: datetime) -> Iterator[str]:
    for deadline in sorted(incident.deadlines.values(), key=lambda each: each.due_at):
        if any(person.id == who.id for person in audience(incident, deadline)):
            when = clock(deadline.due_at, now=now, zone=house.zone)
            yield f"{marks.bold(when)} {due.plain_name(deadline)} {marks.room(incident.room_name)}"
