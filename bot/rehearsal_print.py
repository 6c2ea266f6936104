"""A rehearsal on paper: one JSON object per visible effect, or a transcript to read."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.transcript import Happened, Moment, Seen, Spoken

_VERBS = {
    "post": "",
    "edit": " (changed)",
    "private": " (private)",
    "refused": " (private, refused)",
    "page": " (page)",
    "open": " is opened",
    "invite": " invites",
    "topic": " topic",
    "pin": " pins",
    "publish": " (public)",
}
_INDENT = " " * 14


def jsonl(moments: Iterable[Moment], incidents: list[dict[str, Any]]) -> Iterator[str]:
    for moment in moments:
        if isinstance(moment, Seen):
            yield json.dumps(moment.as_json(), ensure_ascii=False)
    yield json.dumps({"kind": "end", "incidents": incidents}, ensure_ascii=False)


def text(moments: Iterable[Moment], incidents: list[dict[str, Any]], *, zone: str) -> Iterator[str]:
    """Times in the script's own zone; what Sitrep shows is set in, of a card that is replaced only what changed."""
    local, day = ZoneInfo(zone), None
    before: dict[tuple[str, str], list[str]] = {}
    for moment in moments:
        at = moment.at.astimezone(local)
        if at.date() != day:
            day = at.date()
            yield f"{at:%A %Y-%m-%d}, times in {at.tzname()}"
        yield from _moment(moment, at, before)
    for incident in incidents:
        yield ""
        yield from _end(incident, local)


def _moment(moment: Moment, at: datetime, before: dict[tuple[str, str], list[str]]) -> Iterator[str]:
    clock = f"{at:%H:%M:%S}"
    if isinstance(moment, Seen):
        yield from _seen(moment, clock, before)
        return
    yield ""
    if isinstance(moment, Spoken):
        yield f"{clock}  {moment.who} → {moment.where}: {_set_in(moment.words)}"
    elif isinstance(moment, Happened):
        yield f"{clock}  -- {moment.text} --"


def _seen(seen: Seen, clock: str, before: dict[tuple[str, str], list[str]]) -> Iterator[str]:
    head = f"{clock}    {seen.to}{_VERBS[seen.kind]}{f' [{seen.slot}]' if seen.slot else ''}"
    if seen.kind in ("open", "pin"):
        yield head
        return
    rows = [*seen.text.split("\n"), " ".join(f"[{label}]" for label in seen.buttons)]
    if seen.slot:
        rows, before[seen.to, seen.slot] = _new(rows, before.get((seen.to, seen.slot), [])), rows
    shown = f"\n{_INDENT}".join(row for row in rows if row)
    yield f"{head}: {shown or 'as before'}"


def _new(rows: list[str], before: list[str]) -> list[str]:
    return [row for row in rows if row not in before]


def _set_in(words: str) -> str:
    return words.replace("\n", f"\n{_INDENT}")


def _end(incident: dict[str, Any], local: ZoneInfo) -> Iterator[str]:
    stage = incident["stage"] or "nothing public"
    phase = incident["phase"].replace("_", " ")
    yield f"Incident {incident['id']}: {incident['title']} ({incident['severity']}, {phase}, {stage})"
    for row in incident["timeline"]:
        at = datetime.fromisoformat(row["at"]).astimezone(local)
        gone = " (withdrawn)" if row.get("withdrawn") else ""
        words = " ".join(row["text"].split())
        yield f"  {at:%H:%M:%S}  {row['type']:<10}  {words} ({row['actor']}){gone}"
