"""What a row of the outbox builds on, looked up for all who ask at once: sixty lanes wait for one read."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from storage import outbox, rooms
from storage.database import Database
from storage.outbox import Waiting


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands already where a row is to go; empty where nothing does."""

    room: str = ""
    thread: str = ""
    in_slot: str | None = None

    def ready_for(self, row: Waiting) -> bool:
        """The announcement leads to the room; whether it may go without one is for the chat to say."""
        if row.kind == "open" or row.place not in ("room", "thread", "announce"):
            return True
        return bool(self.room) and (row.kind != "pin" or self.in_slot is not None)


@dataclass(slots=True, eq=False)
class _Question:
    platform: str
    row: Waiting
    answer: Standing | None = None

    @property
    def about(self) -> tuple[int, str]:
        return self.row.incident_id, self.platform


class Looking:
    """Whoever comes first asks for all who wait. What is read was true after the question came."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = asyncio.Lock()
        self._waiting: list[_Question] = []

    async def up(self, platform: str, row: Waiting) -> Standing:
        question = _Question(platform, row)
        self._waiting.append(question)
        async with self._turn:
            # Whoever asked for us may have been stopped, or have failed for everybody.
            return question.answer or (await self._answered(question))

    async def _answered(self, question: _Question) -> Standing:
        together, self._waiting = self._waiting, []
        for asked, standing in zip(together, await self._read(together), strict=True):
            asked.answer = standing
        return question.answer or (await self._read([question]))[0]

    async def _read(self, asked: Sequence[_Question]) -> list[Standing]:
        incidents, platforms = {each.row.incident_id for each in asked}, {each.platform for each in asked}
        edited = {each.row.slot for each in asked if each.row.kind == "edit"}
        names = {each.row.slot for each in asked if each.row.slot and each.row.kind != "edit"}
        if any(each.row.place == "thread" for each in asked):
            names.add("timeline")
        async with self._database.read() as c:
            of = await rooms.of_all(c, incidents, platforms)
            slots = await rooms.slots(c, incidents, platforms, names) if names else {}
            shown = await outbox.refs_of(c, edited) if edited else {}
        found = []
        for each in asked:
            row = each.row
            in_slot = shown.get(row.slot) if row.kind == "edit" else slots.get((*each.about, row.slot))
            thread = slots.get((*each.about, "timeline"), "") if row.place == "thread" else ""
            found.append(Standing(of.get(each.about, ""), thread, in_slot))
        return found
