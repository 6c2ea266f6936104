"""The status page at one moment: a frozen value that every page, feed and answer is made from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from bot.web.public.subjects import Subject, gathered, short_id
from incidents.components import Component, ComponentState, worst
from storage.publications import Publication
from templates.house import House

Indicator = Literal["none", "maintenance", "minor", "major", "critical"]

INDICATORS: dict[ComponentState, Indicator] = {
    ComponentState.OPERATIONAL: "none",
    ComponentState.MAINTENANCE: "maintenance",
    ComponentState.DEGRADED: "minor",
    ComponentState.PARTIAL: "major",
    ComponentState.MAJOR: "critical",
}
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Part:
    """A component, and the state it is in."""

    component: Component
    state: ComponentState
    changed_at: datetime

    @property
    def id(self) -> str:
        return component_id(self.component.name)


def component_id(name: str) -> str:
    return short_id("component", name)


@dataclass(frozen=True)
class Snapshot:
    """``subjects`` are all there ever were, the one that was posted about last first. ``version`` only grows."""

    version: int
    made_at: datetime
    house: House
    address: str
    subjects: tuple[Subject, ...]
    parts: tuple[Part, ...]

    @property
    def open(self) -> list[Subject]:
        return [subject for subject in self.subjects if not subject.over and not subject.maintenance]

    @property
    def planned(self) -> list[Subject]:
        """Planned work that is not over, the next first."""
        found = (subject for subject in self.subjects if subject.maintenance and not subject.over)
        return sorted(found, key=lambda subject: (subject.started_at, subject.id))

    @property
    def over(self) -> list[Subject]:
        """The one that began last first."""
        found = (subject for subject in self.subjects if subject.over)
        return sorted(found, key=lambda subject: (subject.started_at, subject.id), reverse=True)

    @property
    def state(self) -> ComponentState:
        return worst(part.state for part in self.parts)

    @property
    def indicator(self) -> Indicator:
        """An open incident that names no component is still no calm sky."""
        return "minor" if self.unplaced else INDICATORS[self.state]

    @property
    def unplaced(self) -> bool:
        return bool(self.open) and self.state in (ComponentState.OPERATIONAL, ComponentState.MAINTENANCE)

    @cached_property
    def began_at(self) -> datetime:
        """The first post there was; components are as old."""
        return min((subject.posts[0].posted_at for subject in self.subjects), default=_LONG_AGO)

    @cached_property
    def changed_at(self) -> datetime | None:
        """The newest post; None while there is none."""
        return max((subject.changed_at for subject in self.subjects), default=None)

    @cached_property
    def valid_until(self) -> datetime:
        """Until the next window begins or ends, or the organisation's day does: then it reads differently."""
        zone = ZoneInfo(self.house.zone)
        tomorrow = self.made_at.astimezone(zone).date() + timedelta(days=1)
        moments = [datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone).astimezone(UTC)]
        for subject in self.planned:
            moments += [subject.started_at, *([subject.ends_at] if subject.ends_at else [])]
        return min(moment for moment in moments if moment > self.made_at)


def made(posts: Iterable[Publication], version: int, house: House, address: str, now: datetime) -> Snapshot:
    subjects = gathered(posts)
    return Snapshot(version, now, house, address, subjects, tuple(_parts(subjects, house.components)))


def _parts(subjects: tuple[Subject, ...], components: tuple[Component, ...]) -> Iterable[Part]:
    """Those of the configuration in its order, then others that somebody was told about and that are not over."""
    holding = [subject for subject in subjects if subject.counts]
    known = {component.name: component for component in components}
    for subject in holding:
        for name in subject.newest.record.components:
            known.setdefault(name, Component(name))
    for name, component in known.items():
        states = (subject.newest.record.components.get(name) for subject in holding)
        told = (subject.newest.posted_at for subject in subjects if name in subject.component_names)
        first = min((subject.posts[0].posted_at for subject in subjects), default=_LONG_AGO)
        yield Part(component, worst(state for state in states if state), max(told, default=first))
