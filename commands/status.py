"""/status [STAGE] [CASE] [TEXT]: what customers have been told; with a stage the next post: in one line, or as a form.

CASE is one of scoping, long, full-outage, partial-outage, third-party, opened-resolved, security, security-private,
limited, holding, no-news: each asks for its own facts, in the form or as `--share 40% --functions "card payment"`.
Also `/status preview STAGE TEXT` (look before you post), `/status due`, `/status snooze`, `/status skip REASON`
(customers need no post).
"""

from commands import due, snooze
from commands.call import Call
from commands.posting import post
from commands.wishes import case, refuse_stage
from incidents import publishing
from incidents.stage import read
from templates.card import Card
from templates.forms import scoping_form
from templates.overviews import incident_list, state_card


async def carry_out(call: Call) -> Card | None:
    word = call.args.peek().lower()
    if word in ("due", "snooze"):
        call.args.word()
        return await (due.carry_out if word == "due" else snooze.carry_out)(call)
    if word == "skip":
        call.args.word()
        return await _skip(call)
    if word in ("update", "preview"):
        call.args.word()
        return await post(call, preview=word == "preview")
    if not call.form and not word:
        return await _state(call)
    if not call.form and not case(word) and read(word) is None and not word.startswith("--"):
        refuse_stage(word)
    return await post(call)


async def _skip(call: Call) -> Card | None:
    """Without a reason its questions come first (CAD-8, CAD-9)."""
    incident = await call.here()
    reason = call.field("because", limit=500) if call.form else call.args.rest()
    if not reason and not incident.skipped_post:
        publishing.may_skip(incident, by=call.who)
        return scoping_form(incident)
    publishing.skip_post(incident, reason=reason, by=call.who, now=call.now)
    return None


async def _state(call: Call) -> Card:
    if call.incident or not call.line.room:
        return state_card(await call.here(), call.settings.house, call.now)
    running = [incident for incident in await call.unit.open_incidents() if call.may_see(incident)]
    return incident_list(running, call.settings.house, call.now)
