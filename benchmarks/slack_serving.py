"""`sitrep serve` in HTTP mode beside the stand-in for Slack, each in a process of its own."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fakes.slack.remote import RemoteSlack, remote_slack

from benchmarks.server import serving

PEOPLE = ("ada", "bob", "cleo", "dan", "eve")
CHANNELS = ("general", "incidents", "status")
_CONFIG = """
[organisation]
name = "Example Shop"

[roster]
primary = "ada@example.com"
backup = "bob@example.com"
duty_manager = "eve@example.com"
backup_liaison = "cleo@example.com"

[slack]
mode = "http"
api_url = "{api}"
call_url = "https://meet.example.com/incident"
"""


@dataclass(frozen=True, slots=True)
class Beside:
    slack: RemoteSlack
    port: int
    users: dict[str, str]
    file: Path

    def rows(self, query: str, *values: object) -> list[Any]:
        """Read beside the server."""
        with closing(sqlite3.connect(self.file)) as c:
            return c.execute(query, values).fetchall()


@asynccontextmanager
async def sitrep_in_slack() -> AsyncIterator[Beside]:
    with TemporaryDirectory() as folder:
        async with remote_slack() as slack:
            users = {handle: (await slack.ask("person", handle=handle))["id"] for handle in PEOPLE}
            for name in CHANNELS:
                await slack.ask("channel", name=name, members=list(PEOPLE))
            people = "".join(
                f'\n[[people]]\nemail = "{who}@example.com"\nname = "{who.title()}"\nhandle = "{who}"\n'
                for who in PEOPLE
            )
            Path(folder, "sitrep.toml").write_text(_CONFIG.format(api=slack.app["base_url"]) + people, encoding="utf-8")
            secrets = {"SLACK_BOT_TOKEN": slack.app["bot_token"], "SLACK_SIGNING_SECRET": slack.app["signing_secret"]}
            async with serving(Path(folder), **secrets) as server:
                await slack.ask("listens", url=f"http://127.0.0.1:{server.port}")
                yield Beside(slack, server.port, users, Path(folder, "sitrep.db"))
