"""What goes out when time has run out: a post that waits for nobody who must, or the holding statement (APPR-8)."""

from commands.call import Call
from commands.composing import Wish, again, compose, renewed
from incidents import approval, drafts
from incidents.errors import Refused
from incidents.incident import Incident
from incidents.person import CLOCK
from incidents.stage import Stage


def go_on(call: Call, incident: Incident) -> None:
    """Before the reminders: what goes out here needs none."""
    try:
        _release(call, incident)
        _hold(call, incident)
    except Refused:
        # It may not follow any more; then people are reminded and decide.
        return


def _release(call: Call, incident: Incident) -> None:
    draft, house = incident.draft, call.settings.house
    if draft is None or not approval.lapsed(incident, now=call.now):
        return
    fresh = again(draft, incident=incident, house=house)
    if fresh.digest != draft.digest or drafts.outdated(incident, draft):
        # What was read is no longer so; those who said yes are asked anew (APPR-6).
        approval.renew(incident, fresh, by=CLOCK, now=call.now)
        return
    approval.release(incident, renewed(draft, incident=incident, house=house, now=call.now), now=call.now)


def _hold(call: Call, incident: Incident) -> None:
    approved = incident.policy.approval
    agreed = incident.cleared_first and approved.at_deadline == "post" and not incident.private
    if agreed and drafts.holding_is_free(incident, now=call.now):
        wish = Wish("holding", Stage.INVESTIGATING)
        made = compose(wish, Stage.INVESTIGATING, incident=incident, house=call.settings.house, by=CLOCK, now=call.now)
        approval.post_holding(incident, made, now=call.now)
