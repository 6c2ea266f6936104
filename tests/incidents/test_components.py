"""The states of what customers know (GLO-33)."""

from incidents.components import ComponentState, worst


def test_the_worst_state_counts() -> None:
    assert worst([ComponentState.DEGRADED, ComponentState.MAJOR, ComponentState.MAINTENANCE]) is ComponentState.MAJOR
    assert worst([ComponentState.MAINTENANCE, ComponentState.OPERATIONAL]) is ComponentState.MAINTENANCE


def test_nothing_known_to_be_wrong_is_operational() -> None:
    assert worst([]) is ComponentState.OPERATIONAL
