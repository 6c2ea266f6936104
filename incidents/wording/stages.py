"""What the first post of each stage must tell besides (LINT-11 to LINT-19)."""

from collections.abc import Iterator
from datetime import timedelta

from incidents.wording import times
from incidents.wording.draft import Draft
from incidents.wording.finding import Hit
from incidents.wording.required import has_number

_NOTICE = timedelta(hours=24)


def workaround(draft: Draft) -> Iterator[Hit]:
    """A way round, or that there is none (LINT-11)."""
    yield from _told(draft, "workaround", "workaround_lead")


def cause(draft: Draft) -> Iterator[Hit]:
    """The confirmed cause (LINT-12)."""
    if draft.post.cause != "confirmed":
        yield draft.missing("cause")
    else:
        yield from _told(draft, "cause", "cause_given")


def share(draft: Draft) -> Iterator[Hit]:
    """How much is affected, as a share or a count (LINT-13)."""
    share_words = draft.words("share")
    for part, sentence in draft.where("impact"):
        about_users = part.field == "impact" or part.says(draft.words("audience"), sentence)
        if about_users and (has_number(part, sentence) or part.says(share_words, sentence)):
            return
    yield draft.missing("impact")


def estimate(draft: Draft) -> Iterator[Hit]:
    """When it will be over, or that nobody can say yet (LINT-14, ETA-2)."""
    given = "eta" in draft.fields or draft.says("no_estimate")
    if draft.post.house.eta == "padded" and not given:
        yield from _told(draft, "eta", "eta_marker")


def recovery(draft: Draft) -> Iterator[Hit]:
    """The fix, how far it has worked, who still waits (LINT-15)."""
    yield from _told(draft, "fix", "fixed")
    yield from _told(draft, "progress", "recovering")
    yield from _told(draft, "remaining_impact", "remaining")


def end(draft: Draft) -> Iterator[Hit]:
    """That it is over, and how long it lasted, from when to when (LINT-16)."""
    if not draft.says("end_phrase"):
        yield draft.missing("problem", "end")
    if not any(times.lasted(part.plain, draft.lexicon) for part in draft.parts):
        yield draft.missing("duration", "duration")


def data(draft: Draft) -> Iterator[Hit]:
    """What became of customers' data (LINT-17)."""
    yield from _told(draft, "data_statement", "data_word")


def closing(draft: Draft) -> Iterator[Hit]:
    """Why, what next, thanks, where to ask (LINT-18)."""
    if draft.post.cause == "confirmed":
        yield from _told(draft, "cause", "cause_given")
    if "report" not in draft.fields:
        yield from _told(draft, "prevention", "prevention")
    if not draft.says("thanks"):
        yield draft.missing("apology")
    yield from _told(draft, "contact", "contact")


def window(draft: Draft) -> Iterator[Hit]:
    """When, in which zone, why, with what effect, whom to ask; a day ahead (LINT-19, SVR-14)."""
    clocks, known = [clock for part in draft.parts for clock in part.clock_times], draft.post.times
    if len(clocks) < 2 and not (known.window_start and known.window_end):
        yield draft.missing("started_at")
    if clocks and not any(times.names_zone(part.plain, part.low, draft.lexicon) for part in draft.parts):
        yield draft.missing("started_at", "zone")
    yield from _told(draft, "impact", "window_effect")
    yield from _told(draft, "cause", "window_reason")
    yield from _told(draft, "contact", "contact")
    if known.posted_at and known.window_start and known.window_start - known.posted_at < _NOTICE:
        yield Hit("posted_at", found="notice")


def _told(draft: Draft, field: str, words: str) -> Iterator[Hit]:
    """A hit when an element is missing: its field is empty and no sentence of the body tells it."""
    told = field in draft.fields or draft.body.says(draft.words(words))
    if not told:
        yield draft.missing(field, field)
