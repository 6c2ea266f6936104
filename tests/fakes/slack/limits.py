"""How often Slack lets an app call: tiers per method and workspace, a message a second per channel."""

import math
from collections import defaultdict, deque
from fnmatch import fnmatch

from fakes.slack.clock import Clock

TIER_2, TIER_3, TIER_4 = 20, 50, 100
CONNECTIONS = 10
"""Tier 1 is "1 a minute and more"; an app that opens its ten connections at start is not refused."""

MOST_POSTS = 300
"""The workspace-wide cap on posts is said to be "several hundred a minute"."""

_TIERS = {
    "apps.connections.open": CONNECTIONS,
    "conversations.create": TIER_2,
    "conversations.setTopic": TIER_2,
    "conversations.setPurpose": TIER_2,
    "conversations.rename": TIER_2,
    "conversations.archive": TIER_2,
    "conversations.unarchive": TIER_2,
    "pins.*": TIER_2,
    "bookmarks.*": TIER_2,
    "conversations.members": TIER_4,
    "conversations.*": TIER_3,
    "chat.update": TIER_3,
    "chat.delete": TIER_3,
    "reactions.add": TIER_3,
    "users.conversations": TIER_3,
    "users.lookupByEmail": TIER_3,
    "users.info": TIER_4,
    "views.*": TIER_4,
    "chat.postEphemeral": TIER_4,
    "files.info": TIER_4,
    "chat.postMessage": MOST_POSTS,
}
_SPECIAL = 600


class Limits:
    """`tiers` and `per_channel` switch the two rules; `factor` 10 lets ten times as much through."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.tiers = True
        self.per_channel = True
        self.factor = 1.0
        self.burst = 1
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self._posts: dict[str, deque[float]] = defaultdict(deque)
        self._until: dict[str, float] = {}

    def off(self) -> None:
        self.tiers = self.per_channel = False

    def block(self, method: str, seconds: float) -> None:
        self._until[method] = self._clock.now() + seconds

    def blocked(self, method: str) -> int:
        """Seconds still to wait after an earlier 429; a call now is impatient."""
        return math.ceil(max(0.0, self._until.get(method, 0.0) - self._clock.now()))

    def wait(self, method: str) -> int:
        """0 when the call may go on, else the Retry-After."""
        if not self.tiers:
            return 0
        most = max(1, int(tier(method) * self.factor))
        return self._window(self._calls[method], most, 60.0, method)

    def wait_for_channel(self, method: str, channel: str) -> int:
        """Not remembered as a block: other channels go on."""
        if not self.per_channel:
            return 0
        return self._window(self._posts[channel], self.burst, self.burst / self.factor, "")

    def _window(self, seen: deque[float], most: int, seconds: float, method: str) -> int:
        now = self._clock.now()
        while seen and seen[0] <= now - seconds:
            seen.popleft()
        if len(seen) < most:
            seen.append(now)
            return 0
        left = max(1, math.ceil(seen[0] + seconds - now))
        if method:
            self.block(method, left)
        return left


def tier(method: str) -> int:
    """Calls a minute."""
    return next((most for pattern, most in _TIERS.items() if fnmatch(method, pattern)), _SPECIAL)
