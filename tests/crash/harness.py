"""Kill a forked child at a chosen point, start again on what it left, compare with a run that nobody killed.

All that a kill leaves behind is the database file (and what was answered). Points between two commits leave the
very same bytes, so one kill stands for all of them; with CRASH_EVERY_POINT=1 each point gets its own.
"""

import asyncio
import gc
import hashlib
import json
import os
import shutil
import signal
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from crash.flows import Flow, carry_on, prepare, said_so_far
from crash.ledger import Ledger, broken, differences, heard, ledger
from crash.points import Points
from databases import duplicate, kind, let_go

_ON_SERVER = 3
AT_ONCE = max(2, os.cpu_count() or 1)


@dataclass(frozen=True)
class Stage:
    """A flow, the database before it, and what a run without a kill leaves.

    ``states`` says for each point what a kill there leaves: equal digests are equal files.
    """

    flow: Flow
    folder: Path
    before: Path
    points: tuple[str, ...]
    states: tuple[str, ...]
    wanted: Ledger
    answers: str


def stage(flow: Flow, folder: Path) -> Stage:
    before = asyncio.run(prepare(flow, folder))
    room, states = _room(folder, before, "clean"), list[str]()
    points = Points(also=lambda: states.append(_left(room, points)))
    asyncio.run(carry_on(flow, room / "sitrep.db", room / "answers", points))
    assert broken(room / "sitrep.db", settled=True) == []
    wanted, answers = ledger(room / "sitrep.db"), (room / "answers").read_text()
    return Stage(flow, folder, before, tuple(points.passed), tuple(states), wanted, answers)


def _left(room: Path, points: Points) -> str:
    if kind() == "postgresql":
        answers = said_so_far(room / "answers")
        return f"{points.passed.count('after commit')} commits, {answers} answers"
    files = (room / name for name in ("sitrep.db", "sitrep.db-wal", "answers"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files if file.exists())).hexdigest()


def kills(stage: Stage) -> list[tuple[int, ...]]:
    """One point of each state, the last one; or every point there is."""
    if os.environ.get("CRASH_EVERY_POINT"):
        return [(point,) for point in range(1, len(stage.points) + 1)]
    last = {state: point for point, state in enumerate(stage.states, start=1)}
    deadly: list[tuple[int, ...]] = [(point,) for point in sorted(last.values())]
    # A database of its own for each kill takes a server a tenth of a second and more.
    return deadly if kind() == "sqlite" else deadly[::_ON_SERVER]


def _room(folder: Path, before: Path, name: str) -> Path:
    room = folder / name
    room.mkdir()
    duplicate(before, room / "sitrep.db")
    return room


def problems(stage: Stage, kills: Iterable[tuple[int, ...]]) -> list[str]:
    """What went wrong in any case; each case (the points to die at, one after the other) has a process of its own."""
    found: list[str] = []
    waiting, running = iter(kills), dict[int, tuple[int, ...]]()
    while True:
        for kill in _some(waiting, AT_ONCE - len(running)):
            running[forked(lambda kill=kill: _case(stage, kill))] = kill  # type: ignore[misc]
        if not running:
            return found
        pid, status = os.wait()
        kill = running.pop(pid, ())
        if not kill:
            continue
        room = stage.folder / _name(kill)
        if status:
            found.append(f"{stage.flow.name} killed at {_told(stage, kill)}: {_report(room, status)}")
        shutil.rmtree(room)


def _some(kills: Iterator[tuple[int, ...]], most: int) -> list[tuple[int, ...]]:
    return [kill for _, kill in zip(range(most), kills, strict=False)]


def _name(kill: tuple[int, ...]) -> str:
    return "-".join(map(str, kill))


def _told(stage: Stage, kill: tuple[int, ...]) -> str:
    return f"{kill} ({stage.points[kill[0] - 1]})"


def _report(room: Path, status: int) -> str:
    report = room / "report"
    return "; ".join(json.loads(report.read_text())) if report.exists() else f"status {status}"


def forked(work: Callable[[], None]) -> int:
    """The child never returns into the test run."""
    with warnings.catch_warnings():
        # Where the test runner itself has threads, newer Pythons warn; the child uses nothing of theirs.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        return pid
    # A collection would touch, and so copy, all the memory that the child shares with its parent.
    gc.disable()
    try:
        work()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _case(stage: Stage, kills: tuple[int, ...]) -> None:
    room = _room(stage.folder, stage.before, _name(kills))
    file, answers = room / "sitrep.db", room / "answers"
    found = []
    for deadly in kills:
        victim = forked(lambda deadly=deadly: asyncio.run(carry_on(stage.flow, file, answers, Points(deadly))))  # type: ignore[misc]
        _, status = os.waitpid(victim, 0)
        if status not in (0, signal.SIGKILL):
            found.append(f"the victim ended with {status}")
        let_go(file)
        found += broken(file, settled=False) + _unheard(stage, file, answers)
    asyncio.run(carry_on(stage.flow, file, answers, Points()))
    found += broken(file, settled=True) + differences(ledger(file), stage.wanted)
    if answers.read_text() != stage.answers:
        found.append(f"answered {answers.read_text()!r} instead of {stage.answers!r}")
    if found:
        (room / "report").write_text(json.dumps(found))
        os._exit(1)


def _unheard(stage: Stage, file: Path, answers: Path) -> list[str]:
    """I1: whatever was answered is on disk."""
    said = [step.who is not None for step in stage.flow.steps]
    answered = sum(said[: said_so_far(answers)])
    return [] if heard(file, "during:") >= answered else ["I1 an answered line is not stored"]
