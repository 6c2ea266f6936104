"""What a title must have: the stage, what is concerned, how it shows (LINT-1, LINT-2, LINT-68)."""

import re
from collections.abc import Iterator

from incidents.wording import times
from incidents.wording.draft import Draft
from incidents.wording.finding import Hit
from incidents.wording.lexicon import lexicon
from incidents.wording.post import LANGUAGES
from incidents.wording.text import Span

_LONGEST = 80
_LONGEST_CHINESE = 40
_HEAD = re.compile(r"[ ]*[\[【]([^\]】]{1,40})[\]】]|[ ]*([^:：]{1,40}?)(?: [-–—] |[:：])")
_EDGE = re.compile(r"^[\W_]+|[\W_]+$")


def stage_label(draft: Draft) -> Iterator[Hit]:
    """The label equals the stage of the record (LINT-1, LIFE-18)."""
    post = draft.post
    own = _spellings(draft, post.stage)
    if post.label is not None:
        if post.label.strip().lower() not in own:
            yield Hit("stage", found=post.label, suggestion=draft.lexicon.labels[post.stage])
    elif post.title is not None and post.kind != "security":
        yield from _label_in_title(draft, own)


def _label_in_title(draft: Draft, own: set[str]) -> Iterator[Hit]:
    head = _head(draft)
    said = draft.title.low[head.start : head.end].strip(" 【】[]") if head else ""
    wrong = said in _every_label() or said in draft.lexicon.words["wrong_label"]
    label = draft.lexicon.labels[draft.post.stage]
    if said in own:
        return
    if head and wrong:
        yield draft.title.hit(head, suggestion=label)
    elif not draft.structured:
        yield Hit("title", suggestion=label)


def _spellings(draft: Draft, stage: str) -> set[str]:
    label = draft.lexicon.labels[stage].lower()
    more = draft.lexicon.terms["planned"].use if stage == "scheduled" else ()
    return {label, label.partition("(")[0].strip(), *more}


def _every_label() -> set[str]:
    return {label.lower() for language in LANGUAGES for label in lexicon(language).labels.values()}


def _head(draft: Draft) -> Span | None:
    """What stands in front of the first dash or colon, if it is short."""
    found = _HEAD.match(draft.title.plain)
    return Span(*found.span(1 if found[1] else 2)) if found else None


def _rest(draft: Draft, names: tuple[str, ...]) -> Span:
    """The title without its label. A component in front of a colon is no label."""
    head = _head(draft)
    said = draft.title.low[head.start : head.end] if head else ""
    labels = _every_label() | set(draft.lexicon.words["wrong_label"]) | _spellings(draft, draft.post.stage)
    if head and said not in {name.lower() for name in names} and said in labels:
        return Span(head.end, len(draft.title.plain))
    return draft.title.whole()


def component_and_symptom(draft: Draft) -> Iterator[Hit]:
    """The title names a component and what is wrong with it, briefly (LINT-2)."""
    title = draft.title
    if not title.plain.strip():
        if draft.structured:
            yield Hit("title")
        return
    if _says_too_little(draft):
        yield title.hit(_rest(draft, component_names(draft)))
    longest = _LONGEST if draft.lexicon.blanks else _LONGEST_CHINESE
    if len(title.plain) > longest:
        yield title.hit(Span(longest, len(title.plain)), level="warning")


def _says_too_little(draft: Draft) -> bool:
    names = component_names(draft)
    rest = _rest(draft, names)
    said = _EDGE.sub("", draft.title.low[rest.start : rest.end])
    if said in draft.lexicon.words["generic_title"]:
        return True
    if not names:
        return draft.title.size(rest) < (2 if draft.lexicon.blanks else 4) and not _needs_no_symptom(draft)
    named = draft.names(names)
    left = _EDGE.sub("", named.replaced(said).replace("\0", ""))
    return not named.is_in(said) or not (left or _needs_no_symptom(draft))


def _needs_no_symptom(draft: Draft) -> bool:
    return draft.post.kind == "security" or draft.post.stage in ("withdrawn", "completed", "cancelled", "in_progress")


def component_names(draft: Draft) -> tuple[str, ...]:
    """Names and aliases; Polish bends words, so their endings are left open."""
    known = {component.name for component in draft.post.components}
    names = [name for each in draft.post.components for name in (each.name, *each.aliases)]
    names += [alias for component, alias in draft.post.house.aliases if component in known]
    if draft.post.language == "pl":
        names += [" ".join(f"{word[:-1]}*" if len(word) > 4 else word for word in name.split(" ")) for name in names]
    return tuple(name for name in names if name.strip(" *"))


def date_in_title(draft: Draft) -> Iterator[Hit]:
    """A public statement on security carries its date (LINT-68)."""
    if not times.names_date(draft.title.plain, draft.lexicon):
        yield Hit("title")
