"""A text made comparable, with the way back to what was written (WL-3), its sentences and paragraphs (WL-4)."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

# One character for one, so that places stay: quotes, blanks, digits and letters of East Asian width.
_SAME = {ord(curly): "'" for curly in "’‘ʼ′`"}
_SAME |= dict.fromkeys(map(ord, "\t\v\f\r\u00a0\u1680\u2007\u2009\u200a\u202f\u205f\u3000\x1c\x1d\x1e\x1f\x85"), " ")
_SAME |= {0xFF01 + i: chr(0x21 + i) for i in range(94) if chr(0x21 + i).isalnum() or chr(0x21 + i) == "%"}
_MARKS = "\u0300-\u036f"
# At most eight marks at once: ordering a tower of them takes quadratic time.
_ODD = re.compile(rf"[^\W\d_][{_MARKS}]{{1,8}}| {{2,}}|[\u00ad\u200b-\u200d\u2060\ufeff]+|(?<=\d)：(?=\d)")
# The look back keeps a long row of dots from being read again from each of them.
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'»”)\]]*+(?=\s|$)|[。！？]+[”」』）)]*")
_BREAK = re.compile(r"\n[ ]*(?:\n\s*|(?=[-*•·–] |\d{1,2}[.)] ))")
_LINE = re.compile(r"\n\s*")
_WORD_BEFORE = re.compile(r"[\w.]{1,12}$")


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int


class Text:
    """``plain`` is composed, with straight quotes and single blanks; ``low`` the same in small letters."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        same = raw.translate(_SAME)
        pieces: list[str] = []
        self._places, self._origins = [0], [0]
        length = last = 0
        for odd in _ODD.finditer(same):
            new = _composed(odd[0])
            pieces += [same[last : odd.start()], new]
            length += odd.start() - last + len(new)
            last = odd.end()
            self._places.append(length)
            self._origins.append(last)
        self.plain = "".join([*pieces, same[last:]])
        self.low = _lower(self.plain)

    def origin(self, place: int) -> int:
        """Where a place of ``plain`` is in ``raw``."""
        step = bisect_right(self._places, place) - 1
        return min(self._origins[step] + place - self._places[step], len(self.raw))

    def span(self, start: int, end: int) -> Span:
        """Of ``raw``; what was folded into one character belongs to it whole."""
        first = self.origin(start)
        return Span(first, max(first, min(self.origin(end - 1) + 1, len(self.raw)) if end > start else first))

    @cached_property
    def paragraphs(self) -> list[Span]:
        return list(_pieces(self.plain, _BREAK))

    @cached_property
    def lines(self) -> list[Span]:
        return list(_pieces(self.plain, _LINE))

    def sentences(self, abbreviations: frozenset[str]) -> list[Span]:
        return [each for span in self.paragraphs for each in _sentences(self.plain, span, abbreviations)]


def _composed(odd: str) -> str:
    if odd[0] == " ":
        return " "
    if odd == "：":
        return ":"
    return unicodedata.normalize("NFC", odd) if odd[0].isalpha() else ""


def _lower(text: str) -> str:
    """Small letters, as many as there were: İ alone becomes two."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _pieces(text: str, between: re.Pattern[str]) -> Iterator[Span]:
    last = 0
    for gap in between.finditer(text):
        yield from _trimmed(text, last, gap.start())
        last = gap.end()
    yield from _trimmed(text, last, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    if words := piece.strip():
        start += len(piece) - len(piece.lstrip())
        yield Span(start, start + len(words))


def _sentences(text: str, span: Span, abbreviations: frozenset[str]) -> Iterator[Span]:
    last = span.start
    for end in _END.finditer(text, span.start, span.end):
        if not _goes_on(text, end, abbreviations):
            yield from _trimmed(text, last, end.end())
            last = end.end()
    yield from _trimmed(text, last, span.end)


def _goes_on(text: str, end: re.Match[str], abbreviations: frozenset[str]) -> bool:
    """Whether this full stop belongs to an abbreviation: a small letter or a digit follows it."""
    if end[0] != ".":
        return False
    before = _WORD_BEFORE.search(text, max(0, end.start() - 12), end.start())
    following = text[end.end() : end.end() + 2].strip()
    known = before is not None and before[0].lower() in abbreviations
    return known and bool(following) and not following[0].isupper()
