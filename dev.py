"""Everything a developer types, in one file that needs nothing but Python: `python3 dev.py help`."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

if sys.version_info < (3, 11):  # noqa: UP036 - the script is there before any check of ours has run
    sys.exit("Sitrep needs Python 3.11 or newer. Name another one like this: make PYTHON=python3.13 setup")

import tomllib

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "sitrep-stamp"
RUNTIME_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache", ".coverage", "dist")
MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes its own folder in it, which nobody else may open
ENOUGH = 4 * 1024**3
# Tests wait for browsers, servers and processes a third of the time: one worker more than the processors of CI.
WORKERS = "3"
# pip --python came with 22.3.
OLDEST_OUTSIDE_PIP = (22, 3)

Words = list[str]


def main(words: Words) -> int:
    """Carry out one command and return its exit code."""
    name, *rest = words or ["help"]
    command = COMMANDS.get(name)
    if command is None:
        print(f"There is no command {name!r}.\n", file=sys.stderr)
        show_help([])
        return 2
    os.chdir(ROOT)
    try:
        return command(rest)
    except KeyboardInterrupt:
        return 130


def show_help(_: Words) -> int:
    """list the commands"""
    for name, command in COMMANDS.items():
        print(f"  {name:<10} {command.__doc__}")
    return 0


def setup(_: Words) -> int:
    """make .venv with everything in the lock; free when nothing has changed"""
    wanted = fingerprint()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return 0
    began = time.monotonic()
    print("Setting up .venv from requirements-dev.lock (the first time takes about a minute) ...", flush=True)
    # A half-finished installation must not pass for a whole one later.
    STAMP.unlink(missing_ok=True)
    install(make_venv())
    STAMP.write_text(wanted)
    print(f"Ready after {time.monotonic() - began:.0f} s.", flush=True)
    return 0


def demo(words: Words) -> int:
    """run an incident in the browser, with nothing to configure"""
    return run(["demo", *words])


def run(words: Words) -> int:
    """run `sitrep` with these words"""
    setup([])
    program = [tool("sitrep"), *words]
    if os.name == "posix":
        # The bot takes our place, so that Ctrl-C and SIGTERM reach it and it can close its books.
        os.execv(program[0], program)
    return subprocess.call(program)


def test(words: Words) -> int:
    """run all tests; further words go to pytest"""
    setup([])
    left_out = []
    if not any(map(shutil.which, BROWSERS)):
        if in_ci():
            print("The browser tests need Chromium, and there is none in PATH.", file=sys.stderr)
            return 1
        print("Left out: the tests marked 'browser', for there is no Chromium in PATH.", flush=True)
        left_out = ["-m", "not browser"]
    if why := no_postgresql():
        if in_ci():
            print(f"The tests run on PostgreSQL too, and there is {why}.", file=sys.stderr)
            return 1
        print(f"Left out: everything on PostgreSQL, for there is {why}.", flush=True)
    pytest = [str(PYTHON), "-m", "pytest", "-n", WORKERS, "--dist", "worksteal", *left_out, *words]
    return strictly(pytest) if in_ci() else subprocess.call(pytest, env=for_tests())


def for_tests() -> dict[str, str]:
    """Thousands of short-lived databases need no disk, and each Sitrep that a test starts no new compilation."""
    given = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    if "TMPDIR" not in given and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH:
        given["TMPDIR"] = str(MEMORY)
    return given


def no_postgresql() -> str:
    """What is lacking, in the words of the tests themselves; they skip what they cannot run."""
    code = "import sys; sys.path.insert(0, 'tests'); import cluster; print(cluster.lacking())"
    return subprocess.run([str(PYTHON), "-c", code], capture_output=True, text=True, check=False).stdout.strip()


def strictly(pytest: Words) -> int:
    """Run pytest and refuse skipped tests: in CI nobody would notice them otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "junit.xml")
        code = subprocess.call([*pytest, f"--junitxml={report}"], env=for_tests())
        return code or refuse_skips(report)


def refuse_skips(report: Path) -> int:
    tree = ElementTree.parse(report)  # noqa: S314 - written by our own pytest a moment ago
    # An expected failure is reported as skipped too, with another type.
    skipped = [case for case in tree.iter("testcase") if case.find("skipped[@type='pytest.skip']") is not None]
    for case in skipped:
        print(f"Skipped, which CI does not accept: {case.get('classname')} {case.get('name')}", file=sys.stderr)
    return 1 if skipped else 0


def check(_: Words) -> int:
    """format, lint, types, layers and documentation; runs all of them even if one fails"""
    setup([])
    steps = {
        "format": [tool("ruff"), "format", "--check"],
        "lint": [tool("ruff"), "check"],
        "types": [tool("mypy")],
        "layers": [tool("lint-imports")],
        "documentation": [str(PYTHON), "-m", "pytest", "-q", "tests/docs"],
    }
    failed = [name for name, step in steps.items() if not passes(name, step)]
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def passes(name: str, step: Words) -> bool:
    """Run one step quietly; its output matters only if it fails."""
    print(f"{name:<14}", end="", flush=True)
    done = subprocess.run(step, capture_output=True, text=True, check=False)
    print("ok" if done.returncode == 0 else f"FAILED\n{done.stdout}{done.stderr}", flush=True)
    return done.returncode == 0


def coverage(words: Words) -> int:
    """every branch of the rules must be tested: 100 % of incidents/"""
    setup([])
    measure = ["--cov=incidents", "--cov-branch", "--cov-fail-under=100", "--cov-report=term-missing:skip-covered"]
    return subprocess.call([str(PYTHON), "-m", "pytest", "-q", "tests/incidents", *measure, *words])


def bench(words: Words) -> int:
    """run the benchmarks, or only the one that is named"""
    setup([])
    return subprocess.call([str(PYTHON), "-m", "benchmarks", *words])


def soak(words: Words) -> int:
    """the long proofs, or the one that is named: replicas (10 minutes of kill -9), simulation, crash, fuzz and rules"""
    setup([])
    which, *rest = words or [""]
    # With words of one's own, a single seed is seen again.
    machine = "tests/incidents/test_incident_machine.py"
    proofs = {
        "replicas": ["soak"],
        "simulation": ["simulation", *([] if rest else ["--seeds", "10"])],
        "crash": ["crash"],
        "fuzz": ["fuzz"],
        "rules": ["pytest", "-q", machine],
    }
    if which and which not in proofs:
        print(f"There is no soak {which!r}, only {' and '.join(proofs)}.", file=sys.stderr)
        return 2
    env = {"SITREP_EXAMPLES": "5000"} | {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))}
    chosen = [proofs[which]] if which else [*proofs.values()]
    # All of them, even if one fails.
    return max([subprocess.call([str(PYTHON), "-m", *proof, *rest], env=env) for proof in chosen])


def lock(words: Words) -> int:
    """make the lock files anew; further words go to uv, such as --upgrade"""
    with tempfile.TemporaryDirectory() as folder:
        compile_ = [find_uv(Path(folder)), "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
        # The oldest Python we promise, so that the result does not depend on who runs this.
        compile_ += ["--no-annotate", "--no-header", "--python-version", "3.11", "pyproject.toml", *words]
        # The image is made from it, and serves on either database.
        code = subprocess.call([*compile_, "--extra", "postgres", "-o", RUNTIME_LOCK.name])
        dev = ["--all-extras", "--group", "dev", "-c", RUNTIME_LOCK.name, "-o", DEV_LOCK.name]
        return code or subprocess.call([*compile_, *dev])


def find_uv(folder: Path) -> str:
    """The uv in PATH, or one in a throwaway environment: it is needed for nothing else."""
    found = shutil.which("uv")
    if found:
        return found
    setup([])
    pip = [*pip_from_outside(), "--python", str(PYTHON)] if pip_from_outside() else [str(PYTHON), "-m", "pip"]
    quietly([*pip, "install", "--only-binary", ":all:", "--target", str(folder), "uv"])
    return str(folder / "bin" / ("uv.exe" if os.name == "nt" else "uv"))


def clean(_: Words) -> int:
    """remove .venv, caches and build products"""
    for path in (VENV, *map(ROOT.joinpath, CACHES)):
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    for path in [*ROOT.rglob("__pycache__")]:
        shutil.rmtree(path, ignore_errors=True)
    return 0


def fingerprint() -> str:
    """Changes when .venv would come out differently; the settings of linters and tests do not count."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    parts = [pyproject["build-system"], pyproject["project"], pyproject["tool"]["hatch"], python_version(), str(ROOT)]
    text = json.dumps(parts, sort_keys=True).encode() + RUNTIME_LOCK.read_bytes() + DEV_LOCK.read_bytes()
    return f"{python_version()} {hashlib.sha256(text).hexdigest()}"


def make_venv() -> Words:
    """Make .venv and return the pip that fills it.

    A bare Debian has no ensurepip, so a venv with pip in it cannot be made there, but pip can work from outside.
    Where pip is too old for that (or absent), ensurepip is usually there.
    """
    outside = pip_from_outside()
    if not usable_venv():
        venv.create(VENV, clear=True, with_pip=False, symlinks=os.name != "nt")
    if outside:
        return [*outside, "--python", str(PYTHON)]
    inside = [str(PYTHON), "-m", "pip"]
    if not succeeds([*inside, "--version"]) and not succeeds([str(PYTHON), "-m", "ensurepip"]):
        sys.exit("Python can install nothing here: it has neither pip 22.3 nor ensurepip. On Debian: python3-pip")
    return inside


def usable_venv() -> bool:
    """Whether .venv runs and has our version of Python; then packages are replaced one by one, not all of them."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    if not PYTHON.exists():
        return False
    done = subprocess.run([str(PYTHON), "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() == python_version()


def pip_from_outside() -> Words:
    """This Python's own pip if it can fill another environment, else nothing."""
    pip = [sys.executable, "-m", "pip"]
    done = subprocess.run([*pip, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"pip (\d+)\.(\d+)", done.stdout)
    return pip if found and (int(found[1]), int(found[2])) >= OLDEST_OUTSIDE_PIP else []


def install(pip: Words) -> None:
    """Fill .venv in two steps, because pip accepts no editable project while it requires hashes."""
    quietly([*pip, "install", "--require-hashes", "--only-binary", ":all:", "-r", DEV_LOCK.name])
    quietly([*pip, "install", "--no-deps", "--no-build-isolation", "-e", "."])


def quietly(command: Words) -> None:
    """Run it without a word; if it fails, show what it said and stop."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        sys.exit(f"This failed: {' '.join(command)}")


def succeeds(command: Words) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def tool(name: str) -> str:
    return str(BIN / name)


def python_version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def in_ci() -> bool:
    return os.environ.get("CI") == "true"


COMMANDS: dict[str, Callable[[Words], int]] = {
    "help": show_help,
    "setup": setup,
    "demo": demo,
    "run": run,
    "test": test,
    "check": check,
    "coverage": coverage,
    "bench": bench,
    "soak": soak,
    "lock": lock,
    "clean": clean,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
