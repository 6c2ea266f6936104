"""The small mark on what was recorded, within what Slack allows: in a storm not every message gets one."""

import structlog

from bot.slack.calls import SlackFailure
from bot.slack.later import Later
from bot.slack.workspace import Workspace

log = structlog.get_logger()

ON_THE_TIMELINE = "white_check_mark"
A_MINUTE = 40
"""Slack takes about fifty reactions a minute from an app; the others are left for what comes next."""


class Marks:
    def __init__(self, workspace: Workspace, later: Later) -> None:
        self._workspace = workspace
        self._later = later
        self._now = workspace.holds.now
        self._left = float(A_MINUTE)
        self._counted_at = self._now()
        self._unmarked = 0

    def put(self, channel: str, ts: str) -> None:
        """Afterwards, and if there is room for it: the record does not depend on its mark."""
        now = self._now()
        self._left = min(A_MINUTE, self._left + (now - self._counted_at) * A_MINUTE / 60)
        self._counted_at = now
        if self._left < 1:
            self._unmarked += 1
            return
        self._left -= 1
        if self._unmarked:
            log.info("marks left out", action="slack_marks_left_out", number=self._unmarked)
            self._unmarked = 0
        self._later.start(self._put(channel, ts), "mark")

    async def _put(self, channel: str, ts: str) -> None:
        try:
            await self._workspace.call("reactions.add", channel=channel, timestamp=ts, name=ON_THE_TIMELINE)
        except SlackFailure as problem:
            log.info("no mark", action="slack_no_mark", code=problem.code)
