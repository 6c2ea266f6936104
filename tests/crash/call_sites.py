"""Reads Sitrep's source: where does it wait for something that is not its own?"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "commands", "incidents", "scheduler", "storage", "templates")
LIBRARIES = frozenset({"_intake", "_writer", "c", "connection", "content", "engine", "request", "response", "session"})
"""What we call the libraries' own things, whose functions may be named as some of ours are."""
_PASSES_ON = frozenset({"create_task", "gather", "shield", "sheltered", "wait_for"})
"""Calls that wait for what they are given."""
_BEGUN = frozenset({"create_subprocess_exec", "getaddrinfo", "open_connection", "run_in_executor"})
"""Calls that go outside at once, whoever waits for them."""


class Site(NamedTuple):
    """``call`` is the last word of what is called upon, and what is called: `session.post`."""

    call: str
    where: str


def foreign(root: Path = ROOT) -> list[Site]:
    """Every call that is waited for and goes to none of our own functions, as far as the source tells."""
    nodes = {file: list(ast.walk(ast.parse(source))) for file, source in _sources(root)}
    ours = {node.name for found in nodes.values() for node in found if isinstance(node, ast.AsyncFunctionDef)}
    sites = []
    for file, found in nodes.items():
        modules = _imported(found)
        for call in (call for node in found for call in _waited_for(node)):
            for on, name in _called(call.func):
                if name not in ours or (on in LIBRARIES and on not in modules):
                    sites.append(Site(f"{on}.{name}" if on else name, f"{file.relative_to(root)}:{call.lineno}"))
    return sites


def _sources(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Whoever waits is `async` himself."""
    for package in PACKAGES:
        for file in sorted((root / package).rglob("*.py")):
            source = file.read_bytes()
            if b"async " in source:
                yield file, source


def _imported(nodes: list[ast.AST]) -> set[str]:
    """Modules of ours that this one knows by a library's name."""
    froms = (node for node in nodes if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGES))
    return {alias.asname or alias.name for node in froms for alias in node.names}


def _waited_for(node: ast.AST) -> Iterator[ast.Call]:
    given: list[ast.expr] = []
    if isinstance(node, ast.Await):
        given = [node.value]
    elif isinstance(node, ast.AsyncWith):
        given = [item.context_expr for item in node.items]
    elif isinstance(node, ast.AsyncFor) or (isinstance(node, ast.comprehension) and node.is_async):
        given = [node.iter]
    elif isinstance(node, ast.Call):
        names = {name for _, name in _called(node.func)}
        given = node.args[: None if "gather" in names else 1] if names & _PASSES_ON else []
        given = [*given, *([node] if names & _BEGUN else [])]
    yield from (each for each in given if isinstance(each, ast.Call))


def _called(function: ast.expr) -> Iterator[tuple[str, str]]:
    """Where one of two is called, both."""
    if isinstance(function, ast.Attribute):
        yield from ((on, function.attr) for on in _words(function.value))
    else:
        yield from (("", name) for name in _words(function))


def _words(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from (*_words(node.body), *_words(node.orelse))
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _words(value)
    else:
        yield getattr(node, "attr", None) or getattr(node, "id", "") or "…"
