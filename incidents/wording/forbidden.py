"""Words that have no place in a post, from the lists (LINT-20 to LINT-28, LINT-33 to LINT-37, LINT-42 to LINT-44)."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from incidents.wording.draft import Draft, Part
from incidents.wording.finding import Hit, Level
from incidents.wording.required import acts, has_number
from incidents.wording.text import Span

Find = Callable[[Draft], Iterator[Hit]]


def listed(name: str, *, hidden: bool = False) -> Find:
    """A rule that objects to the words of one list; ``hidden``: not inside the exceptions."""

    def find(draft: Draft) -> Iterator[Hit]:
        yield from draft.found(draft.words(name), hidden=hidden)

    return find


def vague_amounts(draft: Draft) -> Iterator[Hit]:
    """Once numbers are known they are said (LINT-22)."""
    known = any(
        has_number(part, sentence) and part.says(draft.words("audience"), sentence)
        for part, sentence in draft.where("impact")
    )
    if known or (draft.post.previous and _had_number(Draft(draft.post.previous))):
        yield from draft.found(draft.words("vague_amount"), hidden=True)


def _had_number(earlier: Draft) -> bool:
    return any(
        has_number(part, sentence) and part.says(earlier.words("audience"), sentence)
        for part, sentence in earlier.where("impact")
    )


def data_called_safe(draft: Draft) -> Iterator[Hit]:
    """Only after a recorded check (LINT-25)."""
    if draft.post.data_check != "confirmed":
        yield from draft.found(draft.words("data_safe"))


def third_parties_and_staff(draft: Draft) -> Iterator[Hit]:
    """Providers are named only beside the link where they say it themselves; staff never (LINT-27)."""
    house, disclosed = draft.post.house, draft.words("disclosed")
    for part, span in draft.spans(draft.names(house.providers)):
        if not part.says(disclosed, part.sentence_at(span.start)):
            yield part.hit(span)
    yield from draft.found(draft.names(house.staff))


def alarming_words(draft: Draft) -> Iterator[Hit]:
    """One neutral term for each thing (LINT-33)."""
    for term in draft.lexicon.terms.values():
        for hit in draft.found(term.avoided):
            yield replace(hit, suggestion=term.use[0])


def outage(draft: Draft) -> Iterator[Hit]:
    """It is one only where a component does not work at all (LINT-34)."""
    if not any(component.state == "major_outage" for component in draft.post.components):
        yield from draft.found(draft.words("outage_word"))


def euphemisms(draft: Draft) -> Iterator[Hit]:
    """Planned work may be called by its name; a repair may not be called planned work (LINT-35)."""
    if draft.post.kind != "maintenance" and draft.post.stage not in ("scheduled", "in_progress", "completed"):
        level: Level | None = "error" if draft.post.kind == "security" else None
        yield from (replace(hit, level=level) for hit in draft.found(draft.words("euphemism")))


def jargon(draft: Draft) -> Iterator[Hit]:
    """One technical term at most, and explained (LINT-37)."""
    for number, (part, span) in enumerate(draft.spans(draft.words("jargon"))):
        if number or not _explained(draft, part, span):
            yield part.hit(span)


def _explained(draft: Draft, part: Part, span: Span) -> bool:
    sentence = part.sentence_at(span.start)
    following = part.low[span.end : sentence.end].lstrip()
    before = part.low[sentence.start : span.start].rstrip()
    bracketed = following.startswith(("(", "（")) or before.endswith(("(", "（"))
    return bracketed or part.says(draft.words("explained"), sentence)


def effort(draft: Draft) -> Iterator[Hit]:
    """Effort is worth a word only beside what is being done (LINT-42)."""
    for part in draft.parts:
        for sentence in part.sentences:
            if not acts(draft, part, sentence):
                found = draft.words("effort").spans(part.low, sentence)
                yield from (part.hit(span) for span in found if not draft.allows(part, span))


def security_words(draft: Draft) -> Iterator[Hit]:
    """Attack and breach are words for posts that Legal has seen (LINT-43, SEC-20)."""
    if draft.post.kind != "security" and "security" not in draft.post.cleared:
        yield from draft.found(draft.words("security_word"))


def compensation(draft: Draft) -> Iterator[Hit]:
    """Money and law need an approval of their own (LINT-44)."""
    if "compensation" not in draft.post.cleared:
        yield from draft.found(draft.words("compensation"))


def culprits(draft: Draft) -> Iterator[Hit]:
    """Nobody is the cause (LINT-67)."""
    lists = [draft.words(name) for name in ("culprit", "blame", "human_error")]
    staff = draft.names(draft.post.house.staff)
    for part in draft.parts:
        for sentence in part.sentences:
            if any(part.says(words, sentence) for words in lists):
                yield from (part.hit(span) for span in staff.spans(part.low, sentence))
