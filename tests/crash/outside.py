"""What stands outside: the providers of channels, in a process of their own, and the status page's files."""

import asyncio
import base64
import hashlib
import json
import os
import pickle
import shutil
import signal
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from ipaddress import ip_network
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

from crash.forks import forked
from crash.ledger import Ledger
from crash.world import ON_CALL, World, Wrap
from fakes.publishers.hooks import Hooks, hooks
from fakes.publishers.statuspage import KEY, PAGE, FakeStatuspage, statuspage

from bot.public_settings import PublicPage
from bot.publish import http
from bot.publish.egress import Egress
from bot.web.public.files import MARK
from bot.web.public.keeper import Keeper
from incidents.channels import Channel, Medium
from incidents.components import Component
from scheduler import publishing
from scheduler.outlets import Outlets, Publisher
from scheduler.publishing import Publishing
from storage.database import Database

NEAR = Egress((ip_network("127.0.0.0/8"),))
SECRET = f"127.0.0.1:whsec_{base64.b64encode(b'k' * 32).decode()}"
CHANNELS = (
    Channel("page", Medium.STATUS_PAGE, "statuspage"),
    Channel("partners", Medium.IN_APP, "webhook"),
    Channel("subscribers", Medium.EMAIL, "apprise"),
)
WITH_CHANNELS = replace(
    ON_CALL, house=replace(ON_CALL.house, channels=CHANNELS, components=(Component("Checkout"), Component("Search")))
)


class Published(World):
    """Sitrep with its channels and its status page."""

    def __init__(self, database: Database, now: datetime, wrap: Wrap, ways: Mapping[str, object], files: Path) -> None:
        super().__init__(database, WITH_CHANNELS, now, wrap)
        publishers = cast("Mapping[str, Publisher]", ways)
        outlets = Outlets(publishers, database, self.door.say, clock=lambda: self.now)
        self.publishing = Publishing(database, outlets, WITH_CHANNELS.house, clock=lambda: self.now)
        self.keeper = Keeper(database, WITH_CHANNELS.house, PublicPage(files=files), clock=lambda: self.now)

    async def deliver(self) -> None:
        await super().deliver()
        await self.publishing.drain()
        # What came of it is told in the room.
        await super().deliver()
        await self.keeper.refresh()


@dataclass
class Outside:
    """``state`` says in few words what customers see, ``ledger`` all of it."""

    files: Path
    providers: Connection
    ports: tuple[str, str]
    _seen: tuple[Any, ...] = field(default=())

    @asynccontextmanager
    async def world(self, database: Database, now: datetime, wrap: Wrap) -> AsyncIterator[Published]:
        from bot.publish.apprise_ import AppriseChannel
        from bot.publish.statuspage import Page, Statuspage
        from bot.publish.webhook import Webhook

        page, hook = self.ports
        async with http.session(NEAR) as shared:
            with ThreadPoolExecutor(2) as threads:
                ways = {
                    "page": Statuspage(Page(PAGE, KEY, page, {"Checkout": "c1", "Search": "c2"}), shared),
                    "partners": Webhook(f"{hook}/partners", SECRET, NEAR, shared),
                    "subscribers": AppriseChannel(f"{hook.replace('http:', 'json:')}/subscribers", NEAR, threads),
                }
                yield Published(database, now, wrap, ways, self.files)

    def ask(self, *words: object) -> Any:
        self.providers.send(words)
        return self.providers.recv()

    def keep(self) -> object:
        files = {str(file.relative_to(self.files)): file.read_bytes() for file in _documents(self.files)}
        return files, self.ask("keep")

    def put_back(self, kept: Any) -> None:
        files, there = kept
        shutil.rmtree(self.files, ignore_errors=True)
        for name, body in files.items():
            file = self.files / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(body)
        self.ask("put back", there)
        self._seen = ()

    def state(self) -> str:
        shown = [(self.files / name) for name in (MARK, "index.html", "api/v2/summary.json")]
        digest = hashlib.sha256(b"|".join(file.read_bytes() for file in shown if file.exists())).hexdigest()[:8]
        return f"files {digest}, providers {self.ask('count')}"

    def broken(self) -> list[str]:
        """I10: what customers have read once is never taken back."""
        mark = self.files / MARK
        newest = json.loads(mark.read_text())["newest"] if mark.exists() else ""
        now = (newest, *self.ask("revisions"))
        back = [
            f"I10 a revision went back from {was} to {seen}"
            for was, seen in zip(self._seen, now, strict=False)
            if seen < was
        ]
        self._seen = now
        return back

    def ledger(self) -> Ledger:
        files = [(str(f.relative_to(self.files)), f.read_bytes()) for f in _documents(self.files)]
        return {"files": files, **self.ask("ledger")}


def _documents(folder: Path) -> list[Path]:
    """A killed process leaves a half-written file, under a name that nobody asks for."""
    return sorted(file for file in folder.rglob("*") if file.is_file() and (file.name == MARK or file.name[0] != "."))


@contextmanager
def outside(folder: Path, wanted: bool) -> Iterator[Outside | None]:
    if not wanted:
        yield None
        return
    ours, theirs = Pipe()
    pid = forked(lambda: asyncio.run(_serve(theirs)))
    patience = publishing._GOES_AHEAD
    # Whoever died holds its lane until our clock is moved on: in vain would all others wait for it meanwhile.
    publishing._GOES_AHEAD = 0.2
    try:
        yield Outside(folder / "public", ours, ours.recv())
    finally:
        publishing._GOES_AHEAD = patience
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        ours.close()
        theirs.close()


async def _serve(pipe: Connection) -> None:
    async with statuspage(Checkout="c1", Search="c2") as page, hooks() as hook:
        pipe.send((page.base, hook.base))
        asked = asyncio.Event()
        asyncio.get_running_loop().add_reader(pipe.fileno(), asked.set)
        while True:
            await asked.wait()
            asked.clear()
            while pipe.poll():
                pipe.send(_answer(page, hook, *pipe.recv()))


def _answer(page: FakeStatuspage, hook: Hooks, word: str, kept: bytes = b"") -> object:
    if word == "keep":
        return pickle.dumps((page.components, page.incidents, hook.got))
    if word == "put back":
        page.components, page.incidents, hook.got = pickle.loads(kept)  # noqa: S301 - it is our own
        return None
    if word == "count":
        return len(page.updates), len(hook.got)
    if word == "revisions":
        return tuple(each["metadata"]["sitrep"]["revision"] for each in page.incidents)
    return _seen(page, hook)


_REPEAT = "(May be a repeat.) "


def _seen(page: FakeStatuspage, hook: Hooks) -> Ledger:
    """At most one repeat of what cannot be looked up, and only where it says of itself that it is one (class C)."""
    once: list[tuple[Any, ...]] = []
    marked: list[tuple[Any, ...]] = []
    for path, content in hook.got:
        words = content.get("body") or content.get("message")
        plain = (path, str(words).removeprefix(_REPEAT))
        repeats = content.get("repeat") or str(words).startswith(_REPEAT)
        if repeats and plain in once and plain not in marked:
            marked.append(plain)
        else:
            once.append(plain)
    pages = [
        (each["name"], each["status"], [update["body"] for update in each["incident_updates"]])
        for each in page.incidents
    ]
    return {"statuspage": pages, "components": [(str(page.components),)], "sent": sorted(once)}
