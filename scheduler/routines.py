"""Whoever owns a drill or the like is reminded two weeks ahead and on the day; each month all hear what is overdue."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from commands.settings import Settings
from incidents import calendar, routines
from incidents.routines import Routine
from storage import outbox, turns
from storage import routines as kept
from storage.database import Database
from storage.outbox import Parcel
from storage.routines import Known
from storage.turns import Turn
from templates import routine_cards
from templates.card import Card
from templates.effect import Effect
from templates.packing import pack_effect

log = structlog.get_logger()

_NO_INCIDENT = 0


class Routines:
    """Looks once a minute; what was said stands in the database, so that nothing repeats it after a restart."""

    def __init__(self, database: Database, settings: Settings, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock

    async def look(self) -> None:
        if not self._settings.routines:
            return
        async with self._database.read() as c:
            if not await self._news(c):
                return
        await self._database.done(self._tell)

    def _today(self) -> date:
        return self._clock().astimezone(calendar.place(self._settings.policy.zone)).date()

    async def _news(self, c: AsyncConnection) -> list[tuple[Routine, Known, str]]:
        known = await kept.known(c, [each.name for each in self._settings.routines])
        found = []
        for routine in self._settings.routines:
            stands = known[routine.name]
            said = routines.step(routine, stands.last, self._today()) if stands.last else "begun"
            if said and said != stands.told:
                found.append((routine, stands, said))
        return found

    async def _tell(self, c: AsyncConnection) -> None:
        await turns.take(c, Turn.ROUTINES)
        news, overdue = await self._news(c), []
        for routine, stands, said in news:
            await kept.told(c, routine.name, said)
            if stands.last is None:
                # Counted from the day on which we first hear of it.
                await kept.done(c, routine.name, self._today())
                continue
            log.info("reminded", action="routine", routine=routine.name, step=said)
            await self._send(c, routine_cards.reminder(routine, stands.last, self._today()), routine)
            overdue += [(routine, stands.last)] if "overdue" in said else []
        if overdue:
            await self._send(c, routine_cards.overdue(overdue), None)

    async def _send(self, c: AsyncConnection, card: Card, routine: Routine | None) -> None:
        effect = Effect("private", f"person:{routine.owner.id}", card) if routine else Effect("post", "announce", card)
        await outbox.add(c, self._parcels(effect), now=self._clock())

    def _parcels(self, effect: Effect) -> Sequence[Parcel]:
        return [
            Parcel(platform, _NO_INCIDENT, effect.kind, effect.to, pack_effect(effect), about=effect.to)
            for platform in self._settings.platforms
        ]
