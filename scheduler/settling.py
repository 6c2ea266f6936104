"""What came of the rows that were handed over is written down, with what later rows build on."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from scheduler.chat import Sent
from scheduler.together import Together
from storage import rooms
from storage.database import Database
from storage.settling import Settled, settle_all

Outcome = tuple[Settled, Sent]


class Settling:
    """Outcomes that come at once share a commit."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._together = Together(database, self._write)

    async def done(self, settled: Settled, sent: Sent) -> bool:
        """After the commit. False when the lease was lost: then nothing was written."""
        return await self._together.done((settled, sent))

    async def _write(self, c: AsyncConnection, outcomes: Sequence[Outcome]) -> list[bool]:
        held = await settle_all(c, [settled for settled, _ in outcomes], now=self._clock())
        stand = {}
        for settled, sent in outcomes:
            row, platform = settled.row, settled.lease.platform
            if settled not in held:
                continue
            if sent.room:
                await rooms.bind(c, row.incident_id, platform=platform, ref=sent.room.ref, name=sent.room.name)
            if settled.state == "sent" and row.slot and row.kind == "post":
                stand[row.incident_id, platform, row.slot] = sent.ref
        await rooms.keep_slots(c, stand)
        return [settled in held for settled, _ in outcomes]
