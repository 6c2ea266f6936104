"""Slack as a chat that delivery can speak to (scheduler/chat.py says what that takes)."""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import structlog

from bot.slack import codes, dialect, refs
from bot.slack.calls import SlackFailure
from bot.slack.delays import Delays
from bot.slack.furnishing import Furnishing
from bot.slack.mrkdwn import Known, escape, pieces
from bot.slack.own import Own, outside
from bot.slack.people import Slackers
from bot.slack.posts import Part, Posts, Sleep
from bot.slack.refs import Spot, Stands
from bot.slack.refuge import Refuge, Renew, nothing_to_renew
from bot.slack.rooms import Rooms, forbidden
from bot.slack.vocabulary import PUSHPIN, TIMELINE, as_heard, one_line
from bot.slack.workspace import Workspace
from incidents.incident import Incident
from incidents.person import Person
from scheduler.chat import Place, Room, Undelivered
from storage import rooms
from storage.database import Database
from templates import marks
from templates.card import Card

log = structlog.get_logger()

LONGEST_TOPIC = 250
FOR_ITS_ROOM = 20.0
"""Seconds that an announcement waits for the room it leads to."""

_WITHOUT_ROOM = 5
"""Tries, a minute apart, until whoever declared is told that there is neither a channel nor a thread."""

PLAIN = 3_500
"""Characters of a message without blocks; an edit takes no more than 4,000."""


class SlackChat:
    """Nothing here holds a database transaction while Slack is asked.

    ``channels``: the organisation's own rooms by their names in the configuration (`status`), as channel ids or names.
    ``announce``: the one of them where incidents are announced. ``links``: (title, address) of every room's bookmarks.
    ``looks``: whether Slack lets us read what stands in rooms. ``renew``: see `Refuge`.
    """

    platform = "slack"

    def __init__(
        self,
        workspace: Workspace,
        people: Slackers,
        database: Database,
        *,
        channels: Mapping[str, str],
        announce: str = "incidents",
        links: Sequence[tuple[str, str]] = (),
        sleep: Sleep = asyncio.sleep,
        looks: bool = True,
        pin_emoji: str = PUSHPIN,
        renew: Renew = nothing_to_renew,
    ) -> None:
        self._workspace = workspace
        self._people = people
        self._database = database
        self._announce = announce
        self._looks, self._pin_emoji = looks, pin_emoji
        self._posts = Posts(workspace, sleep, looks=looks)
        self._rooms = Rooms(workspace, self._posts, sleep)
        named = {name: channel.removeprefix("#") for name, channel in channels.items() if channel}
        self.own = Own(named, self._rooms, database)
        self._furnishing = Furnishing(workspace, self._posts, links=links)
        self._delays = Delays(workspace, people, database)
        self.refuge = Refuge(self._rooms, database, self.tell, self._announcements, renew)
        self._direct: dict[str, str] = {}
        self._first_try: dict[str, float] = {}

    async def open(self, op: str, *, name: str, private: bool, incident: int) -> Room:
        try:
            return await self._rooms.open(op, name=name, private=private, incident=incident)
        except SlackFailure as problem:
            if not forbidden(problem):
                raise
            if private:
                # It fails closed: a thread of a public channel is no place for it (SEC-039).
                reason = f"a private incident needs a private channel, and {problem.reason}"
                raise SlackFailure(reason, code=problem.code, permanent=True) from problem
            reason = problem.reason
        try:
            announce = await self._announcements()
        except SlackFailure as lost:
            lost.tries = _WITHOUT_ROOM
            raise
        return await self._rooms.thread(op, announce, name=name, incident=incident, reason=reason)

    async def _announcements(self) -> Spot:
        """By its id, without which no message can be looked for."""
        return Spot(await self.own.id_of(self._announce))

    async def invite(self, op: str, room: str, people: Sequence[Person]) -> None:
        """Those whom we know in Slack already come in first; the others have to be looked up by their address."""
        spot = refs.spot(room)
        if spot.thread:
            await self._call_in(op, spot, people)
            return
        known = await self._people.users(people)
        refused = await self._furnishing.invite(spot, known.values())
        found = await self._people.look_up([person for person in people if person.id not in known])
        refused |= await self._furnishing.invite(spot, found.values())
        users = {**known, **found}
        left_out = {person: refused.get(users.get(person.id, ""), "") for person in people if person.id in users}
        left_out |= {person: "not known in Slack" for person in people if person.id not in users}
        await self._furnishing.tell_left_out(op, spot, {who: why for who, why in left_out.items() if why})

    async def _call_in(self, op: str, spot: Spot, people: Sequence[Person]) -> None:
        """Nobody is invited into a thread; being mentioned there makes them follow it."""
        if await self._posts.find(op, spot):
            return
        users = await self._people.users(people)
        names = [f"<@{users[each.id]}>" if each.id in users else escape(f"@{each.handle}") for each in people]
        await self._posts.show(op, spot, [{"text": f"Called in: {' '.join(names)}"}])

    async def topic(self, op: str, room: str, text: str) -> None:
        """A thread has none. What the room is for is written on it first, beside the invitation (REL-051)."""
        spot = refs.spot(room)
        if not spot.thread:
            async with self._database.read() as c:
                incident = await rooms.incident_of(c, self.platform, room)
            await self._rooms.describe(op, spot.channel, incident=incident)
            await self._furnishing.topic(op, spot, (pieces(text, Known(), LONGEST_TOPIC) or [""])[0])

    async def post(self, op: str, place: Place, card: Card, *, slot: str, incident: int) -> str:
        """Outside the incident's room a card that links to it waits a moment until it is there."""
        if slot == TIMELINE:
            card = as_heard(card, listens=self._looks, pin_emoji=self._pin_emoji)
        first = self._first_try.setdefault(op, self._workspace.holds.now())
        patient = bool(place.name) and self._workspace.holds.now() - first < FOR_ITS_ROOM
        if patient and await self._people.unopened(card, incident):
            raise Undelivered("the incident's room is not open yet", retry_after=1)
        self._first_try.pop(op)
        spot = await self._spot(place)
        try:
            return (await self._shown(op, spot, card, incident=incident or None)).ref
        except SlackFailure as problem:
            raise (outside(spot.channel, problem) if place.name else problem) from problem

    async def _shown(self, op: str, spot: Spot, card: Card, *, incident: int | None) -> Stands:
        try:
            return await self._show(op, spot, card, incident=incident)
        except SlackFailure as problem:
            return await self._flee(op, spot.channel, card, problem, incident=incident)

    async def _flee(self, op: str, gone: str, card: Card, problem: SlackFailure, *, incident: int | None) -> Stands:
        """Where its incident goes on, if the channel is closed to us (REL-054). Raises ``problem`` otherwise."""
        await self._delays.met(gone, incident, problem)
        spot = await self.refuge.of(incident, gone, problem)
        await self._posts.turn(spot.channel)
        return await self._show(op, spot, card, incident=incident)

    async def tell(self, op: str, card: Card, incident: Incident) -> None:
        place = Place(person=(incident.commander or incident.declared_by).id)
        try:
            if await self.find(f"{op}:told", place) is None:
                await self.private(f"{op}:told", place, card, incident=incident.id, page=False)
        except Undelivered as problem:
            log.warning("not told", action="slack_not_told", incident=incident.id, reason=problem.reason)

    async def edit(self, op: str, ref: str, card: Card) -> str | None:
        """The new reference, if it was gone and had to be posted and pinned anew (REL-063)."""
        stands = refs.stands(ref)
        async with self._database.read() as c:
            incident = await rooms.incident_at(c, self.platform, ref)
        try:
            await self._rewrite(stands, card, incident=incident)
        except SlackFailure as problem:
            if problem.code not in codes.NO_MESSAGE:
                return (await self._flee(op, stands.channel, card, problem, incident=incident)).ref
            log.info("posted anew", action="slack_posted_anew", op=op, code=problem.code)
        else:
            self._delays.over(stands.channel)
            return None
        anew = await self._show(op, stands.spot, card, incident=incident)
        await self._furnishing.pin(op, anew, quiet=True)
        return anew.ref

    async def _rewrite(self, stands: Stands, card: Card, *, incident: int | None) -> None:
        known = await self._people.known(card)
        said = dialect.message(card, known, incident=incident)
        try:
            await self._update(stands, {"text": shortened(said.text), "blocks": said.blocks})
        except SlackFailure as problem:
            if problem.code not in codes.TOO_LARGE:
                raise
            log.warning("shown plainly", action="slack_plain", code=problem.code)
            await self._posts.turn(_edits(stands))
            await self._update(stands, {**plainly(card, known)[0], "blocks": []})

    async def _update(self, stands: Stands, part: Part) -> None:
        """Without metadata, so that the message keeps the op it was posted under."""
        await self._posts.within(
            stands.channel, "chat.update", paced=_edits(stands), channel=stands.channel, ts=stands.ts, **part
        )

    async def pin(self, op: str, ref: str) -> None:
        stands = refs.stands(ref)
        await self._furnishing.pin(op, stands)
        if not stands.thread:
            await self._furnishing.bookmark(op, stands.spot)

    async def private(self, op: str, place: Place, card: Card, *, incident: int, page: bool) -> str:
        """A direct message: what is shown ephemerally is gone at the next reload. A page is loud."""
        if page:
            title = f"📟 {marks.bold('PAGE')} {card.title}".rstrip()
            card = replace(card, title=title, tone="bad")
        return (await self._show(op, await self._spot(place), card, incident=incident or None)).ref

    async def show(self, op: str, place: Place, card: Card) -> None:
        """About Sitrep itself, and no incident."""
        await self._show(op, await self._spot(place), card, incident=None)

    async def find(self, op: str, place: Place) -> str | None:
        """None also where Slack does not let us look: then it may be shown once more (class C)."""
        try:
            found = await self._posts.find(op, await self._spot(place, by_id=True))
        except SlackFailure as problem:
            if not problem.permanent:
                raise
            log.warning("cannot look", action="slack_cannot_look", op=op, code=problem.code)
            return None
        return found.ref if found else None

    async def _show(self, op: str, spot: Spot, card: Card, *, incident: int | None) -> Stands:
        known = await self._people.known(card)
        said = dialect.messages(card, known, incident=incident)
        try:
            shown = await self._posts.show(op, spot, [{"text": each.text, "blocks": each.blocks} for each in said])
        except SlackFailure as problem:
            if problem.code not in codes.TOO_LARGE:
                raise
            log.warning("shown plainly", action="slack_plain", op=op, code=problem.code)
            await self._posts.turn(spot.channel)
            shown = await self._posts.show(op, spot, plainly(card, known))
        self._delays.over(spot.channel)
        self.own.learn(spot.channel, shown.channel)
        return shown

    async def _spot(self, place: Place, *, by_id: bool = False) -> Spot:
        if place.person:
            return Spot(await self._direct_with(place.person))
        if place.thread:
            return refs.answers(place.thread)
        if place.room:
            return refs.spot(place.room)
        return Spot(await (self.own.id_of if by_id else self.own.channel)(place.name))

    async def _direct_with(self, person: str) -> str:
        if person not in self._direct:
            user = await self._people.user(person)
            if user is None:
                raise Undelivered(f"{person} is not known in Slack", permanent=True)
            opened = await self._workspace.call("conversations.open", users=user)
            self._direct[person] = str(opened["channel"]["id"])
        return self._direct[person]


def shortened(text: str) -> str:
    """The beginning of what is said beside blocks; no token is cut in two."""
    if len(text) <= PLAIN:
        return text
    return re.sub(r"[<&][^<>&;\s]*$", "", text[:PLAIN].rsplit(maxsplit=1)[0]) + " …"


def _edits(stands: Stands) -> str:
    """Edits of one message come at most once a second (REL-033), beside the channel's new messages."""
    return f"{stands.ref}:edit"


def plainly(card: Card, known: Known) -> list[Part]:
    """The whole card as text alone, in pieces, where Slack takes no blocks (REL-043)."""
    return [{"text": piece} for piece in pieces("\n".join(_lines(card, known)), known, PLAIN)] or [{"text": "–"}]


def _lines(card: Card, known: Known) -> Iterable[str]:
    if card.title:
        yield marks.bold(card.title) if marks.plain(card.title) == card.title else card.title
    yield card.text
    for fold in card.folds:
        yield f"{marks.bold(fold.label)}\n{fold.value}"
    for fact in card.facts:
        yield f"{fact.label}: {fact.value}"
    for button in card.buttons:
        yield f"{button.label}: {button.says}"
    if card.form and card.form.plain:
        yield f"In one line: {one_line(card.form.plain, known.spelled)}"
