"""Does the post agree with the clocks, the components and the post before it (LINT-50, LINT-58 to LINT-62)?"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from incidents.stage import MOVES, Stage
from incidents.wording import times
from incidents.wording.draft import Draft
from incidents.wording.finding import Hit
from incidents.wording.post import INCIDENT_STAGES, Post
from incidents.wording.text import Span

_SHARE = re.compile(r"[0-9]{1,3}(?:[.,][0-9])? ?%")
_ALIKE = 0.95
_MAINTENANCE = {
    "scheduled": ("scheduled", "in_progress", "cancelled"),
    "in_progress": ("in_progress", "verifying", "completed"),
    "verifying": ("verifying", "in_progress", "completed"),
}


def same_terms(draft: Draft) -> Iterator[Hit]:
    """A thing keeps the name that the post before gave it (LINT-50)."""
    if draft.post.previous is None:
        return
    earlier = Draft(draft.post.previous)
    for name, term in draft.lexicon.terms.items():
        before = earlier.lexicon.terms[name]
        old = {hit.found.lower() for words in (before.used, before.avoided) for hit in earlier.found(words)}
        new = [hit for words in (term.used, term.avoided) for hit in draft.found(words)]
        if old and not any(hit.found.lower() in old for hit in new):
            yield from (replace(hit, suggestion=min(old)) for hit in new)


def changes_are_named(draft: Draft) -> Iterator[Hit]:
    """Another share, start, cause or estimate than before is called a change (LINT-58)."""
    if draft.post.previous is None or draft.says("correction"):
        return
    earlier = Draft(draft.post.previous)
    before, now = _shares(earlier), _shares(draft)
    if before and now and not before & now:
        yield draft.missing("impact", ", ".join(sorted(now)))
    for field, clock in (("started_at", "started_at"), ("cause", ""), ("eta", "eta_at")):
        if _changed(earlier, draft, field, clock):
            yield Hit(field, 0, len(draft.post.fields.get(field, "")), draft.post.fields.get(field, ""))


def _shares(draft: Draft) -> set[str]:
    """What share is affected; how much works again, and who still waits, is a change that says so itself."""
    others = (draft.words("waiting"), draft.words("served_again"))
    return {
        found[0].replace(" ", "")
        for part, sentence in draft.where("impact")
        if part.says(draft.words("audience"), sentence) and not any(part.says(words, sentence) for words in others)
        for found in _SHARE.finditer(part.plain, sentence.start, sentence.end)
    }


def _changed(earlier: Draft, draft: Draft, field: str, clock: str) -> bool:
    given = (_given(each, field) for each in (earlier, draft))
    texts = [text for text in given if text]
    clocks = [getattr(each.post.times, clock) for each in (earlier, draft)] if clock else []
    return len(set(texts)) > 1 or (None not in clocks and len(set(clocks)) > 1)


def _given(draft: Draft, field: str) -> str:
    part = draft.fields.get(field)
    return part.low.strip() if part else draft.post.known.get(field, "").strip().lower()


def not_the_same_text(draft: Draft) -> Iterator[Hit]:
    """Not word for word the post before, times aside (LINT-59)."""
    if draft.post.previous is None:
        return
    earlier = Draft(draft.post.previous)
    for part in draft.prose[:1]:
        mine, theirs = _pairs(draft), _pairs(earlier)
        both = 2 * sum((mine & theirs).values())
        if both and both >= _ALIKE * (mine.total() + theirs.total()):
            yield part.hit(part.whole())


def _pairs(draft: Draft) -> Counter[tuple[str, str]]:
    """Neighbouring words, in Chinese neighbouring characters, without the figures of clock times."""
    text = " ".join(_without_times(part.low, part.clock_times) for part in draft.prose)
    words = text.split() if draft.lexicon.blanks else [c for c in text if not c.isspace()]
    return Counter(pairwise(words))


def _without_times(low: str, clocks: list[times.Clock]) -> str:
    pieces, last = list[str](), 0
    for clock in clocks:
        pieces.append(low[last : clock.start])
        last = clock.end
    return "".join([*pieces, low[last:]])


def legal_stage(draft: Draft) -> Iterator[Hit]:
    """A stage may follow the last one, or a reason says why it does (LINT-60, LIFE-10)."""
    post, previous = draft.post, draft.post.previous
    if previous is not None and not _may_follow(previous, post):
        yield Hit("stage", found=post.stage)


def _may_follow(previous: Post, post: Post) -> bool:
    if previous.stage in INCIDENT_STAGES and post.stage in INCIDENT_STAGES:
        move = MOVES.get((Stage(previous.stage), Stage(post.stage)))
        return move is not None and (not move.asks or bool(post.reason.strip()))
    return post.stage in _MAINTENANCE.get(previous.stage, ())


def duration_adds_up(draft: Draft) -> Iterator[Hit]:
    """The end minus the start is what is said it lasted (LINT-61)."""
    for part in draft.parts:
        for sentence in [part.whole()] if part.field == "duration" else part.sentences:
            said = times.lasted(part.plain[sentence.start : sentence.end], draft.lexicon)
            if said and said.said % times.DAY != said.counted:
                span = Span(sentence.start + said.start, sentence.start + said.end)
                yield replace(part.hit(span), suggestion=_spoken(said.counted))
    yield from _against_the_clocks(draft)


def _spoken(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest or not hours else [])])


def _against_the_clocks(draft: Draft) -> Iterator[Hit]:
    known, field = draft.post.times, draft.fields.get("duration")
    said = times.spoken_minutes(field.plain, draft.lexicon) if field else None
    if field and said is not None and known.started_at and known.ended_at:
        counted = _minute(known.ended_at.timestamp()) - _minute(known.started_at.timestamp())
        if counted != said:
            yield replace(field.hit(field.whole()), suggestion=_spoken(max(counted, 0)))


def _minute(seconds: float) -> int:
    return int(seconds // 60)


def components_fit(draft: Draft) -> Iterator[Hit]:
    """Resolved: all work, or the text names those that do not. Before: something does not (LINT-62)."""
    stage = draft.post.stage
    known = [component for component in draft.post.components if component.state]
    all_work = all(component.state == "operational" for component in known)
    if stage in ("investigating", "identified") and known and all_work:
        yield Hit("components", found=known[0].name)
    if stage in ("resolved", "completed"):
        for component in known:
            if component.state != "operational" and not _excepted(draft, component.name):
                yield Hit("components", found=component.name)


def _excepted(draft: Draft, name: str) -> bool:
    """Named where something is said to go on."""
    words = draft.names((name,))
    return any(
        part.says(words, sentence) and (part.field == "remaining_impact" or part.says(draft.words("waiting"), sentence))
        for part in draft.parts
        for sentence in part.sentences
    )
