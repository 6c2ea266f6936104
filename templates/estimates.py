"""Estimates as the responders see them, and the clock time that the form of a post begins with (ETA rules)."""

from datetime import datetime
from typing import get_args

from incidents import eta
from incidents.customer_records import Certainty, Estimate
from incidents.eta import History
from incidents.incident import Incident
from incidents.stage import Stage
from templates.card import Button, Card, Fact, Field, Form
from templates.house import House
from templates.words import clock, span

BUTTONS = (Button("It holds", says="eta holds", style="primary"), Button("New estimate…", says="eta new"))

POLICIES = {
    "padded": "from identified on, in the form of each post",
    "on_request": "only who asks, in the standard answers",
    "none": "never",
}


def prefilled(incident: Incident, stage: Stage, house: House, now: datetime) -> dict[str, str]:
    """`eta_time` for the form of a post, while the policy and the stage allow it (ETA-2)."""
    at = eta.for_posts(incident, stage, now=now)
    return {"eta_time": clock(at, now=now, zone=house.zone)} if at else {}


def form(incident: Incident) -> Form:
    sure = incident.estimates[-1].certainty if incident.estimates else ""
    levels = tuple((level, level.capitalize()) for level in get_args(Certainty))
    return Form(
        title="How much longer?",
        says="eta",
        fields=(
            Field("minutes", "Minutes until it works again", required=True, hint="45"),
            Field("certainty", "How sure are you", "choice", sure, choices=(("", "Not said"), *levels)),
        ),
        submit="Estimate",
        intro="Your estimate stays in here. Customers read a later time, if any.",
        plain="!eta 45m medium",
    )


def card(incident: Incident, past: History, house: House, now: datetime, *, may: bool) -> Card:
    """Raw and padded beside each other, and what like incidents took (ETA-5, ETA-8)."""
    standing = eta.current(incident)
    facts = _standing(standing, house, now) if standing else [Fact("Estimate", "none yet")]
    facts.append(Fact("Told to customers", POLICIES[incident.policy.eta_public]))
    facts.append(Fact("Like incidents", _history(past)))
    buttons = (Button("New estimate…", says="eta new"),) if may else ()
    elapsed = int((now - (incident.clocks.detected_at or incident.clocks.declared_at)).total_seconds()) // 60
    proposal = past.proposal(elapsed)
    if proposal and not standing:
        facts.append(Fact("Going by them", f"{span(proposal)} more"))
        take = Button(f"Take {span(proposal)}", says=f"eta {proposal}m medium", style="primary")
        buttons = (take, *buttons) if may else ()
    return Card(title="When it works again", facts=tuple(facts), buttons=buttons)


def _standing(standing: Estimate, house: House, now: datetime) -> list[Fact]:
    def at(moment: datetime) -> str:
        return clock(moment, now=now, zone=house.zone)

    raw = f"{span(standing.minutes)} from {at(standing.at)}: {at(standing.raw_at)} ({standing.certainty} certainty)"
    over = ", which is over" if standing.public_at <= now else ""
    announced = f", announced at {at(standing.announced_at)}" if standing.announced_at else ""
    return [
        Fact("Raw, for us only", f"{raw}, by {standing.by.name}"),
        Fact("For customers", f"{at(standing.public_at)} (+{standing.buffer} %){announced}{over}"),
    ]


def _history(past: History) -> str:
    if not past.repairs:
        return "none on record"
    found = f"{len(past.repairs)}, median {span(past.median)}, mean {span(past.mean)}"
    return found if past.enough else f"{found}: too few to go by"
