"""What every post must tell: the problem, whom it hits, what is done, when we write again (LINT-3 to LINT-10)."""

import re
from collections.abc import Iterator
from datetime import timedelta

from incidents.wording.draft import Draft, Part
from incidents.wording.finding import Hit
from incidents.wording.text import Span

GAP = re.compile(
    r"\{[a-z_]+\}|\[\?\]|(?<![a-z0-9])tb[dc](?![a-z0-9])|xx ?[:h] ?xx|(?<![a-z])n/a(?![a-z])|待定|待补充"
    r"|à définir|à compléter|do uzupełnienia|do ustalenia"
)
_NUMBER = re.compile(r"[0-9]|[一二三四五六七八九十百千万]+(?:成|家|名|位|个)")
_SOONEST = timedelta(minutes=5)


def problem(draft: Draft) -> Iterator[Hit]:
    """One sentence says what is wrong, as users see it (LINT-3)."""
    if not any(_tells(draft, part, sentence) for part, sentence in draft.where("problem")):
        yield draft.missing("problem")


def _tells(draft: Draft, part: Part, sentence: Span) -> bool:
    words = 3 if draft.lexicon.blanks else 6
    text = part.low[sentence.start : sentence.end].strip(".!。！ ")
    empty = draft.words("empty_problem").is_in(text) or part.says(draft.words("next_update"), sentence)
    named = part.field != "body" or part.says(draft.words("state"), sentence)
    return part.size(sentence) >= words and named and not empty


def audience(draft: Draft) -> Iterator[Hit]:
    """Who is affected and how much; at first that it is being confirmed (LINT-4).

    Whether a security post tells it is decided where it is approved.
    """
    if draft.post.kind == "security" or (draft.post.stage == "investigating" and draft.says("scope_pending")):
        return
    if not any(_measures(draft, part, sentence) for part, sentence in draft.where("impact")):
        yield draft.missing("impact")


def _measures(draft: Draft, part: Part, sentence: Span) -> bool:
    if not part.says(draft.words("audience"), sentence):
        return False
    return has_number(part, sentence) or any(part.says(draft.words(name), sentence) for name in ("share", "region"))


def has_number(part: Part, sentence: Span) -> bool:
    """A number that is no clock time."""
    last = sentence.start
    for clock in part.times_in(sentence):
        if _NUMBER.search(part.low, last, clock.start):
            return True
        last = clock.end
    return _NUMBER.search(part.low, last, sentence.end) is not None


def action(draft: Draft) -> Iterator[Hit]:
    """What we are doing now (LINT-5)."""
    if draft.post.stage == "investigating" and draft.says("investigating"):
        return
    if not any(acts(draft, part, sentence) for part, sentence in draft.where("action")):
        yield draft.missing("action")


def acts(draft: Draft, part: Part, sentence: Span) -> bool:
    """Is there something concrete beside the effort? In the field `action` the verb may stand alone."""
    text = draft.words("effort").replaced(part.low[sentence.start : sentence.end])
    if draft.words("acting").is_in(draft.words("searching").replaced(text)):
        return True
    left = re.sub(r"[\W\d_]+", " ", text).split()
    enough = len(left) >= 2 if draft.lexicon.blanks else len("".join(left)) >= 4
    return part.field == "action" and enough and "\0" not in text


def next_update(draft: Draft) -> Iterator[Hit]:
    """The next update is named as a clock time (LINT-6)."""
    if not any(part.times_in(sentence) for part, sentence in promises(draft)):
        yield draft.missing("next_update_at")


def promises(draft: Draft) -> Iterator[tuple[Part, Span]]:
    """Where the next update is announced: its field, and sentences that speak of it."""
    for part in draft.parts:
        for sentence in part.sentences:
            if part.field == "next_update_at" or part.says(draft.words("next_update"), sentence):
                yield part, sentence


def next_update_in_time(draft: Draft) -> Iterator[Hit]:
    """At least five minutes ahead, and no later than the cadence allows (LINT-7, CAD-12)."""
    times, cadence = draft.post.times, draft.post.cadence
    if times.posted_at is None or times.next_update_at is None:
        return
    ahead = times.next_update_at - times.posted_at
    if ahead < _SOONEST:
        yield Hit("next_update_at", level="error" if ahead <= timedelta() else "warning")
    elif cadence and ahead > timedelta(minutes=cadence):
        yield Hit("next_update_at")


def gaps(draft: Draft) -> Iterator[Hit]:
    """No placeholder is left (LINT-8)."""
    for part in draft.parts:
        yield from (part.hit(Span(*found.span())) for found in GAP.finditer(part.low))


def start_time(draft: Draft) -> Iterator[Hit]:
    """The first notice says since when (LINT-9)."""
    promised = {(part.field, sentence) for part, sentence in promises(draft)}
    for part in draft.parts:
        for sentence in part.sentences:
            if (part.field, sentence) not in promised and part.times_in(sentence):
                return
    yield draft.missing("started_at")


def components(draft: Draft) -> Iterator[Hit]:
    """At least one component with its state (LINT-10)."""
    if not any(component.state for component in draft.post.components):
        yield Hit("components")
