"""(the clock): says that what the public says gets worse."""

from commands.call import Call
from commands.clean import one_line
from incidents import outside
from templates.card import Card

_LONGEST = 200


async def carry_out(call: Call) -> Card | None:
    heard, last, before = (int(call.field(name)) for name in ("heard", "last", "before"))
    quotes = tuple(one_line(each, _LONGEST) for each in call.field("quotes", limit=2_000).split("\n") if each)
    outside.sour(await call.here(), outside.Mood(heard, last, before, quotes), now=call.now)
    return None
