"""Where replicas are born: a process that has loaded Sitrep already, so that a start costs a tenth of what it would.

Each is a process of its own that carries out `sitrep serve`; it may be killed, stopped and told to stop like any other.
"""

import gc
import os
import signal
import sys
import warnings
from collections.abc import Mapping
from datetime import timedelta
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import uuid4

from crash.forks import forked

from scheduler import holding
from storage import outbox, postgres, turns

ENDED = "ended"
"""The file in a replica's folder that holds its exit code."""


class Nursery:
    """Is made while no loop runs."""

    def __init__(self) -> None:
        self._ours, theirs = Pipe()
        self._pid = forked(lambda: self._mind(theirs))
        theirs.close()

    def born(self, folder: Path, environment: Mapping[str, str], lease: float) -> int:
        """The new process's id. It runs with leases of so many seconds."""
        (folder / ENDED).unlink(missing_ok=True)
        self._ours.send((folder, dict(environment), lease))
        return int(self._ours.recv())

    def close(self) -> None:
        self._ours.close()
        os.waitpid(self._pid, 0)

    def _mind(self, pipe: Connection) -> None:
        """Until whoever made it is gone."""
        self._ours.close()
        import storage.migrating  # noqa: F401 - loaded once for all

        alive: dict[int, Path] = {}
        while True:
            try:
                if pipe.poll(0.02):
                    folder, environment, lease = pipe.recv()
                    pid = forked(lambda: _replica(pipe, folder, environment, lease))  # noqa: B023 - it is done at once
                    alive[pid] = folder
                    pipe.send(pid)
            except EOFError:
                break
            _note_ended(alive)
        for pid in alive:
            os.kill(pid, signal.SIGKILL)


def _note_ended(alive: dict[int, Path]) -> None:
    for pid, folder in list(alive.items()):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            del alive[pid]
            # In one step: whoever finds it can read it.
            (folder / f".{ENDED}").write_text(str(os.waitstatus_to_exitcode(status)))
            (folder / f".{ENDED}").rename(folder / ENDED)


def _replica(pipe: Connection, folder: Path, environment: Mapping[str, str], lease: float) -> None:
    from bot.cli import main

    pipe.close()
    gc.enable()
    warnings.resetwarnings()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    log = os.open("log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", buffering=1, closefd=False) for number in (1, 2))
    _itself(lease)
    try:
        main(["serve"], prog_name="sitrep")
    except SystemExit as ended:
        os._exit(int(ended.code or 0))


def _itself(lease: float) -> None:
    """What a process decides for itself as it loads."""
    turns.ME = uuid4().hex
    outbox.LEASE = timedelta(seconds=lease)
    holding._PROLONGED_EVERY, holding._SURE_FOR = 0.2 * lease, 0.4 * lease
    postgres._STOPPED_FOR, postgres._STILL_THERE = 0.75 * lease, 0.25 * lease
    postgres._SETTINGS["idle_in_transaction_session_timeout"] = str(int(750 * lease))
