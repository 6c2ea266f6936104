"""An incident on paper: its timeline as Markdown, JSON or CSV, in pieces (TL-11)."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Literal

from incidents.incident import Incident
from incidents.stage import LABELS
from templates import marks
from templates.house import House
from templates.timeline_page import KEY, Row
from templates.words import environment, span

Format = Literal["md", "json", "csv"]

_BATCH = 500
_COLUMNS = (
    "number",
    "at",
    "recorded_at",
    "type",
    "text",
    "corrected",
    "withdrawn",
    "key",
    "masked",
    "actor",
    "recorded_by",
    "source",
    "link",
    "refers_to",
    "visibility",
)

_MARKUP = re.compile(r"[\\`*_\[\]<>|&~$#@{}!]|:(?=//)|/(?=/)|(?<=www)\.", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FORMULA = re.compile(r"^\s*[=+\-@\t\r\n＝＋－＠]")


Link = Callable[[str], str]
"""The address of the message behind a source, empty where there is none (TL-4)."""


def export(
    incident: Incident, entries: Iterable[Row], fmt: Format, house: House, *, link: Link = lambda source: ""
) -> Iterator[str]:
    """The timeline in the order in which things happened, with what was corrected, withdrawn or masked (TL-8)."""
    ordered = sorted(entries, key=lambda entry: (entry.at, entry.seq))
    if fmt == "md":
        return _markdown(incident, ordered, house, link)
    return _json(incident, ordered, link) if fmt == "json" else _csv(ordered, link)


def _markdown(incident: Incident, entries: list[Row], house: House, link: Link) -> Iterator[str]:
    facts = [(label, inert(value)) for label, value in _facts(incident).items() if value]
    template = environment.get_template("documents/timeline.md.j2")
    title = inert(incident.title)
    yield template.render(incident=incident, title=title, organisation=inert(house.organisation), facts=facts) + "\n"
    for batch in _batches(entries):
        yield "".join(f"| {_moment(entry.at)} | {_event(entry)} | {_source(entry, link)} |\n" for entry in batch)


def _source(entry: Row, link: Link) -> str:
    """Its address is made by us from parts that can be nothing else."""
    address = link(entry.source)
    return f"[{inert(entry.source)}]({address})" if address else inert(entry.source)


def inert(text: str) -> str:
    """Plain text for a Markdown table cell: no column, link, emphasis or HTML comes out of it (SEC-071)."""
    one_line = " ".join(marks.plain(text).split())
    return _MARKUP.sub(r"\\\g<0>", _CONTROL.sub("", one_line))


def _event(entry: Row) -> str:
    text = inert(entry.text)
    if entry.corrected is not None:
        text = f"{inert(entry.corrected)} (corrected; before: {text})"
    if entry.withdrawn:
        text = f"withdrawn: ~~{text}~~"
    if entry.masked:
        text += f" (masked: {inert(entry.masked)})"
    star = f"{KEY} " if entry.key else ""
    actor = f" ({inert(entry.actor)})" if entry.actor and entry.actor not in entry.text else ""
    return f"{star}{inert(entry.type)}: {text}{actor}"


def _json(incident: Incident, entries: list[Row], link: Link) -> Iterator[str]:
    yield '{"incident": ' + json.dumps(_record(incident), ensure_ascii=False) + ', "entries": ['
    start = ""
    for batch in _batches(entries):
        rows = (json.dumps(_row(entry, link), ensure_ascii=False) for entry in batch)
        yield start + ",\n".join(rows)
        start = ",\n"
    yield "]}\n"


def _csv(entries: list[Row], link: Link) -> Iterator[str]:
    yield _lines([_COLUMNS])
    for batch in _batches(entries):
        yield _lines([safe_cell(value) for value in _row(entry, link).values()] for entry in batch)


def safe_cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula (SEC-070). Only text that people wrote can look like one."""
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def _lines(rows: Iterable[Iterable[str]]) -> str:
    """Every cell is quoted, so that a comma or semicolon inside starts no new one."""
    page = io.StringIO()
    csv.writer(page, quoting=csv.QUOTE_ALL).writerows(rows)
    return page.getvalue()


def _batches(entries: list[Row]) -> Iterator[list[Row]]:
    rest = iter(entries)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _row(entry: Row, link: Link) -> dict[str, object]:
    values = (
        entry.seq,
        _moment(entry.at),
        _moment(entry.recorded_at),
        entry.type,
        marks.plain(entry.text),
        entry.corrected and marks.plain(entry.corrected),
        entry.withdrawn,
        entry.key,
        entry.masked and marks.plain(entry.masked),
        entry.actor,
        entry.recorded_by,
        entry.source,
        link(entry.source),
        entry.refers_to,
        entry.visibility,
    )
    return dict(zip(_COLUMNS, values, strict=True))


def _record(incident: Incident) -> dict[str, object]:
    return {
        "id": incident.id,
        "title": incident.title,
        "severity": incident.severity.label,
        "phase": incident.phase.value,
        "stage": incident.stage and incident.stage.value,
        "private": incident.private,
        "data_statement": incident.data_statement,
        "roles": [{"role": held.role.label, "person": held.person.name} for held in incident.holders],
        "clocks": _clocks(incident),
    }


def _clocks(incident: Incident) -> dict[str, str]:
    clocks = incident.clocks
    moments = {
        "detected_at": clocks.detected_at,
        "declared_at": clocks.declared_at,
        "acked_at": clocks.acked_at,
        "ic_assigned_at": clocks.ic_assigned_at,
        "impact_started_at": clocks.impact_started_at,
        "first_public_at": clocks.first_public_at,
        "identified_at": clocks.identified_at,
        "monitoring_at": clocks.monitoring_at,
        "impact_ended_at": clocks.impact_ended_at,
        "resolved_at": clocks.resolved_at,
        "closed_at": clocks.closed_at,
    }
    return {name: _moment(at) for name, at in moments.items() if at}


def _facts(incident: Incident) -> dict[str, str]:
    clocks = incident.clocks
    lasted = clocks.resolved_at and span((clocks.resolved_at - clocks.declared_at).total_seconds() // 60)
    return {
        "Severity": incident.severity.label,
        "Phase": incident.phase.label,
        "Crisis": f"level {incident.crisis.level}" if incident.crisis else "",
        "Public stage": LABELS["en"][incident.stage] if incident.stage else "nothing posted",
        "Declared": f"{_moment(clocks.declared_at)} by {incident.declared_by.name}",
        "Resolved": f"{_moment(clocks.resolved_at)}, after {lasted}" if clocks.resolved_at else "",
        "Roles": "; ".join(f"{held.role.label}: {held.person.name}" for held in incident.holders),
        "Data": incident.data_statement,
        "Review": incident.review_owner.name if incident.review_owner else "",
    }


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
