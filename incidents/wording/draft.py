"""A post made ready for the rules: its parts with their sentences, and what each word list finds in them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property

from incidents.wording import times
from incidents.wording.finding import Hit, Level
from incidents.wording.lexicon import Lexicon, WordList, lexicon, names
from incidents.wording.post import Post
from incidents.wording.text import Span, Text

# Where it is about what users see; only there may something be uncertain (LINT-20).
_NOT_SEEN_BY_USERS = ("cause", "action", "fix", "progress", "eta", "prevention")
_MAY_HEDGE = ("investigating", "identified", "monitoring", "scheduled", "in_progress")
_WORD = re.compile(r"\w+(?:['-]\w+)*+")
_URL = re.compile(r"https?://\S+")


class Part:
    """One field, the title or the body."""

    def __init__(self, field: str, raw: str, words: Lexicon) -> None:
        self.field, self.raw, self._lexicon = field, raw, words
        self.text = Text(raw)
        self.low, self.plain = self.text.low, self.text.plain

    @cached_property
    def sentences(self) -> list[Span]:
        return self.text.sentences(self._lexicon.abbreviations)

    @cached_property
    def clock_times(self) -> list[times.Clock]:
        return list(times.clock_times(self.plain, self._lexicon))

    def sentence_at(self, place: int) -> Span:
        """The sentence that holds this place; blanks belong to the one before."""
        step = bisect_right(self.sentences, place, key=_start) - 1
        return self.sentences[max(step, 0)]

    def times_in(self, span: Span) -> list[times.Clock]:
        first = bisect_left(self.clock_times, span.start, key=_start)
        return self.clock_times[first : bisect_left(self.clock_times, span.end, key=_start)]

    def size(self, span: Span) -> int:
        """Words; characters without blanks in Chinese. An address counts as one."""
        text = _URL.sub("x", self.plain[span.start : span.end])
        return len(_WORD.findall(text)) if self._lexicon.blanks else len(re.sub(r"\s", "", text))

    def says(self, words: WordList, span: Span | None = None) -> bool:
        return words.is_in(self.low, span)

    def hit(self, span: Span, *, suggestion: str = "", level: Level | None = None) -> Hit:
        place = self.text.span(span.start, span.end)
        return Hit(self.field, place.start, place.end, self.raw[place.start : place.end], suggestion, level)

    def whole(self) -> Span:
        return Span(0, len(self.plain))


def _start(span: Span | times.Clock) -> int:
    return span.start


class Draft:
    """Made once for each check."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.lexicon = lexicon(post.language, post.house.words)
        self.title = self._part("title", post.title or "")
        self.body = self._part("body", post.body)
        fields = {name: self._part(name, text) for name, text in post.fields.items()}
        self.fields = {name: part for name, part in fields.items() if part.plain.strip()}
        every = [self.title, *self.fields.values(), self.body]
        self.parts = [part for part in every if part.plain.strip()]
        self._hidden: dict[str, str] = {}
        self._allowed: dict[str, list[Span]] = {}

    def _part(self, field: str, raw: str) -> Part:
        return Part(field, raw, self.lexicon)

    @property
    def structured(self) -> bool:
        return bool(self.post.fields)

    @property
    def prose(self) -> list[Part]:
        """What is judged as text: the body as customers read it, else the fields."""
        return [self.body] if self.body.plain.strip() else list(self.fields.values())

    def words(self, name: str) -> WordList:
        return self.lexicon.lists[name]

    def names(self, words: Iterable[str]) -> WordList:
        return names(tuple(words), blanks=self.lexicon.blanks)

    def where(self, field: str) -> list[tuple[Part, Span]]:
        """The sentences in which an element is to be looked for: its field's, else the body's."""
        part = self.fields.get(field) or self.body
        return [(part, sentence) for sentence in part.sentences]

    def missing(self, field: str, found: str = "") -> Hit:
        return Hit(field if self.structured else "body", found=found)

    def says(self, name: str) -> bool:
        return any(part.says(self.words(name)) for part in self.parts)

    def found(self, words: WordList, *, hidden: bool = False) -> Iterator[Hit]:
        for part, span in self.spans(words, hidden=hidden):
            yield part.hit(span)

    def spans(self, words: WordList, *, hidden: bool = False) -> Iterator[tuple[Part, Span]]:
        """Each match outside of what the organisation allows; ``hidden``: and outside of the exceptions."""
        for part in self.parts:
            for span in words.spans(self.without_exceptions(part) if hidden else part.low):
                if not self.allows(part, span):
                    yield part, span

    def allows(self, part: Part, span: Span) -> bool:
        """Whether it stands inside a term that the organisation allows (WL-5)."""
        if not self.post.house.allowed:
            return False
        if part.field not in self._allowed:
            self._allowed[part.field] = [*self.names(self.post.house.allowed).spans(part.low)]
        allowed = self._allowed[part.field]
        step = bisect_right(allowed, span.start, key=_start) - 1
        return step >= 0 and span.end <= allowed[step].end

    def without_exceptions(self, part: Part) -> str:
        """What users may see, what they can try, and the like are taken out (WL-3, LINT-20)."""
        if part.field not in self._hidden:
            self._hidden[part.field] = self._masked(part)
        return self._hidden[part.field]

    def _masked(self, part: Part) -> str:
        low = part.low
        if self.post.stage in _MAY_HEDGE and part.field not in _NOT_SEEN_BY_USERS:
            low = self.words("masks").replaced(low)
        low = self.words("certain_masks").replaced(low)
        if part.field == "workaround":
            return self.words("workaround_masks").replaced(low)
        return self._workaround_sentences_masked(part, low)

    def _workaround_sentences_masked(self, part: Part, low: str) -> str:
        """In a plain post the workaround is a sentence that begins as one."""
        pieces, last = list[str](), 0
        for lead in self.words("workaround_lead").spans(part.low):
            if lead.start < last:
                continue
            sentence = part.sentence_at(lead.start)
            tried = self.words("workaround_masks").replaced(low[sentence.start : sentence.end])
            pieces += [low[last : sentence.start], tried]
            last = sentence.end
        return "".join([*pieces, low[last:]])
