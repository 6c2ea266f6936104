"""Slack's side of a load, in a process of its own: signed requests over kept connections, and how long each took."""

import asyncio
import hashlib
import hmac
import json
import re
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.server import ROOT

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Load:
    """``due`` are seconds from the start at which requests are to be sent; without it each follows an answer."""

    port: int
    connections: int
    secret: str
    bodies: Sequence[str]
    kind: str = "application/x-www-form-urlencoded"
    due: Sequence[float] = ()
    retries: Sequence[int] = ()
    """The numbers of those bodies that are sent as something that Slack sends again."""


@dataclass(slots=True)
class Outcome:
    took: float = 0.0
    """Seconds for all of it."""
    latencies: list[float] = field(default_factory=list)
    """Seconds, each from the moment its request was due."""
    statuses: dict[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.took


async def send(load: Load) -> Outcome:
    """By another process, so that neither side waits for the other's work."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.slack_load"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate(json.dumps(asdict(load)).encode())
    assert process.returncode == 0, "the load ended early"
    return Outcome(**json.loads(told))


class Run:
    """Hands requests to whichever connection is idle, the first that was due first."""

    def __init__(self, load: Load, requests: list[bytes]) -> None:
        self.outcome = Outcome()
        self.done = asyncio.Event()
        self._due = load.due
        self._requests = requests
        self._next = 0
        self._idle: deque[Connection] = deque()
        self._waiting: deque[int] = deque()
        self._began = 0.0

    def begin(self, connections: Sequence["Connection"]) -> None:
        self._idle.extend(connections)
        self._began = time.perf_counter()
        if self._due:
            self._tick()
            return
        for connection in connections:
            self.idle(connection)

    def _tick(self) -> None:
        """Sends what is due by now."""
        now = time.perf_counter() - self._began
        while self._next < len(self._requests) and self._due[self._next] <= now:
            self._waiting.append(self._next)
            self._next += 1
        while self._waiting and self._idle:
            self._send(self._idle.popleft(), self._waiting.popleft())
        if self._next < len(self._requests):
            asyncio.get_running_loop().call_later(max(0.0, self._due[self._next] - now), self._tick)

    def _send(self, connection: "Connection", number: int) -> None:
        began = self._began + self._due[number] if self._due else time.perf_counter()
        connection.send(self._requests[number], began)

    def idle(self, connection: "Connection") -> None:
        if self._due and self._waiting:
            self._send(connection, self._waiting.popleft())
        elif self._due or self._next >= len(self._requests):
            self._idle.append(connection)
        else:
            self._next += 1
            self._send(connection, self._next - 1)

    def answered(self, connection: "Connection", status: str, began: float) -> None:
        now = time.perf_counter()
        outcome = self.outcome
        outcome.latencies.append(now - began)
        outcome.statuses[status] = outcome.statuses.get(status, 0) + 1
        outcome.took = now - self._began
        self.idle(connection)
        if len(outcome.latencies) == len(self._requests):
            self.done.set()


class Connection(asyncio.Protocol):
    """One request after the other, as little of HTTP as that takes: whoever measures must not be what is measured."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._read = b""
        self._began = 0.0
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        assert self._run.done.is_set(), "the server hung up"

    def send(self, request: bytes, began: float) -> None:
        self._began = began
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, end, body = self._read.partition(b"\r\n\r\n")
        length = _LENGTH.search(head) if end else None
        if length and len(body) >= int(length[1]):
            self._read = b""
            self._run.answered(self, head[9:12].decode(), self._began)


def _request(load: Load, number: int) -> bytes:
    """Signed as Slack does it; loads last seconds, a signature holds for minutes."""
    body, stamp = load.bodies[number].encode(), str(int(time.time()))
    digest = hmac.new(load.secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {
        "Host": f"127.0.0.1:{load.port}",
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "Accept": "*/*",
        "Content-Type": load.kind,
        "Content-Length": str(len(body)),
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }
    if number in load.retries:
        headers |= {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /slack/events HTTP/1.1\r\n{lines}\r\n".encode() + body


async def _play(load: Load) -> Outcome:
    run = Run(load, [_request(load, number) for number in range(len(load.bodies))])
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: Connection(run), "127.0.0.1", load.port) for _ in range(load.connections)
    ]
    run.begin([connection for _, connection in made])
    async with asyncio.timeout(120):
        await run.done.wait()
    return run.outcome


if __name__ == "__main__":
    told = asyncio.run(_play(Load(**json.loads(sys.stdin.read()))))
    sys.stdout.write(json.dumps(asdict(told)))
