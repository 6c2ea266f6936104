"""Whom a request is from, when anybody can write anything into its headers (SEC-109)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from ipaddress import ip_network
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from multidict import CIMultiDict

from bot.source import TRUSTED, source

ROOT = Path(__file__).parents[2]
HOME, OFFICE = "127.0.0.0/8", "10.0.0.0/8"

Ask = Callable[..., Awaitable[str]]


@pytest.fixture
async def ask() -> AsyncIterator[Ask]:
    """What a real server makes of these headers."""
    async with AsyncExitStack() as stack:

        async def answer(request: web.Request) -> web.Response:
            return web.Response(text=source(request))

        async def asked(*forwarded: str, trusted: tuple[str, ...] = (HOME, OFFICE), host: str = "127.0.0.1") -> str:
            app = web.Application()
            app[TRUSTED] = [ip_network(each) for each in trusted]
            app.router.add_get("/", answer)
            client = await stack.enter_async_context(TestClient(TestServer(app, host=host)))
            headers = CIMultiDict([("X-Forwarded-For", each) for each in forwarded])
            return await (await client.get("/", headers=headers)).text()

        yield asked


@pytest.mark.parametrize(
    ("forwarded", "sender"),
    [
        ((), "127.0.0.1"),
        (("198.51.100.7",), "198.51.100.7"),
        (("198.51.100.7:51234",), "198.51.100.7"),
        (("[2001:db8::7]:443",), "2001:db8::7"),
        (("2001:DB8:0::7",), "2001:db8::7"),
        (("::ffff:198.51.100.7",), "198.51.100.7"),
        (("203.0.113.9, 198.51.100.7",), "198.51.100.7"),
        (("203.0.113.9, 198.51.100.7, 10.1.2.3",), "198.51.100.7"),
        (("203.0.113.9", "198.51.100.7"), "198.51.100.7"),
        (("10.1.2.4, 10.1.2.3",), "10.1.2.4"),
        (("10.1.2.4, nonsense",), "127.0.0.1"),
        (("nonsense, 10.1.2.3",), "10.1.2.3"),
        (("198.51.100.7,",), "127.0.0.1"),
        (("",), "127.0.0.1"),
        (("unknown",), "127.0.0.1"),
        (("<script>",), "127.0.0.1"),
        ((", ".join(["203.0.113.9"] + ["10.1.2.3"] * 100),), "10.1.2.3"),
    ],
)
async def test_sec_109_a_trusted_proxy_is_believed_as_far_as_it_saw_itself(
    ask: Ask, forwarded: tuple[str, ...], sender: str
) -> None:
    assert await ask(*forwarded) == sender


@pytest.mark.parametrize("trusted", [(), (OFFICE,), ("127.0.0.2",), ("::1",)])
async def test_sec_109_anybody_else_is_not_believed(ask: Ask, trusted: tuple[str, ...]) -> None:
    assert await ask("198.51.100.7", trusted=trusted) == "127.0.0.1"


def test_no_other_place_looks_at_addresses() -> None:
    looking = {path.name for path in (ROOT / "bot").rglob("*.py") if ".remote" in path.read_text(encoding="utf-8")}
    assert looking == {"source.py"}
