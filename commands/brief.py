"""/incident brief: the state in one paragraph, to be read out in a lull."""

from commands.call import Call
from templates.brief import brief
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    return brief(await call.here(), call.settings.house, call.now)
