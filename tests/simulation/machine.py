"""What one replica runs on: it takes its time over everything, can be stopped, go on and be killed at any await."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from random import Random
from typing import Any

import aiosqlite

from storage import one_hop

_PATIENCE = 5.0
_LOOK = 0.02

Step = Callable[[str], None]


class Machine:
    """``step`` is told everything that happens on it. ``sick`` is the share of the disk's answers that are errors."""

    def __init__(self, name: str, chance: Random, step: Step) -> None:
        self.name = name
        self.sick = 0.0
        self.dead = False
        self.stopped = False
        self.chance = chance
        self._step = step
        self._held: list[Callable[[], None]] = []
        self._files: list[NearFile] = []

    def later(self, seconds: float, do: Callable[[], None]) -> None:
        """Unless it is dead by then; while it is stopped, it waits."""
        asyncio.get_running_loop().call_later(seconds, self._now, do)

    def _now(self, do: Callable[[], None]) -> None:
        if self.stopped:
            self._held.append(do)
        elif not self.dead:
            do()

    def stop(self) -> None:
        """As SIGSTOP does: nothing that comes for it arrives."""
        self.stopped = True

    def go_on(self) -> None:
        self.stopped = False
        held, self._held = self._held, []
        for do in held:
            self.later(0.0, do)

    def die(self) -> None:
        """As kill -9 does: what was not committed is gone, and nothing more is done or heard."""
        self.dead = True
        self.stopped = False
        for file in self._files:
            file.cut()

    def open(self, connector: Callable[[], sqlite3.Connection]) -> "NearFile":
        file = NearFile(connector, self)
        self._files.append(file)
        return file

    def carry_out(self, function: Callable[[], Any]) -> Any:
        """One trip to the disk; a sick one fails before or, for a commit, after it was done."""
        words = _words(function)
        sick = self.sick > 0 and self.chance.random() < self.sick
        # Whoever only waits for the other's commit does nothing that counts.
        result = function() if words == "COMMIT" or not sick else None
        self._step(f"{self.name} {words}")
        if sick:
            raise sqlite3.OperationalError("disk I/O error")
        return result


class NearFile(aiosqlite.Connection):
    """aiosqlite's connection with the loop in place of its thread."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], machine: Machine) -> None:
        super().__init__(connector, 64)
        self._thread: Any = _NoThread()
        self._tx: Any = _Trips(machine)

    def cut(self) -> None:
        self._tx.end()
        raw, self._connection, self._running = self._connection, None, False
        if raw:
            raw.rollback()
            raw.close()


class _NoThread:
    daemon = True

    def start(self) -> None:
        """There is none."""


class _Trips:
    """One after the other, as in a thread."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._waiting: deque[tuple[asyncio.Future[Any] | None, Callable[[], Any]]] = deque()
        self._since = 0.0

    def put_nowait(self, trip: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        if self._machine.dead:
            _fail(trip[0], sqlite3.OperationalError("the machine is dead"))
            return
        self._waiting.append(trip)
        if len(self._waiting) == 1:
            self._start()

    def end(self) -> None:
        """Nobody waits for ever for what a dead machine was doing."""
        waiting, self._waiting = self._waiting, deque()
        for future, _ in waiting:
            _fail(future, sqlite3.OperationalError("the machine is dead"))

    def _start(self) -> None:
        if self._waiting:
            self._since = asyncio.get_running_loop().time()
            self._machine.later(self._machine.chance.uniform(0.0001, 0.004), self._run)

    def _run(self) -> None:
        future, function = self._waiting[0]
        try:
            result = self._machine.carry_out(function)
        except BaseException as problem:
            if _busy(problem) and asyncio.get_running_loop().time() - self._since < _PATIENCE:
                self._machine.later(self._machine.chance.uniform(0.001, _LOOK), self._run)
                return
            _fail(future, problem)
        else:
            if future and not future.done():
                future.set_result(result)
        self._waiting.popleft()
        self._start()


def _fail(future: "asyncio.Future[Any] | None", problem: BaseException) -> None:
    if future and not future.done():
        future.set_exception(problem)
        # Nobody may be left to hear of it.
        future.exception()


def _busy(problem: BaseException) -> bool:
    return isinstance(problem, sqlite3.OperationalError) and getattr(problem, "sqlite_errorcode", 0) == 5


def _words(function: Any) -> str:
    arguments = getattr(function, "args", ())
    name: str = getattr(getattr(function, "func", function), "__name__", "")
    if name == "commit":
        return "COMMIT"
    return " ".join(str(arguments[0]).split()[:3]) if arguments and isinstance(arguments[0], str) else name


class Near(one_hop.OneHop):
    """The driver for ``create_async_engine(…, module=…)`` on this machine."""

    def __init__(self, machine: Machine) -> None:
        super().__init__()
        self._machine = machine

    def connect(self, *arguments: Any, **settings: Any) -> one_hop.OneHopConnection:
        return super().connect(*arguments, async_creator_fn=self._open, **settings)

    def _open(self, *arguments: Any, **settings: Any) -> NearFile:
        return self._machine.open(lambda: sqlite3.connect(*arguments, **settings))
