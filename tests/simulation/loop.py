"""An event loop whose time is made up: nothing waits or comes from outside, so every run of a seed is the same."""

import asyncio
import selectors
from collections.abc import Mapping
from typing import Any


class Stuck(Exception):
    """Everybody waits and nobody would ever be woken."""


class _Nowhere(selectors.BaseSelector):
    """Instead of waiting for the world outside it moves the clock."""

    def __init__(self) -> None:
        self._real = selectors.DefaultSelector()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Stuck
        self.now += max(timeout, 0.0)
        return []

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()


class MadeUpTime(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._nowhere = _Nowhere()
        super().__init__(self._nowhere)

    def time(self) -> float:
        return self._nowhere.now
