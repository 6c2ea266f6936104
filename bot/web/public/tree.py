"""Everything there is to read, by its name: `index.html`, `fr/feed.atom`, `api/v2/summary.json`."""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.web.public import api, ics, pages
from bot.web.public.here import API, INDEX, Here
from bot.web.public.pages import Stale
from bot.web.public.snapshot import Snapshot
from bot.web.public.subjects import Subject

HTML, JSON, CSS = "text/html", "application/json", "text/css"
ATOM, CALENDAR = "application/atom+xml", "text/calendar"
_WORTH_PACKING = 600

Make = Callable[[Stale | None], str]


@dataclass(frozen=True, slots=True)
class Document:
    """One answer, ready to be sent. ``changed_at`` is when it first read like this."""

    kind: str
    body: bytes
    packed: bytes | None
    tag: str
    changed_at: datetime


class Tree:
    """Made for one snapshot; a document is made when it is first asked for, and kept.

    ``before`` are the documents of the snapshot before, so that what reads as it did keeps its date.
    """

    def __init__(self, s: Snapshot, *, files: bool = False, before: Mapping[str, Document] | None = None) -> None:
        self.snapshot = s
        self._files = files
        self._before = before or {}
        self._made: dict[str, Document] = {}
        self._stale: dict[str, Document] = {}
        self._stale_for: Stale | None = None
        self._missing: dict[tuple[str, Stale | None], bytes] = {}
        self._makers = dict(self._all())
        self._numbers = {each.id: _revision(each) for each in s.subjects}

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __contains__(self, name: str) -> bool:
        return name in self._makers

    @property
    def made(self) -> Mapping[str, Document]:
        """What was asked for, and what was when the snapshot before was shown."""
        return {**{name: kept for name, kept in self._before.items() if name in self._makers}, **self._made}

    def document(self, name: str, stale: Stale | None = None) -> Document:
        """Raises KeyError when there is no such name. Only pages say that they are stale (REL-180)."""
        if stale and _kind(name) == HTML:
            return self._told_stale(name, stale)
        if name not in self._made:
            self._made[name] = self._dated(name, self._document(name, None))
        return self._made[name]

    def missing(self, language: str, stale: Stale | None = None) -> bytes:
        """Kept too: whoever guesses addresses must not make us work."""
        if (language, stale) not in self._missing:
            prefix = f"{language}/" if f"{language}/{INDEX}" in self else ""
            made = pages.missing(self.snapshot, Here("", prefix, self._files), language, stale)
            self._missing = {key: kept for key, kept in self._missing.items() if key[1] == stale}
            self._missing[language, stale] = made.encode()
        return self._missing[language, stale]

    def revision(self, name: str) -> str:
        """Changes whenever the document may; empty where only making it shows that."""
        folder, _, last = name.rpartition("/")
        if folder.rpartition("/")[2] not in ("incidents", "maintenance"):
            return ""
        return self._numbers.get(last.partition(".")[0], "")

    def _told_stale(self, name: str, stale: Stale) -> Document:
        if stale != self._stale_for:
            self._stale, self._stale_for = {}, stale
        if name not in self._stale:
            self._stale[name] = self._document(name, stale)
        return self._stale[name]

    def _document(self, name: str, stale: Stale | None) -> Document:
        body = self._makers[name](stale).encode()
        packed = gzip.compress(body, 6, mtime=0) if len(body) >= _WORTH_PACKING else None
        tag = hashlib.sha256(body).hexdigest()[:20]
        changed_at = stale.known_at + timedelta(minutes=stale.minutes) if stale else self.snapshot.made_at
        return Document(_kind(name), body, packed, tag, changed_at.replace(microsecond=0))

    def _dated(self, name: str, fresh: Document) -> Document:
        """Dates have no fractions: what changed twice in a second gets the next one, or the change would be missed."""
        before = self._before.get(name)
        if before is None:
            return fresh
        if before.tag == fresh.tag:
            return before
        return replace(fresh, changed_at=max(fresh.changed_at, before.changed_at + timedelta(seconds=1)))

    def _all(self) -> Iterator[tuple[str, Make]]:
        languages = self.snapshot.house.languages
        name, content = pages.stylesheet()
        yield name, lambda _: content.decode()
        yield from self._in(languages[0], "")
        for language in languages if len(languages) > 1 else ():
            yield from self._in(language, f"{language}/")

    def _in(self, language: str, prefix: str) -> Iterable[tuple[str, Make]]:
        s = self.snapshot

        def page(path: str, make: Callable[..., str], **values: object) -> tuple[str, Make]:
            here = Here(path, prefix, self._files)
            return prefix + path, lambda stale: make(s, here, language, stale, **values)

        def plain(path: str, make: Callable[[], str]) -> tuple[str, Make]:
            return prefix + path, lambda _: make()

        yield page(INDEX, pages.index)
        yield page("history.html", pages.history)
        yield plain("feed.atom", partial(pages.feed, s, Here("feed.atom", prefix, self._files), language))
        yield plain("maintenance.ics", partial(ics.every, s, language))
        for subject in s.subjects:
            yield page(f"{subject.folder}/{subject.id}.html", pages.subject, about=subject)
            if subject.maintenance:
                yield plain(f"maintenance/{subject.id}.ics", partial(ics.one, s, language, subject))
        for name, answer in api.ANSWERS.items():
            yield plain(API + name, partial(_json, answer, s, language))


def _revision(subject: Subject) -> str:
    """Words count, not only numbers: masked ones leave the page without a new post (TL-8)."""
    told = ((post.number, post.stage, repr(post.record)) for post in subject.everything)
    return hashlib.sha256(repr(tuple(told)).encode(errors="replace")).hexdigest()


def _json(answer: Callable[[Snapshot, str], api.Json], s: Snapshot, language: str) -> str:
    return json.dumps(answer(s, language), ensure_ascii=False, separators=(",", ":"))


def _kind(name: str) -> str:
    endings = {"html": HTML, "json": JSON, "css": CSS, "atom": ATOM, "ics": CALENDAR}
    return endings[name.rpartition(".")[2]]
