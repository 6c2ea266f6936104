"""What a soak comes to: read from the database and from what Slack showed, past Sitrep."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg


async def fetched(dsn: str, query: str) -> list[Any]:
    c = await asyncpg.connect(dsn)
    try:
        return list(await c.fetch(query))
    finally:
        await c.close()


async def waiting(dsn: str) -> int:
    (row,) = await fetched(dsn, "select count(*) from outbox where state = 'pending'")
    return int(row[0])


async def verdict(dsn: str, acknowledged: Sequence[str], effects: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """``lost``: acknowledged and not stored, or never shown. ``doubled``: one line with two results, one op twice."""
    heard = Counter(row[0] for row in await fetched(dsn, "select words from heard where via <> 'clock'"))
    states = {row[0]: row[1] for row in await fetched(dsn, "select state, count(*) from outbox group by state")}
    posts = Counter(effect["op"] for effect in effects if effect["op"] and effect["kind"] == "message")
    rooms = Counter(effect["channel"] for effect in effects if effect["kind"] == "create")
    sent = await fetched(
        dsn,
        "select op from outbox where state = 'sent' and kind in ('post', 'private', 'page') and lane like 'slack:%'",
    )
    changed = {effect["op"] for effect in effects if effect["op"]}
    reached = {row[0] for row in await fetched(dsn, "select op from outbox where ref <> ''")}
    return {
        "acknowledged": len(acknowledged),
        "sent": states.get("sent", 0),
        "dead": states.get("dead", 0),
        "lost lines": sum(not heard[words] for words in acknowledged),
        "lost effects": states.get("pending", 0) + sum(row[0] not in changed | reached for row in sent),
        "doubled lines": sum(many - 1 for words, many in heard.items() if many > 1 and words in set(acknowledged)),
        "doubled effects": sum(many - 1 for many in posts.values()) + sum(many - 1 for many in rooms.values()),
    }
