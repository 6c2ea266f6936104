"""When Slack may be spoken to again: after a 429, once a second in each channel, after a token was refused."""

import math
import time
from collections.abc import Callable

import structlog

from bot.slack.calls import LONGEST_PAUSE, Hold, SlackFailure

log = structlog.get_logger()

GAP = 1.0
"""Seconds between two messages in one channel (I11)."""

_MANY = 1000
_LATELY = 120.0


class Holds:
    """For one workspace: Slack counts by method and workspace, so each method waits alone (REL-030).

    ``trouble`` says why the whole workspace waits, empty when nothing is wrong; health shows it.
    ``burst``: messages that may come at once in a channel that was quiet before.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, *, burst: int = 1) -> None:
        self.now = monotonic
        self._ahead = (burst - 1) * GAP
        self._methods: dict[str, float] = {}
        self._channels: dict[str, float] = {}
        self._probe_at = 0.0
        self._probe_every = 0.0
        self._heard_at = -math.inf
        self.trouble = ""

    def wait(self, method: str, channel: str = "") -> float:
        """Seconds until this may be sent; 0 when it may go now."""
        until = self._methods.get(method, 0.0)
        if channel in self._channels:
            until = max(until, self._channels[channel] - self._ahead)
        if self.trouble:
            until = max(until, self._probe_at)
        return max(0.0, until - self.now())

    def enter(self, method: str, channel: str = "") -> None:
        """Takes the turn, or raises before anything is sent. In trouble one call goes through, as a probe (REL-040)."""
        left = self.wait(method, channel)
        if left > 0:
            raise SlackFailure(self.trouble or f"delayed by Slack for {left:.0f} s", code="held", retry_after=left)
        if self.trouble:
            self._probe_at = self.now() + self._probe_every
        if channel:
            self._take(channel, max(self.now(), self._channels.get(channel, 0.0)) + GAP)

    def spoke(self, channel: str) -> None:
        """Counted from the end of a call, too: Slack may have heard it as late as that."""
        if channel:
            self._take(channel, max(self.now() + GAP - self._ahead, self._channels.get(channel, 0.0)))

    def _take(self, channel: str, until: float) -> None:
        if len(self._channels) > _MANY:
            self._channels = {name: free for name, free in self._channels.items() if free > self.now()}
        self._channels[channel] = until

    def hold(self, method: str, what: Hold, seconds: float, reason: str) -> None:
        """Slack asked for a pause, or does not let us in at all."""
        if what == "method":
            self._methods[method] = self.now() + seconds
            level = log.warning if seconds >= LONGEST_PAUSE else log.info
            level("held", action="slack_held", method=method, seconds=seconds)
        if what == "all":
            log.error("workspace held", action="slack_workspace_held", reason=reason, seconds=seconds)
            self.trouble = reason
            self._probe_every = seconds
            self._probe_at = self.now() + seconds

    def well(self, *, lately: bool = True) -> None:
        """Slack let us in. With ``lately`` it also does what it is asked for."""
        if self.trouble:
            log.info("workspace free again", action="slack_workspace_free")
        self.trouble = ""
        if lately:
            self._heard_at = self.now()

    def heard_lately(self) -> bool:
        """Whether Slack answered something in the last minutes, so that it is not simply away."""
        return self.now() - self._heard_at < _LATELY
