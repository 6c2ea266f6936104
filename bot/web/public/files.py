"""The status page as files, for a web server or a bucket: to be read while Sitrep is away (G8, REL-181)."""

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from bot.web.public.snapshot import Snapshot
from bot.web.public.tree import Tree

MARK = ".sitrep.json"
_AT_ONCE = 20


class Newer(Exception):
    """The folder holds posts that this database does not know; it is left alone (REL-184)."""


@dataclass(slots=True)
class Written:
    """What this process has put there: each document by its revision and the hash of what it said."""

    snapshot: Snapshot | None = None
    tags: dict[str, tuple[str, str]] = field(default_factory=dict)


async def write(s: Snapshot, folder: Path, written: Written) -> int:
    """How many files changed. Each is replaced in one step, the overview after the pages that it leads to.

    Raises Newer, or OSError when a file cannot be written; whatever was written then is whole.
    """
    await asyncio.to_thread(_begin, s, folder)
    tree, changed = Tree(s, files=True), 0
    ordered = sorted(tree, key=_last)
    for start in range(0, len(ordered), _AT_ONCE):
        names = ordered[start : start + _AT_ONCE]
        contents = dict(_changed(tree, names, written))
        await asyncio.to_thread(_put, folder, contents)
        changed += len(contents)
        for name in contents:
            written.tags[name] = tree.revision(name), tree.document(name).tag
        await asyncio.sleep(0)
    written.snapshot = s
    return changed


def _last(name: str) -> tuple[bool, bool, str]:
    """Details before lists, lists before the overview."""
    return name.endswith("index.html"), name.count("/") == 0, name


def _changed(tree: Tree, names: list[str], written: Written) -> Iterator[tuple[str, bytes]]:
    for name in names:
        revision, tag = written.tags.get(name, ("", ""))
        if revision and revision == tree.revision(name):
            continue
        document = tree.document(name)
        if document.tag != tag:
            yield name, document.body


def _begin(s: Snapshot, folder: Path) -> None:
    """Whoever is older than what stands there must not write over it."""
    folder.mkdir(parents=True, exist_ok=True)
    mark, ours = folder / MARK, s.changed_at
    there = _mark(mark)
    if there and (ours is None or there > ours):
        raise Newer(there.isoformat())
    if ours:
        replace(mark, json.dumps({"newest": ours.isoformat()}).encode())


def _mark(file: Path) -> datetime | None:
    with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
        return datetime.fromisoformat(json.loads(file.read_text(encoding="utf-8"))["newest"])
    return None


def _put(folder: Path, contents: dict[str, bytes]) -> None:
    for name, body in contents.items():
        replace(folder / name, body)


def replace(file: Path, body: bytes) -> None:
    """All of it or nothing: nobody ever reads half a page."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as made:
        temporary = Path(made.name)
        try:
            made.write(body)
            made.flush()
            os.fsync(made.fileno())
            # Temporary files are for their owner alone; these are for everybody.
            temporary.chmod(0o644)
            temporary.replace(file)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
