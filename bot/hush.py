"""Who sends nonsense without end does not fill the log with it."""

from collections import deque

_PER_MINUTE = 10
_MOST_SOURCES = 10_000


class Hush:
    """Lets a source be complained about ten times a minute (SEC-014)."""

    def __init__(self, per_minute: int = _PER_MINUTE) -> None:
        self._per_minute = per_minute
        self._said: dict[str, deque[float]] = {}
        self._unsaid: dict[str, int] = {}

    def unsaid(self, source: str, *, now: float) -> int | None:
        """How many complaints were left out since the last one, or None when this one is to be left out too."""
        said = self._said.pop(source, deque())
        while said and not 0 <= now - said[0] < 60:
            said.popleft()
        self._said[source] = said
        if len(self._said) > _MOST_SOURCES:
            self._forget(next(iter(self._said)))
        if len(said) >= self._per_minute:
            self._unsaid[source] = self._unsaid.get(source, 0) + 1
            return None
        said.append(now)
        return self._unsaid.pop(source, 0)

    def _forget(self, source: str) -> None:
        del self._said[source]
        self._unsaid.pop(source, None)
