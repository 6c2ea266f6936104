"""Messages: shown in parts where they are long, looked for before they are shown again."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog

from bot.slack import codes
from bot.slack.calls import SlackFailure
from bot.slack.holds import GAP
from bot.slack.refs import Spot, Stands
from bot.slack.workspace import Workspace

log = structlog.get_logger()

EVENT = "sitrep_post"
LAG = 2.0
"""Seconds between the two looks into the history, which may lag behind."""

_PAGES, _PAGE = 5, 200

Sleep = Callable[[float], Awaitable[None]]
Part = Mapping[str, Any]
"""What a message is made of: ``text``, and ``blocks`` where it has any."""


class Posts:
    """Every message carries its op in the metadata, its parts carry `op#2`, `op#3` …"""

    def __init__(self, workspace: Workspace, sleep: Sleep = asyncio.sleep, *, looks: bool = True) -> None:
        """``looks``: whether we may read what stands in rooms; not where commands only are heard (SEC-150)."""
        self._workspace = workspace
        self._sleep = sleep
        self._looks = looks
        self._half: dict[str, dict[int, Stands]] = {}

    async def show(self, op: str, spot: Spot, parts: Sequence[Part]) -> Stands:
        """All parts, the first one's place returned. Those that an earlier try has left are not repeated."""
        shown = self._half.pop(op, {})
        for number, part in enumerate(parts, 1):
            if number in shown:
                continue
            if shown:
                await self.turn(spot.channel)
            shown[number] = await self._one(op, spot, part, number, len(parts), begun=bool(shown))
        return shown[1]

    async def _one(self, op: str, spot: Spot, part: Part, number: int, of: int, *, begun: bool) -> Stands:
        named = op if number == 1 else f"{op}#{number}"
        try:
            said = await self.within(
                spot.channel,
                "chat.postMessage",
                paced=spot.channel,
                channel=spot.channel,
                thread_ts=spot.thread or None,
                metadata={"event_type": EVENT, "event_payload": {"op": named, "of": of}},
                unfurl_links=False,
                unfurl_media=False,
                **part,
            )
        except SlackFailure as problem:
            if begun:
                # Half of it stands there already: whoever goes on has to look first, not begin again.
                again = problem.retry_after
                raise SlackFailure(
                    problem.reason, permanent=problem.permanent, unsure=True, retry_after=again
                ) from problem
            raise
        channel = str(said.get("channel") or spot.channel)
        if channel != spot.channel:
            self._workspace.holds.spoke(channel)
        return Stands(channel, str(said["ts"]), spot.thread)

    async def find(self, op: str, spot: Spot) -> Stands | None:
        """The message that an earlier try has left, if all of its parts are there. None also where we may not look."""
        if not self._looks:
            return None
        try:
            return await self._left(op, spot)
        except SlackFailure as problem:
            if not problem.permanent:
                raise
            log.warning("cannot look", action="slack_cannot_look", op=op, code=problem.code)
            return None

    async def _left(self, op: str, spot: Spot) -> Stands | None:
        for pause in (0.0, LAG):
            if pause:
                await self._sleep(pause)
            parts, of = await self._seen(op, spot)
            if parts and len(parts) == of:
                return parts[1]
        if 1 in parts:
            self._half[op] = parts
        return None

    async def _seen(self, op: str, spot: Spot) -> tuple[dict[int, Stands], int]:
        """The places of its parts, and how many there are to be."""
        parts: dict[int, Stands] = {}
        of = 0
        me = await self._workspace.me()
        async for message in self._history(spot):
            if message.get("user") != me.user:
                continue
            metadata = message.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            named = str(payload.get("op") or "")
            if metadata.get("event_type") == EVENT and (named == op or named.startswith(f"{op}#")):
                parts[int(named.removeprefix(op)[1:] or 1)] = Stands(spot.channel, str(message["ts"]), spot.thread)
                of = int(payload.get("of") or 1)
            if of and len(parts) == of:
                break
        return parts, of

    async def _history(self, spot: Spot) -> Any:
        where = {"channel": spot.channel, "ts": spot.thread} if spot.thread else {"channel": spot.channel}
        method = "conversations.replies" if spot.thread else "conversations.history"
        cursor: str | None = None
        for _ in range(_PAGES):
            said = await self.within(
                spot.channel, method, limit=_PAGE, cursor=cursor, include_all_metadata=True, **where
            )
            for message in said.get("messages") or []:
                yield message
            cursor = (said.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    async def note(self, op: str, spot: Spot, text: str) -> None:
        """A quiet word that nothing depends on. ``text`` is escaped already."""
        try:
            await self.turn(spot.channel)
            await self.show(op, spot, [{"text": text}])
        except SlackFailure as problem:
            log.warning("note left out", action="slack_note_failed", channel=spot.channel, reason=problem.reason)

    async def turn(self, paced: str) -> None:
        """Waits for the next second of this channel, for a call that belongs to the one just made."""
        await self._sleep(min(self._workspace.holds.wait("", paced), GAP))

    async def within(self, room: str, method: str, *, paced: str = "", **args: object) -> dict[str, Any]:
        """A call about a channel: joins one we were taken out of, opens an archived one (REL-054, REL-058)."""
        try:
            return await self._workspace.call(method, paced=paced, **args)
        except SlackFailure as problem:
            if problem.code not in codes.ARCHIVED and problem.code != "not_in_channel":
                raise
            await self._back_into(room, problem)
        await self.turn(paced)
        return await self._workspace.call(method, paced=paced, **args)

    async def _back_into(self, room: str, problem: SlackFailure) -> None:
        archived = problem.code in codes.ARCHIVED
        try:
            await self._workspace.call("conversations.unarchive" if archived else "conversations.join", channel=room)
        except SlackFailure as refused:
            if not refused.permanent:
                raise
            reason = "archived" if archived else "Sitrep is no member of the channel; invite it"
            raise SlackFailure(reason, code=problem.code, permanent=True) from refused
        log.info("back in a channel", action="slack_unarchived" if archived else "slack_joined", channel=room)
