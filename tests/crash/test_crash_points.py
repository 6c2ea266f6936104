"""SIGKILL at every point of every flow: nothing is lost and nothing is shown twice (I1 to I10)."""

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from crash import flows
from crash.flows import Flow
from crash.harness import kills, problems, stage

Record = Callable[[str, object], None]

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork"),
    pytest.mark.timeout(180),
]


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory where there is such a place: what a process leaves behind does not depend on the disk."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it is ours alone
    with TemporaryDirectory(prefix="sitrep-crash-", dir=memory if memory.is_dir() else None) as made:
        yield Path(made)


def _killed_everywhere(flow: Flow, folder: Path, record: Record) -> None:
    ready = stage(flow, folder)
    deadly = kills(ready)
    record("crash points", f"{flow.name}: {len(ready.points)} points, killed {len(deadly)}")
    assert len(deadly) > 4, "the seams are not watched"
    assert problems(ready, deadly) == []


@pytest.mark.parametrize("flow", [flows.DECLARE, flows.DECLARE_ON_REPEATING], ids=lambda flow: flow.name)
def test_rel_080_a_declaration_killed_anywhere_is_neither_lost_nor_doubled(
    flow: Flow, folder: Path, record_property: Record
) -> None:
    _killed_everywhere(flow, folder, record_property)


@pytest.mark.parametrize("flow", [flows.UPDATE, flows.UPDATE_ON_REPEATING], ids=lambda flow: flow.name)
def test_rel_081_an_update_killed_anywhere_is_neither_lost_nor_doubled(
    flow: Flow, folder: Path, record_property: Record
) -> None:
    _killed_everywhere(flow, folder, record_property)


def test_rel_082_resolving_killed_anywhere_is_neither_lost_nor_doubled(folder: Path, record_property: Record) -> None:
    _killed_everywhere(flows.RESOLVE, folder, record_property)


@pytest.mark.parametrize("flow", [flows.REMINDER, flows.ESCALATION], ids=lambda flow: flow.name)
def test_rel_084_a_reminder_killed_anywhere_fires_exactly_once(
    flow: Flow, folder: Path, record_property: Record
) -> None:
    _killed_everywhere(flow, folder, record_property)


@pytest.mark.parametrize("flow", [flows.ROLE, flows.HANDOVER], ids=lambda flow: flow.name)
def test_rel_087_a_change_of_roles_killed_anywhere_leaves_one_commander(
    flow: Flow, folder: Path, record_property: Record
) -> None:
    _killed_everywhere(flow, folder, record_property)


@pytest.mark.parametrize("flow", [flows.NOTE, flows.CAPTURE], ids=lambda flow: flow.name)
def test_rel_088_an_entry_killed_anywhere_stands_once_on_the_timeline(
    flow: Flow, folder: Path, record_property: Record
) -> None:
    _killed_everywhere(flow, folder, record_property)


def test_rel_089_a_declaration_killed_twice_is_neither_lost_nor_doubled(folder: Path, record_property: Record) -> None:
    ready = stage(flows.DECLARE, folder)
    chance = random.Random(89)
    last = len(ready.points)
    pairs = {(chance.randint(1, last), chance.randint(1, last)) for _ in range(30)}
    record_property("crash points", f"declare twice: {len(pairs)} pairs")
    assert problems(ready, sorted(pairs)) == []


def test_planned_maintenance_killed_anywhere_is_announced_begun_and_ended_once(
    folder: Path, record_property: Record
) -> None:
    _killed_everywhere(flows.MAINTENANCE, folder, record_property)
