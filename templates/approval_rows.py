"""What the timeline keeps of a post before it went out: who cleared which words, after how long (APPR-11, KPI-8)."""

from collections.abc import Callable
from typing import Any

from incidents.approval_events import (
    DraftApproved,
    DraftCleared,
    DraftDropped,
    DraftPreviewed,
    DraftReturned,
    DraftSubmitted,
    FactsGiven,
)
from incidents.event import Event
from incidents.records import Draft
from templates.fact_form import LABELS
from templates.origins import origin_line
from templates.words import seconds_span, span


def _name(draft: Draft) -> str:
    return f"Draft {draft.number} ({draft.stage})"


def _submitted(event: DraftSubmitted) -> str:
    whom = " or ".join(person.name for person in event.approvers) or "nobody: no one may clear it"
    if event.crisis:
        return f"{_name(event.draft)} waits anew, for the yes of {whom} ({event.needs} of them), in a crisis"
    if event.renewed:
        return f"{_name(event.draft)} reads differently by now, and waits anew for {whom}"
    instead = f", in place of draft {event.replaced.number}" if event.replaced else ""
    made = origin_line(event.draft.origins)
    source = f", from {made}" if made else ""
    several = f" ({event.needs} of them)" if event.needs > 1 else ""
    ahead = f", {_ahead(event.ahead)}" if event.ahead is not None else ""
    return f"{_name(event.draft)} sent for approval to {whom}{several}{instead}{source}{ahead}"


def _ahead(minutes: int) -> str:
    """How the draft's time stands to the post's (CAD-6)."""
    return f"{span(minutes)} before the post is due" if minutes > 0 else f"the post was due {span(-minutes)} ago"


def _returned(event: DraftReturned) -> str:
    if event.by.id == event.draft.author.id:
        return f"{_name(event.draft)} taken back by its author"
    return f"{_name(event.draft)} returned: {event.remark}"


def _approved(event: DraftApproved) -> str:
    fact = f"{_name(event.draft)} by {event.draft.author.name} approved as post {event.revision}"
    if event.alone:
        fact = f"{_name(event.draft)} posted by its author alone as post {event.revision}"
    parts = [f"{fact} after {seconds_span(event.seconds)}"]
    if event.edited:
        parts.append("with changes")
    if event.late:
        parts.append(f"although {' and '.join(event.late)}")
    text = ", ".join(parts)
    return f"{text}: {event.alone}" if event.alone else text


def _cleared(event: DraftCleared) -> str:
    changed = ", with changes" if event.edited else ""
    waits = " or ".join(person.name for person in event.people) or "nobody here may give"
    return f"{_name(event.draft)} cleared after {seconds_span(event.seconds)}{changed}; one more yes: {waits}"


def _dropped(event: DraftDropped) -> str:
    return f"{_name(event.draft)} dropped: {event.why}"


def _facts(event: FactsGiven) -> str:
    told = {**event.facts, **event.sheet}
    listed = "; ".join(f"{LABELS[name]}: {value}" for name, value in told.items() if value)
    return f"Fact sheet: {listed or 'nothing new'}"


ROWS: dict[type[Event], tuple[str, Callable[[Any], str]] | None] = {
    DraftPreviewed: None,
    DraftSubmitted: ("approval", _submitted),
    DraftReturned: ("approval", _returned),
    DraftApproved: ("approval", _approved),
    DraftCleared: ("approval", _cleared),
    DraftDropped: ("approval", _dropped),
    FactsGiven: ("facts", _facts),
}
