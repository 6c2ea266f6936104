"""/incident breach [confirmed [KIND]]: a breach is confirmed, legal duties count from now; bare what is owed.

`breach met NUMBER` and `breach met statement` say that it is done.
"""

from commands.call import Call
from incidents import breach
from incidents.errors import Refused
from incidents.incident import Incident
from templates.breach_card import breach_card
from templates.card import Card


async def carry_out(call: Call) -> Card | None:
    incident = await call.here()
    step = call.args.word().lower()
    if step == "confirmed":
        breach.confirm(incident, call.args.rest().lower() or breach.ANY, by=call.who, now=call.now)
    elif step == "met":
        _meet(call, incident)
    elif step:
        raise Refused("A breach is confirmed, or a duty is met.", hint="/incident breach confirmed")
    else:
        if not breach.knows(incident, call.who):
            raise Refused("That is for whoever commands, and whom the organisation has named for its legal duties.")
        return breach_card(incident, call.settings.house, call.now)
    return None


def _meet(call: Call, incident: Incident) -> None:
    which = call.args.word().lower()
    if which != "statement" and not (which.isascii() and which.isdigit() and 0 < int(which[:4]) < 1000):
        raise Refused("Which duty is met?", hint="/incident breach met 1")
    breach.meet(incident, 0 if which == "statement" else int(which[:4]), by=call.who, now=call.now)
