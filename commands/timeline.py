"""/incident timeline [PAGE] [--key]: read it, or its key events; with text it notes the text, as other bots do."""

from commands.args import Args
from commands.call import Call
from commands.note import enter
from storage import timeline
from templates.card import Card
from templates.timeline_page import timeline_card

PER_PAGE = 25


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    args = Args(call.said.args)
    key, typed = args.flag("key"), args.rest()
    if typed and not typed.isdigit():
        return await enter(call, "note")
    await call.unit.flush()
    count = await timeline.count(call.unit.c, incident.id, key=key)
    pages = max(1, -(-count // PER_PAGE))
    page = min(max(1, int(typed[:6] or pages)), pages)
    offset = (page - 1) * PER_PAGE
    entries = await timeline.page(call.unit.c, incident.id, offset=offset, limit=PER_PAGE, key=key)
    return timeline_card(entries, incident, page, pages, call.settings.house, key=key)
