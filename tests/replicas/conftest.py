"""One nursery for all tests of a worker."""

from collections.abc import Iterator

import pytest
from replicas.nursery import Nursery


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()
