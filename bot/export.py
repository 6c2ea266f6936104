"""sitrep export: an incident as a document, in pieces, so that a long one shows how far it is (TL-11)."""

import re
from collections.abc import AsyncIterator

from bot import links
from bot.mistake import Mistake
from storage import facts, incidents, timeline
from storage.database import Database
from templates import documents
from templates.documents import Format
from templates.house import House


async def export(database: Database, number: int, form: Format, house: House) -> AsyncIterator[str]:
    """Raises Mistake when there is no such incident."""
    async with database.read() as c:
        incident = await incidents.by_id(c, number)
        if incident is None:
            raise Mistake(f"There is no incident {number}.")
        entries = [entry async for entry in timeline.stream(c, number)]
        link = links.to_messages(await facts.get(c, links.SLACK_URL) or "")
    for piece in documents.export(incident, entries, form, house, link=link):
        yield piece


def number_of(name: str) -> int:
    """`1`, `inc-1`, `#inc-1-checkout-down`."""
    match = re.fullmatch(r"#?(?:inc-)?([0-9]{1,9})(?:-.*)?", name.strip().lower())
    if not match:
        raise Mistake(f"“{name[:60]}” names no incident; say its number, such as 1 or inc-1.")
    return int(match[1])
