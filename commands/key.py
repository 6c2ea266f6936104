"""/incident key NUMBER [off]: mark a timeline entry as a key event for the review, or no longer."""

from commands.call import Call
from commands.correct import asked_for
from incidents import timeline
from incidents.errors import Refused
from templates.card import Card

_OFF = frozenset({"off", "no", "not"})


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    timeline.may_mark_key(incident, call.who)
    entry = await asked_for(call, incident)
    if entry.withdrawn:
        raise Refused("That entry was withdrawn.")
    typed = call.args.rest().lower()
    if typed and typed not in _OFF | {"on"}:
        raise Refused("On or off?", hint=f"/incident key {entry.seq} off")
    key = typed not in _OFF
    if key == entry.key:
        raise Refused(f"Entry {entry.seq} is {'a key event already' if key else 'no key event'}.")
    timeline.mark_key(incident, entry.seq, text=entry.reads, key=key, by=call.who, now=call.now)
    return None
