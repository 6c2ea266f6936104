"""What may be claimed at which stage: cause, recovery, end (LINT-30 to LINT-32, LINT-51, LINT-56)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from incidents.padding import BUFFERS, stretched
from incidents.wording import times
from incidents.wording.draft import Draft, Part
from incidents.wording.finding import Hit, Level
from incidents.wording.post import Estimate
from incidents.wording.text import Span


def cause_as_fact(draft: Draft) -> Iterator[Hit]:
    """While investigating there are suspicions only, and they are called so (LINT-30)."""
    if field := draft.fields.get("cause"):
        yield field.hit(field.whole(), level=_level(draft, field, field.whole()))
    for part in draft.parts:
        if part.field != "cause":
            for span in draft.words("cause_marker").spans(part.low):
                yield part.hit(span, level=_level(draft, part, part.sentence_at(span.start)))


def _level(draft: Draft, part: Part, span: Span) -> Level:
    return "warning" if part.says(draft.words("unconfirmed"), span) else "error"


def early_estimate(draft: Draft) -> Iterator[Hit]:
    """No time of recovery while investigating; later only if the policy publishes any (LINT-31, ETA-2)."""
    if draft.post.stage != "investigating" and draft.post.house.eta != "none":
        return
    field = draft.fields.get("eta")
    if field and not field.says(draft.words("no_estimate")):
        yield field.hit(field.whole())
    for part in draft.parts:
        for span in draft.words("eta_marker").spans(part.low):
            if part.field not in ("eta", "next_update_at") and _timed(draft, part, part.sentence_at(span.start)):
                yield part.hit(span)


def _timed(draft: Draft, part: Part, sentence: Span) -> bool:
    if part.says(draft.words("next_update"), sentence):
        return False
    text = part.plain[sentence.start : sentence.end]
    return bool(part.times_in(sentence)) or times.spoken_minutes(text, draft.lexicon) is not None


def estimate_padded(draft: Draft) -> Iterator[Hit]:
    """A published time has its buffer, lies ahead, and not before the next update without need (LINT-32, ETA-3)."""
    clocks = draft.post.times
    yield from _unpadded(draft)
    if clocks.eta_at is None:
        return
    early = draft.post.estimate is not None and clocks.eta_at < earliest(draft.post.estimate)
    past = clocks.posted_at is not None and clocks.eta_at <= clocks.posted_at
    if early or past or _before_next_update(draft):
        yield Hit("eta")


def earliest(estimate: Estimate) -> datetime:
    """With the buffer for its certainty, before rounding."""
    return estimate.given_at + stretched(estimate.takes, estimate.buffer or BUFFERS[estimate.certainty])


def _unpadded(draft: Draft) -> Iterator[Hit]:
    """A recovery time in the text that has less than its buffer, the technical lead's own among them."""
    if draft.post.estimate is None:
        return
    for part in draft.parts:
        for span in draft.words("eta_marker").spans(part.low):
            sentence = part.sentence_at(span.start)
            if part.field != "next_update_at" and not part.says(draft.words("next_update"), sentence):
                yield from (
                    part.hit(Span(clock.start, clock.end))
                    for clock in part.times_in(sentence)
                    if _too_early(clock.minutes, draft.post.estimate)
                )


def _too_early(minutes: int, estimate: Estimate) -> bool:
    """Whether the next time that a clock shows this is before the buffer is over."""
    given = estimate.given_at.astimezone(ZoneInfo(estimate.zone))
    ahead = timedelta(minutes=(minutes - given.hour * 60 - given.minute) % times.DAY)
    return given.replace(second=0, microsecond=0) + ahead < earliest(estimate)


def _before_next_update(draft: Draft) -> bool:
    """Within one cadence of the post an earlier time does no harm."""
    clocks, cadence = draft.post.times, draft.post.cadence
    if clocks.eta_at is None or clocks.next_update_at is None or clocks.eta_at >= clocks.next_update_at:
        return False
    return not (clocks.posted_at and cadence and clocks.eta_at - clocks.posted_at <= timedelta(minutes=cadence))
