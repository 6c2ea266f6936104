"""What people type, made storable and inert: no control characters, no hidden directions, no towers of marks."""

import re
import unicodedata
from typing import NamedTuple

LONGEST = 12_000
MOST_MARKS = 8
"""Combining marks in a row. No living script needs more; 10,000 of them cover the lines above (SEC-077)."""

_PAIRS = re.compile("(?:[\ud800-\udbff][\udc00-\udfff])+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN = re.compile("[\n -~]*")
"""Inert and in normal form as it stands: most of what people type."""

_NEWLINES = re.compile("\r\n|[\r\x85\u2028\u2029]")
_CONTROLS = "\x00-\x09\x0b-\x1f\x7f-\x9f"
# Zero-width joiner and non-joiner stay: emoji families, Persian and Indic scripts are written with them.
_HIDDEN = "\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff"
_DROPPED = re.compile(f"[{_CONTROLS}{_HIDDEN}]+")
_JOINERS = "\u200c\u200d"
_MARKERS = _JOINERS + "\u200e\u200f"

# Letters of other alphabets that look like Latin ones, after lower case.
_LOOK_ALIKES = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0458\u0455\u0501\u051b\u04bb"
    "\u03b1\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u0131\u0261",
    "abekmhopctyxijsdqhaeikvoptuxig",
)


class Cleaned(NamedTuple):
    text: str
    cut: bool
    """Something was left off at the end because the text was too long; tell the speaker (SEC-120)."""


def clean(text: str, *, limit: int = LONGEST) -> Cleaned:
    """The text as it may be stored and shown, at most ``limit`` characters of it (REL-118, SEC-077).

    In linear time. Normal form C; unpaired surrogates become U+FFFD; of the control characters only newline is left.
    """
    if _PLAIN.fullmatch(text):
        return Cleaned(text[:limit], cut=len(text) > limit)
    inert = _DROPPED.sub("", _NEWLINES.sub("\n", _whole(text)).replace("\t", " "))
    # Marks are thinned first: sorting 10,000 of them takes quadratic time. And again: some unfold into two.
    normal = _thinned(unicodedata.normalize("NFC", _thinned(inert)))
    return Cleaned(normal[:limit], cut=len(normal) > limit)


def one_line(text: str, limit: int = 200) -> str:
    """For titles and names: no newlines, single blanks, nothing invisible at the ends."""
    squeezed = " ".join(clean(text).text.split())
    return squeezed[:limit].strip(" " + _MARKERS)


def for_name(text: str) -> str:
    """What the eye takes a name for. Two names with the same skeleton are look-alikes (SEC-077); never show it."""
    # Twice: folding case can undo the normal form. The cut is because one character can become eighteen.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", one_line(text)).casefold())
    return one_line(folded.translate(_LOOK_ALIKES).translate(dict.fromkeys(map(ord, _MARKERS))))


def _whole(text: str) -> str:
    """Two surrogates that make a pair become their character, others U+FFFD: neither can be stored as UTF-8."""
    return _SURROGATE.sub("\ufffd", _PAIRS.sub(_joined, text))


def _joined(pairs: re.Match[str]) -> str:
    return pairs[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def _thinned(text: str) -> str:
    """At most MOST_MARKS marks in a row; a joiner between two marks does not start a new row."""
    marks = "".join(sorted(character for character in set(text) if unicodedata.category(character)[0] == "M"))
    if not marks:
        return text
    row = f"((?:[{marks}][{_JOINERS}]*+){{{MOST_MARKS}}})"
    return re.sub(f"{row}[{marks}][{marks}{_JOINERS}]*+", r"\1", text)


def storable(name: str) -> str:
    """A platform's own name for something, in letters that every database takes (REL-118)."""
    plain = name.isascii() and "\x00" not in name
    return name if plain else name.replace("\x00", "?").encode(errors="replace").decode()
