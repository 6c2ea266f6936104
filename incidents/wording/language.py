"""Is a text in the language it says it is in (LINT-64)?"""

import re
from collections.abc import Iterator

from incidents.wording.draft import Draft, Part
from incidents.wording.finding import Hit
from incidents.wording.lexicon import lexicon

_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTERS = re.compile(r"[^\W\d_]")
_FOREIGN = re.compile(r"https?://\S+|(?<![\w.+-])[\w.+-]{1,64}+@[\w.-]+", re.ASCII)
_WORDS = re.compile(r"[^\W\d_]+")
_ALPHABETIC = ("en", "fr", "pl")
_FEWEST = 5


def declared_language(draft: Draft) -> Iterator[Hit]:
    """By the script, then by the little words that every sentence has."""
    for part in draft.parts:
        if _foreign(part, draft.post.language):
            yield part.hit(part.whole())


def _foreign(part: Part, language: str) -> bool:
    text = _FOREIGN.sub(" ", part.low)
    letters, han = len(_LETTERS.findall(text)), len(_HAN.findall(text))
    words = _WORDS.findall(text)
    if language == "zh-CN":
        return len(words) >= _FEWEST and letters > 10 * han
    if han * 3 > letters:
        return True
    if len(words) < _FEWEST:
        return False
    scores = {each: _score(words, each) for each in _ALPHABETIC}
    best = max(scores.values())
    return best >= 2 and best > 2 * scores[language]


def _score(words: list[str], language: str) -> int:
    known = frozenset(lexicon(language).words["stop"])
    return sum(word in known for word in words)
