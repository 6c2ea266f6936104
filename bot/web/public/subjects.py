"""One incident or planned maintenance as customers have read it: its posts, and what follows from them."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from incidents.components import ComponentState, worst
from storage.publications import Publication
from templates.words import capital

FINAL = frozenset({"resolved", "withdrawn", "completed", "cancelled"})
_AT_WORK = frozenset({"in_progress", "verifying"})
_SEPARATORS = " -–—:：·|,，"


@dataclass(frozen=True)
class Subject:
    """``posts`` from the first to the newest; there is always one."""

    id: str
    posts: tuple[Publication, ...]
    report: Publication | None = None
    """The public report afterwards, its newest version (STG-32)."""

    @property
    def newest(self) -> Publication:
        return self.posts[-1]

    @property
    def stage(self) -> str:
        return self.newest.stage

    @property
    def everything(self) -> tuple[Publication, ...]:
        """With the report, which is told like a post."""
        return (*self.posts, *((self.report,) if self.report else ()))

    @property
    def changed_at(self) -> datetime:
        return max(post.posted_at for post in self.everything)

    @property
    def maintenance(self) -> bool:
        return self.newest.kind == "maintenance"

    @property
    def over(self) -> bool:
        return self.stage in FINAL

    @property
    def scheduled(self) -> bool:
        return self.maintenance and self.stage == "scheduled"

    @property
    def counts(self) -> bool:
        """What it says about components holds now: planned work only once it has begun (LIFE-12)."""
        return self.stage in _AT_WORK if self.maintenance else not self.over

    @property
    def started_at(self) -> datetime:
        return self.newest.record.started_at

    @property
    def ends_at(self) -> datetime | None:
        return self.newest.record.ends_at

    @property
    def folder(self) -> str:
        return "maintenance" if self.maintenance else "incidents"

    @cached_property
    def component_names(self) -> tuple[str, ...]:
        """All that any of its posts named, in the order in which they came up."""
        return tuple(dict.fromkeys(name for post in self.posts for name in post.record.components))

    @cached_property
    def worst(self) -> ComponentState:
        """How bad it was at its worst."""
        return worst(state for post in self.posts for state in post.record.components.values())

    @cached_property
    def ended_at(self) -> datetime | None:
        """When it was first told to be over; a correction afterwards does not move it."""
        return self.reached(*FINAL) if self.over else None

    def reached(self, *stages: str) -> datetime | None:
        """When one of the stages was first told, and never taken back since (LIFE-10)."""
        found = None
        for post in reversed(self.posts):
            if post.stage in stages:
                found = post.posted_at
            elif post.stage not in FINAL:
                break
        return found


def gathered(posts: Iterable[Publication]) -> tuple[Subject, ...]:
    """By subject, the one that was posted about last first.

    Within a subject the revision counts, so that an older post that arrives late stays the older one (REL-184).
    """
    found: defaultdict[str, dict[int, Publication]] = defaultdict(dict)
    reports: dict[str, Publication] = {}
    for post in sorted(posts, key=_number):
        if post.kind == "report":
            reports["incident:" + post.subject.partition(":")[2]] = post
        else:
            found[post.subject][post.number] = post
    subjects: dict[str, Subject] = {}
    for revisions in found.values():
        ordered = tuple(revisions.values())
        name = _id(ordered[0], subjects)
        subjects[name] = Subject(name, ordered, reports.get(ordered[0].subject))
    return tuple(sorted(subjects.values(), key=lambda subject: (subject.newest.posted_at, subject.id), reverse=True))


def _number(post: Publication) -> int:
    return post.number


def _id(first: Publication, taken: Iterable[str]) -> str:
    """Made from when it was published, never from our own number: that one counts private incidents too (SEC-038).

    Nor from the words, which may have to be masked: an address stays (TL-8).
    """
    parts = [first.kind, first.posted_at.isoformat()]
    name = short_id(*parts)
    while name in taken:
        parts.append("again")
        name = short_id(*parts)
    return name


def short_id(*parts: str) -> str:
    """Twelve characters that stay the same for the same words, as Statuspage's ids look."""
    number = int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:8])
    letters = "0123456789bcdfghjklmnpqrstvwxyz"
    found = ""
    for _ in range(12):
        number, digit = divmod(number, len(letters))
        found += letters[digit]
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """A post in one language. ``language`` is the one it is really in, another where there is no translation."""

    language: str
    name: str
    body: str


def told(post: Publication, language: str, labels: dict[str, str]) -> Told:
    """``labels`` are that language's words for the stages, which stand before the name in a title (LIFE-18)."""
    record = post.record
    wording = record.texts.get(language)
    if wording is None or language == record.language:
        return Told(record.language, record.name, record.texts[record.language].body)
    return Told(language, _without(wording.title, labels.get(post.stage, "")) or record.name, wording.body)


def _without(title: str, label: str) -> str:
    if label and title.casefold().startswith(label.casefold()):
        name = title[len(label) :].lstrip(_SEPARATORS)
        # It heads a section now; a name such as iOS stays as it is written.
        return capital(name) if name.partition(" ")[0].islower() else name
    return title
