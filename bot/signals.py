"""Told to stop by the system or by Ctrl-C."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress


def on_signals(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        # Windows has no such handlers; there Ctrl-C ends the program the hard way, which loses nothing either.
        with suppress(NotImplementedError):
            loop.add_signal_handler(name, stop)
