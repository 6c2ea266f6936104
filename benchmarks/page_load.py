"""Readers of the status page, in a process of their own: GET over kept connections, and how long each took."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from benchmarks.server import ROOT
from benchmarks.slack_load import Connection, Load, Outcome, Run


@dataclass(frozen=True, slots=True)
class Reading:
    """``due`` are seconds from the start; without it each request follows an answer. The paths take turns."""

    port: int
    connections: int
    paths: Sequence[str]
    requests: int
    due: Sequence[float] = ()


async def read(reading: Reading) -> Outcome:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.page_load"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate(json.dumps(asdict(reading)).encode())
    assert process.returncode == 0, "the load ended early"
    return Outcome(**json.loads(told))


async def _play(reading: Reading) -> Outcome:
    load = Load(reading.port, reading.connections, "", [], due=reading.due)
    asked = [_request(reading, number) for number in range(reading.requests)]
    run = Run(load, asked)
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: Connection(run), "127.0.0.1", reading.port)
        for _ in range(reading.connections)
    ]
    run.begin([connection for _, connection in made])
    async with asyncio.timeout(120):
        await run.done.wait()
    return run.outcome


def _request(reading: Reading, number: int) -> bytes:
    path = reading.paths[number % len(reading.paths)]
    lines = (f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{reading.port}", "Accept: */*", "Accept-Encoding: gzip, br")
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(asyncio.run(_play(Reading(**json.loads(sys.stdin.read())))))))
