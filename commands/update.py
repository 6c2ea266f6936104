"""/incident update [STAGE] [TEXT]: post to customers; bare it opens the form; `holding` and `no-news` post at once."""

from commands.call import Call
from commands.posting import post
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    return await post(call)
