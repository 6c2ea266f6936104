"""The cast and the incidents that the tests of the rules begin with."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from incidents import declaring, staffing
from incidents.incident import Incident
from incidents.person import Person
from incidents.policy import Policy
from incidents.records import OnCall
from incidents.roles import Role
from incidents.severity import Severity

NOW = datetime(2031, 4, 2, 14, 0, tzinfo=UTC)


def person(name: str) -> Person:
    return Person(id=f"{name.lower()}@example.org", name=name, handle=name.lower())


@pytest.fixture
def ada() -> Person:
    """She commands."""
    return person("Ada")


@pytest.fixture
def bob() -> Person:
    """He helps."""
    return person("Bob")


@pytest.fixture
def cleo() -> Person:
    """She speaks to customers."""
    return person("Cleo")


@pytest.fixture
def dan() -> Person:
    """He knows the service."""
    return person("Dan")


@pytest.fixture
def eve() -> Person:
    """A stranger."""
    return person("Eve")


@pytest.fixture
def now() -> datetime:
    """When everything is declared."""
    return NOW


@pytest.fixture
def after() -> Callable[[float], datetime]:
    """So many minutes after the declaration."""
    return lambda minutes: NOW + timedelta(minutes=minutes)


@pytest.fixture
def declared() -> Callable[..., Incident]:
    """Bob declares; nobody holds a role, nobody is on call and nothing is news."""

    def declare(
        severity: Severity | None = Severity.SEV1,
        *,
        policy: Policy | None = None,
        on_call: OnCall | None = None,
        triage: bool = False,
    ) -> Incident:
        made = declaring.declare(
            id=1,
            title="Checkout returns 500s",
            severity=severity,
            by=person("Bob"),
            now=NOW,
            policy=policy or Policy(),
            on_call=on_call,
            triage=triage,
        )
        made.news.clear()
        return made

    return declare


@pytest.fixture
def led(declared: Callable[..., Incident]) -> Callable[..., Incident]:
    """Bob has declared, Ada commands, Cleo speaks to customers; nothing is news."""

    def declare(severity: Severity = Severity.SEV1, *, policy: Policy | None = None) -> Incident:
        made = declared(severity, policy=policy)
        for name, role in (("Ada", Role.IC), ("Cleo", Role.CUSTOMER_LIAISON)):
            staffing.assign(made, role, to=person(name), by=person(name), now=NOW)
        made.news.clear()
        return made

    return declare


@pytest.fixture
def incident(led: Callable[..., Incident]) -> Incident:
    """A SEV-1 that Ada commands."""
    return led()
