"""A SQLite file belongs to one serving process: a second one would send and remind beside the first (REL-144)."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bot.mistake import Mistake
from storage.database import Database

_LARGEST_NUMBER = 20


@contextmanager
def alone(database: Database) -> Iterator[None]:
    """Raises Mistake when somebody serves from this file already. `sitrep say` and the like may run beside it.

    The system itself lets go when the process ends, however that happens. A server's database is there to be shared.
    """
    if database.file is None:
        yield
        return
    # Beside it, not on it: SQLite's own locks would be lost when any handle of its file is closed.
    mark = database.file.with_name(f"{database.file.name}.serving")
    with _opened(mark) as handle:
        if not _locked(handle):
            raise Mistake(
                f"Another Sitrep{_who(mark)} serves from {database.file} already. Stop that one first; "
                "for several at once they need PostgreSQL (docs/operations.md)."
            )
        handle.truncate(0)
        handle.write(str(os.getpid()).encode())
        handle.flush()
        yield


@contextmanager
def _opened(mark: Path) -> Iterator[IO[bytes]]:
    try:
        descriptor = os.open(mark, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Mistake(f"{mark} cannot be written: {error.strerror}.") from None
    with os.fdopen(descriptor, "r+b") as handle:
        yield handle


def _locked(handle: IO[bytes]) -> bool:
    if sys.platform == "win32":
        import msvcrt

        # Far behind what is written: there a lock also keeps others from reading.
        handle.seek(1_000_000)
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            handle.seek(0)
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _who(mark: Path) -> str:
    number = mark.read_bytes()[:_LARGEST_NUMBER]
    return f" (process {number.decode()})" if number.isdigit() else ""
