"""Everything that a run left behind, without what differs from run to run (ids, op ids, times of posting)."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from databases import kind, rows

_SHOWN = {
    "rooms": "select name, topic, private, op is not null from web_room order by name",
    "members": "select name, person_id from web_member join web_room on web_room.id = room_id order by 1, 2",
    "posts": (
        "select r.name, t.slot, m.slot, m.card, m.pinned, m.deleted_at from web_message m"
        " join web_room r on r.id = m.room_id left join web_message t on t.id = m.thread_of"
        " where m.private_to is null order by r.name, m.id"
    ),
    # Lanes of people run beside the room's, so that a page may come before the room is open.
    "private": "select private_to, card, loud from web_message where private_to is not null order by 1, id",
}
_STORED = {
    "incidents": "select id, version, phase, stage, severity, open, state from incident order by id",
    "timeline": (
        "select incident_id, seq, at, recorded_at, type, text, change, new_text, source from timeline order by 1, 2"
    ),
    "deadlines": "select incident_id, name, due_at, wake_at from deadline order by 1, 2",
    "maintenance": "select id, version, stage, wake_at, state from maintenance order by id",
    "its log": "select maintenance_id, seq, at, actor, text from maintenance_entry order by 1, 2",
    "promises": "select incident_id, name, due_at, settled_at, kept, done, owner from promise order by id",
    "public": "select subject, number, stage, posted_at, record from publication order by 1, 2",
    "heard": "select delivery, at, outcome, changes, reply from heard order by delivery",
    "outbox": "select lane, kind, place, slot, payload from outbox order by lane, id",
}
Ledger = dict[str, list[tuple[Any, ...]]]
Ask = Callable[[Mapping[str, str]], Ledger]


def at(place: Path) -> Ask:
    """A connection for each query: for whoever looks once."""
    return lambda queries: {name: rows(place, query) for name, query in queries.items()}


def ledger(ask: Ask) -> Ledger:
    return ask(_SHOWN | _STORED)


_OF_ITS_OWN = re.compile(
    r"\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|\+00:00)?|\b\d\d:\d\d\b(?: UTC)?|datetime\.datetime\([^)]*\)|[0-9a-f]{32}"
)
_REPEATED = " (may have been sent twice)"


def whatever_came_first(found: Ledger) -> Ledger:
    """Channels answer in any order, and after a kill later: what was said stays, its order and times go.

    What waited and how often the incident was saved depend on which answers came together.
    """
    timeline = [(id, *row) for id, _seq, *row in found["timeline"]]
    kept = {name: rows for name, rows in found.items() if name not in ("incidents", "outbox")}
    return {
        name: sorted((_OF_ITS_OWN.sub("…", repr(row).replace(_REPEATED, "")),) for row in rows)
        for name, rows in (kept | {"timeline": timeline}).items()
    }


def differences(was: Ledger, wanted: Ledger) -> list[str]:
    return [f"{name}: {_first(was[name], rows)}" for name, rows in wanted.items() if was[name] != rows]


def _first(was: Sequence[object], wanted: Sequence[object]) -> str:
    if len(was) != len(wanted):
        return f"{len(was)} rows instead of {len(wanted)}"
    return next(f"{left!r} instead of {right!r}" for left, right in zip(was, wanted, strict=True) if left != right)


_ENTRIES = {"sqlite": "json_extract(state, '$.entries')", "postgresql": "(state::json->>'entries')::int"}
_BROKEN = {
    "I1 a delivery was heard twice": "select delivery from heard group by delivery having count(*) > 1",
    "I4 the timeline has a gap": (
        "select incident_id from timeline group by incident_id having max(seq) <> count(*) or min(seq) <> 1"
    ),
    "I4 the incident counts other entries": (
        "select id from incident i where {entries} <> (select count(*) from timeline where incident_id = i.id)"
    ),
    "I5 a resolved incident has a deadline of the response": (
        "select name from deadline join incident on incident.id = incident_id where not open"
        " and name not in ('approval', 'report', 'review', 'review-owner', 'review-read')"
    ),
    "I9 a lane counts other rows than wait in it": (
        "select name from lane l where pending <>"
        " (select count(*) from outbox where outbox.lane = l.name and state = 'pending')"
    ),
    "I3 one op is shown twice": "select op from web_message group by op having count(*) > 1",
    "I3 a slot holds two messages": (
        "select slot from web_message where slot not in ('', 'answer')"
        " group by incident_id, slot, room_id having count(*) > 1"
    ),
    "I2 an incident has two rooms": "select incident_id from room group by incident_id having count(*) > 1",
}
_UNSETTLED = {
    "I12 something was not delivered": "select lane, kind from outbox where state not in ('sent', 'superseded')",
    "I9 a lane waits": "select name from lane where pending <> 0",
}


def broken(ask: Ask, *, settled: bool) -> list[str]:
    """The invariants that hold at every moment, and those that hold when nothing is left to do."""
    rules = _BROKEN | (_UNSETTLED if settled else {})
    found = ask({rule: query.replace("{entries}", _ENTRIES[kind()]) for rule, query in rules.items()})
    return [f"{rule}: {rows}" for rule, rows in found.items() if rows]


def heard(ask: Ask, number: int) -> bool:
    """The line of the flow's step."""
    return bool(ask({"": f"select 1 from heard where delivery = 'during:{number}'"})[""])  # noqa: S608 - a number
