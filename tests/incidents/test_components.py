"""The states of what customers know (GLO-33)."""

from incidents.components import ComponentState, worst


def test_the_worst_state_counts() -> None:
    assert worst([ComponentState.DEGRADED, ComponentState.MAJOR, ComponentState.MAINTENANCE]) is ComponentState.MAJOR
    assert worst([ComponentState.MAINTENANCE, ComponentState.OPERATIONAL]) is ComponentState.MAINTENANCE


def test_nothing_known_to_be_wrong_is_operational() -> None:
    assert worst([]) is ComponentState.OPERATIONAL


def test_a_state_has_a_name_that_people_read() -> None:
    assert [state.label for state in ComponentState] == [
        "Operational",
        "Under maintenance",
        "Degraded performance",
        "Partial outage",
        "Major outage",
    ]
    assert [state for state in ComponentState if not state.disturbed] == [ComponentState.OPERATIONAL]
