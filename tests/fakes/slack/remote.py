"""Starts the fake as its own process and drives it, for tests that kill the bot."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from fakes.slack.refusal import Json

_TESTS = Path(__file__).parents[2]


class RemoteSlack:
    """`app` holds base_url, tokens, the signing secret and ids."""

    def __init__(self, session: aiohttp.ClientSession, app: Json) -> None:
        self._session = session
        self.app = app

    async def ask(self, word: str, **said: object) -> Any:
        """One word of control.Control; raises AssertionError with what it refused."""
        url = str(self.app["base_url"]).replace("/api/", f"/control/{word}")
        async with self._session.post(url, json=said) as answer:
            body = await answer.json()
            assert answer.status == 200, body["error"]
            return body

    async def do(self, who: str, does: str, *args: object, **more: object) -> Any:
        """`await slack.do("ada", "types", "#general", "!ic sev1 …")`"""
        return await self.ask("do", who=who, does=does, args=list(args), **{"with": more})

    async def ledger(self, **wanted: object) -> list[Json]:
        """Effects with these values: `ledger(kind="message", channel="general")`."""
        effects: list[Json] = await self.ask("ledger")
        return [effect for effect in effects if all(effect[key] == value for key, value in wanted.items())]


@asynccontextmanager
async def remote_slack(*, port: int = 0, seed: int = 1) -> AsyncIterator[RemoteSlack]:
    words = [sys.executable, "-m", "fakes.slack", "--port", str(port), "--seed", str(seed)]
    process = await asyncio.create_subprocess_exec(*words, cwd=_TESTS, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        app = json.loads(await process.stdout.readline())
        async with aiohttp.ClientSession() as session:
            yield RemoteSlack(session, app)
    finally:
        process.kill()
        await process.wait()
