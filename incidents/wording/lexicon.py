"""The words of each language, read once from words/*.toml and made searchable (WL-3, WL-5)."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from incidents.wording.text import Span, Text

Extra = tuple[tuple[str, str, tuple[str, ...]], ...]
_NEVER = r"(?!)"


class WordList:
    """Whole words where a language has blanks, parts of the text where it has none; the longest match wins."""

    def __init__(self, words: Iterable[str], *, blanks: bool) -> None:
        entries = sorted(words, key=len, reverse=True)
        plain = [_escaped(word) for word in entries if not word.startswith("re:")]
        either = "|".join(plain)
        if blanks and plain:
            either = rf"(?<!\w)(?:{either})(?!\w)"
        own = [f"(?:{word[3:]})" for word in entries if word.startswith("re:")]
        self._pattern = re.compile("|".join([*([either] if plain else []), *own]) or _NEVER)

    def spans(self, low: str, within: Span | None = None) -> Iterator[Span]:
        ends = (within.start, within.end) if within else (0, len(low))
        return (Span(*found.span()) for found in self._pattern.finditer(low, *ends) if found.end() > found.start())

    def is_in(self, low: str, within: Span | None = None) -> bool:
        return any(True for _ in self.spans(low, within))

    def replaced(self, low: str) -> str:
        """The text with a gap of the same length for each match, so that places stay."""
        return self._pattern.sub(lambda found: "\0" * len(found[0]), low)


def _escaped(word: str) -> str:
    """Small letters; blanks may be line breaks; a * at a word's end stands for any ending."""
    parts = [re.escape(part).replace(r"\*", r"\w*") for part in Text(word).low.split(" ")]
    return "[ \n]".join(parts)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that has one name (section 9.3)."""

    use: tuple[str, ...]
    used: WordList
    avoided: WordList


@dataclass(frozen=True)
class Lexicon:
    language: str
    labels: dict[str, str]
    lists: dict[str, WordList]
    words: dict[str, tuple[str, ...]]
    terms: dict[str, Term]

    @property
    def blanks(self) -> bool:
        return self.language != "zh-CN"

    @property
    def abbreviations(self) -> frozenset[str]:
        return frozenset(self.words["abbreviations"])


@lru_cache(maxsize=64)
def lexicon(language: str, extra: Extra = ()) -> Lexicon:
    """``extra`` are an organisation's own words: (language, list, words)."""
    found = _read(language)
    blanks = language != "zh-CN"
    words = {name: tuple(listed) for name, listed in found["lists"].items()}
    for its, name, more in extra:
        if its == language and name in words:
            words[name] += more
    return Lexicon(
        language=language,
        labels=found["labels"],
        lists={name: WordList(listed, blanks=blanks) for name, listed in words.items()},
        words=words,
        terms={name: _term(term, blanks=blanks) for name, term in found["terms"].items()},
    )


def _term(term: dict[str, list[str]], *, blanks: bool) -> Term:
    use, avoid = term["use"], term["avoid"]
    return Term(tuple(use), WordList(use, blanks=blanks), WordList(avoid, blanks=blanks))


@lru_cache(maxsize=64)
def names(words: tuple[str, ...], *, blanks: bool) -> WordList:
    """An organisation's names as a list."""
    return WordList((word for word in words if word.strip()), blanks=blanks)


def _read(language: str) -> dict[str, Any]:
    file = resources.files(__package__).joinpath("words", f"{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
