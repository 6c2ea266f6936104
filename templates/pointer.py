"""Where somebody who looks on asks (AUD-13)."""

from incidents.incident import Incident
from templates import marks
from templates.card import Card
from templates.house import House


def pointer(incident: Incident, house: House) -> Card:
    """In private. Whoever came to help reads how to say so; the room reads neither."""
    where = f"Please ask in {marks.room(house.status_room)}: what is known is told there"
    own = (("Support", house.support_room), ("Sales", house.sales_room))
    others = [f"{name} in {marks.room(room)}" for name, room in own if room]
    asked = ", ".join([where, *others]) + "."
    helping = f"tell {marks.mention(incident.commander)}" if incident.commander else marks.commands("/incident take")
    return Card(
        text=f"You have no part in this incident, and this room is for those who work on it. {asked}\n\n"
        f"Here to help? Then {helping}."
    )
