"""The note in the data folder that says which database was served from here, and when last.

By it an older copy is told from the database itself (REL-114), and a lost one from one that was never there (REL-112).
"""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

_FILE = "last-alive"


class Note:
    """``place`` is the database's address without its password."""

    def __init__(self, data: Path, place: str) -> None:
        self._file = data / _FILE
        self._place = place

    def read(self) -> datetime | None:
        """None where it was never served from here, or another one was."""
        try:
            moment, database, *_ = self._file.read_text(encoding="utf-8").split("\n")
            return datetime.fromisoformat(moment) if database == self._place else None
        except (OSError, ValueError):
            return None

    def write(self, now: datetime) -> None:
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(f"{now.isoformat()}\n{self._place}\n", encoding="utf-8")
