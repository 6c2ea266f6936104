"""SIGKILL at every point of every flow: nothing is lost and nothing is shown twice (I1 to I10)."""

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from crash import flows
from crash.flows import Flow
from crash.harness import covered, here, kills, problems, stages
from databases import Kind

Record = Callable[[str, object], None]

PAIRS = int(os.environ.get("CRASH_PAIRS", "0"))

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork"),
    pytest.mark.timeout(3_600 if PAIRS else 180),
    pytest.mark.on("sqlite", "postgresql"),
]


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory where there is such a place: what a process leaves behind does not depend on the disk."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it is ours alone
    with TemporaryDirectory(prefix="sitrep-crash-", dir=memory if memory.is_dir() else None) as made:
        yield Path(made)


@pytest.fixture
def killed(folder: Path, database_kind: Kind, record_property: Record) -> Callable[[Flow], None]:
    """Wherever a kill can leave something else."""

    def everywhere(flow: Flow) -> None:
        points, pairs, deadly, found = 0, 0, 0, list[str]()
        with here(flow, folder) as place:
            for stage in stages(flow, place):
                chosen = kills(stage)
                points, pairs, deadly = points + len(stage.points), pairs + covered(stage, chosen), deadly + len(chosen)
                found += [problem for kill in chosen for problem in problems(stage, place, kill)]
        told = f"{flow.name} on {database_kind}: {points} points, {deadly} kills for {pairs} of them"
        record_property("crash points", told)
        assert points > 20 * len(flow.steps), "the seams are not watched"
        assert found == []

    return everywhere


Killed = Callable[[Flow], None]


@pytest.mark.parametrize("flow", [flows.DECLARE, flows.DECLARE_ON_REPEATING], ids=lambda flow: flow.name)
def test_rel_080_a_declaration_killed_anywhere_is_neither_lost_nor_doubled(flow: Flow, killed: Killed) -> None:
    killed(flow)


@pytest.mark.parametrize("flow", [flows.UPDATE, flows.UPDATE_ON_REPEATING], ids=lambda flow: flow.name)
def test_rel_081_an_update_killed_anywhere_is_neither_lost_nor_doubled(flow: Flow, killed: Killed) -> None:
    killed(flow)


def test_rel_082_resolving_killed_anywhere_is_neither_lost_nor_doubled(killed: Killed) -> None:
    killed(flows.RESOLVE)


@pytest.mark.parametrize("flow", [flows.REMINDER, flows.ESCALATION], ids=lambda flow: flow.name)
def test_rel_084_a_reminder_killed_anywhere_fires_exactly_once(flow: Flow, killed: Killed) -> None:
    killed(flow)


def test_rel_086_publishing_killed_anywhere_reaches_every_channel_once_and_no_revision_goes_back(
    killed: Killed,
) -> None:
    killed(flows.PUBLISH)


@pytest.mark.parametrize("flow", [flows.ROLE, flows.HANDOVER], ids=lambda flow: flow.name)
def test_rel_087_a_change_of_roles_killed_anywhere_leaves_one_commander(flow: Flow, killed: Killed) -> None:
    killed(flow)


@pytest.mark.parametrize("flow", [flows.NOTE, flows.CAPTURE], ids=lambda flow: flow.name)
def test_rel_088_an_entry_killed_anywhere_stands_once_on_the_timeline(flow: Flow, killed: Killed) -> None:
    killed(flow)


def test_planned_maintenance_killed_anywhere_is_announced_begun_and_ended_once(killed: Killed) -> None:
    killed(flows.MAINTENANCE)


def test_rel_089_a_declaration_killed_twice_is_neither_lost_nor_doubled(
    folder: Path, database_kind: Kind, record_property: Record
) -> None:
    chance = random.Random(89)
    many = PAIRS or (6 if database_kind == "sqlite" else 3)
    with here(flows.DECLARE_ON_REPEATING, folder) as place:
        (stage,) = stages(flows.DECLARE_ON_REPEATING, place)
        last = len(stage.points)
        pairs = [(chance.randint(1, last), chance.randint(1, last)) for _ in range(many)]
        record_property("crash points", f"declared, killed twice on {database_kind}: {2 * many} kills")
        assert [each for pair in pairs for each in problems(stage, place, pair)] == []
