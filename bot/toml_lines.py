"""On which line of a TOML file each value stands: tomllib does not say, and people look for mistakes by line."""

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r"""(?P<skip>[ \t\r]+|\#[^\n]*)
    |(?P<newline>\n)
    |(?P<text>\"{3}(?:\\.|[^\\])*?\"{3,5}|'{3}.*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')
    |(?P<mark>[\[\]{}=,.])
    |(?P<bare>[^\s\[\]{}=,.\#"']+)""",
    re.VERBOSE | re.DOTALL,
)


def lines(source: str) -> dict[Path, int]:
    """The line of every table, key and array element of a file that tomllib has accepted."""
    return _Reader(source).read()


def line_of(path: Path, where: dict[Path, int]) -> int:
    """The line of `path`, or of the nearest thing around it that is written down; 1 when nothing is."""
    for length in range(len(path), 0, -1):
        if path[:length] in where:
            return where[path[:length]]
    return 1


class _Reader:
    def __init__(self, source: str) -> None:
        self.tokens = [*_tokens(source), ("end", "", source.count("\n") + 1)]
        self.position = 0
        self.where: dict[Path, int] = {}
        self.tables: dict[Path, int] = {}

    def read(self) -> dict[Path, int]:
        table: Path = ()
        while self.peek() != "end":
            if self.peek() == "newline":
                self.take()
            elif self.peek() == "[":
                table = self.header()
            else:
                self.pair(table)
        return self.where

    def peek(self) -> str:
        kind, text, _ = self.tokens[self.position]
        return text if kind == "mark" else kind

    def take(self) -> tuple[str, str, int]:
        self.position += 1
        return self.tokens[self.position - 1]

    def header(self) -> Path:
        line = self.take()[2]
        array = self.peek() == "["
        if array:
            self.take()
        path = self.inside(self.key())
        while self.peek() == "]":
            self.take()
        if array:
            number = self.tables.get(path, -1) + 1
            self.tables[path] = number
            self.where.setdefault(path, line)
            path = (*path, number)
        self.where.setdefault(path, line)
        return path

    def inside(self, path: Path) -> Path:
        """`[people.address]` belongs to the last of the `[[people]]` above it."""
        found: Path = ()
        for part in path[:-1]:
            found = (*found, part)
            if found in self.tables:
                found = (*found, self.tables[found])
        return (*found, path[-1])

    def key(self) -> Path:
        parts = [_name(self.take()[1])]
        while self.peek() == ".":
            self.take()
            parts.append(_name(self.take()[1]))
        return tuple(parts)

    def pair(self, table: Path) -> None:
        line = self.tokens[self.position][2]
        path = (*table, *self.key())
        for length in range(len(table) + 1, len(path) + 1):
            self.where.setdefault(path[:length], line)
        self.take()
        self.value(path)

    def value(self, path: Path) -> None:
        self.where.setdefault(path, self.tokens[self.position][2])
        if self.peek() == "[":
            self.array(path)
        elif self.peek() == "{":
            self.inline_table(path)
        else:
            # A number such as 1.5 and a date such as 2031-04-02 07:00 are several tokens.
            while self.peek() not in ("newline", "end", ",", "]", "}"):
                self.take()

    def array(self, path: Path) -> None:
        self.take()
        number = 0
        while self.peek() != "]":
            if self.peek() in ("newline", ","):
                self.take()
            else:
                self.value((*path, number))
                number += 1
        self.take()

    def inline_table(self, path: Path) -> None:
        self.take()
        while self.peek() != "}":
            if self.peek() in ("newline", ","):
                self.take()
            else:
                self.pair(path)
        self.take()


def _tokens(source: str) -> Iterator[tuple[str, str, int]]:
    line = 1
    for match in _TOKEN.finditer(source):
        kind = match.lastgroup or ""
        if kind != "skip":
            yield kind, match[0], line
        line += match[0].count("\n")


def _name(token: str) -> str:
    return token[1:-1] if token[:1] in ('"', "'") else token
