"""What a rule says, why, and how it looks done wrong and right, in the reader's language (WL-6)."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from incidents.wording.finding import Hit

_LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Explanation:
    id: str
    rule: str
    why: str
    bad: str
    good: str
    instead: bool
    """Whether the good example can be offered as it is in place of something else."""


def explain(id: str, language: str) -> Explanation | None:
    """None when there is no such rule."""
    return _explanations(language).get(id)


def message(id: str, hit: Hit, language: str) -> str:
    """What was found, the rule, the reason: one line."""
    told, frame = _explanations(language)[id], _frame(language)
    said = " ".join(hit.found.split())
    if len(said) > _LONGEST_QUOTE:
        said = said[: _LONGEST_QUOTE - 1] + "…"
    named = frame.get(said, "") if hit.start == hit.end else said
    opening = frame["quoted"].format(words=named) if named else ""
    return f"{opening}{told.rule}{frame['between']}{told.why}"


def suggestion(id: str, language: str) -> str:
    told = _explanations(language)[id]
    return told.good if told.instead else ""


def headings(language: str) -> dict[str, str]:
    """What stands in front of rule, reason, bad and good example."""
    return _frame(language)


@lru_cache
def _explanations(language: str) -> dict[str, Explanation]:
    return {id: _explanation(id, told) for id, told in _read(language).items() if id.startswith("LINT-")}


def _explanation(id: str, told: dict[str, str]) -> Explanation:
    return Explanation(id, told["rule"], told["why"], told["bad"], told["good"], instead="no_suggestion" not in told)


def _frame(language: str) -> dict[str, str]:
    return _read(language)["frame"]


@lru_cache
def _read(language: str) -> dict[str, dict[str, str]]:
    file = resources.files(__package__).joinpath("messages", f"{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
