"""Following without an e-mail address: the Atom feed and the maintenance calendar are well-formed, whatever is said."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from hostile import CORPUS
from public.press import NOW, STORY, page, post, work

from bot.web.public import ics, pages
from bot.web.public.here import Here
from bot.web.public.snapshot import Snapshot

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(s: Snapshot, language: str = "en") -> ElementTree.Element:
    prefix = "" if language == "en" else f"{language}/"
    return ElementTree.fromstring(pages.feed(s, Here("feed.atom", prefix), language))  # noqa: S314 - our own


def text(element: ElementTree.Element, path: str) -> str:
    found = element.findtext(ATOM + path.replace("/", f"/{ATOM}"))
    assert found is not None, path
    return found


def test_every_post_is_an_entry_the_newest_first() -> None:
    found = feed(page(*STORY))
    entries = found.findall(f"{ATOM}entry")
    assert [text(entry, "title") for entry in entries[:3]] == [
        "Identified – Card payments fail",
        "Investigating – Card payments fail",
        "Scheduled – Search index is rebuilt",
    ]
    assert len({text(entry, "id") for entry in entries}) == len(STORY)
    assert text(found, "updated") == text(entries[0], "updated") == "2031-04-02T13:10:00Z"
    assert text(entries[0], "content").startswith("<p>A setting that reached")
    assert text(found, "title") == "Example Shop status"


def test_the_ids_of_entries_do_not_depend_on_the_language() -> None:
    english, french = feed(page(*STORY)), feed(page(*STORY), "fr")
    assert [text(entry, "id") for entry in english.findall(f"{ATOM}entry")] == [
        text(entry, "id") for entry in french.findall(f"{ATOM}entry")
    ]
    first = french.findall(f"{ATOM}entry")[0]
    assert text(first, "title") == "Cause identifiée – Échec de paiements par carte"
    link = first.find(f"{ATOM}link")
    assert link is not None
    assert re.fullmatch(r"https://sitrep\.example\.com/status/fr/incidents/\w{12}\.html", link.attrib["href"])


def test_a_feed_without_posts_is_a_feed() -> None:
    assert feed(page()).findall(f"{ATOM}entry") == []


def test_a_long_feed_is_cut() -> None:
    many = [post(subject=f"incident:{number}", at=number, name=f"Number {number}") for number in range(60)]
    entries = feed(page(*many)).findall(f"{ATOM}entry")
    assert len(entries) == pages.ENTRIES
    assert text(entries[0], "title") == "Investigating – Number 59"


@pytest.mark.parametrize("payload", CORPUS)
def test_sec_068_no_text_breaks_the_feed(payload: str) -> None:
    payload = payload.encode("utf-8", "replace").decode()
    found = feed(page(post(name=payload or "x", body=payload)))
    (entry,) = found.findall(f"{ATOM}entry")
    assert [child.tag for child in entry] == [ATOM + name for name in ("id", "title", "updated", "link", "content")]
    assert re.sub(r"</?(?:p|br)>", "", text(entry, "content")).count("<") == 0


def unfolded(calendar: str) -> list[str]:
    assert calendar.endswith("\r\n")
    assert all(len(line.encode()) <= 75 for line in calendar.split("\r\n"))
    assert "\n" not in calendar.replace("\r\n", "")
    return calendar.replace("\r\n ", "").split("\r\n")[:-1]


def test_planned_work_is_an_event() -> None:
    s = page(work(name="Upgrade; of, the \\ database", body="Line one\nLine two"))
    (subject,) = s.planned
    lines = unfolded(ics.one(s, "en", subject))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    for line in (
        "DTSTART:20310402T150000Z",
        "DTEND:20310402T160000Z",
        "SUMMARY:Upgrade\\; of\\, the \\\\ database",
        "DESCRIPTION:Line one\\nLine two",
        f"UID:{subject.id}@sitrep",
        "STATUS:CONFIRMED",
        "SEQUENCE:1",
    ):
        assert line in lines


def test_a_change_and_a_cancellation_reach_those_who_subscribed() -> None:
    s = page(work(), work(number=2, at=5, began=90, ends=150), work("cancelled", number=3, at=9))
    lines = unfolded(ics.every(s, "en"))
    assert lines.count("BEGIN:VEVENT") == 1
    assert "SEQUENCE:3" in lines
    assert "STATUS:CANCELLED" in lines
    moved = page(work(), work(number=2, at=5, began=90, ends=150))
    assert moved.planned[0].started_at == NOW + timedelta(minutes=90)
    assert ics.every(moved, "en") != ics.every(page(work()), "en")


def test_incidents_are_in_no_calendar() -> None:
    assert "VEVENT" not in ics.every(page(post()), "en")


@pytest.mark.parametrize("payload", CORPUS)
def test_sec_073_no_text_becomes_a_property_of_the_calendar(payload: str) -> None:
    payload = payload.encode("utf-8", "replace").decode() + "\r\nATTENDEE:mailto:eve@example.com\u2028X-EVIL:1"
    names = [line.partition(":")[0] for line in unfolded(ics.every(page(work(name=payload, body=payload)), "en"))]
    assert names == [line.partition(":")[0] for line in unfolded(ics.every(page(work(name="x", body="x")), "en"))]
