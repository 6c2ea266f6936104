"""How a post reads: first things first, short, exact, one voice (LINT-45 to LINT-49, 52, 54, 55, 57, 63, 65)."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from incidents.wording import times
from incidents.wording.draft import Draft, Part
from incidents.wording.finding import Hit
from incidents.wording.post import SHORT_CHANNELS
from incidents.wording.text import Span
from incidents.wording.title import component_names

_SENTENCES = 3
_LONGEST_SENTENCE = {"en": 25, "fr": 28, "pl": 28, "zh-CN": 50}
_PREPOSITION = 4
"""About at 14:30, vers les 14:30, mniej więcej o 14:30."""
_LINK = re.compile(r"https?://\S|www\.\S")
_URL = re.compile(r"https?://\S+")
_BULLET = re.compile(r"^[-*•·–] ", re.MULTILINE)
_BETWEEN = re.compile(r" ?(?:[a-z]{2,5}| ?[(（][^)）\n]{1,12}[)）])? ?,? ?")
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€")


def bottom_line_first(draft: Draft) -> Iterator[Hit]:
    """The first sentence says what is affected or how it stands now (LINT-45)."""
    fields = [part for name, part in draft.fields.items() if name in ("problem", "impact")]
    for part in ([draft.body] if draft.body.plain.strip() else fields)[:1]:
        first = part.sentences[0]
        opener = next(
            (span for span in draft.words("opener").spans(part.low, first) if span.start == first.start), None
        )
        named = draft.names(component_names(draft))
        lists = (draft.words("state"), draft.words("audience"), draft.words("investigating"), named)
        planned = draft.post.kind == "maintenance"
        if opener or not (planned or any(part.says(words, first) for words in lists)):
            yield part.hit(opener or first)


def long_paragraphs(draft: Draft) -> Iterator[Hit]:
    """Three sentences a paragraph; in chat a line is one (LINT-46, WL-4)."""
    for part in draft.parts:
        blocks = part.text.lines if draft.post.channel in ("chat", "internal") else part.text.paragraphs
        starts = [sentence.start for sentence in part.sentences]
        for block in blocks:
            if bisect_left(starts, block.end) - bisect_left(starts, block.start) > _SENTENCES:
                yield part.hit(block)


def long_sentences(draft: Draft) -> Iterator[Hit]:
    """Counted in words, in Chinese in characters (LINT-47)."""
    longest = _LONGEST_SENTENCE[draft.post.language]
    for part in draft.prose:
        yield from (part.hit(sentence) for sentence in part.sentences if part.size(sentence) > longest)


def exact_times(draft: Draft) -> Iterator[Hit]:
    """HH:MM, no "about", no half days (LINT-48)."""
    yield from draft.found(draft.words("loose_time"))
    for part, span in draft.spans(draft.words("approx_time")):
        if _beside_a_time(part, span):
            yield part.hit(span)


def _beside_a_time(part: Part, span: Span) -> bool:
    next_ = bisect_left(part.clock_times, span.end, key=lambda clock: clock.start)
    after, before = part.clock_times[next_ : next_ + 1], part.clock_times[max(next_ - 1, 0) : next_]
    if any(clock.start - span.end <= _PREPOSITION for clock in after):
        return True
    return any(clock.end <= span.start and _BETWEEN.fullmatch(part.low, clock.end, span.start) for clock in before)


def zone_named(draft: Draft) -> Iterator[Hit]:
    """A clock time needs its zone once (LINT-49)."""
    if not any(times.names_zone(part.plain, part.low, draft.lexicon) for part in draft.parts):
        clocks = ((part, clock) for part in draft.parts for clock in part.clock_times)
        yield from (part.hit(Span(clock.start, clock.end)) for part, clock in list(clocks)[:1])


def we_act(draft: Draft) -> Iterator[Hit]:
    """Somebody acts, and it is us (LINT-52)."""
    told = bool(draft.body.plain.strip()) or bool({"action", "fix"} & set(draft.fields))
    if told and draft.post.channel not in SHORT_CHANNELS and not draft.says("first_person"):
        yield draft.missing("action")


def length(draft: Draft) -> Iterator[Hit]:
    """What the channel carries (LINT-54, CHN-2)."""
    post, text = draft.post, draft.body.raw or draft.title.raw
    too_long = {"sms": sms_parts(text) > 2, "social": social_weight(text) > 280}
    if too_long.get(post.channel):
        yield Hit("body" if post.body else "title", 0, len(text))
    elif post.channel == "email" and len(draft.title.plain) > 78:
        yield draft.title.hit(Span(78, len(draft.title.plain)))


def sms_parts(text: str) -> int:
    """A long SMS is sent in parts; each gives up some places to say which part it is."""
    if all(c in _GSM or c in _GSM_TWICE for c in text):
        units = sum(2 if c in _GSM_TWICE else 1 for c in text)
        return 1 if units <= 160 else -(-units // 153)
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    return 1 if units <= 70 else -(-units // 67)


def social_weight(text: str) -> int:
    """As X counts: an address is 23, a Chinese character two."""
    return sum(1 if ord(c) <= 0x10FF or 0x2000 <= ord(c) <= 0x201F else 2 for c in _URL.sub("x" * 23, text))


def wall_of_text(draft: Draft) -> Iterator[Hit]:
    """Long texts have paragraphs or bullets (LINT-55)."""
    body, longest = draft.body, 600 if draft.lexicon.blanks else 300
    if len(body.plain) > longest and len(body.text.paragraphs) < 2 and not _BULLET.search(body.plain):
        yield body.hit(body.whole())


def empathy(draft: Draft) -> Iterator[Hit]:
    """Where it is serious, one sentence shows that we know what it does to people (LINT-57)."""
    if draft.post.severity and draft.post.severity.major and not draft.says("empathy") and not draft.says("effect"):
        yield draft.missing("impact")


def link(draft: Draft) -> Iterator[Hit]:
    """A short channel leads to the status page (LINT-63)."""
    if draft.post.channel in SHORT_CHANNELS and not any(_LINK.search(part.plain) for part in draft.parts):
        yield draft.missing("subscribe")


def positive_facts(draft: Draft) -> Iterator[Hit]:
    """What works, what was done (LINT-65)."""
    told = {"not_affected", "fix", "progress"} & set(draft.fields)
    if not told and not draft.says("positive"):
        yield draft.missing("not_affected")
