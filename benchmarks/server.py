"""The real `sitrep serve` in a process of its own, on a free port of this machine."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[1]
_OURS = ("SITREP_", "SLACK_", "DATABASE_URL", "PYTHONDONTWRITEBYTECODE")
SITREP = [sys.executable, "-m", "bot"]


@dataclass(frozen=True, slots=True)
class Server:
    pid: int
    ready: float
    """Seconds from its start to the first healthy answer."""
    port: int = 0


@asynccontextmanager
async def serving(data: Path, **settings: str) -> AsyncIterator[Server]:
    """Started on the database in ``data``, with ``settings`` in its environment; stopped by its own pid."""
    port = _free_port()
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *SITREP,
        *("serve", "--port", str(port)),
        cwd=data,
        env=environment(SITREP_DATA=str(data), **settings),
        stdout=DEVNULL,
        stderr=DEVNULL,
    )
    try:
        await _healthy(port, process)
        yield Server(process.pid, time.perf_counter() - began, port)
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(30):
            await process.wait()


def environment(**values: str) -> dict[str, str]:
    """Ours without the settings of whoever runs this. As where it is installed, what is compiled is kept."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return kept | {"PYTHONPATH": str(ROOT)} | values


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


async def _healthy(port: int, process: Process) -> None:
    async with asyncio.timeout(30), aiohttp.ClientSession() as client:
        while not await _answers(client, port):
            assert process.returncode is None, f"sitrep serve ended with {process.returncode}"
            await asyncio.sleep(0.01)


async def _answers(client: aiohttp.ClientSession, port: int) -> bool:
    try:
        async with client.get(f"http://127.0.0.1:{port}/healthz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


def peak_memory(pid: int) -> float:
    """Megabytes that were resident at most; without /proc, those that are resident now."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    told = subprocess.run(["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(told.stdout) / 1024
