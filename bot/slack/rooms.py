"""An incident's own room: opened under a free name, never somebody else's, or a thread where rooms are forbidden."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import structlog

from bot.slack import codes, mrkdwn
from bot.slack.calls import SlackFailure
from bot.slack.posts import Posts, Sleep
from bot.slack.refs import Spot
from bot.slack.workspace import Workspace
from scheduler.chat import Room

log = structlog.get_logger()

LONGEST = 80
GUESSABLE = 5
"""Names with a number that are tried. After that nobody can have taken the next one before us (SEC-040)."""

_ID = re.compile(r"[CGD][A-Z0-9]{7,30}")

Json = Mapping[str, Any]


class Rooms:
    def __init__(self, workspace: Workspace, posts: Posts, sleep: Sleep) -> None:
        self._workspace = workspace
        self._posts = posts
        self._sleep = sleep
        # What is still to be written on a channel; empty where that is done.
        self._purposes: dict[str, str] = {}

    async def open(self, op: str, *, name: str, private: bool, incident: int) -> Room:
        """A new channel, private from its first call if it is to be (SEC-039). Raises SlackFailure.

        A taken name is ours if our bot made the channel for this very op; else the next suffix (REL-050, REL-051).
        A new channel gets its mark from `describe`, so that nobody who is to come in waits for that.
        """
        foreign: list[str] = []
        for candidate in names(name, op):
            made = await self._make(candidate, private=private, op=op, incident=incident)
            if made:
                await self._tell_taken(op, made, foreign, incident=incident)
                return Room(ref=Spot(str(made["id"])).room, name=str(made["name"]))
            foreign.append(candidate)
        raise SlackFailure(f"no free name for #{name}", permanent=True)

    async def describe(self, op: str, channel: str, *, incident: int | None) -> None:
        """Whose channel it is, written where it has to be. It is looked at first if another process opened it."""
        text = self._purposes.get(channel)
        if text is None:
            text = purpose(incident, op) if incident is not None and await self._bare(channel) else ""
        if text:
            await self._write(channel, text)
        self._purposes[channel] = ""

    async def _write(self, channel: str, text: str) -> None:
        try:
            await self._workspace.call("conversations.setPurpose", channel=channel, purpose=text)
        except SlackFailure as problem:
            if not problem.permanent:
                raise

    async def _bare(self, channel: str) -> bool:
        """Made by us, and nothing written on it."""
        me = (await self._workspace.me()).user
        try:
            seen = (await self._workspace.call("conversations.info", channel=channel))["channel"]
        except SlackFailure as problem:
            if not problem.permanent:
                raise
            return False
        return seen.get("creator") == me and not _written(seen)

    async def _make(self, name: str, *, private: bool, op: str, incident: int) -> Json | None:
        """None when somebody else's channel has that name. One that is found again is marked at once."""
        try:
            made = (await self._workspace.call("conversations.create", name=name, is_private=private))["channel"]
        except SlackFailure as problem:
            if problem.code != "name_taken" and not problem.unsure:
                raise
            if problem.unsure:
                await self._sleep(1.0)
            ours = await self._ours(name, private=private, op=op)
            if problem.unsure and not ours:
                raise
            if ours:
                await self._write(str(ours["id"]), purpose(incident, op))
                self._purposes[str(ours["id"])] = ""
            return ours
        if private and not made.get("is_private"):
            raise SlackFailure("Slack made a public channel where a private one was asked for", permanent=True)
        self._purposes[str(made["id"])] = purpose(incident, op)
        return dict(made)

    async def _ours(self, name: str, *, private: bool, op: str) -> Json | None:
        """Made by our bot and tagged with this op, or not tagged yet and nobody else is in it."""
        try:
            return await self._find_ours(name, private=private, op=op)
        except SlackFailure as problem:
            if not problem.permanent:
                raise
            log.warning("cannot look", action="slack_cannot_look", op=op, code=problem.code)
            return None

    async def _find_ours(self, name: str, *, private: bool, op: str) -> Json | None:
        me = (await self._workspace.me()).user
        async for channel in self.mine("private_channel" if private else "public_channel"):
            if channel.get("name") != name:
                continue
            written = _written(channel)
            if channel.get("creator") != me or bool(channel.get("is_private")) != private:
                return None
            tagged = tag(op) in written
            return channel if tagged or (not written and await self._alone(str(channel["id"]))) else None
        return None

    async def _alone(self, channel: str) -> bool:
        said = await self._workspace.call("conversations.info", channel=channel, include_num_members=True)
        return bool(said["channel"].get("num_members") == 1)

    async def id_of(self, channel: str) -> str:
        """A channel that is configured by its name, looked for among those we are in."""
        if is_id(channel):
            return channel
        async for known in self.mine("public_channel,private_channel"):
            if known.get("name") == channel:
                return str(known["id"])
        raise SlackFailure(f"Sitrep is in no channel #{channel}", code="channel_not_found", permanent=True)

    async def mine(self, kinds: str) -> AsyncIterator[Json]:
        """Channels that we are in: few, where a workspace may have tens of thousands (REL-045)."""
        cursor: str | None = None
        while True:
            said = await self._workspace.call(
                "users.conversations", types=kinds, exclude_archived=True, limit=999, cursor=cursor
            )
            for channel in said.get("channels") or []:
                yield channel
            cursor = (said.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    async def _tell_taken(self, op: str, made: Json, foreign: list[str], *, incident: int) -> None:
        if not foreign:
            return
        channel, name = str(made["id"]), str(made["name"])
        log.warning("name taken", action="slack_name_taken", names=foreign, incident=incident, channel=channel)
        taken = ", ".join(f"#{each}" for each in foreign)
        text = f"{taken} belonged to somebody else, so this incident's room is called #{name}."
        await self._posts.note(f"{op}.name", Spot(channel), mrkdwn.escape(text))

    async def thread(self, op: str, announce: Spot, *, name: str, incident: int, reason: str) -> Room:
        """Where Sitrep may make no channels, an incident lives in a thread and says so (REL-053)."""
        found = await self._posts.find(op, announce)
        if found is None:
            text = f"Incident {incident} ({name}) is run in this thread: {reason}."
            found = await self._posts.show(op, announce, [{"text": mrkdwn.escape(text)}])
        log.warning("no channel of its own", action="slack_room_in_thread", incident=incident, reason=reason)
        return Room(ref=Spot(found.channel, found.ts).room, name=name)


def is_id(channel: str) -> bool:
    return bool(_ID.fullmatch(channel))


def names(name: str, op: str) -> Iterator[str]:
    """The name, the same with -2, -3 …, then with letters that nobody can guess; each within Slack's limit."""
    yield name[:LONGEST]
    endings = [f"-{number}" for number in range(2, GUESSABLE + 1)] + [f"-{op[:8]}", f"-{op[8:16]}"]
    for ending in endings:
        yield name[: LONGEST - len(ending)].rstrip("-") + ending


def tag(op: str) -> str:
    return f"[{op}]"


def purpose(incident: int, op: str) -> str:
    return f"Incident {incident}, run with Sitrep. {tag(op)}"


def _written(channel: Json) -> str:
    return str((channel.get("purpose") or {}).get("value") or "")


def forbidden(problem: SlackFailure) -> bool:
    """Whether we may make no channels at all."""
    return problem.code in codes.NO_ROOMS
