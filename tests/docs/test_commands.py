"""The pages for users keep up with the code: words, synonyms, settings, events, the command line, scripts."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from pydantic import BaseModel

from bot.cli import main
from bot.config_file import Document, Level
from bot.rehearsal_script import ROSTER_PLACES, parse
from bot.transcript import Kind
from commands import parse as reading
from commands.parse import SEVERITY_OR_DECLARE
from commands.vocabulary import RESERVED
from commands.words import HIDDEN, VOCABULARY, WORDS, usage
from incidents import roles
from incidents.policy import STANDARD
from incidents.severity import Severity
from templates.announce import ANNOUNCERS

ROOT = Path(__file__).parents[2]
SAID = sorted(set(WORDS) - HIDDEN)


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def section(word: str) -> str:
    """What docs/commands.md says under the heading of this word."""
    found = re.search(rf"^### {re.escape(word)}\n(.*?)(?=^##|\Z)", page("commands.md"), re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("word", SAID)
def test_a_word_has_its_usage_and_says_who_may(word: str) -> None:
    assert f"\n`{usage(word)}`\n" in section(word)
    assert "**Who:** " in section(word)


@pytest.mark.parametrize("word", SAID)
def test_a_word_names_all_its_synonyms(word: str) -> None:
    also = re.search(r"\*\*Also:\*\* ([^.]*)\.", section(word))
    named = set(re.findall(r"`([^`]+)`", also[1])) if also else set()
    meant = {spelling for spelling, meaning in VOCABULARY.words.items() if meaning == word and spelling != word}
    assert named == meant


@pytest.mark.parametrize("word", SAID)
def test_the_examples_of_a_word_say_it(word: str) -> None:
    lines = [line for block in blocks(section(word), "text") for line in block.splitlines()]
    assert lines
    for line in lines:
        said = reading.read(line, VOCABULARY, via="slash" if line.startswith("/") else "message")
        assert said, line
        assert said.known or said.word == SEVERITY_OR_DECLARE, line
        either = word in ("declare", "severity") and said.word == SEVERITY_OR_DECLARE
        assert either or word in (said.word, said.args.partition(" ")[0]), line


def test_no_word_is_described_that_is_not_there() -> None:
    described = re.findall(r"^### (\S+)$", page("commands.md"), re.MULTILINE)
    assert sorted(described) == SAID
    assert not set(described) & RESERVED


def test_every_spelling_of_a_role_is_named() -> None:
    assert [spelling for spelling in roles.SPELLINGS if f"`{spelling}`" not in page("commands.md")] == []


def command_line() -> Iterator[tuple[str, str]]:
    """Every `sitrep` command with its row."""
    for name, command in main.commands.items():
        row = re.search(rf"^\| `sitrep {name}\b.*$", page("commands.md"), re.MULTILINE)
        options = [each for each in command.params if isinstance(each, click.Option) and each.name != "file"]
        for part in ["", *(spelling for option in options for spelling in option.opts)]:
            yield f"{name} {part}", row[0] if row else ""


@pytest.mark.parametrize(("part", "row"), list(command_line()))
def test_the_command_line_is_described(part: str, row: str) -> None:
    assert row
    assert part.rsplit(maxsplit=1)[-1] in row


def settings(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, Any]]:
    """Every key of sitrep.toml with its default; None when it has none of its own."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        inner = get_args(kind)[0] if get_args(kind) else kind
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            step = "sevN" if inner is Level else name
            yield from settings(inner, f"{path}{step}{'[]' if inner is not kind else ''}.")
        else:
            yield f"{path}{name}", None if field.is_required() or model is Level else field.default


@pytest.mark.parametrize(("key", "default"), list(dict(settings(Document)).items()))
def test_every_setting_is_described_with_its_default(key: str, default: Any) -> None:
    row = re.search(rf"^\| `{re.escape(key)}` \| ([^|]*) \|", page("configuration.md"), re.MULTILINE)
    assert row, f"{key} has no row"
    if not key.startswith("severity."):
        assert row[1] == ("–" if default is None else f"`{json.dumps(default)}`")


@pytest.mark.parametrize(
    "name", ["first_notice", "first_notice_target", "cadence", "acknowledge", "monitor", "executive"]
)
def test_the_standard_numbers_are_right(name: str) -> None:
    row = re.search(rf"^\| `severity\.sevN\.{name}` \|(.*)$", page("configuration.md"), re.MULTILINE)
    numbers = [getattr(STANDARD[level], name) for level in Severity]
    assert row
    assert [cell.strip() for cell in row[1].split("|")[:5]] == ["none" if n is None else str(n) for n in numbers]


def test_every_environment_variable_is_described() -> None:
    read = re.findall(r"given\.get\(\"(\w+)\"", (ROOT / "bot/config.py").read_text(encoding="utf-8"))
    assert read
    assert [name for name in read if f"| `{name}` |" not in page("configuration.md")] == []


@pytest.mark.parametrize("block", blocks(page("configuration.md"), "toml"))
def test_the_example_of_a_configuration_is_accepted(block: str) -> None:
    written = tomllib.loads(block)
    assert Document.model_validate(written).model_fields_set == set(written)


@pytest.mark.parametrize("event", sorted(event.__name__ for event in ANNOUNCERS))
def test_every_event_has_its_row(event: str) -> None:
    assert f"\n| `{event}` |" in page("cards.md")


def test_the_example_of_a_script_can_be_played() -> None:
    scripts = blocks(page("rehearsals.md"), "text")
    assert [len(parse(script).steps) > 5 for script in scripts] == [True]


def test_the_places_and_kinds_of_a_rehearsal_are_named() -> None:
    words = [*ROSTER_PLACES, *get_args(Kind)]
    assert [word for word in words if f"`{word}`" not in page("rehearsals.md")] == []
