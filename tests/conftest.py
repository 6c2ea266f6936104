"""What every test has: no network beyond this machine, no settings of the developer's, a conversation to speak in."""

import gc
import ipaddress
import os
import socket
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import cluster
import databases
import pytest
import structlog
from compiled import compile_once
from conversation import ADA, BOB, CLEO, DAN, EVE, Conversation, conversation
from hypothesis import HealthCheck, settings

from incidents.person import Person

ON_BOTH = ("storage", "scheduler", "door")

# Slow machines are no bugs; in CI the same examples every time, so that a red build stays red.
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("dev"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

compile_once()

# Its own choice paints every traceback in colours that nobody sees: a fifth of the time of tests about failures.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)


def pytest_collection_finish() -> None:
    """Ten thousand collected tests live to the end: the garbage collector need not look at them again and again."""
    gc.collect()
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    """Whoever starts the run says where all of its workers find their PostgreSQL (`cluster.py` starts it)."""
    if not hasattr(config, "workerinput"):
        cluster.announce(Path(mkdtemp(prefix="sitrep-postgresql-")))


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        cluster.leave()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What touches the database runs on both kinds; see `kinds`."""
    metafunc.parametrize("database_kind", kinds(metafunc.definition), indirect=True)


def kinds(test: pytest.Item) -> list[str]:
    """By its mark `on`, else by its folder. Texts and pages are the same on both, and are not made twice.

    With TEST_DATABASE=postgresql in the environment whatever has a database and no mark has it there.
    """
    marked = test.get_closest_marker("on")
    if marked:
        return list(marked.args)
    if test.path.parent.name in ON_BOTH:
        return ["sqlite", "postgresql"]
    return [os.environ.get("TEST_DATABASE", "sqlite")]


@pytest.fixture(autouse=True)
def database_kind(request: pytest.FixtureRequest) -> Iterator[databases.Kind]:
    kind: databases.Kind = getattr(request, "param", "sqlite")
    if kind == "postgresql" and (why := cluster.lacking()):
        pytest.skip(why)
    databases.use(kind)
    yield kind
    if kind == "postgresql":
        # Who is cancelled while a connection is being made leaves it to the garbage collector, which tells some later
        # test of it: here it has its say.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect(0)


@pytest.fixture(autouse=True, scope="session")
def _only_this_machine() -> Iterator[None]:
    """A test that reaches for the internet fails, and says where it wanted to go."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        yield


def _guarded(connect: Any) -> Any:
    def connect_near(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _near(str(address[0])):
            raise AssertionError(f"a test wanted to connect to {address[0]}")
        return connect(self, address)

    return connect_near


def _near(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True, scope="session")
def _no_settings_from_outside() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("SITREP_") or name == "DATABASE_URL"]:
            patch.delenv(name)
        yield


@pytest.fixture
async def call() -> AsyncIterator[Conversation]:
    """A conversation on 2 April 2031, 14:00 UTC, with nobody on the roster."""
    async with conversation() as begun:
        yield begun


@pytest.fixture
def ada() -> Person:
    """Commands."""
    return ADA


@pytest.fixture
def bob() -> Person:
    """Helps."""
    return BOB


@pytest.fixture
def cleo() -> Person:
    """Speaks to customers."""
    return CLEO


@pytest.fixture
def dan() -> Person:
    """Knows the service."""
    return DAN


@pytest.fixture
def eve() -> Person:
    """Is a stranger."""
    return EVE
