"""docs/rules.md names every rule that code, tests or documentation cite, and files that exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RULES = ROOT / "docs/rules.md"
FOLDERS = ("incidents", "commands", "templates", "storage", "scheduler", "bot", "tests", "docs", "rehearsals")
ENDINGS = {".py", ".j2", ".html", ".js", ".css", ".md", ".toml", ".txt"}

# `CAD-7`, `ROLE-18a`, the promises G1 to G12 and the invariants I1 to I13.
ID = re.compile(r"(?<![\w#/-])(?:[A-Z]{2,4}-\d{1,3}[a-z]?|G(?:1[0-2]|[1-9])|I(?:1[0-3]|[1-9]))(?![\w-])")
IN_A_NAME = re.compile(r"_([a-z]{2,4})_(\d{1,3}[a-z]?)(?=_|\b)")
# Severities, encodings, licences and the like, which are written the same way.
NO_RULES = re.compile(r"(?:SEV|UTC|UTF|BSD|MPL|PSF)-")

Row = tuple[str, str]


def rows() -> list[Row]:
    """The id and the last cell of every row that begins with an id."""
    found = []
    for line in RULES.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and ID.fullmatch(cells[0]):
            found.append((cells[0], cells[-1]))
    return found


def cited() -> Iterator[Row]:
    """Every id, with the file that cites it; a test cites in its own name: `test_rel_121_…`."""
    families = {id.partition("-")[0] for id, _ in rows() if "-" in id}
    for path in files():
        text = path.read_text(encoding="utf-8", errors="ignore")
        name = path.relative_to(ROOT).as_posix()
        yield from ((id, name) for id in ID.findall(text) if not NO_RULES.match(id))
        for test in re.findall(r"^ *(?:async )?def (test_\w+)", text, re.MULTILINE) if path.suffix == ".py" else []:
            ids = (f"{family.upper()}-{number}" for family, number in IN_A_NAME.findall(test))
            yield from ((id, name) for id in ids if id.partition("-")[0] in families)


def files() -> list[Path]:
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in ENDINGS]
    return [path for path in [*found, *ROOT.glob("*.md")] if path not in (RULES, Path(__file__))]


def test_every_cited_rule_is_explained() -> None:
    explained = {id for id, _ in rows()}
    assert {id: name for id, name in sorted(cited()) if id not in explained} == {}


def test_no_rule_is_explained_twice() -> None:
    ids = [id for id, _ in rows()]
    assert [id for id in ids if ids.count(id) > 1] == []


@pytest.mark.parametrize(("id", "where"), rows())
def test_every_rule_says_where_it_is_carried_out(id: str, where: str) -> None:
    named = re.findall(r"`([^`]+)`", where)
    assert named or where == "not built yet"
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_ids_are_told_from_other_words() -> None:
    for text in ("CAD-7", "(ROLE-19)", "REL-121,", "G9", "I13", "TL-1 to"):
        assert ID.search(text), text
    for text in ("inc-1", "#INC-1", "CAD-7-x", "G13", "I14", "AG9", "UTF8"):
        assert not ID.search(text), text
