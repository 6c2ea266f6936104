"""(the clock): what came of the test of a channel, for whoever asked for it (REG-8)."""

from commands.call import Call
from templates.card import Card
from templates.channel_test import result


async def carry_out(call: Call) -> Card | None:
    effect = result(
        call.field("channel"),
        call.field("by", limit=320),
        sent=call.field("sent") == "yes",
        reason=call.field("reason", limit=300),
        now=call.now,
    )
    call.unit.send(effect, *call.settings.platforms)
    return None
