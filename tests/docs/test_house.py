"""The house rules that no linter knows."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("incidents", "commands", "templates", "storage", "scheduler", "bot")
LOCKS = ("requirements.lock", "requirements-dev.lock")
MAY_CATCH_ALL = {"commands/run.py", "scheduler/delivery.py", "bot/sheltered.py"}
MAY_READ_ENVIRONMENT = {"bot/config.py"}
LONGEST_MODULE = 300
LONGEST_FUNCTION = 45

# Written in pieces, so that this file does not find itself.
HOSTS = ("py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js.org", r"(deb|security|ftp)\.deb" + "ian.org")
FOLDERS = ("wo" + "rk", "fa" + "rm", "ro" + "ot")
OF_THIS_PLACE = re.compile(rf"{'|'.join(HOSTS)}|(?<![\w.~/-])/({'|'.join(FOLDERS)})/")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def project_files() -> list[Path]:
    git = ["git", "ls-files", "-coz", "--exclude-standard"]
    listing = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        # An unpacked archive has no git; there, everything but the hidden folders is ours.
        return [path for path in ROOT.rglob("*") if path.is_file() and not is_hidden(path)]
    return [path for path in map(ROOT.joinpath, listing.stdout.split("\0")) if path.is_file()]


def is_hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(ROOT).parts)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_version_and_a_hash(lock: str) -> None:
    requirements = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())
    assert len(requirements) > 10
    assert [text for text in requirements if "==" not in text or "--hash=sha256:" not in text] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_covers_pyproject(lock: str) -> None:
    groups = ["dependencies"] if lock == LOCKS[0] else ["dependencies", "dev"]
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text(), re.MULTILINE))
    assert {package for group in groups for package in direct_dependencies()[group]} - locked == set()


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    found = []
    for path in project_files():
        for number, line in enumerate(path.read_bytes().decode(errors="ignore").splitlines(), 1):
            found += [f"{name(path)}:{number}: {line.strip()[:80]}" for _ in OF_THIS_PLACE.findall(line)[:1]]
    assert found == []


def test_the_search_for_paths_finds_them() -> None:
    for text in (f"cd /{FOLDERS[0]}/x", f"'/{FOLDERS[2]}/.cache'", "https://py" + "pi.org/simple"):
        assert OF_THIS_PLACE.search(text), text
    for text in (f"https://example.org/{FOLDERS[0]}/x", f"frame{FOLDERS[0]}/x", f"~/{FOLDERS[0]}/x"):
        assert not OF_THIS_PLACE.search(text), text


def direct_dependencies() -> dict[str, set[str]]:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = {"dependencies": pyproject["project"]["dependencies"], **pyproject["dependency-groups"]}
    groups |= pyproject["project"].get("optional-dependencies", {})
    return {group: {re.split(r"[^\w.-]", line)[0] for line in lines} for group, lines in groups.items()}


def test_every_dependency_is_explained_and_no_other() -> None:
    rows = re.findall(r"^\| ([a-z][\w.-]*)", (ROOT / "docs/dependencies.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(rows) == set().union(*direct_dependencies().values())


def test_no_module_is_too_long() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {path: length for path, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_too_long() -> None:
    found: dict[str, int] = {}
    for path in modules():
        # A migration is a record of what was done, as long as that was; it is never taken apart later.
        if "versions" in path.parts:
            continue
        found |= {f"{name(path)}:{node.name}": length(node) for node in nodes(path) if isinstance(node, Function)}
    assert {function: lines for function, lines in found.items() if lines > LONGEST_FUNCTION} == {}


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_only_three_places_catch_everything() -> None:
    catching = {name(path) for path in modules() if any(catches_all(node) for node in nodes(path))}
    assert catching <= MAY_CATCH_ALL


def catches_all(node: ast.AST) -> bool:
    """Whether it swallows any error, or makes another of it: a handler that raises the same again does not."""
    if isinstance(node, ast.Call):
        if ast.unparse(node.func) in {"suppress", "contextlib.suppress"}:
            return any(is_broad(argument) for argument in node.args)
        return any(word.arg == "return_exceptions" for word in node.keywords)
    if not isinstance(node, ast.ExceptHandler) or ast.unparse(node.body[-1]) == "raise":
        return False
    return node.type is None or is_broad(node.type)


@pytest.mark.parametrize(
    "code",
    [
        "try: x\nexcept Exception: y",
        "try: x\nexcept (ValueError, BaseException) as e: y",
        "try: x\nexcept: y",
        "try: x\nexcept Exception as e: raise Other from e",
        "with suppress(Exception): x",
        "gather(x, return_exceptions=True)",
    ],
)
def test_the_search_for_catch_alls_finds_them(code: str) -> None:
    assert any(map(catches_all, ast.walk(ast.parse(code))))


@pytest.mark.parametrize(
    "code", ["try: x\nexcept Exception: raise", "try: x\nexcept OSError: y", "with suppress(OSError): x"]
)
def test_the_search_for_catch_alls_finds_nothing_else(code: str) -> None:
    assert not any(map(catches_all, ast.walk(ast.parse(code))))


def is_broad(caught: ast.expr) -> bool:
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(ast.unparse(each) in {"Exception", "BaseException"} for each in names)


def test_only_the_configuration_reads_the_environment() -> None:
    words = {"os.environ", "os.environb", "os.getenv", "os.putenv"}
    assert {name(path) for path in modules() if words & names_used(path)} <= MAY_READ_ENVIRONMENT


def test_no_task_is_loose() -> None:
    words = {"asyncio.create_task", "asyncio.ensure_future"}
    assert {name(path) for path in modules() if words & names_used(path)} == set()


def names_used(path: Path) -> set[str]:
    """Dotted names, those brought in by `from x import y` too."""
    found = {ast.unparse(node) for node in nodes(path) if isinstance(node, ast.Attribute)}
    imports = [node for node in nodes(path) if isinstance(node, ast.ImportFrom)]
    return found | {f"{node.module}.{alias.name}" for node in imports for alias in node.names}


def test_the_rules_import_the_standard_library_only() -> None:
    allowed = sys.stdlib_module_names | {"incidents"}
    found = {name(path): imported(path) - allowed for path in modules() if path.is_relative_to(ROOT / "incidents")}
    assert {path: foreign for path, foreign in found.items() if foreign} == {}


def imported(path: Path) -> set[str]:
    found = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found
