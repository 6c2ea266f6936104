"""What the law asks for after a breach, for those who may know (CAD-25)."""

from datetime import datetime

from incidents import breach
from incidents.incident import Incident
from templates import marks
from templates.card import Button, Card, Fact
from templates.house import House
from templates.words import clock


def breach_card(incident: Incident, house: House, now: datetime) -> Card:
    if not incident.breach:
        triggers = sorted({duty.trigger for duty in incident.policy.regulatory} | {breach.ANY})
        buttons = tuple(Button(f"Confirmed: {each}", says=f"breach confirmed {each}") for each in triggers)
        return Card(title="No breach is confirmed", text="Legal duties count from the confirmation.", buttons=buttons)
    facts = []
    for number, at in breach.owed(incident):
        duty = breach.duty(incident, number)
        when = clock(at, now=now, zone=house.zone)
        facts.append(Fact(f"{number}. {duty.name}", f"{when}, {marks.mention(duty.contact)}"))
    if stated := breach.statement_due(incident):
        facts.append(Fact("Statement on security", clock(stated, now=now, zone=house.zone)))
    text = "" if facts else "Everything that is owed is done."
    return Card(title="Breach confirmed", text=text, facts=tuple(facts), tone="warn" if facts else "good")
