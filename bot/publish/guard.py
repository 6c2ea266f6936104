"""What a thread that runs other people's network code may reach, and how much it may read (SEC-090 to SEC-094).

Such code opens its connections itself, with whatever library it likes. Python tells of every connection before it
is made; that is where each is checked, after the name was looked up, so no second look-up can lead elsewhere.
"""

import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from bot.publish.egress import Egress, Forbidden


@dataclass(slots=True)
class Watch:
    """What came of one send: whether anything was reached, what was answered. It can be cut off from outside."""

    egress: Egress
    connected: bool = False
    refused: str = ""
    statuses: list[int] = field(default_factory=list)
    number: int = 0
    """By which the service itself told why it refused."""
    retry_after: float | None = None
    _handles: list[int] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _over: bool = False

    def connects(self, connection: socket.socket, address: Any) -> None:
        """Raises Forbidden for what must not be reached."""
        if connection.family not in (socket.AF_INET, socket.AF_INET6):
            self._refuse("only the internet can be reached")
        try:
            self.egress.check(str(address[0]))
        except Forbidden as problem:
            self.refused = str(problem)
            raise
        with self._lock:
            if self._over:
                raise Forbidden("the time is over")
            self.connected = True
            # A copy: encryption takes the socket away from its first object.
            self._handles.append(os.dup(connection.fileno()))

    def _refuse(self, reason: str) -> None:
        self.refused = reason
        raise Forbidden(reason)

    def cut(self) -> None:
        """End every connection, so that a thread that waits for an answer stops waiting."""
        with self._lock:
            self._over = True
            for handle in self._handles:
                with suppress(OSError), socket.socket(fileno=os.dup(handle)) as connection:
                    connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with self._lock:
            for handle in self._handles:
                os.close(handle)
            self._handles.clear()


_watching = threading.local()


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """This thread's connections go by ``watch``; those of all other threads are left alone."""
    _install()
    _watching.watch = watch
    try:
        yield
    finally:
        _watching.watch = None
        watch.close()


def current() -> Watch | None:
    return getattr(_watching, "watch", None)


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and (watch := current()):
        watch.connects(*arguments)


_installed = threading.Event()


def _install() -> None:
    """Python keeps such a hook until it ends; for all other events it costs one comparison."""
    if not _installed.is_set():
        _installed.set()
        sys.addaudithook(_hear)
