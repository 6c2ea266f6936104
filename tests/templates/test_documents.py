"""Exports."""

import csv
import html.parser
import io
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from incidents import staffing
from incidents.declaring import declare
from incidents.incident import Incident
from incidents.person import Person
from incidents.policy import Policy
from incidents.roles import Role
from incidents.severity import Severity
from incidents.stage import Stage
from storage.timeline import Entry
from templates.documents import Format, export, inert, safe_cell
from templates.house import House

ADA = Person(id="ada@example.org", name="Ada Lovelace", handle="ada")
T0 = datetime(2031, 4, 2, 14, 2, 30, tzinfo=UTC)
HOUSE = House(organisation="Example & Sons")
FORMATS: tuple[Format, ...] = ("md", "json", "csv")
HOSTILE = [
    "a | b || c",
    "line one\nline two\r\n# heading",
    "`code` and ``` fence",
    "<script>alert(1)</script> <img src=x onerror=y>",
    "[click](javascript:alert(1)) ![x](https://evil.example/p.png)",
    "https://evil.example www.evil.example",
    "**bold** _it_ ~~gone~~ $x$ &lt;b&gt; \\| {{7*7}} {% raw %}",
    "---\ntitle: front matter\n---",
    "\u202egnp.exe \x02forged\x1fmention\x03",
]


def checkout(title: str = "Checkout returns 500s") -> Incident:
    incident = declare(id=1, title=title, severity=Severity.SEV1, by=ADA, now=T0, policy=Policy())
    staffing.assign(incident, Role.IC, to=ADA, by=ADA, now=T0)
    return incident


def entry(seq: int, text: str, *, corrected: str | None = None, withdrawn: bool = False, source: str = "") -> Entry:
    at = T0 + timedelta(minutes=seq)
    return Entry(seq, at, at, "note", text, "Ana", "ana@x", "Ana", source, None, "internal", corrected, withdrawn)


def whole(fmt: Format, entries: list[Entry], incident: Incident | None = None) -> str:
    return "".join(export(incident or checkout(), entries, fmt, HOUSE))


def rows(document: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(document, newline="")))


def test_the_markdown_document() -> None:
    incident = checkout()
    incident.stage = Stage.RESOLVED
    incident.clocks.resolved_at = T0 + timedelta(minutes=90)
    incident.review_owner = ADA
    incident.data_statement = "No data was lost."
    assert whole("md", [entry(1, "rolled back", source="web:message:17")], incident) == (
        "# Incident 1: Checkout returns 500s\n\n"
        "Example \\& Sons\n\n"
        "- Severity: SEV-1 / P0\n"
        "- Phase: size up\n"
        "- Public stage: Resolved\n"
        "- Declared: 2031-04-02 14:02:30 by Ada Lovelace\n"
        "- Resolved: 2031-04-02 15:32:30, after 1 h 30 min\n"
        "- Roles: Incident Commander: Ada Lovelace\n"
        "- Data: No data was lost.\n"
        "- Review: Ada Lovelace\n\n"
        "| Time (UTC) | Event | Data link |\n"
        "|---|---|---|\n"
        "| 2031-04-02 14:03:30 | note: rolled back (Ana) | web:message:17 |\n"
    )


@pytest.mark.parametrize("fmt", FORMATS)
def test_rows_are_in_the_order_things_happened(fmt: Format) -> None:
    document = whole(fmt, [entry(3, "third"), entry(1, "first"), entry(2, "second")])
    assert document.index("first") < document.index("second") < document.index("third")


@pytest.mark.parametrize("fmt", FORMATS)
def test_nothing_corrected_or_withdrawn_is_lost(fmt: Format) -> None:
    document = whole(fmt, [entry(1, "disk full", corrected="disk almost full"), entry(2, "oops", withdrawn=True)])
    assert "disk full" in document
    assert "disk almost full" in document
    assert "oops" in document


def test_markdown_marks_what_was_changed() -> None:
    document = whole("md", [entry(1, "full", corrected="almost full"), entry(2, "oops", withdrawn=True)])
    assert "note: almost full (corrected; before: full) (Ana)" in document
    assert "note: withdrawn: ~~oops~~ (Ana)" in document


def test_tl_8_key_events_and_masks_are_marked_in_every_format() -> None:
    entries = [
        replace(entry(1, "cache back"), key=True),
        replace(entry(2, "[masked] waits", corrected="[masked] waited"), masked="a | customer"),
    ]
    document = whole("md", entries)
    assert "| ★ note: cache back (Ana) |" in document
    assert (
        "note: \\[masked\\] waited (corrected; before: \\[masked\\] waits) (masked: a \\| customer) (Ana)" in document
    )
    assert [(row["key"], row["masked"]) for row in rows(whole("csv", entries))] == [
        ("True", ""),
        ("False", "a | customer"),
    ]
    read = json.loads(whole("json", entries))["entries"]
    assert [(row["key"], row["masked"]) for row in read] == [(True, ""), (False, "a | customer")]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_in_its_markdown_cell(text: str) -> None:
    document = whole("md", [entry(1, text, source=text)], checkout(text))
    table = document[document.index("| Time") :].splitlines()
    assert len(table) == 3
    cells = table[2].replace("\\\\", "").replace("\\|", "").strip("|").split("|")
    assert len(cells) == 3
    assert sum(line.startswith("#") for line in document.splitlines()) == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_brings_no_markup(text: str) -> None:
    flat = inert(text)
    assert not any(sign in unescaped(flat) for sign in "`<>[]*_~|&$")
    assert "//" not in unescaped(flat)
    assert "www." not in unescaped(flat)
    assert tags(flat.replace("\\<", "").replace("\\>", "")) == []
    assert not any(ord(sign) < 32 or sign == "\u202e" for sign in flat)


def unescaped(flat: str) -> str:
    """What is left of a Markdown text when every escaped character is taken away."""
    signs = iter(flat)
    return "".join(sign for sign in signs if sign != "\\" or not next(signs))


def tags(text: str) -> list[str]:
    found: list[str] = []

    class Reader(html.parser.HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append(tag)

    Reader().feed(text)
    return found


def test_json_is_one_document() -> None:
    entries = [entry(number, "{{7*7}} \u2028 “quoted”") for number in range(1, 1202)]
    read = json.loads(whole("json", entries))
    assert read["incident"]["title"] == "Checkout returns 500s"
    assert read["incident"]["clocks"]["declared_at"] == "2031-04-02 14:02:30"
    assert read["incident"]["roles"] == [{"role": "Incident Commander", "person": "Ada Lovelace"}]
    assert len(read["entries"]) == 1201
    assert read["entries"][0]["text"] == "{{7*7}} \u2028 “quoted”"
    assert json.loads(whole("json", []))["entries"] == []


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠x", "=cmd|'/c calc'!A0"]
)
def test_no_cell_is_a_formula(text: str) -> None:
    (row,) = rows(whole("csv", [entry(1, text, corrected=text)]))
    assert row["text"] == row["corrected"] == f"'{text}"


@pytest.mark.parametrize("text", ["a,=1", "a;=1", 'a";=1', "a\n=1", "plain", "{{7*7}}", ""])
def test_other_cells_come_back_as_they_were(text: str) -> None:
    document = whole("csv", [entry(1, text)])
    (row,) = rows(document)
    assert row["text"] == text
    assert row["corrected"] == ""
    assert document.splitlines()[0].startswith('"number","at",')


def test_an_empty_value_is_an_empty_cell() -> None:
    assert safe_cell(None) == ""
    assert safe_cell(False) == "False"


@pytest.mark.parametrize("fmt", FORMATS)
def test_ten_thousand_entries_come_in_pieces_and_at_once(fmt: Format) -> None:
    entries = [entry(number % 600, f"entry {number} | with <markup> and =signs") for number in range(10_000)]
    started = time.perf_counter()
    pieces = list(export(checkout(), entries, fmt, HOUSE))
    assert time.perf_counter() - started < 1
    assert len(pieces) > 10
    assert max(map(len, pieces)) < 500_000
