"""Kill a forked child at a chosen point, start again on what it left, compare with a run that nobody killed.

All that a kill leaves behind is the database, what was answered, and what stands outside. Points between two commits
leave the very same, so one kill stands for all of them; with CRASH_EVERY_POINT=1 each point gets its own. A flow goes
step by step: what a step leaves, unharmed, is where the next begins.
"""

import asyncio
import os
import random
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from crash.flows import Flow, Here, carry_on, prepare
from crash.forks import forked
from crash.ground import ground
from crash.ledger import Ledger, broken, differences, heard, ledger, whatever_came_first
from crash.outside import outside
from crash.points import Points
from crash.world import furnished
from databases import kind, ready

Kill = tuple[int, ...]
"""Where to die, life after life."""

_ON_SERVER = 4
"""What a life costs there, in lives on a file."""


@dataclass(frozen=True)
class Stage:
    """One step of a flow, all that there was before it, and what a run without a kill leaves.

    ``states`` says for each point what a kill there leaves: what is called the same is the same.
    """

    flow: Flow
    number: int
    before: tuple[object, object]
    points: tuple[str, ...]
    states: tuple[str, ...]
    wanted: Ledger
    answer: str

    @property
    def heard(self) -> bool:
        """Its line is one that is kept."""
        return self.flow.steps[self.number].who is not None


@contextmanager
def here(flow: Flow, folder: Path) -> Iterator[Here]:
    """The flow's place, with everything in it that there is before the flow."""
    place = folder / "sitrep.db"
    asyncio.run(ready(place, furnished))
    with closing(ground(place)) as made, outside(folder, flow.published) as beside:
        found = Here(made, folder / "answer", beside)
        asyncio.run(prepare(flow, found))
        yield found


def stages(flow: Flow, here: Here) -> Iterator[Stage]:
    """Leaves each as it is after the step; whoever changes it puts it back first."""
    kept = _keep(here)
    for number in range(len(flow.steps)):
        _put_back(here, kept)
        states = list[str]()
        points = Points(also=lambda: states.append(_state(here, points)))  # noqa: B023 - of this turn
        asyncio.run(carry_on(flow, number, here, points))
        assert _wrong(here, settled=True) == []
        stage = Stage(flow, number, kept, tuple(points.passed), tuple(states), _ledger(here), here.answers.read_text())
        kept = _keep(here)
        yield stage


def _state(here: Here, points: Points) -> str:
    outside = here.outside.state() if here.outside else ""
    return f"{points.commits} commits, answered: {here.answers.exists()}, outside: {outside}"


def _keep(here: Here) -> tuple[object, object]:
    return here.ground.keep(), here.outside.keep() if here.outside else None


def _put_back(here: Here, kept: tuple[object, object]) -> None:
    here.ground.put_back(kept[0])
    here.answers.unlink(missing_ok=True)
    if here.outside:
        here.outside.put_back(kept[1])


def _ledger(here: Here) -> Ledger:
    stored = ledger(here.ground.rows)
    return whatever_came_first(stored) | here.outside.ledger() if here.outside else stored


def _wrong(here: Here, *, settled: bool) -> list[str]:
    found = broken(here.ground.rows, settled=settled)
    return found + (here.outside.broken() if here.outside else [])


def kills(stage: Stage) -> list[Kill]:
    """The last point of each state, or a share of them, chosen by a seed; or every point there is."""
    if os.environ.get("CRASH_EVERY_POINT"):
        return [(point,) for point in range(1, len(stage.points) + 1)]
    last = list({state: point for point, state in enumerate(stage.states, start=1)}.values())
    share = stage.flow.share * (1 if kind() == "sqlite" else _ON_SERVER)
    chosen = random.Random(f"{stage.flow.name} {stage.number}").sample(last, -(-len(last) // share))
    return [(point,) for point in sorted(chosen)]


def covered(stage: Stage, kills: list[Kill]) -> int:
    """Points at which a kill leaves what one of these leaves."""
    left = {stage.states[point - 1] for point, *_ in kills}
    return sum(state in left for state in stage.states)


def problems(stage: Stage, here: Here, kill: Kill) -> list[str]:
    """What went wrong when it died there, life after life, and was started again for good."""
    _put_back(here, stage.before)
    found = []
    for deadly in kill:
        _, status = os.waitpid(forked(lambda at=deadly: _victim(stage, here, at)), 0)  # type: ignore[misc]
        if status not in (0, signal.SIGKILL):
            found.append(f"the victim ended with {status}")
        here.ground.let_go()
        found += _wrong(here, settled=False) + _unheard(stage, here)
    asyncio.run(carry_on(stage.flow, stage.number, here, Points()))
    found += _wrong(here, settled=True) + differences(_ledger(here), stage.wanted)
    if (answer := here.answers.read_text()) != stage.answer:
        found.append(f"answered {answer!r} instead of {stage.answer!r}")
    return [f"{stage.flow.name}, step {stage.number}, killed at {kill}: {each}" for each in found]


def _victim(stage: Stage, here: Here, deadly: int) -> None:
    asyncio.run(carry_on(stage.flow, stage.number, here, Points(deadly)))


def _unheard(stage: Stage, here: Here) -> list[str]:
    """I1: whatever was answered is on disk."""
    answered = stage.heard and here.answers.exists()
    return ["I1 an answered line is not stored"] if answered and not heard(here.ground.rows, stage.number) else []
