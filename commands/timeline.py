"""/incident timeline [PAGE]: read the timeline; with text it notes the text, as users of other bots expect."""

from commands.call import Call
from commands.note import enter
from storage import timeline
from templates.card import Card
from templates.timeline_page import timeline_card

PER_PAGE = 25


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    typed = call.said.args
    if typed and not typed.isdigit():
        return await enter(call, "note")
    await call.unit.flush()
    count = await timeline.count(call.unit.c, incident.id)
    pages = max(1, -(-count // PER_PAGE))
    page = min(max(1, int(typed[:6] or pages)), pages)
    entries = await timeline.page(call.unit.c, incident.id, offset=(page - 1) * PER_PAGE, limit=PER_PAGE)
    return timeline_card(entries, incident, page, pages, call.settings.house)
