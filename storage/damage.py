"""Is a SQLite file whole? Asked before anybody writes: SQLite would lose more of a damaged one (REL-111).

Nothing is changed by asking. Of a write-ahead log that is damaged in the middle SQLite forgets all that follows,
without a word, and the next commit overwrites it.
"""

import sqlite3
import struct
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL

_LONGEST = 1.0
"""Seconds that the pages are looked through at most; of a file of gigabytes only the beginning is."""
_STEPS = 100_000
_HEADER, _FRAME = 32, 24
_MAGIC = (0x377F0682, 0x377F0683)
_RECOVERED_AT = 16
"""Where the index beside the log says how many frames SQLite found good."""
_TORN = 1
"""The last commit may be torn when the power goes while it is written: then nobody was told that it was stored."""


class Damaged(OSError):
    """The database is only read."""


def damage(file: Path) -> str:
    """What is wrong, in a few words; empty where nothing is. Raises sqlite3.Error where nothing can be read at all."""
    with closing(sqlite3.connect(address(file), uri=True, isolation_level=None)) as c:
        c.execute("select count(*) from sqlite_master").fetchone()
        lost = _lost_commits(file)
        if lost > _TORN:
            return f"{lost} commits in its write-ahead log cannot be read any more"
        return _pages(c)


def address(file: Path) -> str:
    """For reading alone: the last one to close it leaves its log as it is."""
    return f"{file.absolute().as_uri()}?mode=ro"


def only_read(url: URL) -> URL:
    return url.set(database=Path(url.database or "").absolute().as_uri(), query={"mode": "ro", "uri": "true"})


def _pages(c: sqlite3.Connection) -> str:
    until = time.monotonic() + _LONGEST
    c.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    try:
        (found,) = c.execute("pragma quick_check(1)").fetchone()
    except sqlite3.DatabaseError as problem:
        return "" if problem.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT else str(problem)
    return "" if found == "ok" else " ".join(str(found).split())[:200]


def _lost_commits(file: Path) -> int:
    """Commits that stand in the log behind the last frame that SQLite took for good."""
    log, index = (file.with_name(f"{file.name}-{end}") for end in ("wal", "shm"))
    try:
        with index.open("rb") as beside:
            beside.seek(_RECOVERED_AT)
            (good,) = struct.unpack("=I", beside.read(4))
        return sum(_commits(log, after=good))
    except (OSError, struct.error):
        return 0


def _commits(log: Path, *, after: int) -> Iterator[bool]:
    """For each frame behind the ``after``-th whether it ends a commit of the same generation as the log's header."""
    with log.open("rb") as frames:
        header = frames.read(_HEADER)
        magic, _, size, _ = struct.unpack(">IIII", header[:16])
        salts = header[16:24]
        if not _whole(header, magic):
            # The header itself is damaged: the first frame knows as well.
            size, salts = _page_size(log, size), frames.read(_FRAME)[8:16]
        place = _HEADER + after * (_FRAME + size)
        while True:
            frames.seek(place)
            frame = frames.read(_FRAME)
            if len(frame) < _FRAME:
                return
            yield frame[8:16] == salts and frame[4:8] != b"\0\0\0\0"
            place += _FRAME + size


def _page_size(log: Path, written: int) -> int:
    if 512 <= written <= 65_536 and written & (written - 1) == 0:
        return written
    with log.with_name(log.name.removesuffix("-wal")).open("rb") as file:
        size = int.from_bytes(file.read(18)[16:18], "big")
    return 65_536 if size == 1 else max(size, 512)


def _whole(header: bytes, magic: int) -> bool:
    """Whether the header's own checksum fits; sums are of the byte order that the magic number names."""
    if magic not in _MAGIC:
        return False
    first = second = 0
    numbers = struct.unpack(f"{'>' if magic & 1 else '<'}6I", header[:24])
    for one, two in zip(numbers[::2], numbers[1::2], strict=True):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + two + first) & 0xFFFFFFFF
    return (first, second) == struct.unpack(">II", header[24:32])
