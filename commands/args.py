"""What stands behind a command's word, read from left to right."""

import re

from commands.times import span
from incidents import severity
from incidents.severity import Severity

_WORD = re.compile(r"\S*")
_BLANKS = re.compile(r"\s*")
_CLOSING = {'"': '"', "“": "”"}
_ONE_WORD = frozenset({"at", "in", "by", "for", "as", "every", "channels"})
# Phones turn two hyphens into one dash.
_DASHES = "(?:--|[–—])"
_DASH = re.compile(_DASHES)
_NEXT_OPTION = re.compile(rf"\n|\s{_DASHES}[^\W\d_]")
_UTC = re.compile(r" +utc(?!\S)", re.IGNORECASE)
_PERSON = re.compile(
    r"(?:<@([\w.:@+-]{1,200})(?:\|[^<>\n]{0,200})?>|@\{([^{}\s]{1,200})\}|@(\w(?:[\w.@+-]{0,98}\w)?))"
    r"(?:[,.:;!?]{0,3}(?!\S)|,(?=[@<]))"
)


class Args:
    """Every method takes what it reads, except `peek`; what it does not find it leaves. Quotes keep blanks together."""

    _text: str
    _at: int

    def __init__(self, text: str) -> None:
        self._put(text)

    def word(self) -> str:
        """The next word, without its quotes; empty at the end. A quote that is never closed is a character."""
        value, self._at = self._word_at(self._skip(self._at))
        return value

    def peek(self) -> str:
        return self._word_at(self._skip(self._at))[0]

    def alone(self) -> bool:
        """Whether nothing stands behind the next word."""
        _, end = self._word_at(self._skip(self._at))
        return self._skip(end) >= len(self._text)

    def person(self) -> str | None:
        """The handle of `@bob`, or the id of `<@U123|bob>`, `<@U123>` and `@{bob@example.com}`."""
        match = _PERSON.match(self._text, self._skip(self._at))
        if not match:
            return None
        self._at = match.end()
        return match[1] or match[2] or match[3]

    def minutes(self) -> int | None:
        """`10m`, `10 min`, `1h30m`, `in 20m`; never a bare number. Raises Refused for more than 24 hours."""
        found = span(self._text, self._skip(self._at))
        if not found:
            return None
        minutes, self._at = found
        return minutes

    def severity(self) -> Severity | None:
        """`sev1`, `p0`, `sev 1`. Raises Refused for a bare digit and for a level that does not exist (SVR-2)."""
        first, end = self._word_at(self._skip(self._at))
        second, after = self._word_at(self._skip(end))
        if first.lower() in {"sev", "severity", "s", "p"} and second.isdigit():
            first, end = first + second[:4], after
        level = severity.read(first.rstrip(":,"))
        if level is not None:
            self._at = end
        return level

    def option(self, name: str) -> str:
        """`--because "two words"`, `--because=word`, `--because words up to the end of the line or the next option`.

        Wherever it stands, outside quotes; empty when it is not there. `--at` and its like take one word only.
        """
        found = self._find(name)
        if not found:
            return ""
        start, end = found
        value, end = self._value(end, one_word=name in _ONE_WORD)
        self._take_out(start, end)
        return value.strip()

    def flag(self, name: str) -> bool:
        """Whether `--again` stands anywhere outside quotes."""
        found = self._find(name)
        if found:
            self._take_out(*found)
        return found is not None

    def add(self, text: str) -> None:
        """As if it had been typed at the end."""
        self._put(f"{self._text[self._at :]} {text}".strip())

    def rest(self) -> str:
        """All that is left, newlines kept."""
        text, self._at = self._text[self._at :].strip(), len(self._text)
        return text

    def _put(self, text: str) -> None:
        self._text = text
        self._at = 0
        # Looked up once: to search for a missing quote at every word would take quadratic time.
        self._last = {quote: text.rfind(quote) for quote in _CLOSING.values()}

    def _skip(self, at: int) -> int:
        match = _BLANKS.match(self._text, at)
        return match.end() if match else at

    def _word_at(self, at: int) -> tuple[str, int]:
        end = self._quote_end(at)
        if end is not None:
            return self._text[at + 1 : end - 1], end
        match = _WORD.match(self._text, at)
        return (match[0], match.end()) if match else ("", at)

    def _quote_end(self, at: int) -> int | None:
        """Behind the closing quote, when a quote opens here and is closed."""
        closing = _CLOSING.get(self._text[at : at + 1])
        if closing is None or self._last[closing] <= at:
            return None
        return self._text.find(closing, at + 1) + 1

    def _find(self, name: str) -> tuple[int, int] | None:
        """Where `--name` begins and ends, jumping over what is quoted."""
        if not _DASH.search(self._text, self._at):
            return None
        option = rf"{_DASHES}{re.escape(name)}(?=[=\s]|\Z)"
        if not re.compile(rf"(?<!\S){option}", re.IGNORECASE).search(self._text, self._at):
            return None
        at = self._at
        quotes = "".join(opening for opening, closing in _CLOSING.items() if self._last[closing] > at)
        pattern = re.compile(rf"(?<!\S)(?:[{quotes}]|{option})" if quotes else rf"(?<!\S){option}", re.IGNORECASE)
        while match := pattern.search(self._text, at):
            if match[0] not in _CLOSING:
                return match.span()
            at = self._quote_end(match.start()) or match.end()
        return None

    def _value(self, at: int, *, one_word: bool) -> tuple[str, int]:
        """An option's value, which begins behind ``at``, and where it ends."""
        equals = self._text[at : at + 1] == "="
        limit = _NEXT_OPTION.search(self._text, at)
        end = limit.start() if limit else len(self._text)
        start = at + 1 if equals else self._skip(at)
        if start > end:
            return "", at
        quoted = self._quote_end(start) is not None
        if not (equals or one_word or quoted):
            return self._text[start:end].strip(), end
        value, after = self._word_at(start)
        # The timeline shows `14:05 UTC`, and so it is typed.
        utc = _UTC.match(self._text, after) if one_word else None
        return (f"{value} UTC", utc.end()) if utc else (value, after)

    def _take_out(self, start: int, end: int) -> None:
        left, right = self._text[self._at : start].rstrip(" \t"), self._text[end:].lstrip(" \t")
        if not left or left.endswith("\n"):
            right = right.removeprefix("\n")
        elif not right.startswith("\n"):
            left += " "
        self._put(left + right)
