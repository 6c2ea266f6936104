"""The parts of the service that customers know, and the state each is in (GLO-33)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class ComponentState(StrEnum):
    """From best to worst; maintenance is planned, so every disruption is worse."""

    OPERATIONAL = "operational"
    MAINTENANCE = "under_maintenance"
    DEGRADED = "degraded_performance"
    PARTIAL = "partial_outage"
    MAJOR = "major_outage"

    @property
    def label(self) -> str:
        """`Partial outage`."""
        return self.value.replace("_", " ").capitalize()

    @property
    def disturbed(self) -> bool:
        return self is not ComponentState.OPERATIONAL


@dataclass(frozen=True, slots=True)
class Component:
    """As the configuration names it. ``aliases`` are other words for it."""

    name: str
    aliases: tuple[str, ...] = ()
    group: str = ""
    description: str = ""


def worst(states: Iterable[ComponentState]) -> ComponentState:
    """The state that counts for all of them together; operational when there are none."""
    order = list(ComponentState)
    return max(states, key=order.index, default=ComponentState.OPERATIONAL)
