"""One run: two replicas, one database, one chat, people, a clock that nobody waits for; everything from one seed.

A step is anything that happens: a trip to the disk, a call to the chat, a line, a stop, a kill. After every few
hundred the invariants are looked at, and at the end, when all had two minutes' peace. `python -m simulation` runs one.
"""

import asyncio
import hashlib
import logging
import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO
from unittest.mock import patch

import structlog
from conversation import START
from crash.world import furnished
from databases import ready
from simulation.chat import WRONG, Platform
from simulation.firings import Firings
from simulation.invariants import Checker, brief
from simulation.loop import MadeUpTime
from simulation.machine import Machine
from simulation.people import Act, People
from simulation.replica import Replica

from commands.line import Line
from commands.run import Answer

NAMES = ("left", "right")
_LOOKED_EVERY = 400
_PEACE = 120.0
_PATIENCE = 30.0

WEATHER = {
    "calm": "",
    "fair": "3% of * fails; 2% of * loses its reply; 2% of * is limited for 7 s; 5% of * takes 3 s; 0.3% of * stumbles",
    "foul": "25% of * fails; 15% of * loses its reply; 10% of * is limited for 20 s; 5% of * hangs; 10% of * takes 9 s",
    "gone": "every * fails",
    "refusing": "2% of private is refused; 5% of * fails",
}


class Violation(AssertionError):
    """An invariant does not hold; the message ends with how to see it again."""


@dataclass(frozen=True)
class Report:
    """``digest`` is the same for two runs of one seed."""

    seed: int
    steps: int
    hours: float
    digest: str
    figures: dict[str, int]


def run(seed: int, steps: int, trace: TextIO | None = None) -> Report:
    """Raises Violation, which says how to replay it. ``trace`` gets a line for each step."""
    with TemporaryDirectory(prefix="sitrep-simulation-", dir=_memory()) as folder, _determined(seed):
        file = Path(folder, "sitrep.db")
        asyncio.run(ready(file, furnished))
        with asyncio.Runner(loop_factory=MadeUpTime) as runner:
            return runner.run(_World(seed, steps, file, trace).played())


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - the folder made in it is ours alone


@contextmanager
def _determined(seed: int) -> Iterator[None]:
    """Whatever the product takes by chance comes from the seed too; its log would be as long as the run."""
    chance = random.Random(f"ids {seed}")
    kept, state = structlog.get_config(), random.getstate()
    random.seed(seed)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        # Who finds the file taken asks again later, by made-up time; waiting in it would stop the world.
        with patch.object(uuid.os, "urandom", chance.randbytes), patch("storage.one_hop._PATIENCE", -1.0):  # type: ignore[attr-defined]
            yield
    finally:
        random.setstate(state)
        structlog.configure(**kept)


class _World:
    def __init__(self, seed: int, most: int, file: Path, trace: TextIO | None) -> None:
        self._seed, self._most, self._file, self._trace = seed, most, file, trace
        self._chance = random.Random(seed)
        self._firings = Firings()
        self._checker = Checker(file, self._firings)
        self._platform = Platform(random.Random(f"chat {seed}"), self._step, self._checker.tries)
        self._people = People(random.Random(f"people {seed}"))
        self._replicas: dict[str, Replica] = {}
        self._digest = hashlib.sha256()
        self._steps = 0
        self._said = 0
        self._lives: Counter[str] = Counter()
        self._happened: Counter[str] = Counter()
        self._weather = "calm"
        self._sayings: set[asyncio.Task[None]] = set()

    def _step(self, what: str) -> None:
        self._steps += 1
        line = f"{asyncio.get_running_loop().time():.6f} {what}\n"
        self._digest.update(line.encode())
        if self._trace:
            self._trace.write(line)

    @property
    def _now(self) -> datetime:
        return START + timedelta(seconds=asyncio.get_running_loop().time())

    async def played(self) -> Report:
        try:
            with self._firings.watched():
                for name in NAMES:
                    self._start(name)
                await self._live()
                await self._peace()
                for name in NAMES:
                    await self._replicas[name].leave()
            figures = {**self._checker.figures(), **self._happened}
            hours = asyncio.get_running_loop().time() / 3600
            return Report(self._seed, self._steps, hours, self._digest.hexdigest()[:16], figures)
        finally:
            self._checker.close()
            for replica in self._replicas.values():
                await replica.kill()

    async def _live(self) -> None:
        looked = 0
        while self._steps < self._most:
            await asyncio.sleep(self._gap())
            await self._something()
            if self._steps - looked >= _LOOKED_EVERY:
                looked = self._steps
                self._look()

    def _gap(self) -> float:
        """Mostly people speak one upon the other; now and then nobody does for minutes."""
        luck = self._chance.random()
        return self._chance.uniform(0, 0.02) if luck < 0.4 else self._chance.uniform(60, 240) if luck > 0.98 else 1.0

    async def _something(self) -> None:
        luck = self._chance.random()
        if luck < 0.88:
            self._speak()
        elif luck < 0.93:
            self._change_weather()
        elif luck < 0.95:
            self._sicken()
        else:
            await self._strike(self._chance.choice(NAMES))

    def _speak(self) -> None:
        self._said += 1
        task = asyncio.ensure_future(self._say(self._people.next(), f"said:{self._said}"))
        self._sayings.add(task)
        task.add_done_callback(self._sayings.discard)

    async def _say(self, act: Act, delivery: str) -> None:
        """Until somebody answers; who gets no answer says it again, to whoever listens, as Slack does."""
        for _ in range(60):
            answer = await self._ask(act, delivery)
            if answer is None or answer.failed:
                await asyncio.sleep(self._chance.uniform(0.5, 10))
                continue
            if answer.visible and not answer.unstored:
                self._checker.answered(delivery, answer, declares=not act.incident)
            if not act.incident and answer.incident and answer.incident not in self._people.open:
                self._people.open.append(answer.incident)
            ended = act.words.startswith(("/incident resolve", "/incident cancel"))
            if ended and not answer.refused and act.incident in self._people.open:
                self._people.open.remove(act.incident)
            return
        raise Violation(f"nobody ever answered {act}")

    async def _ask(self, act: Act, delivery: str) -> Answer | None:
        replica = self._replicas[self._chance.choice(NAMES)]
        if replica.machine.dead:
            return None
        self._step(f"{delivery} to {replica.machine.name}: {act.words}")
        room = self._room(act.incident) if self._chance.random() < 0.5 or act.more else ""
        where = (
            {"room": room} if room else {"incident": act.incident or None, "via": "button" if act.incident else "slash"}
        )
        words = act.words if room or not act.incident else act.words.removeprefix("/incident ").removeprefix("!")
        line = Line(act.who, words, replica.now(), delivery, **where, **act.more)
        asked = replica.hear(line)
        twice = self._chance.random() < 0.05
        other = self._replicas[self._chance.choice(NAMES)]
        again = other.hear(line) if twice and not other.machine.dead else None
        await asyncio.wait([asked], timeout=_PATIENCE)
        if again:
            await asyncio.wait([again], timeout=_PATIENCE)
        answers = [_answer(each) for each in (asked, again) if each]
        told = [each for each in answers if each and not each.failed]
        for one in [each for each in told[1:] if each.visible and not each.unstored]:
            self._checker.answered(delivery, one, declares=not act.incident)
        return told[0] if told else None

    def _room(self, incident: int) -> str:
        return next((ref for ref, (_, of, _, _) in self._platform.rooms.items() if of == incident and incident), "")

    def _change_weather(self) -> None:
        self._weather = self._chance.choices(list(WEATHER), weights=[4, 6, 3, 1, 2])[0]
        self._step(f"weather {self._weather}")
        self._happened[f"weather {self._weather}"] += 1
        self._platform.plan.clear()
        self._platform.plan.add(WEATHER[self._weather])

    def _sicken(self) -> None:
        """A disk that fails now and then, for a while."""
        replica = self._replicas[self._chance.choice(NAMES)]
        replica.machine.sick = 0.0 if replica.machine.sick else self._chance.choice([0.005, 0.05])
        self._step(f"{replica.machine.name} sick {replica.machine.sick}")

    async def _strike(self, name: str) -> None:
        """Something happens to a replica, at whatever it is doing."""
        replica, luck = self._replicas[name], self._chance.random()
        if replica.machine.dead:
            self._start(name)
        elif replica.machine.stopped:
            self._step(f"{name} goes on")
            replica.machine.go_on()
        elif luck < 0.4:
            self._step(f"{name} killed")
            self._happened["kills"] += 1
            await replica.kill()
            self._later(5, 60, lambda: self._start(name), replica)
        elif luck < 0.8:
            self._step(f"{name} stopped")
            self._happened["stops"] += 1
            replica.machine.stop()
            self._later(5, 60, replica.machine.go_on, replica)
        else:
            self._step(f"{name} leaves")
            self._happened["handed over"] += 1
            await replica.leave()
            self._later(2, 20, lambda: self._start(name), replica)

    def _later(self, least: float, most: float, do: Callable[[], None], replica: Replica) -> None:
        """Unless chance, or the end, was there before."""

        def due() -> None:
            if self._replicas[replica.machine.name] is replica and (replica.machine.dead or replica.machine.stopped):
                self._step(f"{replica.machine.name} is up again")
                do()

        asyncio.get_running_loop().call_later(self._chance.uniform(least, most), due)

    def _start(self, name: str) -> None:
        self._lives[name] += 1
        self._step(f"{name} starts")
        machine = Machine(name, random.Random(f"{self._seed} {name} {self._lives[name]}"), self._step)
        url = f"sqlite+aiosqlite:///{self._file}"
        ahead = self._chance.uniform(-WRONG, WRONG)
        self._replicas[name] = Replica(url, self._platform, machine, ahead=ahead, news=self._news)
        self._replicas[name].start()

    def _news(self) -> None:
        """A commit wakes all, mostly."""
        for replica in self._replicas.values():
            if self._chance.random() < 0.9:
                replica.nudge()

    async def _peace(self) -> None:
        """Faults stop, everybody is up; then two minutes are enough (I12)."""
        self._platform.plan.clear()
        for name in NAMES:
            machine = self._replicas[name].machine
            machine.sick = 0.0
            if machine.stopped:
                machine.go_on()
            if machine.dead:
                self._start(name)
        since = self._now
        await asyncio.sleep(_PEACE)
        if self._sayings:
            await asyncio.wait(self._sayings, timeout=_PEACE)
        self._look(self._checker.at_peace(since, self._platform))

    def _look(self, more: list[str] | None = None) -> None:
        for task in [each for each in self._sayings if each.done() and each.exception()]:
            task.result()
        found = (more or []) + self._checker.look(self._now, self._platform)
        if found:
            raise Violation(
                f"{brief(found)}\nafter {self._steps} steps; see it again: {replay(self._seed, self._most)}"
            )


def _answer(task: "asyncio.Task[Answer]") -> Answer | None:
    """None where there was none, because the replica died or took too long."""
    if not task.done() or task.cancelled():
        return None
    return None if isinstance(task.exception(), OSError | RuntimeError) else task.result()


def replay(seed: int, steps: int) -> str:
    return f"python3 dev.py soak simulation --seed {seed} --steps {steps}"
