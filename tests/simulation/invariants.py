"""What must hold at every moment (I1 to I11), and once everything had two minutes' peace (I12)."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from simulation.chat import Platform
from simulation.firings import Firings
from simulation.people import secret

from commands.run import Answer
from templates.packing import pack, unpack_effect

_STUCK = timedelta(minutes=45)
"""Longer than any outage that the simulation makes up, with all the waiting in between."""

_HOLDS = {
    "I1 a delivery was heard twice": "select delivery from heard group by delivery having count(*) > 1",
    "I2 a room belongs to two incidents, or an incident to two rooms": (
        "select incident_id from room group by incident_id having count(*) > 1"
        " union select ref from room group by ref having count(*) > 1"
    ),
    "I4 the timeline has a gap": (
        "select incident_id from timeline group by incident_id having max(seq) <> count(*) or min(seq) <> 1"
    ),
    "I4 a message has two entries": (
        "select source from timeline where source like 'web:message:%' and type = 'message'"
        " group by incident_id, source having count(*) > 1"
    ),
    "I5 an ended incident has a deadline of the response": (
        "select incident_id, name from deadline join incident on incident.id = incident_id where not open"
        " and name not in ('report', 'review', 'review-owner', 'review-read')"
    ),
    "I9 a lane counts other rows than wait in it": (
        "select name from lane l where pending <>"
        " (select count(*) from outbox where outbox.lane = l.name and state = 'pending')"
    ),
    "I13 two command": (
        "select i.id from incident i, json_each(json_extract(i.state, '$.holders')) h"
        " where json_extract(h.value, '$.role') = 'incident-commander' group by i.id having count(*) > 1"
    ),
}
_REMINDED = (
    "select o.lane, o.payload, o.created_at from outbox o join heard h on h.incident_id = o.incident_id"
    " and h.at = o.created_at and h.via = 'clock' where o.kind in ('private', 'page') order by o.created_at, o.id"
)


_OWED = (
    "select i.id, json_extract(d.value, '$.name') from incident i, json_each(json_extract(i.state, '$.deadlines')) d"
    " where unixepoch(json_extract(d.value, '$.wake_at')) < ?"
)


class Checker:
    """Reads what is committed, past Sitrep's own connections."""

    def __init__(self, file: Path, firings: Firings) -> None:
        self._c = sqlite3.connect(file)
        self._firings = firings
        self._fired = 0
        self._answered: dict[str, Answer] = {}
        self._unchecked: list[str] = []
        self._wrong: list[str] = []
        self._declared: dict[str, int] = {}

    def close(self) -> None:
        self._c.close()

    def answered(self, delivery: str, answer: Answer, *, declares: bool) -> None:
        """I1, I2: however often a line arrives, and wherever, it has one result."""
        first = self._answered.setdefault(delivery, answer)
        if (first.refused, first.incident, first.card and pack(first.card)) != (
            answer.refused,
            answer.incident,
            answer.card and pack(answer.card),
        ):
            self._wrong.append(f"I1 {delivery} was answered in two ways")
        if declares and answer.incident and self._declared.setdefault(delivery, answer.incident) != answer.incident:
            self._wrong.append(f"I2 {delivery} made two incidents")
        self._unchecked.append(delivery)

    def tries(self, op: str) -> int:
        """How often this was tried, as it is written down."""
        return int(self._c.execute("select attempts from outbox where op = ?", (op,)).fetchone()[0])

    def look(self, now: datetime, platform: Platform) -> list[str]:
        """Everything that is wrong at this moment."""
        found = self._wrong + platform.wrong
        for rule, query in _HOLDS.items():
            if rows := self._c.execute(query).fetchall():
                found.append(f"{rule}: {rows[:3]}")
        stuck = self._c.execute(
            "select lane, kind, attempts, last_error from outbox where state = 'pending' and created_at < ?",
            (_at(now - _STUCK),),
        )
        found += [f"I9 {row} waits for too long" for row in stuck]
        found += self._not_stored()
        found += [*self._out_of_order(platform), *self._leaks(platform)]
        return [*found, *self._fired_twice(), *self._doubled_reminders()]

    def at_peace(self, since: datetime, platform: Platform) -> list[str]:
        """I12, I10: what was to be sent is sent, and every place shows the newest."""
        query = "select lane, kind, state, attempts, last_error from outbox where state = 'pending' and created_at < ?"
        found = [f"I12 {row} still waits" for row in self._c.execute(query, (_at(since),))]
        found += [f"I6 {row} was never fired" for row in self._c.execute(_OWED, (since.timestamp(),))]
        return [*found, *self._unseen(platform), *self._stale(platform)]

    def figures(self) -> Mapping[str, int]:
        count = self._c.execute
        states = dict(count("select state, count(*) from outbox group by state").fetchall())
        lines = dict(count("select via, count(*) from heard group by via").fetchall())
        return {
            "incidents": count("select count(*) from incident").fetchone()[0],
            "lines": sum(lines.values()),
            "reminders": lines.get("clock", 0),
            "seconds late at most": int(max(self._firings.late, default=0)),
            **{f"effects {state}": many for state, many in sorted(states.items())},
        }

    def _not_stored(self) -> list[str]:
        """I1, I7: what was said to be done is on disk, with the same outcome."""
        found = []
        for delivery in self._unchecked:
            row = self._c.execute("select outcome from heard where delivery = ?", (delivery,)).fetchone()
            wanted = "refused" if self._answered[delivery].refused else "done"
            if row != (wanted,):
                found.append(f"I1 {delivery} was answered {wanted}, but what is stored is {row}")
        self._unchecked.clear()
        return found

    def _rows(self) -> dict[str, tuple[int, str, str]]:
        return {op: (id, lane, kind) for op, id, lane, kind in self._c.execute("select op, id, lane, kind from outbox")}

    def _out_of_order(self, platform: Platform) -> Iterator[str]:
        """G4: within a lane, everything is first seen in the order in which it was said."""
        rows, last, seen = self._rows(), dict[str, int](), set[str]()
        for op, kind in platform.effects:
            if op not in rows:
                yield f"G1 {op} ({kind}) was shown, but never committed"
                continue
            id, lane, _ = rows[op]
            if op not in seen and id < last.get(lane, 0):
                yield f"G4 {op} ({kind}) came after what was said later in {lane}"
            seen.add(op)
            last[lane] = max(id, last.get(lane, 0))

    def _leaks(self, platform: Platform) -> Iterator[str]:
        """I8: the title of a private incident stands in no room but its own."""
        rooms = {incident: ref for ref, (_, incident, _, _) in platform.rooms.items()}
        for shown in platform.messages.values():
            elsewhere = shown.place.room != rooms.get(shown.incident)
            if not shown.place.person and elsewhere and _told(shown.card):
                yield f"I8 a private title stands in {shown.place}"
        for ref, (name, _, private, _) in platform.rooms.items():
            if _told(name) and not private:
                yield f"I8 a private incident has the open room {ref}"

    def _fired_twice(self) -> Iterator[str]:
        query = "select rowid, delivery, at from heard where via = 'clock' and rowid > ? order by rowid"
        for row, delivery, at in self._c.execute(query, (self._fired,)).fetchall():
            self._fired = row
            yield from self._firings.committed(delivery, datetime.fromisoformat(at).replace(tzinfo=UTC))

    def _doubled_reminders(self) -> Iterator[str]:
        """I6: the clock tells nobody the same thing twice for one deadline."""
        last: dict[tuple[str, str], datetime] = {}
        for lane, payload, created in self._c.execute(_REMINDED):
            at = datetime.fromisoformat(created)
            before = last.get((lane, payload))
            if before == at:
                yield f"I6 {lane} was told twice: {payload[:200]}"
            last[lane, payload] = at

    def _unseen(self, platform: Platform) -> Iterator[str]:
        """What is sent was seen; what is dead was refused, or is told of."""
        seen = Counter(op for op, _ in platform.effects)
        for op, kind in self._c.execute("select op, kind from outbox where state = 'sent' and kind <> 'edit'"):
            if not seen[op]:
                yield f"I12 {op} ({kind}) counts as sent, but nobody saw it"

    def _stale(self, platform: Platform) -> Iterator[str]:
        """I10: a place that is written anew shows what was said last."""
        newest: dict[tuple[int, str, str], tuple[str, str]] = {}
        query = (
            "select o.incident_id, lane, slot, op, payload from outbox o"
            " where kind = 'post' and slot <> '' and state = 'sent' order by o.id"
        )
        for incident, lane, slot, op, payload in self._c.execute(query):
            newest[incident, lane, slot] = op, payload
        for (incident, lane, slot), (op, payload) in newest.items():
            effect = unpack_effect(payload)
            ref = self._posted(incident, slot)
            shown = platform.messages.get(ref)
            wanted = pack(effect.card) if effect.card else ""
            if shown is None or shown.card != wanted:
                yield f"I10 {slot} of incident {incident} in {lane} shows something else than {op}"

    def _posted(self, incident: int, slot: str) -> str:
        query = "select ref from posted where incident_id = ? and slot = ?"
        row = self._c.execute(query, (incident, slot)).fetchone()
        return str(row[0]) if row else ""


def _told(words: str) -> bool:
    return secret(0).removesuffix("0q") in words


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def brief(found: Sequence[str]) -> str:
    return "\n".join(found[:5])
