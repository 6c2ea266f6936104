"""(the clock): what came of the test of a channel, for whoever asked for it (REG-8)."""

from commands import testing
from commands.call import Call
from storage import people
from templates.card import Card
from templates.channel_test import result


async def carry_out(call: Call) -> Card | None:
    channel, by, sent = call.field("channel"), call.field("by", limit=320), call.field("sent") == "yes"
    if sent:
        who = await people.get(call.unit.c, by)
        await testing.remember(call.unit.c, channel, who.name if who else by, call.now)
    effect = result(
        channel,
        by,
        sent=sent,
        reason=call.field("reason", limit=300),
        now=call.now,
    )
    call.unit.send(effect, *call.settings.platforms)
    return None
