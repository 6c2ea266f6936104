"""(delivery): says what came of a post on a channel."""

from commands.call import Call
from incidents import carrying
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    carrying.answered(
        await call.here(),
        call.field("channel"),
        int(call.field("number")),
        sent=call.field("sent") == "yes",
        reason=call.field("reason", limit=300),
        ref=call.field("ref", limit=200),
        now=call.now,
    )
    return None
