"""A rehearsal on paper: one JSON object per visible effect, or a transcript to read."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.transcript import Happened, Moment, Seen, Spoken

_VERBS = {
    "post": "",
    "edit": " (replaced)",
    "private": " (private)",
    "refused": " (private, refused)",
    "page": " (page)",
    "open": " is opened",
    "invite": " invites",
    "topic": " topic",
    "pin": " pinned",
    "publish": " (public)",
}
_INDENT = " " * 11


def jsonl(moments: Iterable[Moment], incidents: list[dict[str, Any]]) -> Iterator[str]:
    for moment in moments:
        if isinstance(moment, Seen):
            yield json.dumps(moment.as_json(), ensure_ascii=False)
    yield json.dumps({"kind": "end", "incidents": incidents}, ensure_ascii=False)


def text(moments: Iterable[Moment], incidents: list[dict[str, Any]], *, zone: str) -> Iterator[str]:
    """Times in the script's own zone; what Sitrep shows is set in."""
    local, day = ZoneInfo(zone), None
    for moment in moments:
        at = moment.at.astimezone(local)
        if at.date() != day:
            day = at.date()
            yield f"{at:%A %Y-%m-%d}, times in {at.tzname()}"
        yield from _moment(moment, at)
    for incident in incidents:
        yield ""
        yield from _end(incident)


def _moment(moment: Moment, at: datetime) -> Iterator[str]:
    clock = f"{at:%H:%M:%S}"
    if isinstance(moment, Spoken):
        yield ""
        yield f"{clock}  {moment.who} → {moment.where}: {_set_in(moment.words)}"
    elif isinstance(moment, Happened):
        yield ""
        yield f"{clock}  -- {moment.text} --"
    else:
        yield from _seen(moment, clock)


def _seen(seen: Seen, clock: str) -> Iterator[str]:
    slot = f" [{seen.slot}]" if seen.slot else ""
    head = f"{clock}    {seen.to}{_VERBS[seen.kind]}{slot}"
    if seen.kind in ("open", "pin"):
        yield head
        return
    yield f"{head}: {_set_in(seen.text)}"
    if seen.buttons:
        yield _INDENT + " ".join(f"[{label}]" for label in seen.buttons)


def _set_in(words: str) -> str:
    return words.replace("\n", f"\n{_INDENT}")


def _end(incident: dict[str, Any]) -> Iterator[str]:
    stage = incident["stage"] or "nothing public"
    yield f"Incident {incident['id']}: {incident['title']} ({incident['severity']}, {incident['phase']}, {stage})"
    for row in incident["timeline"]:
        gone = " (withdrawn)" if row.get("withdrawn") else ""
        yield f"  {row['at']}  {row['type']:<10} {_set_in(row['text'])} ({row['actor']}){gone}"
