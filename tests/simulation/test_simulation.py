"""Two replicas through faults, stops and kills, from a seed: I1 to I13 hold (tests/simulation/run.py says how)."""

import time
from collections.abc import Callable

import pytest
from simulation.invariants import Checker
from simulation.run import Violation, replay, run

Record = Callable[[str, object], None]

STEPS = 2_500
SEEDS = range(1, 9)
BUDGET = 6.0
"""Seconds of processor time after which no further seed is begun; `make soak` runs 50,000 steps of each."""
pytestmark = [pytest.mark.on("sqlite"), pytest.mark.timeout(180)]


def test_rel_129_two_replicas_through_faults_stops_and_kills_lose_and_double_nothing(record_property: Record) -> None:
    begun = time.process_time()
    for seed in SEEDS:
        report = run(seed, STEPS)
        record_property(f"simulation {seed}", str(report))
        assert report.steps >= STEPS
        assert report.figures["effects sent"] > 30
        assert report.figures["reminders"] > 0
        if time.process_time() - begun > BUDGET:
            break


def test_a_seed_is_replayed_to_the_last_step() -> None:
    first, second = run(7, 400), run(7, 400)
    assert first == second
    assert run(8, 400).digest != first.digest


def test_a_violation_is_told_with_the_command_that_shows_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Checker, "at_peace", lambda *_: ["I12 something still waits"])
    with pytest.raises(Violation, match=r"I12 something still waits\nafter \d+ steps") as caught:
        run(9, 300)
    assert str(caught.value).endswith(replay(9, 300))
    assert replay(9, 300) == "python3 dev.py soak simulation --seed 9 --steps 300"
