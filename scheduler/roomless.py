"""An incident that gets no room on a platform: whoever would have been invited hears where it goes on (GEN-8)."""

import structlog

from scheduler.chat import Chat, Place, Undelivered
from storage.outbox import Waiting
from templates.answers import roomless
from templates.effect import Effect

log = structlog.get_logger()


async def told(chat: Chat, row: Waiting, effect: Effect, reason: str, *, room_name: str) -> None:
    """Each of them privately, and once (SEC-039). Raises Undelivered when the platform has to be asked again later."""
    if row.kind != "invite":
        return
    card = roomless(room_name, reason)
    for person in effect.people:
        op, place = f"{row.op}.{person.handle}", Place(person=person.id)
        try:
            if await chat.find(op, place) is None:
                await chat.private(op, place, card, incident=row.incident_id, page=False)
        except Undelivered as problem:
            if not problem.permanent:
                raise
            log.warning("not told", action="roomless_untold", incident=row.incident_id, reason=problem.reason)
