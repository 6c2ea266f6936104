"""/incident correct NUMBER TEXT: correct a timeline entry; the first wording is kept."""

from commands.call import Call
from incidents import timeline
from incidents.errors import Refused
from incidents.incident import Incident
from storage.timeline import Entry
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    entry = await numbered(call, incident)
    if entry.whole:
        raise Refused("That entry is masked.", hint="!note puts a new one on the record")
    text = entry.hide(call.args.rest())
    timeline.correct(incident, entry.seq, old=entry.reads, text=text, by=call.who, now=call.now)
    return None


async def numbered(call: Call, incident: Incident) -> Entry:
    """The entry whose number was typed, if the speaker may change it. Raises Refused."""
    entry = await asked_for(call, incident)
    if entry.withdrawn:
        raise Refused("That entry was withdrawn.")
    timeline.may_change_entry(incident, entry.actor_id, call.who)
    return entry


async def asked_for(call: Call, incident: Incident) -> Entry:
    """The entry whose number was typed. Raises Refused when there is none."""
    typed = call.args.word().lstrip("#")
    hint = "/incident timeline shows the numbers"
    if not (typed.isascii() and typed.isdigit()):
        raise Refused("Which entry? Give its number.", hint=hint)
    entry = await call.unit.entry(incident, int(typed[:9]))
    if not entry:
        raise Refused(f"There is no entry {typed[:9]}.", hint=hint)
    return entry
