"""How often one address may try to sign in (SEC-109)."""

from collections import deque
from datetime import datetime, timedelta

PER_MINUTE = 10
MOST_ADDRESSES = 10_000


class Quota:
    """Kept in memory: a restart forgives, and that is fine."""

    def __init__(self, per_minute: int = PER_MINUTE) -> None:
        self._per_minute = per_minute
        self._tries: dict[str, deque[datetime]] = {}

    def take(self, address: str, *, at: datetime) -> bool:
        """Whether this try is still within the quota."""
        tries = self._tries.pop(address, deque())
        while tries and tries[0] <= at - timedelta(minutes=1):
            tries.popleft()
        self._tries[address] = tries
        if len(self._tries) > MOST_ADDRESSES:
            self._tries.pop(next(iter(self._tries)))
        if len(tries) >= self._per_minute:
            return False
        tries.append(at)
        return True
