"""Channels that lead to fakes on this machine, and an incident to tell about."""

from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from ipaddress import ip_network

import aiohttp
import pytest
from fakes.publishers.hooks import Hooks, hooks
from fakes.publishers.smtp import Mailbox, mailbox
from fakes.publishers.statuspage import FakeStatuspage, statuspage

from bot.publish import http
from bot.publish.egress import Egress
from templates.post import Post

NEAR = Egress((ip_network("127.0.0.0/8"),))
"""As an administrator allows it who runs a relay on the same machine."""


@pytest.fixture
async def hook() -> AsyncIterator[Hooks]:
    async with hooks() as made:
        yield made


@pytest.fixture
async def mail() -> AsyncIterator[Mailbox]:
    async with mailbox() as made:
        yield made


@pytest.fixture
async def page() -> AsyncIterator[FakeStatuspage]:
    async with statuspage(Checkout="c1", Search="c2") as made:
        yield made


@pytest.fixture
async def shared() -> AsyncIterator[aiohttp.ClientSession]:
    async with http.session(NEAR) as session:
        yield session


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as made:
        yield made


@pytest.fixture
def post() -> Post:
    at = datetime(2031, 4, 2, 14, 0, tzinfo=UTC)
    return Post(
        channel="there",
        incident=42,
        number=1,
        title="Investigating - Checkout",
        body="Customers cannot pay.",
        name="Checkout",
        stage="investigating",
        language="en",
        started_at=at,
        posted_at=at,
        components={"Checkout": "major_outage"},
    )
