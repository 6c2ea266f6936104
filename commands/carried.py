"""(delivery): says what came of a post on a channel, be it of an incident, its report or planned maintenance."""

from commands.call import Call
from incidents import account_channels, carrying, maintenance_channels
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    if call.field("maintenance"):
        await _maintenance(call)
        return None
    answered = account_channels.answered if call.field("report") else carrying.answered
    answered(
        await call.here(),
        call.field("channel"),
        int(call.field("number")),
        sent=call.field("sent") == "yes",
        reason=call.field("reason", limit=300),
        ref=call.field("ref", limit=200),
        now=call.now,
    )
    return None


async def _maintenance(call: Call) -> None:
    found = await call.unit.maintenances.get(int(call.field("maintenance")))
    if found:
        maintenance_channels.answered(
            found,
            call.field("channel"),
            int(call.field("number")),
            sent=call.field("sent") == "yes",
            reason=call.field("reason", limit=300),
            ref=call.field("ref", limit=200),
            now=call.now,
        )
