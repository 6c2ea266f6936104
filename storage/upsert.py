"""Insert, or change what is there already: one statement, so that no other process comes in between."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnCollection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Change = Callable[[Any], Mapping[str, Any]]
"""From the row that was to be inserted to the new values of the row that is there."""


class Upsert:
    """Built once, for both databases, so that it keeps its cache key."""

    def __init__(self, table: Table, *key: str, change: Change) -> None:
        lite, server = sqlite.insert(table), postgresql.insert(table)
        self._made: Mapping[str, Executable] = {
            "sqlite": lite.on_conflict_do_update(index_elements=key, set_=change(lite.excluded)).execution_options(
                unread=True
            ),
            "postgresql": server.on_conflict_do_update(index_elements=key, set_=change(server.excluded)),
        }

    def on(self, c: AsyncConnection) -> Executable:
        return self._made[c.dialect.name]


def taking(*names: str) -> Change:
    """These columns as the new row has them."""

    def change(new: ColumnCollection[str, Any]) -> Mapping[str, Any]:
        return {name: new[name] for name in names}

    return change
